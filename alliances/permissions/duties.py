"""Who may do what with a duty (议定事项) and with the requests about it, and in which state of them.

Who runs the meeting that decided it looks after a duty; the lead unit works on it and speaks for itself.
"""

from django.utils.translation import gettext as _

from alliances.models import Alliance, Appeal, Decision, Duty, Meeting
from alliances.permissions.meetings import check_open, check_runs, is_member, runs
from alliances.states import APPEAL_MOVES, DUTY_MOVES, AppealState, DutyState
from members.models import Organisation
from members.states import Level
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted
from workflow.moves import check_move


def runs_duty(by, duty: Duty) -> bool:
    """Whether `by` runs the meeting that decided the duty: looks after the host, or acts for the convener."""
    return runs(by, _meeting(duty.decision))


# --- Who runs the meeting -------------------------------------------------------------------------
def check_can_add_duty(by, decision: Decision) -> None:
    """Who runs the meeting, as long as the decision stands: when the minutes are written, or later."""
    check_runs(by, _meeting(decision))
    if Decision.objects.filter(supersedes=decision).exists():
        raise InvalidTransition(
            _("%(decision)s 已被新的决议取代，不能再立事项。请在新的决议下设立。") % {"decision": decision}
        )


def check_can_extend_duty(by, duty: Duty) -> None:
    """Who runs the meeting, while the duty is worked on."""
    check_runs(by, _meeting(duty.decision))
    _check_ongoing(duty)


def check_can_reassign_duty(by, duty: Duty) -> None:
    """Who runs the meeting, while the duty is worked on."""
    check_can_extend_duty(by, duty)


def check_can_drop_duty(by, duty: Duty) -> None:
    """Who runs the meeting, while the duty is worked on."""
    check_can_extend_duty(by, duty)


def check_can_finish_duty(by, duty: Duty) -> None:
    """Who runs the meeting, once the lead unit has reported the duty as done."""
    check_runs(by, _meeting(duty.decision))
    if duty.state == DutyState.ONGOING:
        raise InvalidTransition(_("责任单位还没有报告办结，不能销号。请先由责任单位报告办结。"))
    check_move(DUTY_MOVES, duty.state, DutyState.DONE)


def check_can_reopen_duty(by, duty: Duty) -> None:
    """Who runs the meeting, once the lead unit has reported the duty as done."""
    check_runs(by, _meeting(duty.decision))
    check_move(DUTY_MOVES, duty.state, DutyState.ONGOING)


# --- The units that work on it --------------------------------------------------------------------
def check_can_report_progress(by, duty: Duty, organisation: Organisation) -> None:
    """Who acts for the lead unit or a co-operating one, while the duty is worked on."""
    if organisation.pk != duty.lead_id and not duty.partners.filter(organisation=organisation).exists():
        raise NotPermitted(
            _("%(organisation)s 既不是责任单位，也不是配合单位，不能报告进展。请由这些单位的联络员报告。")
            % {"organisation": organisation}
        )
    _check_acts_for(by, organisation)
    _check_ongoing(duty)


def check_can_report_final(by, duty: Duty) -> None:
    """Who acts for the lead unit, while the duty is worked on."""
    _check_acts_for(by, duty.lead)
    _check_ongoing(duty)


def check_can_hand_back_duty(by, duty: Duty) -> None:
    """Who acts for the lead unit, while the duty is worked on; the host has nobody to hand it back to."""
    check_can_report_final(by, duty)
    if duty.lead_id == duty.decision.alliance.host_id:
        raise InvalidTransition(
            _("这件事项由主办组织自己牵头，不能再退回。要交给其他单位，请改用“改由其他单位牵头”。")
        )


def check_can_ask(by, duty: Duty) -> None:
    """Help or a transfer: who acts for the lead unit, while the duty is worked on."""
    check_can_report_final(by, duty)


def check_can_escalate_duty(by, duty: Duty) -> None:
    """As for a request; a district that leads the duty itself has nobody above."""
    check_can_ask(by, duty)
    if duty.lead.path == duty.decision.alliance.host.district_path:
        raise InvalidTransition(_("这件事项由区里自己牵头，没有更上一级可以提请。请直接办理或请求协助。"))


# --- Requests -------------------------------------------------------------------------------------
def check_can_answer_appeal(by, appeal: Appeal) -> None:
    """Who acts for the organisation that was asked, while the request waits."""
    _check_acts_for(by, appeal.addressee)
    check_move(APPEAL_MOVES, appeal.state, AppealState.GRANTED)
    _check_ongoing(appeal.duty)


def check_can_withdraw_appeal(by, appeal: Appeal) -> None:
    """Who acts for the organisation that asked, while the request waits."""
    _check_acts_for(by, appeal.organisation)
    check_move(APPEAL_MOVES, appeal.state, AppealState.WITHDRAWN)


# --- Whom a duty may name -------------------------------------------------------------------------
def check_may_hold(alliance: Alliance, organisation: Organisation, *, field: str) -> None:
    """Raise `BadInput` at `field` unless the organisation is open, and hosts the alliance or belongs to it today."""
    if organisation.closed_on:
        raise BadInput(
            _("%(organisation)s 已终止，不能承担议定事项。请选择仍在运行的单位。")
            % {"organisation": organisation},
            field=field,
        )
    if organisation.pk == alliance.host_id:
        return
    if not is_member(alliance, organisation):
        raise BadInput(
            _("%(organisation)s 目前不是%(alliance)s的成员。请从成员单位中选择。")
            % {"organisation": organisation, "alliance": alliance},
            field=field,
        )


def takes_back(alliance: Alliance, organisation: Organisation) -> bool:
    """Whether a duty that comes to this organisation flows back: the host of the alliance, or a community."""
    return organisation.pk == alliance.host_id or organisation.level == Level.COMMUNITY


# --- What the checks above share ------------------------------------------------------------------
def _meeting(decision: Decision) -> Meeting:
    """The meeting that decided, with the alliance that is loaded already."""
    meeting = decision.item.meeting
    meeting.alliance = decision.alliance
    return meeting


def _check_acts_for(by, organisation: Organisation) -> None:
    if by is None or not by.acts_for(organisation):
        raise NotPermitted(
            _("只有 %(organisation)s 自己的人员可以这样做。请由该单位的联络员办理。")
            % {"organisation": organisation}
        )


def _check_ongoing(duty: Duty) -> None:
    check_open(duty.decision.alliance)
    if duty.state != DutyState.ONGOING:
        raise InvalidTransition(
            _("“%(duty)s”当前为“%(state)s”，只有办理中的事项可以这样做。请刷新页面后查看下一步。")
            % {"duty": duty, "state": duty.get_state_display()}
        )
