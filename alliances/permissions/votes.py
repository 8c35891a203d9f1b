"""Who may do what with votes, minority opinions and conclusions, and in which state of them."""

from django.utils.translation import gettext as _

from alliances.models import AgendaItem, Attendance, Membership, Motion, Opinion, StepOut
from alliances.permissions.meetings import check_runs, runs
from alliances.states import (
    MOTION_MOVES,
    ItemSource,
    ItemState,
    MeetingState,
    MotionForm,
    MotionState,
    Presence,
    StepOutKind,
)
from members.models import Organisation
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move

#: While the meeting is in one of these, the record of its items is still being written.
RECORDED_STATES = (MeetingState.IN_SESSION, MeetingState.HELD)
OPINION_STATES = (*RECORDED_STATES, MeetingState.CONFIRMING)


# --- Motions --------------------------------------------------------------------------------------
def check_can_open_motion(by, item: AgendaItem) -> None:
    """Who runs the meeting, in session and of a kind that decides; the item undecided and not yet voted on."""
    _check_runs(by, item)
    if not item.meeting.kind.decides:
        raise InvalidTransition(
            _("%(kind)s只记录意见，不表决。需要表决的，请提交党建联席会议。") % {"kind": item.meeting.kind}
        )
    if item.source == ItemSource.LAST_RESULTS:
        raise InvalidTransition(_("上次议定事项的通报不用表决。请直接记为“已通报”。"))
    _check_in_session(item)
    if item.state != ItemState.SCHEDULED:
        raise InvalidTransition(_("这条议题已审议完毕，不能再表决。需要再议的，请作为新议题提出。"))
    standing = standing_motion(item)
    if standing and standing.state == MotionState.CLOSED:
        raise InvalidTransition(_("这条议题已表决过，结果不变。请按表决结果作结论。"))
    if standing:
        raise InvalidTransition(_("这条议题正在表决。请先结束或撤销这次表决。"))


def check_can_cast_ballot(by, motion: Motion, speaker: Organisation) -> None:
    """Who acts for `speaker`, the unit itself or the one that represents it; who runs the meeting, for all."""
    if not (runs(by, motion.item.meeting) or (by is not None and by.acts_for(speaker))):
        raise NotPermitted(
            _("只有 %(organisation)s 的联络员和会议记录人可以填写这一票。请联系他们。")
            % {"organisation": speaker}
        )
    if motion.form == MotionForm.PAPER:
        raise InvalidTransition(_("这是无记名票决，不在系统里投票。请在会场填写纸质票。"))
    _check_motion_open(motion)
    _check_in_session(motion.item)


def check_can_close_motion(by, motion: Motion) -> None:
    """Who runs the meeting, while an open vote runs; a paper one closes with its confirmation."""
    _check_runs(by, motion.item)
    check_move(MOTION_MOVES, motion.state, MotionState.CLOSED)
    if motion.form == MotionForm.PAPER:
        raise InvalidTransition(_("无记名票决要先录入票数，再由另一人复核。请先录入票数。"))


def check_can_withdraw_motion(by, motion: Motion) -> None:
    """Who runs the meeting, while the vote runs."""
    _check_runs(by, motion.item)
    if motion.state == MotionState.COUNTED:
        raise InvalidTransition(_("票数已录入，等另一人复核。需要撤销的，请先退回重新计票。"))
    check_move(MOTION_MOVES, motion.state, MotionState.WITHDRAWN)


def check_can_count_paper_vote(by, motion: Motion) -> None:
    """Who runs the meeting, while a vote on paper runs."""
    _check_runs(by, motion.item)
    if motion.form != MotionForm.PAPER:
        raise InvalidTransition(
            _("这是记名表决，由各单位逐一投票，不录入总票数。请在表决页面登记各单位的意见。")
        )
    check_move(MOTION_MOVES, motion.state, MotionState.COUNTED)


def check_can_confirm_paper_vote(by, motion: Motion) -> None:
    """Another person than the one who counted: who runs the meeting, or speaks for a member that is there."""
    _check_at_the_count(by, motion)
    if motion.form != MotionForm.PAPER:
        raise InvalidTransition(_("这是记名表决，不用复核票数。请直接结束表决。"))
    _check_counted(motion)
    if motion.counted_by_id == by.pk:
        raise NotPermitted(_("票数是您录入的，要由另一人复核。请会议的另一名工作人员或到会单位来复核。"))


def check_can_return_paper_count(by, motion: Motion) -> None:
    """Who may confirm, and whoever typed the totals and finds them wrong."""
    _check_at_the_count(by, motion)
    _check_counted(motion)


def standing_motion(item: AgendaItem) -> Motion | None:
    """The vote on `item` that was not withdrawn; no query when its motions are at hand."""
    return next((one for one in item.motions.all() if one.state != MotionState.WITHDRAWN), None)


# --- Opinions and conclusions ---------------------------------------------------------------------
def check_can_record_opinion(by, item: AgendaItem, organisation: Organisation) -> None:
    """Who speaks for a member that took part in the item, or runs the meeting; until the meeting is closed."""
    _check_speaks(by, item, organisation)
    _check_opinion_time(item)
    members = Membership.objects.current(item.meeting.held_on)
    if not members.filter(alliance=item.alliance_id, organisation=organisation).exists():
        raise NotPermitted(
            _("%(organisation)s 在会议当天不是联盟成员，不能记少数意见。请选择成员单位。")
            % {"organisation": organisation}
        )
    if StepOut.objects.filter(item=item, organisation=organisation, kind=StepOutKind.RECUSED).exists():
        raise NotPermitted(
            _("%(organisation)s 回避了这条议题，不参加审议，也不记意见。请选择其他单位。")
            % {"organisation": organisation}
        )


def check_can_revise_opinion(by, opinion: Opinion) -> None:
    """As for a new one."""
    _check_speaks(by, opinion.item, opinion.organisation)
    _check_opinion_time(opinion.item)


def check_can_conclude_item(by, item: AgendaItem) -> None:
    """Who runs the meeting, in session or held, while the item has no outcome and no vote on it runs."""
    _check_runs(by, item)
    if item.state == ItemState.CONCLUDED:
        raise InvalidTransition(
            _("这条议题已有结论“%(outcome)s”，不能再改。需要再议的，请作为新议题提出。")
            % {"outcome": item.get_outcome_display()}
        )
    if item.state != ItemState.SCHEDULED or item.meeting.state not in RECORDED_STATES:
        raise InvalidTransition(_("会议开始后才能作结论。请先开始会议。"))
    standing = standing_motion(item)
    if standing and standing.state != MotionState.CLOSED:
        raise InvalidTransition(_("这条议题正在表决。请先结束或撤销表决，再作结论。"))


def _check_runs(by, item: AgendaItem) -> None:
    if item.meeting is None:
        raise InvalidTransition(_("这条议题还没有列入会议议程。请先列入议程。"))
    check_runs(by, item.meeting)


def _check_in_session(item: AgendaItem) -> None:
    if item.meeting.state != MeetingState.IN_SESSION:
        raise InvalidTransition(
            _("会议当前为“%(state)s”，开会中才能表决。请在会议进行时办理。")
            % {"state": item.meeting.get_state_display()}
        )


def _check_motion_open(motion: Motion) -> None:
    if motion.state != MotionState.OPEN:
        raise InvalidTransition(
            _("这次表决当前为“%(state)s”，不能再投票。请刷新页面查看结果。")
            % {"state": motion.get_state_display()}
        )


def _check_counted(motion: Motion) -> None:
    if motion.state != MotionState.COUNTED:
        raise InvalidTransition(_("现在没有等待复核的票数。请刷新页面，查看表决的最新状态。"))


def _check_at_the_count(by, motion: Motion) -> None:
    meeting = motion.item.meeting
    if runs(by, meeting):
        return
    there = Attendance.objects.filter(meeting=meeting, has_vote=True, presence=Presence.PRESENT)
    if (
        by is None
        or not there.filter(by.acting("organisation__path", "organisation__kind__level")).exists()
    ):
        raise NotPermitted(_("只有会议工作人员和到会单位的联络员可以复核票数。请联系他们。"))


def _check_speaks(by, item: AgendaItem, organisation: Organisation) -> None:
    if item.meeting is None or item.meeting.state not in (*OPINION_STATES, MeetingState.CLOSED):
        raise InvalidTransition(_("会议开始后才能记少数意见。请在会议进行时或会后填写。"))
    if not (by is not None and by.acts_for(organisation)) and not runs(by, item.meeting):
        raise NotPermitted(
            _("只有 %(organisation)s 的联络员和会议记录人可以记它的少数意见。请联系他们。")
            % {"organisation": organisation}
        )


def _check_opinion_time(item: AgendaItem) -> None:
    if item.meeting.state == MeetingState.CLOSED:
        raise InvalidTransition(_("会议已归档，少数意见不能再增改。需要再议的，请作为新议题提出。"))
    if item.state not in (ItemState.SCHEDULED, ItemState.CONCLUDED):
        raise InvalidTransition(_("这条议题不在会议议程上。请选择议程上的议题。"))
