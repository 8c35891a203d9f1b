"""How a message is marked as read."""

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
def mark_all_read(*, by: User) -> int:
    """Every unread message of `by` → read; returns how many."""
    return Notification.objects.filter(recipient=by).unread().update(read_at=timezone.now())
