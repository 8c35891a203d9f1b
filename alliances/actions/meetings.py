"""How a meeting is called, moved, announced, held and called off."""

from datetime import datetime

from alliances.models import Alliance, Meeting, MeetingKind
from members.models import Organisation
from workflow.actions import action


@action
def call_meeting(
    *,
    alliance: Alliance,
    kind: MeetingKind,
    by,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    convener: Organisation | None = None,
    chair: str = "",
    recorder: str = "",
) -> Meeting:
    """A new meeting under the rules in force: called, or planned at once when its kind has no call for items.

    People of the host or of the convener; a kind that members may call: any member, which then convenes it.
    `convener` is by default the one of the rules, or the member that calls. Tells every member. Raises
    `BadInput` when the day leaves no room for the days of the rules, `AlreadyCalled` for a second meeting of
    the kind on one day, `NotPermitted`, `InvalidTransition`.
    """
    raise NotImplementedError


@action
def reschedule_meeting(
    *, meeting: Meeting, by, starts_at: datetime, ends_at: datetime, place: str, reason: str
) -> Meeting:
    """Another time or place before it begins, with new deadlines; those who run it. Tells every member.

    Raises `BadInput` for a day too near, `NotPermitted`, `InvalidTransition`.
    """
    raise NotImplementedError


@action
def set_people(*, meeting: Meeting, by, chair: str, recorder: str, opening: str) -> Meeting:
    """Who is in the chair, who writes, and how it went, as the minutes print it; those who run it."""
    raise NotImplementedError


@action
def give_notice(*, meeting: Meeting, by) -> Meeting:
    """Planned → noticed, with an attendance row for each member of that day; those who run it. Tells every member."""
    raise NotImplementedError


@action
def open_session(*, meeting: Meeting, by, room_code: bool = False) -> Meeting:
    """Noticed → in session, from the day of the meeting; those who run it. Units that joined since get their row.

    `room_code`: show a code in the room by which units report themselves.
    """
    raise NotImplementedError


@action
def end_session(*, meeting: Meeting, by) -> Meeting:
    """In session → held, once every item has its outcome; those who run it.

    Units of which nothing is known are absent. Sets the day of the minutes.
    """
    raise NotImplementedError


@action
def cancel_meeting(*, meeting: Meeting, by, reason: str) -> Meeting:
    """Called, planned or noticed → cancelled; those who run it. Its items wait for the next one. Tells every member."""
    raise NotImplementedError
