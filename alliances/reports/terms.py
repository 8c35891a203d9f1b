"""Who is the duty unit when, and what the rules leave to do for those who look after an alliance."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Alliance, DutyTerm
from alliances.reports.contacts import count_without_contact
from alliances.reports.procedure import terms_of_all
from alliances.rules import Terms
from members.models import User
from members.states import Role
from workflow.templatetags.workflow import cn_date
from workflow.work import Work

#: Days before a term ends in which the next duty unit has to be found.
AHEAD = timedelta(days=30)


def work_for(user: User) -> list[Work]:
    """The next duty unit and missing fixed contacts of alliances that one runs. At most five queries."""
    rows = Alliance.objects.open().filter(user.within("host__path", Role.STREET_ADMIN, Role.STAFF))
    alliances = list(rows.select_related("host").order_by("pk"))
    if not alliances:
        return []
    terms = terms_of_all(alliances)
    return [*_duty_units(alliances, terms), *_contacts(alliances, terms)]


def _duty_units(alliances: list[Alliance], terms: Mapping[int, Terms]) -> list[Work]:
    later = DutyTerm.objects.filter(alliance=OuterRef("alliance"), starts_on__gt=OuterRef("ends_on"))
    running = DutyTerm.objects.current().filter(alliance__in=alliances)
    current = {
        term.alliance_id: term
        for term in running.annotate(has_next=Exists(later)).select_related("organisation")
    }
    last_day = timezone.localdate() + AHEAD
    works = []
    for alliance in alliances:
        term = current.get(alliance.pk)
        if term is None and terms[alliance.pk].convener == "duty":
            why, due = _("规则定由轮值单位召集，现在没有轮值单位，暂由主办组织召集。"), None
        elif term and term.ends_on <= last_day and not term.has_next:
            why = _("%(organisation)s 的任期到 %(day)s 结束，还没有下一任。") % {
                "organisation": term.organisation,
                "day": cn_date(term.ends_on),
            }
            due = term.ends_on
        else:
            continue
        works.append(
            Work(
                title=_("安排%(alliance)s的轮值单位") % {"alliance": alliance},
                why=why,
                url=reverse("term-set", args=[alliance.pk]),
                act=_("安排轮值"),
                due=due,
            )
        )
    return works


def _contacts(alliances: list[Alliance], terms: Mapping[int, Terms]) -> list[Work]:
    missing = count_without_contact(terms)
    return [
        Work(
            title=_("确定%(alliance)s的固定联系人") % {"alliance": alliance},
            why=ngettext(
                "%(count)s 家企业还没有固定联系人。",
                "%(count)s 家企业还没有固定联系人。",
                missing[alliance.pk],
            )
            % {"count": missing[alliance.pk]},
            url=f"{alliance.get_absolute_url()}?contact=missing",
            act=_("逐家确定"),
        )
        for alliance in alliances
        if missing.get(alliance.pk)
    ]
