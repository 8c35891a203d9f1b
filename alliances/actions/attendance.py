"""Which unit is there, excused, absent or represented; who attends without a vote; who keeps out of an item.

Nothing here stores a moment, a place or a device.
"""

from collections.abc import Sequence

from alliances.models import AgendaItem, Attendance, Meeting, StepOut
from alliances.states import Presence, StepOutKind
from members.models import Organisation
from workflow.actions import action


@action
def set_attendance(
    *, meeting: Meeting, by, rows: Sequence[tuple[int, Presence, int | None, str]]
) -> list[Attendance]:
    """The whole page at once: (organisation, presence, represented by, attendee); those who run it.

    From the notice until the minutes go round; before the session nobody is present yet. Raises `BadInput`
    for a unit that is not due, for a proxy that the rules do not know or that is not there, and for a unit
    that has voted and is to be absent.
    """
    raise NotImplementedError


@action
def invite_observer(*, meeting: Meeting, organisation: Organisation, by) -> Attendance:
    """列席: `organisation` of the same district comes without a vote; those who run it, until the session ends."""
    raise NotImplementedError


@action
def drop_observer(*, meeting: Meeting, organisation: Organisation, by) -> None:
    """`organisation` does not attend without a vote after all; the same people."""
    raise NotImplementedError


@action
def excuse_unit(
    *, meeting: Meeting, organisation: Organisation, by, represented_by: Organisation | None = None
) -> Attendance:
    """The unit's own speakers say before the session that it cannot come, or who stands for it. Tells the convener."""
    raise NotImplementedError


@action
def check_in(*, meeting: Meeting, organisation: Organisation, code: str, by) -> Attendance:
    """The unit's own speakers type the code shown in the room: present. Eight wrong codes of a person are the last."""
    raise NotImplementedError


@action
def renew_room_code(*, meeting: Meeting, by) -> Meeting:
    """Another code in the room, or the first one; those who run it, during the session."""
    raise NotImplementedError


@action
def step_out(*, item: AgendaItem, organisation: Organisation, kind: StepOutKind, by) -> StepOut:
    """The unit takes no part in `item`; those who run the meeting and the unit's speakers, before it has voted."""
    raise NotImplementedError


@action
def step_in(*, item: AgendaItem, organisation: Organisation, by) -> None:
    """The unit takes part in `item` again; the same people."""
    raise NotImplementedError
