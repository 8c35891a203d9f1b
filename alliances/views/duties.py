"""Pages of duties: which there are, the work page of one with its requests, and the form of a new one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliances import actions
from alliances.filters.duties import DutyFilter
from alliances.forms import duties as forms
from alliances.models import Alliance, Appeal, Decision, Duty
from alliances.permissions import alliances_of
from alliances.permissions import duties as permissions
from alliances.reports.duties import appeal_chip, duty_chip, duty_stages, next_step, on_page
from alliances.states import AppealKind, AppealState, DutyState
from members.models import Organisation
from members.reports import history
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, sum_above

#: Rows of a log that a page shows.
SHOWN = 100


@dataclass(frozen=True)
class Act:
    """One act on a duty: where it is posted, who may, what it calls, and its words.

    `units`: which organisations its form offers; `label` opens the form, `submit` sends it.
    """

    page: str
    check: Callable[..., None]
    act: Callable[..., Any]
    form: type
    label: Any
    submit: Any
    done: Any
    units: str = ""


ACTS = {
    "help": Act(
        "duty-appeal",
        permissions.check_can_ask,
        actions.ask_help,
        forms.HelpForm,
        gettext_lazy("请求协助"),
        gettext_lazy("提出请求"),
        gettext_lazy("已提出请求，对方到期前会收到提醒。"),
        units="others",
    ),
    "transfer": Act(
        "duty-appeal",
        permissions.check_can_ask,
        actions.ask_transfer,
        forms.TransferForm,
        gettext_lazy("请求转交"),
        gettext_lazy("提出请求"),
        gettext_lazy("已提出请求，对方到期前会收到提醒。"),
        units="others",
    ),
    "escalation": Act(
        "duty-appeal",
        permissions.check_can_escalate_duty,
        actions.escalate_duty,
        forms.EscalateForm,
        gettext_lazy("提请区里协调"),
        gettext_lazy("提出请求"),
        gettext_lazy("已提请区里协调，区里到期前会收到提醒。"),
    ),
    "handback": Act(
        "duty-handback",
        permissions.check_can_hand_back_duty,
        actions.hand_back_duty,
        forms.HandBackForm,
        gettext_lazy("退回给街道或社区"),
        gettext_lazy("退回事项"),
        gettext_lazy("已退回，并记为一次责任回流。"),
        units="back",
    ),
    "extend": Act(
        "duty-extend",
        permissions.check_can_extend_duty,
        actions.extend_duty,
        forms.ExtendForm,
        gettext_lazy("延长时限"),
        gettext_lazy("改为新时限"),
        gettext_lazy("时限已改，责任单位和配合单位会收到通知。"),
    ),
    "reassign": Act(
        "duty-reassign",
        permissions.check_can_reassign_duty,
        actions.reassign_duty,
        forms.ReassignForm,
        gettext_lazy("改由其他单位牵头"),
        gettext_lazy("更换责任单位"),
        gettext_lazy("责任单位已更换，双方会收到通知。"),
        units="others",
    ),
    "drop": Act(
        "duty-drop",
        permissions.check_can_drop_duty,
        actions.drop_duty,
        forms.ReasonForm,
        gettext_lazy("终止这件事项"),
        gettext_lazy("终止事项"),
        gettext_lazy("事项已终止，责任单位和配合单位会收到通知。"),
    ),
    "finish": Act(
        "duty-finish",
        permissions.check_can_finish_duty,
        actions.finish_duty,
        forms.FinishForm,
        gettext_lazy("销号"),
        gettext_lazy("销号"),
        gettext_lazy("已销号。"),
    ),
    "reopen": Act(
        "duty-reopen",
        permissions.check_can_reopen_duty,
        actions.reopen_duty,
        forms.ReasonForm,
        gettext_lazy("还没有办结，退回继续办理"),
        gettext_lazy("退回办理"),
        gettext_lazy("已退回办理，责任单位会收到通知。"),
    ),
}
#: Behind one button each, in this order; finish and report stand open as the next step.
OF_LEAD = ("help", "transfer", "escalation", "handback")
OF_RUNNER = ("reopen", "extend", "reassign", "drop")


@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """The duties within sight; who speaks for a unit or a community begins with its own."""
    user, asked = request.user, request.GET.copy()
    runs_any = any(user.manages(one.host) for one in alliances_of(user))
    asked.setdefault("view", DutyFilter.MINE if user.is_acting and not runs_any else DutyFilter.ALL)
    rows = Duty.objects.visible_to(user).with_parties().with_partners()
    found = DutyFilter(asked, rows, request=request)
    is_valid = found.is_valid()
    page = Keyset(found.qs if is_valid else rows.none(), request.GET)
    on_page(page.items)
    return render(
        request,
        "alliances/duty_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": page,
            "view": asked["view"],
            "views": DutyFilter.VIEWS,
            "states": DutyState.choices,
            "alliances": list(Alliance.objects.visible_to(user)),
        },
        status=200 if is_valid else 400,
    )


@require_http_methods(["GET", "POST"])
def duty_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new duty under a decision."""
    decision = find(
        Decision.objects.select_related("alliance__host__kind", "item__meeting__convener__kind"),
        request.user,
        pk=pk,
    )
    permissions.check_can_add_duty(request.user, decision)
    form = forms.DutyForm(request.POST or None, units=_units(decision.alliance))
    if request.method == "POST" and form.is_valid():
        duty = attempt(
            form, lambda: actions.add_duty(decision=decision, by=request.user, **form.cleaned_data)
        )
        if duty:
            messages.success(request, _("事项已设立，责任单位和配合单位会收到通知。"))
            return redirect(duty)
    return render(
        request,
        "alliances/duty_add.html",
        {"form": form, "decision": decision},
        status=400 if form.errors else 200,
    )


@require_GET
def duty_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The work page of one duty."""
    return _page(request, _find(request, pk))


@require_POST
def duty_report(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit says of the work, or that it is finished."""
    duty = _find(request, pk)
    form = _report_form(request.user, duty, request.POST)
    if form.is_valid() and (
        report := attempt(
            form, lambda: actions.report_progress(duty=duty, by=request.user, **form.cleaned_data)
        )
    ):
        if report.is_final:
            messages.success(request, _("已报告办结，等召集单位核对销号。"))
        else:
            messages.success(request, _("进展已记下。"))
        return redirect(duty)
    return _page(request, duty, status=400, bound={"report": form})


@require_POST
def duty_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of `ACTS`; a request is named by its kind."""
    duty = _find(request, pk)
    if verb == "appeal":
        verb = request.POST.get("kind", "")
        if verb not in AppealKind.values:
            raise Http404
    act = ACTS[verb]
    form = _form(verb, duty, _units(duty.decision.alliance) if act.units else [], request.POST)
    if form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "kind"}
        if attempt(form, lambda: act.act(duty=duty, by=request.user, **values)):
            messages.success(request, act.done)
            return redirect(duty)
    return _page(request, duty, status=400, bound={verb: form})


@require_POST
def appeal_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or decline a request, with words."""
    appeal = _find_appeal(request, pk)
    form = forms.AnswerForm(request.POST, auto_id=f"answer{appeal.pk}_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.answer_appeal(appeal=appeal, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已答复，提出单位会收到通知。"))
        return redirect(appeal.duty)
    return _page(request, _find(request, appeal.duty_id), status=400, bound={appeal.pk: form})


@require_POST
def appeal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    appeal = actions.withdraw_appeal(appeal=_find_appeal(request, pk), by=request.user)
    messages.success(request, _("请求已撤回。"))
    return redirect(appeal.duty)


def _find(request: HttpRequest, pk: int) -> Duty:
    return find(
        Duty.objects.with_parties().select_related("decision__item", "decision__superseded_by"),
        request.user,
        pk=pk,
    )


def _find_appeal(request: HttpRequest, pk: int) -> Appeal:
    return find(Appeal.objects.with_duty(), request.user, pk=pk)


def _units(alliance: Alliance) -> list[Organisation]:
    """Those that may hold a duty: the host and today's members, by pinyin."""
    return list(alliance.organisations().order_by("sort_key", "pk"))


def _form(verb: str, duty: Duty, units: list[Organisation], data=None):
    act, kwargs = ACTS[verb], {}
    if act.units == "back":
        kwargs["units"] = [
            one for one in units if permissions.takes_back(duty.decision.alliance, one) and one != duty.lead
        ]
    elif act.units:
        kwargs["units"] = [one for one in units if one != duty.lead]
    return act.form(data, auto_id=f"{verb}_%s", **kwargs)


def _report_form(user, duty: Duty, data=None) -> forms.ReportForm:
    partners = (row.organisation for row in duty.partners.select_related("organisation__kind"))
    own = [one for one in (duty.lead, *partners) if user.acts_for(one)]
    return forms.ReportForm(data, organisations=own, may_finish=duty.lead in own, auto_id="report_%s")


def _page(request: HttpRequest, duty: Duty, *, status: int = 200, bound=None) -> HttpResponse:
    """`bound`: the form that was sent, under its verb or the id of its request."""
    user, bound = request.user, bound or {}
    appeals = list(duty.appeals.select_related("organisation__kind", "addressee__kind", "new_lead"))[:SHOWN]
    for appeal in appeals:
        appeal.duty = duty  # the checks ask for it: one object, no query
        appeal.chip = appeal_chip(appeal)
        if appeal.state != AppealState.WAITING:
            continue
        appeal.may_withdraw = allowed(permissions.check_can_withdraw_appeal, user, appeal)
        if allowed(permissions.check_can_answer_appeal, user, appeal):
            appeal.form = bound.get(appeal.pk) or forms.AnswerForm(auto_id=f"answer{appeal.pk}_%s")
    sent = next(iter(bound.values()), None)
    step = next_step(duty)
    context = {
        "duty": duty,
        "decision": duty.decision,
        "partners": [row.organisation for row in duty.partners.select_related("organisation__kind")],
        "superseded_by": getattr(duty.decision, "superseded_by", None),
        "reports": list(duty.reports.select_related("organisation")[:SHOWN]),
        "appeals": appeals,
        "flow_backs": list(duty.flow_backs.select_related("organisation", "to")[:SHOWN]),
        "chip": duty_chip(duty),
        "step": step,
        "stages": duty_stages(duty),
        "form": sum_above(sent) if sent else None,
        **_turn(user, duty, appeals, bound),
        "acts": _acts(user, duty, bound),
    }
    if permissions.runs_duty(user, duty) or user.acts_for(duty.lead):
        context["history"] = history(duty, *appeals)
    return render(request, "alliances/duty_detail.html", context, status=status)


def _turn(user, duty: Duty, appeals: list[Appeal], bound: dict) -> dict:
    """The one next act that is `user`'s own: an answer, the tick, or a report; with its form."""
    asked = next((one for one in appeals if hasattr(one, "form")), None)
    if asked:
        return {"turn": "answer", "asked": asked}
    if allowed(permissions.check_can_finish_duty, user, duty):
        return {"turn": "finish", "finish_form": bound.get("finish") or _form("finish", duty, [])}
    if duty.state == DutyState.ONGOING and duty.decision.alliance.is_open:
        form = bound.get("report") or _report_form(user, duty)
        if form.fields["organisation"].queryset:
            return {"turn": "report", "report_form": form}
    return {}


def _acts(user, duty: Duty, bound: dict) -> list[dict]:
    """What else `user` may do, each behind its own button."""
    verbs = [verb for verb in (*OF_LEAD, *OF_RUNNER) if allowed(ACTS[verb].check, user, duty)]
    units = _units(duty.decision.alliance) if any(ACTS[verb].units for verb in verbs) else []
    return [
        {
            "verb": verb,
            "page": ACTS[verb].page,
            "label": ACTS[verb].label,
            "submit": ACTS[verb].submit,
            "form": bound.get(verb) or _form(verb, duty, units),
        }
        for verb in verbs
    ]
