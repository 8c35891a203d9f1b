"""What the clock does in this room: call deadlines to mind, and take expired listings off the list."""

from celery import shared_task
from django.utils import timezone

from members.models import SpecialDay
from members.notifications import remind
from projects import notifications
from projects.actions import expire_listings


@shared_task
def remind_due() -> None:
    """Remind of answers, signatures and acknowledgements that are due by the next working day; expire listings.

    Safe to run twice or several times at once: messages are unique, an expired listing stays so.
    """
    today = timezone.localdate()
    expire_listings(today=today, by=None)
    until = SpecialDay.objects.calendar().add(today, 1)
    for kind, deadline in notifications.DEADLINES.items():
        remind(kind, deadline, today=today, until=until)
