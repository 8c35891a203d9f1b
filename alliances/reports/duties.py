"""Where duties and the requests about them stand, what of them waits for a person, and how many flowed back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Appeal, Duty, FlowBack, Meeting
from alliances.states import AppealKind, AppealState, DutyState
from members.models import Organisation
from members.states import Role
from workflow.stages import Chip, Stage
from workflow.templatetags.workflow import cn_date, due_words
from workflow.work import Work

#: Lines of one kind on the first page; the list of duties holds all of them.
MOST = 30
#: Quarters that the table of flow-backs looks back on, the present one included.
QUARTERS = 8
_QUARTER = re.compile(r"^(\d{4})Q([1-4])$")

_DUTY_LOOKS = {
    DutyState.ONGOING: ("go", "target"),
    DutyState.REPORTED: ("warn", "clock"),
    DutyState.DONE: ("ok", "check"),
    DutyState.DROPPED: ("", "minus"),
}
_APPEAL_LOOKS = {
    AppealState.WAITING: ("warn", "clock"),
    AppealState.GRANTED: ("ok", "check"),
    AppealState.DECLINED: ("bad", "cross"),
    AppealState.WITHDRAWN: ("", "return"),
}


@dataclass(frozen=True)
class Step:
    """What happens next to a duty: who must act, the verb, until when."""

    who: Organisation
    act: str
    due: date | None = None


# --- One duty -------------------------------------------------------------------------------------
def duty_chip(duty: Duty) -> Chip:
    """The state; how late an ongoing one is."""
    if duty.is_overdue:
        return Chip("bad", "warning", due_words(duty.due_on))
    return Chip(*_DUTY_LOOKS[DutyState(duty.state)], duty.get_state_display())


def appeal_chip(appeal: Appeal) -> Chip:
    return Chip(*_APPEAL_LOOKS[AppealState(appeal.state)], appeal.get_state_display())


def next_step(duty: Duty) -> Step | None:
    """Who must do what until when; None when nothing is left to do."""
    if duty.state == DutyState.ONGOING:
        return Step(duty.lead, _("办理并报告办结"), duty.due_on)
    if duty.state == DutyState.REPORTED:
        return Step(duty.decision.alliance.host, _("核对后销号"))
    return None


def duty_stages(duty: Duty) -> list[Stage]:
    """议定 → 办理 → 报告办结 → 销号, each with its day; a dropped duty ends where it was."""
    first = Stage(_("议定"), "done", None, cn_date(duty.decision.decided_on))
    if duty.state == DutyState.DROPPED:
        return [first, Stage(duty.get_state_display(), "now", None, duty.close_note)]
    now = {DutyState.ONGOING: 0, DutyState.REPORTED: 2, DutyState.DONE: 3}[DutyState(duty.state)]
    until = _("%(day)s前") % {"day": cn_date(duty.due_on)}
    stations = [
        (_("办理"), _("%(who)s 牵头，%(until)s") % {"who": duty.lead, "until": until}),
        (_("报告办结"), cn_date(duty.reported_on)),
        (_("核对销号"), cn_date(duty.closed_on)),
    ]
    return [
        first,
        *(
            Stage(label, "done" if place < now else "now" if place == now else "todo", None, note)
            for place, (label, note) in enumerate(stations)
        ),
    ]


# --- Lists ----------------------------------------------------------------------------------------
def on_page(duties: Iterable[Duty]) -> list[Duty]:
    """`duties` with `chip` and `step`, for the rows of a list."""
    rows = list(duties)
    for duty in rows:
        duty.chip, duty.step = duty_chip(duty), next_step(duty)
    return rows


def of_meeting(meeting: Meeting, user) -> list[Duty]:
    """The duties that `meeting` decided, in the order of its decisions, within the sight of `user`. Two queries."""
    rows = Duty.objects.visible_to(user).filter(decision__item__meeting=meeting)
    return on_page(rows.with_parties().with_partners().order_by("decision__serial", "pk"))


# --- 今天要办 --------------------------------------------------------------------------------------
def of_lead(user) -> Q:
    """Duties that an organisation leads for which `user` speaks."""
    return user.acting("lead__path", "lead__kind__level")


def of_unit(user) -> Q:
    """Duties that an organisation leads or helps with for which `user` speaks."""
    helps = Organisation.objects.filter(user.acting("path", "kind__level"))
    return of_lead(user) | Q(partners__organisation__in=helps.order_by().values("pk"))


def of_runner(user) -> Q:
    """Duties of meetings that `user` runs day by day: a street's own people, and the unit that convened."""
    return user.within("decision__alliance__host__path", Role.STREET_ADMIN, Role.STAFF) | user.acting(
        "decision__item__meeting__convener__path", "decision__item__meeting__convener__kind__level"
    )


def work_for(user) -> list[Work]:
    """Own duties, requests to answer, reports to tick off, duties whose decision was replaced, late ones of
    others, and requests that wait. Six queries, whatever the number of rows.
    """
    return [
        *_led(user),
        *_asked(user),
        *_reported(user),
        *_replaced(user),
        *_late(user),
        *_waiting(user),
    ]


def _open(user) -> QuerySet[Duty]:
    rows = Duty.objects.visible_to(user).filter(decision__alliance__ended_on=None)
    return rows.with_parties().order_by("due_on", "pk")


def _led(user) -> list[Work]:
    return [
        Work(
            title=_("办理议定事项：%(title)s") % {"title": duty},
            why=_("%(decision)s，%(lead)s 牵头。办结标准：%(done)s")
            % {"decision": duty.decision, "lead": duty.lead, "done": duty.done_means},
            url=duty.get_absolute_url(),
            act=_("报告进展"),
            due=duty.due_on,
        )
        for duty in _open(user).filter(of_lead(user), state=DutyState.ONGOING)[:MOST]
    ]


def _waiting_appeals(user) -> QuerySet[Appeal]:
    rows = Appeal.objects.visible_to(user).filter(
        state=AppealState.WAITING, duty__decision__alliance__ended_on=None
    )
    return rows.select_related("duty", "organisation", "addressee").order_by("answer_by", "pk")


def _asked(user) -> list[Work]:
    rows = _waiting_appeals(user).filter(user.acting("addressee__path", "addressee__kind__level"))
    titles = {
        AppealKind.HELP: _("答复协助请求：%(title)s"),
        AppealKind.TRANSFER: _("答复转交请求：%(title)s"),
        AppealKind.ESCALATION: _("答复协调请求：%(title)s"),
    }
    return [
        Work(
            title=titles[AppealKind(row.kind)] % {"title": row.duty},
            why=_("%(who)s 提出：%(reason)s") % {"who": row.organisation, "reason": row.reason},
            url=row.get_absolute_url(),
            act=_("去答复"),
            due=row.answer_by,
        )
        for row in rows[:MOST]
    ]


def _reported(user) -> list[Work]:
    return [
        Work(
            title=_("核对销号：%(title)s") % {"title": duty},
            why=_("%(who)s 于 %(day)s报告办结。") % {"who": duty.lead, "day": cn_date(duty.reported_on)},
            url=duty.get_absolute_url(),
            act=_("核对销号"),
        )
        for duty in _open(user).filter(of_runner(user), state=DutyState.REPORTED)[:MOST]
    ]


def _replaced(user) -> list[Work]:
    rows = _open(user).filter(
        of_runner(user), state=DutyState.ONGOING, decision__superseded_by__isnull=False
    )
    return [
        Work(
            title=_("核对已被取代的事项：%(title)s") % {"title": duty},
            why=_("%(old)s已被%(new)s取代，事项还在办理。不再办的请终止，继续办的请改时限或责任单位。")
            % {"old": duty.decision, "new": duty.decision.superseded_by},
            url=duty.get_absolute_url(),
            act=_("看办理情况"),
            due=duty.due_on,
        )
        for duty in rows.select_related("decision__superseded_by")[:MOST]
    ]


def _late(user) -> list[Work]:
    # One's own late duties stand among the led ones, those of a replaced decision among these.
    rows = (
        _open(user).overdue().filter(of_runner(user), decision__superseded_by=None).exclude(of_lead(user))
    )
    return [
        Work(
            title=_("督办：%(title)s") % {"title": duty},
            why=_("%(who)s 牵头，时限 %(day)s，会自动列入下次会议议程。")
            % {"who": duty.lead, "day": cn_date(duty.due_on)},
            url=duty.get_absolute_url(),
            act=_("看办理情况"),
            due=duty.due_on,
        )
        for duty in rows[:MOST]
    ]


def _waiting(user) -> list[Work]:
    rows = _waiting_appeals(user).filter(user.acting("organisation__path", "organisation__kind__level"))
    # Who speaks for both sides, as a street does for its communities, has it to answer already.
    rows = rows.exclude(user.acting("addressee__path", "addressee__kind__level"))
    return [
        Work(
            title=_("等 %(who)s 答复：%(title)s") % {"who": row.addressee, "title": row.duty},
            why=_("对方到期前会收到提醒。"),
            url=row.get_absolute_url(),
            act=_("看进度"),
            due=row.answer_by,
            waits=True,
        )
        for row in rows[:MOST]
    ]


# --- Flow-backs -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class FlowBackCount:
    """How many duties of one alliance flowed back in one quarter, and the address of these rows."""

    alliance: str
    year: int
    quarter: int
    count: int
    url: str

    @property
    def label(self) -> str:
        return _("%(year)s年第%(quarter)s季度") % {"year": self.year, "quarter": self.quarter}


def flow_back_counts(rows: QuerySet[FlowBack], today: date | None = None) -> list[FlowBackCount]:
    """`rows` of the last `QUARTERS` quarters, counted per alliance and quarter, newest first. One query."""
    today = today or timezone.localdate()
    first = date(today.year - QUARTERS // 4, 3 * ((today.month - 1) // 3) + 1, 1)
    # The quarter that is eight back is over: the next one is the first of the eight.
    first = (first + timedelta(days=95)).replace(day=1)
    found = (
        rows.filter(handed_back_on__gte=first)
        .order_by()
        .values(
            alliance=F("duty__decision__alliance"),
            name=F("duty__decision__alliance__name"),
            year=ExtractYear("handed_back_on"),
            quarter=ExtractQuarter("handed_back_on"),
        )
        .annotate(count=Count("pk"))
        .order_by("-year", "-quarter", "name", "alliance")
    )
    page = reverse("flowback-list")
    return [
        FlowBackCount(
            row["name"],
            row["year"],
            row["quarter"],
            row["count"],
            f"{page}?alliance={row['alliance']}&quarter={row['year']}Q{row['quarter']}",
        )
        for row in found
    ]


def days_of_quarter(text: str) -> tuple[date, date] | None:
    """First and last day of `2026Q4`; None for anything else."""
    match = _QUARTER.match(text)
    if not match or not 1900 <= int(match.group(1)) <= 2999:
        return None
    year, quarter = int(match.group(1)), int(match.group(2))
    first = date(year, 3 * quarter - 2, 1)
    return first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
