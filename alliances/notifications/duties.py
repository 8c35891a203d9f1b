"""Which event of a duty tells whom. Nobody is told of an act of his own."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Appeal, Duty, DutyPartner, DutyReport, FlowBack
from alliances.states import AppealKind, AppealState
from members.models import Organisation, User
from members.notifications import notify, register, speakers

DUTY_ASSIGNED = register(
    "duty_assigned", _("%(decision)s：由 %(organisation)s 牵头办理“%(duty)s”，%(day)s 前办结。")
)
DUTY_PARTNERED = register("duty_partnered", _("请 %(organisation)s 配合 %(lead)s 办理“%(duty)s”。"))
DUTY_EXTENDED = register("duty_extended", _("“%(duty)s”的时限改为 %(day)s。原因：%(reason)s"))
DUTY_PROGRESSED = register("duty_progressed", _("%(organisation)s 报告了“%(duty)s”的进展。"))
DUTY_REPORTED = register("duty_reported", _("%(organisation)s 报告“%(duty)s”已办结，请核对后销号。"))
DUTY_FINISHED = register("duty_finished", _("“%(duty)s”已销号。"))
DUTY_REOPENED = register(
    "duty_reopened", _("“%(duty)s”还没有办结，请 %(organisation)s 继续办理。原因：%(reason)s")
)
DUTY_DROPPED = register("duty_dropped", _("“%(duty)s”已终止，不用再办。原因：%(reason)s"))
DUTY_HANDED_BACK = register(
    "duty_handed_back", _("%(organisation)s 把“%(duty)s”退回给 %(to)s。原因：%(reason)s")
)
DUTY_LEFT = register("duty_left", _("“%(duty)s”改由 %(organisation)s 牵头。原因：%(reason)s"))
HELP_ASKED = register("help_asked", _("%(organisation)s 请求协助办理“%(duty)s”，请在 %(day)s 前答复。"))
TRANSFER_ASKED = register("transfer_asked", _("%(organisation)s 请求转交“%(duty)s”，请在 %(day)s 前答复。"))
ESCALATION_ASKED = register(
    "escalation_asked", _("%(organisation)s 提请区里协调“%(duty)s”，请在 %(day)s 前答复。")
)
APPEAL_GRANTED = register(
    "appeal_granted", _("%(organisation)s 同意了关于“%(duty)s”的请求。答复：%(answer)s")
)
APPEAL_DECLINED = register(
    "appeal_declined", _("%(organisation)s 没有同意关于“%(duty)s”的请求。答复：%(answer)s")
)
APPEAL_WITHDRAWN = register(
    "appeal_withdrawn", _("%(organisation)s 撤回了关于“%(duty)s”的请求，不用再答复。")
)

_ASKED = {
    AppealKind.HELP: HELP_ASKED,
    AppealKind.TRANSFER: TRANSFER_ASKED,
    AppealKind.ESCALATION: ESCALATION_ASKED,
}


def duty_assigned(duty: Duty, *, by: User, cause: Appeal | None = None, on: date | None = None) -> None:
    """Tells the lead unit. `cause` or the day `on` tell one time from another: a unit may get a duty again."""
    params = {"decision": duty.decision, "organisation": duty.lead, "duty": duty, "day": duty.due_on}
    _tell(DUTY_ASSIGNED, cause or duty, duty, [duty.lead], by, due=on, **params)


def duty_partnered(partner: DutyPartner, *, by: User) -> None:
    """Tells the unit that is to help."""
    duty = partner.duty
    params = {"organisation": partner.organisation, "lead": duty.lead, "duty": duty}
    _tell(DUTY_PARTNERED, partner, duty, [partner.organisation], by, **params)


def duty_extended(duty: Duty, *, by: User, reason: str) -> None:
    """Tells lead and partners, once for every day that is set."""
    params = {"duty": duty, "day": duty.due_on, "reason": reason}
    _tell(DUTY_EXTENDED, duty, duty, _units(duty), by, due=duty.due_on, **params)


def progress_reported(report: DutyReport, *, by: User) -> None:
    """A final report tells those who run the meeting, a partner's report the lead unit."""
    duty = report.duty
    params = {"organisation": report.organisation, "duty": duty}
    if report.is_final:
        _tell(DUTY_REPORTED, report, duty, _runners(duty), by, **params)
    elif report.organisation_id != duty.lead_id:
        _tell(DUTY_PROGRESSED, report, duty, [duty.lead], by, **params)


def duty_finished(duty: Duty, *, by: User) -> None:
    """Tells lead and partners."""
    _tell(DUTY_FINISHED, duty, duty, _units(duty), by, duty=duty)


def duty_reopened(duty: Duty, report: DutyReport | None, *, by: User, reason: str) -> None:
    """Tells the lead unit; `report` is the one that was not accepted, so that every one has its answer."""
    params = {"duty": duty, "organisation": duty.lead, "reason": reason}
    _tell(DUTY_REOPENED, report or duty, duty, [duty.lead], by, **params)


def duty_dropped(duty: Duty, *, by: User, reason: str) -> None:
    """Tells lead and partners."""
    _tell(DUTY_DROPPED, duty, duty, _units(duty), by, duty=duty, reason=reason)


def duty_left(duty: Duty, before: Organisation, *, by: User, reason: str) -> None:
    """Tells the unit that led the duty until now; its new lead has `duty_assigned`."""
    params = {"duty": duty, "organisation": duty.lead, "reason": reason}
    _tell(DUTY_LEFT, duty, duty, [before], by, due=timezone.localdate(), **params)


def duty_handed_back(flow_back: FlowBack, *, by: User) -> None:
    """Tells whoever has it now, and those who run the meeting."""
    duty = flow_back.duty
    params = {
        "organisation": flow_back.organisation,
        "duty": duty,
        "to": flow_back.to,
        "reason": flow_back.reason,
    }
    _tell(DUTY_HANDED_BACK, flow_back, duty, [flow_back.to, *_runners(duty)], by, **params)


def appeal_made(appeal: Appeal, *, by: User) -> None:
    """Tells whoever is to answer."""
    duty = appeal.duty
    params = {"organisation": appeal.organisation, "duty": duty, "day": appeal.answer_by}
    _tell(_ASKED[AppealKind(appeal.kind)], appeal, duty, [appeal.addressee], by, **params)


def appeal_answered(appeal: Appeal, *, by: User) -> None:
    """Tells whoever asked; the district's word also reaches those who run the meeting."""
    duty = appeal.duty
    kind = APPEAL_GRANTED if appeal.state == AppealState.GRANTED else APPEAL_DECLINED
    others = _runners(duty) if appeal.kind == AppealKind.ESCALATION else []
    params = {"organisation": appeal.addressee, "duty": duty, "answer": appeal.answer}
    _tell(kind, appeal, duty, [appeal.organisation, *others], by, **params)


def appeal_withdrawn(appeal: Appeal, *, by: User) -> None:
    """Tells whoever was asked."""
    params = {"organisation": appeal.organisation, "duty": appeal.duty}
    _tell(APPEAL_WITHDRAWN, appeal, appeal.duty, [appeal.addressee], by, **params)


def _units(duty: Duty) -> list[Organisation]:
    rows = duty.partners.select_related("organisation__kind")
    return [duty.lead, *(row.organisation for row in rows)]


def _runners(duty: Duty) -> list[Organisation]:
    """The host, and the unit that convened the meeting."""
    return [duty.decision.alliance.host, duty.decision.item.meeting.convener]


def _tell(
    kind: str,
    cause,
    about: Duty,
    organisations: list[Organisation],
    by: User,
    /,
    *,
    due=None,
    **params: object,
) -> None:
    """Tell the speakers of `organisations` about `cause`; the message leads to the page of the duty `about`."""
    people = {
        person.pk: person
        for organisation in {one.pk: one for one in organisations}.values()
        for person in speakers(organisation)
        if person.pk != by.pk
    }
    notify(kind, cause, people.values(), due=due, url=about.get_absolute_url(), **params)
