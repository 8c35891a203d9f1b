"""Who may propose, answer and change an agenda item, and in which state of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import AgendaItem, Alliance, Meeting
from alliances.permissions.meetings import (
    check_open,
    check_open_agenda,
    check_runs,
    is_member,
    own_members,
    runs,
    runs_alliance,
)
from alliances.states import ITEM_MOVES, ItemSource, ItemState, MeetingState, MotionState
from members.models import Organisation
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move
from workflow.templatetags.workflow import cn_date

#: Put on the agenda by the system; it takes them away again by itself.
CARRIED_SOURCES = (ItemSource.LAST_RESULTS, ItemSource.OVERDUE_DUTY)


def runs_item(by, item: AgendaItem) -> bool:
    """Whether `by` answers for `item`: runs its meeting, or what waits in its alliance."""
    return runs(by, item.meeting) if item.meeting else runs_alliance(by, item.alliance)


def check_can_propose_item(
    by, alliance: Alliance, proposer: Organisation | None = None, meeting: Meeting | None = None
) -> None:
    """Speakers of any member, people of the host for the host; for `meeting` until its last day for items.

    Those who run the meeting may still propose for it later. Without `proposer`: for anybody at all. The
    clock (`by` None) for the host and for members.
    """
    check_open(alliance)
    if not _may_propose(by, alliance, proposer):
        raise NotPermitted(
            _("议题由 %(alliance)s 的成员单位提出，由本单位的联络员填写。请联系他们。")
            % {"alliance": alliance}
        )
    if meeting is None:
        return
    check_open_agenda(meeting)
    is_closed = meeting.state != MeetingState.CALLED or (
        meeting.closes_on is not None and meeting.closes_on < timezone.localdate()
    )
    if is_closed and not runs(by, meeting):
        day = cn_date(meeting.closes_on) if meeting.closes_on else ""
        raise InvalidTransition(
            _("这次会议的议题已于 %(day)s 截止。请留待下次会议，或联系召集单位。") % {"day": day}
            if day
            else _("这次会议不征集议题。请留待下次会议，或联系召集单位。"),
            field="meeting",
        )


def check_can_accept_item(by, item: AgendaItem) -> None:
    """Proposed → accepted: those who answer for it."""
    _check_runs_item(by, item)
    if item.state == ItemState.SCHEDULED:
        # To accept it again, from an older page or among many, must not take it off its agenda.
        raise InvalidTransition(_("议题已经列入议程，不用再受理。要改期再议的，请在编排议程时移出。"))
    check_move(ITEM_MOVES, item.state, ItemState.ACCEPTED)


def check_can_return_item(by, item: AgendaItem) -> None:
    """Proposed or accepted → returned: those who answer for it; never what the system carried here."""
    _check_runs_item(by, item)
    check_move(ITEM_MOVES, item.state, ItemState.RETURNED)
    _check_not_carried(item)


def check_can_withdraw_item(by, item: AgendaItem) -> None:
    """Proposed or accepted → withdrawn: the proposer's speakers."""
    if by is None or not by.acts_for(item.proposer):
        raise NotPermitted(
            _("只有提出单位 %(organisation)s 可以撤回议题。请联系该单位的联络员。")
            % {"organisation": item.proposer}
        )
    check_open(item.alliance)
    check_move(ITEM_MOVES, item.state, ItemState.WITHDRAWN)
    _check_not_carried(item)


def check_can_revise_item(by, item: AgendaItem) -> None:
    """The proposer's speakers until it is accepted; those who answer for it until it is put to the vote."""
    if not runs_item(by, item):
        if by is None or not by.acts_for(item.proposer):
            raise NotPermitted(
                _("议题由提出单位 %(organisation)s 或召集单位修改。请联系他们。")
                % {"organisation": item.proposer}
            )
        check_open(item.alliance)
        if item.state != ItemState.PROPOSED:
            raise InvalidTransition(
                _("议题为“%(state)s”，提出单位不能再改。请联系召集单位修改。")
                % {"state": item.get_state_display()}
            )
    if item.state not in (ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.SCHEDULED):
        raise InvalidTransition(
            _("议题为“%(state)s”，内容已经固定。如需再议，请提出新的议题。")
            % {"state": item.get_state_display()}
        )
    if item.motions.exclude(state=MotionState.WITHDRAWN).exists():
        raise InvalidTransition(_("议题已交付表决，内容不能再改。如有错误，请先撤销表决。"))


def check_can_add_to_agenda(by, item: AgendaItem, meeting: Meeting | None = None) -> None:
    """Accepted → scheduled: those who run the meeting, while its agenda is open, and the one that it waits for."""
    if meeting is None or item.meeting not in (None, meeting):
        _check_runs_item(by, item)
    if meeting is not None:
        check_runs(by, meeting)
        check_open_agenda(meeting)
    check_move(ITEM_MOVES, item.state, ItemState.SCHEDULED)


def check_can_take_off_agenda(by, item: AgendaItem) -> None:
    """Scheduled → accepted: those who run the meeting, while nothing was put to the vote; never the last results."""
    _check_runs_item(by, item)
    check_move(ITEM_MOVES, item.state, ItemState.ACCEPTED)
    if item.meeting:
        check_open_agenda(item.meeting)
    if item.source == ItemSource.LAST_RESULTS:
        raise InvalidTransition(_("每次会议先通报上次议定事项，这一项不能撤下。可以缩短它的时长。"))
    if item.motions.exclude(state=MotionState.WITHDRAWN).exists():
        raise InvalidTransition(_("议题已交付表决，不能撤下。请先撤销表决，或写明结果。"))


def check_can_note_discussion(by, item: AgendaItem) -> None:
    """Those who run the meeting, from its session until the minutes go round."""
    _check_runs_item(by, item)
    if (
        item.meeting is None
        or item.state not in (ItemState.SCHEDULED, ItemState.CONCLUDED)
        or item.meeting.state not in (MeetingState.IN_SESSION, MeetingState.HELD)
    ):
        raise InvalidTransition(_("讨论要点在开会时和整理纪要时填写。请在会议开始之后填写。"))


def _may_propose(by, alliance: Alliance, proposer: Organisation | None) -> bool:
    is_host = proposer is None or proposer.pk == alliance.host_id
    if is_host and (by is None or by.manages(alliance.host)):
        return True
    if by is None:
        return proposer is not None and is_member(alliance, proposer)
    own = own_members(by, alliance)
    return (own if proposer is None else own.filter(pk=proposer.pk)).exists()


def _check_runs_item(by, item: AgendaItem) -> None:
    if item.meeting:
        check_runs(by, item.meeting)
    elif not runs_alliance(by, item.alliance):
        raise NotPermitted(
            _("议题由召集单位和 %(host)s 的工作人员办理。请联系他们。") % {"host": item.alliance.host}
        )
    check_open(item.alliance)


def _check_not_carried(item: AgendaItem) -> None:
    if item.source in CARRIED_SOURCES:
        raise InvalidTransition(
            _("这个议题由系统列入，不能退回或撤回。议定事项销号或调整时限后，它会自动撤下。")
        )
