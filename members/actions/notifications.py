"""How a message is marked as read."""

from django.db.models import Model
from django.utils import timezone

from members import permissions
from members.models import Notification, User
from workflow.actions import action


@action
def mark_read(*, notification: Notification, by: User) -> Notification:
    """Unread → read; a second time changes nothing. The recipient only."""
    notification = Notification.objects.select_for_update(of=("self",)).get(pk=notification.pk)
    permissions.check_can_read_notification(by, notification)
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])
    return notification


@action
def mark_read_about(*, obj: Model, by: User) -> int:
    """The unread messages of `by` about `obj` → read, because `by` opened its page; returns how many."""
    unread = Notification.objects.filter(recipient=by).about(obj).unread()
    return unread.update(read_at=timezone.now())


@action
def mark_all_read(*, up_to: int, by: User) -> int:
    """Every unread message of `by` up to the id `up_to` → read; returns how many.

    A message that arrived after the list was shown stays unread.
    """
    unread = Notification.objects.filter(recipient=by, pk__lte=up_to).unread()
    return unread.update(read_at=timezone.now())
