"""Whom the minutes of a meeting reach, and what their answers tell."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliances.models import Attendance, Confirmation, Meeting, Minutes
from alliances.notifications.meetings import people_of
from members.models import User
from members.notifications import notify, register

MINUTES_CIRCULATED = register(
    "minutes_circulated", _("“%(meeting)s”的纪要请您确认：%(day)s前没有提出异议的，视为无异议。")
)
MINUTES_OBJECTED = register("minutes_objected", _("%(organisation)s 对“%(meeting)s”的纪要有异议：%(note)s"))
MINUTES_REVISED = register(
    "minutes_revised", _("“%(meeting)s”的纪要退回修改，改好后再请您确认。原因：%(reason)s")
)
MEETING_CLOSED = register("meeting_closed", _("“%(meeting)s”的纪要已定稿归档，可以下载。"))


def minutes_circulated(minutes: Minutes, *, by: User) -> None:
    """Tells the people of every unit that is asked; one query, however many units."""
    meeting = minutes.meeting
    people = _people(meeting.attendances.asked(), by)
    notify(MINUTES_CIRCULATED, minutes, people, meeting=meeting, day=minutes.confirm_by)


def minutes_objected(confirmation: Confirmation, *, by: User) -> None:
    """Tells those who run the meeting."""
    meeting = confirmation.minutes.meeting
    notify(
        MINUTES_OBJECTED,
        confirmation,
        [user for user in _runners(meeting) if user != by],
        organisation=confirmation.organisation,
        meeting=meeting,
        note=confirmation.note,
    )


def minutes_revised(minutes: Minutes, *, by: User, reason: str) -> None:
    """Tells the units that had `minutes`, the version taken back."""
    meeting = minutes.meeting
    people = _people(meeting.attendances.asked(), by)
    notify(MINUTES_REVISED, minutes, people, meeting=meeting, reason=reason)


def meeting_closed(meeting: Meeting, minutes: Minutes, *, by: User) -> None:
    """Tells every member on the roll, whether it came or not; who has left the alliance cannot open them."""
    members = meeting.alliance.memberships.current().values("organisation")
    people = _people(meeting.attendances.filter(organisation__in=members), by)
    notify(MEETING_CLOSED, meeting, people, url=minutes.get_absolute_url(), meeting=meeting)


def _people(rows: QuerySet[Attendance], by: User) -> list[User]:
    """The people of these units, but not the person who acted; one query beside that of the rows."""
    organisations = [row.organisation for row in rows.select_related("organisation")]
    return [user for user in people_of(organisations) if user != by]


def _runners(meeting: Meeting) -> list[User]:
    return people_of([meeting.alliance.host, meeting.convener])
