"""How a duty (议定事项) comes about, is worked on, and is ticked off or given to another unit.

Lock order: duty → appeal. Whoever runs the meeting sets, moves and closes a duty; the lead unit reports.
"""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Appeal, Decision, Duty, DutyPartner, DutyReport, FlowBack
from alliances.notifications import duties as notifications
from alliances.permissions import duties as permissions
from alliances.states import APPEAL_MOVES, DUTY_MOVES, AppealState, DutyState
from members.models import Organisation
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.templatetags.workflow import cn_date
from workflow.text import read_reason, read_words


@action
def add_duty(
    *,
    decision: Decision,
    by,
    lead: Organisation,
    title: str,
    done_means: str,
    due_on: date,
    review_on: date | None = None,
    partners: Iterable[Organisation] = (),
) -> Duty:
    """A new duty of `decision`, ongoing, led by `lead`. Who runs the meeting, as long as the decision stands.

    Also after the minutes have gone round: what is decided often shows later who has to do what. Lead and
    partners host the alliance or belong to it. Tells them. Raises `BadInput`, `InvalidTransition`, `NotPermitted`.
    """
    Decision.objects.select_for_update().get(pk=decision.pk)
    decision = Decision.objects.select_related("alliance__host__kind", "item__meeting__convener__kind").get(
        pk=decision.pk
    )
    permissions.check_can_add_duty(by, decision)
    permissions.check_may_hold(decision.alliance, lead, field="lead")
    helpers = {one.pk: one for one in partners}
    if lead.pk in helpers:
        raise BadInput(
            _("%(lead)s 是责任单位，不用再列为配合单位。请去掉其中一个。") % {"lead": lead},
            field="partners",
        )
    for one in helpers.values():
        permissions.check_may_hold(decision.alliance, one, field="partners")
    _check_days(due_on, review_on)
    duty = Duty(decision=decision, lead=lead, due_on=due_on, review_on=review_on)
    duty.title = _read(title, Duty, "title")
    duty.done_means = _read(done_means, Duty, "done_means")
    duty.save()
    notifications.duty_assigned(duty, by=by)
    for one in helpers.values():
        add_partner(duty, one, actor=by)
    return duty


@action
def extend_duty(*, duty: Duty, by, due_on: date, reason: str) -> Duty:
    """A later day for an ongoing duty. Who runs the meeting, with a reason. Tells lead and partners.

    A review that would lie before the new day moves to it.
    """
    duty = lock_duty(duty)
    permissions.check_can_extend_duty(by, duty)
    reason = read_reason(reason, most=200)
    if due_on <= duty.due_on:
        raise BadInput(
            _("新的时限要晚于现在的 %(day)s。请改为更晚的日期。") % {"day": cn_date(duty.due_on)},
            field="due_on",
        )
    _check_days(due_on, None)
    duty.due_on = due_on
    if duty.review_on:
        duty.review_on = max(duty.review_on, due_on)
    duty.save(update_fields=["due_on", "review_on"])
    notifications.duty_extended(duty, by=by, reason=reason)
    return duty


@action
def report_progress(
    *, duty: Duty, organisation: Organisation, by, text: str, is_final: bool = False
) -> DutyReport:
    """What `organisation`, lead or partner, says of the work. Who acts for it, while the duty is ongoing.

    `is_final` (the lead alone): ongoing → reported, and requests that still wait are withdrawn. Tells those
    who run the meeting; a partner's report tells the lead.
    """
    duty = lock_duty(duty)
    permissions.check_can_report_progress(by, duty, organisation)
    if is_final:
        permissions.check_can_report_final(by, duty)
        if organisation.pk != duty.lead_id:
            raise BadInput(
                _("办结由责任单位 %(lead)s 报告。请去掉“已经办结”，只报告进展。") % {"lead": duty.lead},
                field="is_final",
            )
    report = DutyReport.objects.create(
        duty=duty,
        organisation=organisation,
        text=_read(text, DutyReport, "text"),
        is_final=is_final,
        reported_by=by,
    )
    if is_final:
        duty.state = move(DUTY_MOVES, duty.state, DutyState.REPORTED)
        duty.reported_on = timezone.localdate()
        duty.save(update_fields=["state", "reported_on"])
        withdraw_waiting(duty, actor=by)
    notifications.progress_reported(report, by=by)
    return report


@action
def finish_duty(*, duty: Duty, by, note: str = "") -> Duty:
    """Reported → done (销号). Who runs the meeting. Tells lead and partners."""
    duty = lock_duty(duty)
    permissions.check_can_finish_duty(by, duty)
    duty.state = move(DUTY_MOVES, duty.state, DutyState.DONE)
    duty.closed_on, duty.close_note = timezone.localdate(), _read(note, Duty, "close_note", required=False)
    duty.save(update_fields=["state", "closed_on", "close_note"])
    notifications.duty_finished(duty, by=by)
    return duty


@action
def reopen_duty(*, duty: Duty, by, reason: str) -> Duty:
    """Reported → ongoing: what finished means is not reached yet. Who runs the meeting. Tells the lead."""
    duty = lock_duty(duty)
    permissions.check_can_reopen_duty(by, duty)
    reason = read_reason(reason, most=200)
    duty.state = move(DUTY_MOVES, duty.state, DutyState.ONGOING)
    duty.reported_on = None
    duty.save(update_fields=["state", "reported_on"])
    report = duty.reports.filter(is_final=True).first()
    notifications.duty_reopened(duty, report, by=by, reason=reason)
    return duty


@action
def drop_duty(*, duty: Duty, by, reason: str) -> Duty:
    """Ongoing → dropped: nobody has to do it any more. Who runs the meeting. Tells lead and partners."""
    duty = lock_duty(duty)
    permissions.check_can_drop_duty(by, duty)
    duty.close_note = read_reason(reason, most=200)
    duty.state = move(DUTY_MOVES, duty.state, DutyState.DROPPED)
    duty.closed_on = timezone.localdate()
    duty.save(update_fields=["state", "closed_on", "close_note"])
    withdraw_waiting(duty, actor=by)
    notifications.duty_dropped(duty, by=by, reason=duty.close_note)
    return duty


@action
def reassign_duty(*, duty: Duty, by, lead: Organisation, reason: str) -> Duty:
    """Another lead for an ongoing duty, as when the unit has left the alliance. Who runs the meeting.

    Tells both units. To the host or a community it is a flow-back like every other one.
    """
    duty = lock_duty(duty)
    permissions.check_can_reassign_duty(by, duty)
    reason = read_reason(reason, most=500)
    before = duty.lead
    flow_back = give_lead(duty, lead, actor=by, handed_back_by=by, reason=reason, field="lead")
    notifications.duty_left(duty, before, by=by, reason=reason)
    if flow_back is None:
        notifications.duty_assigned(duty, by=by, on=timezone.localdate())
    return duty


@action
def hand_back_duty(*, duty: Duty, by, to: Organisation, reason: str) -> FlowBack:
    """The lead unit gives an ongoing duty to the alliance's host or to a community (责任回流), which leads it now.

    Who acts for the lead unit. The reason is asked for and counted with the flow-back. Tells both.
    """
    duty = lock_duty(duty)
    permissions.check_can_hand_back_duty(by, duty)
    reason = read_reason(reason, most=500)
    if not permissions.takes_back(duty.decision.alliance, to):
        raise BadInput(_("只能退回给主办组织或社区。要交给其他单位，请改用“请求转交”。"), field="to")
    flow_back = give_lead(duty, to, actor=by, handed_back_by=by, reason=reason, field="to")
    assert flow_back is not None  # noqa: S101 - `takes_back` was asked above
    return flow_back


# --- Shared with appeals --------------------------------------------------------------------------
def lock_duty(duty: Duty) -> Duty:
    """The row, locked, then read with its parties: joined at once, a row whose lead just changed would be missed."""
    Duty.objects.select_for_update().get(pk=duty.pk)
    return Duty.objects.with_parties().get(pk=duty.pk)


def add_partner(duty: Duty, organisation: Organisation, *, actor) -> None:
    """`organisation` co-operates from now on; told once. The duty is locked or new."""
    partner, is_new = DutyPartner.objects.get_or_create(duty=duty, organisation=organisation)
    if is_new:
        notifications.duty_partnered(partner, by=actor)


def give_lead(
    duty: Duty, to: Organisation, *, actor, handed_back_by, reason: str, field: str
) -> FlowBack | None:
    """`to` leads the locked duty; requests of the unit before are withdrawn. The flow-back row, when it is one.

    A flow-back tells whoever has the duty now. Raises `BadInput` at `field`.
    """
    if to.pk == duty.lead_id:
        raise BadInput(_("%(lead)s 已经是责任单位。请选择另一个单位。") % {"lead": duty.lead}, field=field)
    permissions.check_may_hold(duty.decision.alliance, to, field=field)
    before, duty.lead = duty.lead, to
    duty.save(update_fields=["lead"])
    duty.partners.filter(organisation=to).delete()
    withdraw_waiting(duty, actor=actor)
    if not permissions.takes_back(duty.decision.alliance, to):
        return None
    flow_back = FlowBack.objects.create(
        duty=duty, organisation=before, to=to, reason=reason, handed_back_by=handed_back_by
    )
    notifications.duty_handed_back(flow_back, by=actor)
    return flow_back


def withdraw_waiting(duty: Duty, *, actor) -> None:
    """Waiting → withdrawn for every request about the locked duty: its cause is gone. Tells those asked."""
    for appeal in Appeal.objects.select_for_update().filter(duty=duty, state=AppealState.WAITING):
        appeal.duty = duty
        appeal.state = move(APPEAL_MOVES, appeal.state, AppealState.WITHDRAWN)
        appeal.save(update_fields=["state"])
        notifications.appeal_withdrawn(appeal, by=actor)


def _check_days(due_on: date, review_on: date | None) -> None:
    if due_on < timezone.localdate():
        raise BadInput(_("时限已经过了。请改为今天或以后的日期。"), field="due_on")
    if review_on and review_on < due_on:
        raise BadInput(
            _("回访日期不能早于时限 %(day)s。请改为这一天或之后。") % {"day": cn_date(due_on)},
            field="review_on",
        )


def _read(text: str, model, name: str, *, required: bool = True) -> str:
    """`text` as the column `name` of `model` takes it; raises `BadInput` with the column's own word."""
    column = model._meta.get_field(name)
    return read_words(
        text,
        # The note at the end is asked for as such; every other column bears its own name at the doors.
        field="note" if name == "close_note" else name,
        label=str(column.verbose_name),
        most=column.max_length,
        required=required,
    )
