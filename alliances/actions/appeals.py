"""How the lead unit of a duty asks for help, for another lead or for the district, and gets its answer by a day."""

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.actions.duties import add_partner, give_lead, lock_duty
from alliances.exceptions import AppealWaiting
from alliances.models import Appeal, Duty
from alliances.notifications import duties as notifications
from alliances.permissions import duties as permissions
from alliances.states import APPEAL_MOVES, AppealKind, AppealState
from members.models import Organisation, SpecialDay
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_words


@action
def ask_help(*, duty: Duty, by, addressee: Organisation, reason: str) -> Appeal:
    """The lead unit asks a member or the host to co-operate. Tells it.

    To be answered in the working days of the meeting's own rules. Raises `AppealWaiting`, `BadInput`.
    """
    duty = lock_duty(duty)
    permissions.check_can_ask(by, duty)
    permissions.check_may_hold(duty.decision.alliance, addressee, field="addressee")
    if addressee.pk == duty.lead_id or duty.partners.filter(organisation=addressee).exists():
        raise BadInput(
            _("%(organisation)s 已经在办这件事项。请选择还没有参加的单位。") % {"organisation": addressee},
            field="addressee",
        )
    return _ask(duty, AppealKind.HELP, addressee, by, reason)


@action
def ask_transfer(*, duty: Duty, by, new_lead: Organisation, reason: str) -> Appeal:
    """The lead unit asks that `new_lead` lead from now on. Tells whoever answers: the host of the alliance.

    A host that leads asks the new lead itself: nobody answers his own request.
    """
    duty = lock_duty(duty)
    permissions.check_can_ask(by, duty)
    permissions.check_may_hold(duty.decision.alliance, new_lead, field="new_lead")
    if new_lead.pk == duty.lead_id:
        raise BadInput(
            _("%(lead)s 已经是责任单位。请选择另一个单位。") % {"lead": duty.lead}, field="new_lead"
        )
    host = duty.decision.alliance.host
    addressee = new_lead if host.pk == duty.lead_id else host
    return _ask(duty, AppealKind.TRANSFER, addressee, by, reason, new_lead=new_lead)


@action
def escalate_duty(*, duty: Duty, by, reason: str) -> Appeal:
    """The lead unit asks the district to settle what the street cannot. Tells the district's people."""
    duty = lock_duty(duty)
    permissions.check_can_escalate_duty(by, duty)
    district = Organisation.objects.get(path=duty.decision.alliance.host.district_path)
    return _ask(duty, AppealKind.ESCALATION, district, by, reason)


@action
def answer_appeal(*, appeal: Appeal, by, granted: bool, answer: str) -> Appeal:
    """Waiting → granted or declined, with words. Who acts for the organisation that was asked.

    Granted help makes it a partner, a granted transfer changes the lead (to the host or a community: one
    flow-back). The first answer stands. Tells whoever asked.
    """
    appeal = _locked(appeal)
    permissions.check_can_answer_appeal(by, appeal)
    appeal.answer = read_words(answer, field="answer", label=_("答复"), most=500, required=True)
    target = AppealState.GRANTED if granted else AppealState.DECLINED
    appeal.state = move(APPEAL_MOVES, appeal.state, target)
    appeal.answered_at, appeal.answered_by = timezone.now(), by
    appeal.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    duty = appeal.duty
    if granted and appeal.kind == AppealKind.HELP:
        permissions.check_may_hold(duty.decision.alliance, appeal.addressee, field="granted")
        add_partner(duty, appeal.addressee, actor=by)
    if granted and appeal.kind == AppealKind.TRANSFER:
        # Handed back, if it is that, by whoever asked for it and for that reason.
        flow_back = give_lead(
            duty,
            appeal.new_lead,
            actor=by,
            handed_back_by=appeal.asked_by,
            reason=appeal.reason,
            field="granted",
        )
        if flow_back is None:
            notifications.duty_assigned(duty, by=by, cause=appeal)
    notifications.appeal_answered(appeal, by=by)
    return appeal


@action
def withdraw_appeal(*, appeal: Appeal, by) -> Appeal:
    """Waiting → withdrawn. Who acts for the unit that asked. Tells whoever was asked."""
    appeal = _locked(appeal)
    permissions.check_can_withdraw_appeal(by, appeal)
    appeal.state = move(APPEAL_MOVES, appeal.state, AppealState.WITHDRAWN)
    appeal.save(update_fields=["state"])
    notifications.appeal_withdrawn(appeal, by=by)
    return appeal


def _locked(appeal: Appeal) -> Appeal:
    duty = lock_duty(appeal.duty)
    Appeal.objects.select_for_update().get(pk=appeal.pk)
    appeal = Appeal.objects.select_related(
        "organisation__kind", "addressee__kind", "new_lead__kind", "asked_by"
    ).get(pk=appeal.pk)
    appeal.duty = duty
    return appeal


def _ask(
    duty: Duty,
    kind: AppealKind,
    addressee: Organisation,
    by,
    reason: str,
    *,
    new_lead: Organisation | None = None,
) -> Appeal:
    if duty.appeals.filter(kind=kind, addressee=addressee, state=AppealState.WAITING).exists():
        raise AppealWaiting(
            _("已经向 %(addressee)s 提过这个请求，还在等答复。请等答复，或先撤回原来的请求。")
            % {"addressee": addressee}
        )
    days = duty.decision.item.meeting.rules.duty_answer_days
    appeal = Appeal.objects.create(
        duty=duty,
        kind=kind,
        organisation=duty.lead,
        addressee=addressee,
        new_lead=new_lead,
        reason=read_words(reason, field="reason", label=_("原因"), most=500, required=True),
        answer_by=SpecialDay.objects.calendar().add(timezone.localdate(), days),
        asked_by=by,
    )
    notifications.appeal_made(appeal, by=by)
    return appeal
