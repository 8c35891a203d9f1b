"""Who may say which unit is there, and when."""

from django.utils.translation import gettext as _

from alliances.models import AgendaItem, Attendance, Ballot, Meeting, Motion
from alliances.permissions.meetings import check_open, check_runs, runs
from alliances.states import ItemState, MeetingState, MotionState, Presence
from members.models import Organisation
from workflow.exceptions import InvalidTransition, NotPermitted


def check_can_set_attendance(by, meeting: Meeting) -> None:
    """Those who run it, from the notice until the minutes go round."""
    check_runs(by, meeting)
    _check_state(
        meeting,
        (MeetingState.NOTICED, MeetingState.IN_SESSION, MeetingState.HELD),
        _("会议为“%(state)s”，不能登记到会情况。到会情况从发出会议通知起登记，到印发纪要为止。"),
    )


def check_can_invite_observer(by, meeting: Meeting) -> None:
    """Those who run it, until the session ends."""
    check_runs(by, meeting)
    _check_state(
        meeting,
        (MeetingState.CALLED, MeetingState.PLANNED, MeetingState.NOTICED, MeetingState.IN_SESSION),
        _("会议为“%(state)s”，不能再改列席单位。如有错误，请在纪要中说明。"),
    )


def check_can_drop_observer(by, meeting: Meeting) -> None:
    """As for an invitation."""
    check_can_invite_observer(by, meeting)


def check_can_excuse_unit(by, meeting: Meeting, organisation: Organisation) -> None:
    """The unit's own speakers, between notice and session."""
    _check_speaks(by, organisation)
    check_open(meeting.alliance)
    _check_state(
        meeting,
        (MeetingState.NOTICED,),
        _("会议为“%(state)s”，不能在这里请假。请在会议通知发出之后、开会之前办理，或联系召集单位。"),
    )


def check_can_check_in(by, meeting: Meeting, organisation: Organisation) -> None:
    """The unit's own speakers, while the session goes on and a code is shown in the room."""
    _check_speaks(by, organisation)
    check_open(meeting.alliance)
    _check_state(
        meeting, (MeetingState.IN_SESSION,), _("会议为“%(state)s”，现在不能签到。请在开会时签到。")
    )
    if not meeting.room_code:
        raise InvalidTransition(_("这次会议由工作人员登记到会，不用到会码。请直接告诉会场的工作人员。"))


def check_can_renew_room_code(by, meeting: Meeting) -> None:
    """Those who run it, during the session."""
    check_runs(by, meeting)
    _check_state(
        meeting, (MeetingState.IN_SESSION,), _("会议为“%(state)s”，不能更换到会码。开会时才有到会码。")
    )


def check_can_step_out(by, item: AgendaItem, organisation: Organisation) -> None:
    """Those who run the meeting and the unit's own speakers, while the item is open and the unit has not voted on it."""
    _check_may_step(by, item, organisation)
    there = Attendance.objects.filter(
        meeting=item.meeting,
        organisation=organisation,
        presence__in=[Presence.PRESENT, Presence.REPRESENTED],
    )
    if not there.exists():
        raise InvalidTransition(
            _("%(organisation)s 没有到会，不用登记回避或离席。请先核对到会情况。")
            % {"organisation": organisation}
        )
    if Ballot.objects.filter(
        motion__item=item, motion__state=MotionState.OPEN, organisation=organisation
    ).exists():
        raise InvalidTransition(
            _("%(organisation)s 已在这项表决中投票，不能再登记回避或离席。如有错误，请撤销表决后重新发起。")
            % {"organisation": organisation}
        )


def check_can_step_in(by, item: AgendaItem, organisation: Organisation) -> None:
    """The same people, while the item is open."""
    _check_may_step(by, item, organisation)


def _check_may_step(by, item: AgendaItem, organisation: Organisation) -> None:
    if item.meeting is None or not (runs(by, item.meeting) or (by and by.acts_for(organisation))):
        raise NotPermitted(
            _("回避和离席由 %(organisation)s 的联络员或会议召集单位登记。请联系他们。")
            % {"organisation": organisation}
        )
    check_open(item.alliance)
    _check_state(
        item.meeting,
        (MeetingState.IN_SESSION,),
        _("会议为“%(state)s”，不能登记回避或离席。请在开会时登记。"),
    )
    if item.state != ItemState.SCHEDULED:
        raise InvalidTransition(_("这个议题已有结果，不能再登记回避或离席。请看会议记录。"))
    if Motion.objects.filter(item=item, state__in=[MotionState.COUNTED, MotionState.CLOSED]).exists():
        raise InvalidTransition(_("这个议题已经计票，不能再登记回避或离席。请看表决结果。"))


def _check_speaks(by, organisation: Organisation) -> None:
    if by is None or not by.acts_for(organisation):
        raise NotPermitted(
            _("只有 %(organisation)s 的联络员可以这样做。请由本单位办理，或请召集单位登记。")
            % {"organisation": organisation}
        )


def _check_state(meeting: Meeting, states: tuple[MeetingState, ...], sentence: str) -> None:
    if meeting.state not in states:
        raise InvalidTransition(sentence % {"state": meeting.get_state_display()})
