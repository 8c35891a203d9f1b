"""What the clock does in this room: close items, carry overdue duties to the next agenda, call deadlines to mind."""

from celery import shared_task
from django.utils import timezone

from alliances import notifications
from alliances.actions import carry_overdue_duties, plan_agenda
from alliances.models import Alliance, Meeting
from alliances.notifications import duty_deadlines
from alliances.reports.rhythm import uncalled
from alliances.states import MeetingState
from members.models import SpecialDay
from members.notifications import remind
from workflow.exceptions import Refusal


@shared_task
def plan_due_agendas() -> None:
    """Plan the meetings whose last day for items has passed.

    Safe to run twice or several times at once: each meeting is locked, and a planned one is left alone.
    """
    due = Meeting.objects.filter(
        state=MeetingState.CALLED, closes_on__lt=timezone.localdate(), alliance__ended_on=None
    )
    for meeting in due.order_by("pk"):
        try:
            plan_agenda(meeting=meeting, by=None)
        except Refusal:
            # Somebody was faster: planned by hand, moved to another day or cancelled meanwhile.
            continue


@shared_task
def carry_duties() -> None:
    """Put overdue duties on the next agenda. Safe to run twice or several times at once."""
    carry_overdue_duties(today=timezone.localdate(), by=None)


@shared_task
def remind_due() -> None:
    """Remind of what is due by the next working day in this room, and of regular meetings that nobody has called.

    Safe to run twice or several times at once: messages are unique.
    """
    today = timezone.localdate()
    until = SpecialDay.objects.calendar().add(today, 1)
    for kind, deadline in notifications.DEADLINES.items():
        remind(kind, deadline, today=today, until=until)
    alliances = Alliance.objects.open().select_related("host").order_by("pk")
    notifications.meetings_uncalled(uncalled(alliances, today))


@shared_task
def remind_duties() -> None:
    """Remind of duties that come due, are due today or are late, and of requests to answer.

    Safe to run twice or several times at once: messages are unique.
    """
    today = timezone.localdate()
    calendar = SpecialDay.objects.calendar()
    for kind, days in duty_deadlines.AHEAD.items():
        remind(kind, duty_deadlines.DEADLINES[kind], today=today, until=calendar.add(today, days))
