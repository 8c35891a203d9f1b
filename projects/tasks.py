"""What the clock does in this room: call deadlines to mind, take expired listings off the list, end holds."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from members.models import SpecialDay
from members.notifications import remind
from projects import notifications, turns
from projects.actions import expire_listings, settle_slot
from projects.models import Slot

logger = logging.getLogger(__name__)


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


@shared_task
def lapse_claims() -> None:
    """End what is held or unanswered beyond its time, and offer what is free to those who wait: slot by slot.

    Each slot is one short transaction; one that is busy is left to the next run. Safe to run twice.
    """
    for pk in turns.due_slots():
        try:
            settle_slot(slot=Slot(pk=pk), by=None)
        except DatabaseError:
            logger.warning("Slot %s is left to the next run.", pk, exc_info=True)
