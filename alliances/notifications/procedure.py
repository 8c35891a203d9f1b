"""Whom new rules, a duty unit and a fixed contact concern."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, DutyTerm, Membership, Procedure
from members.models import User
from members.notifications import holders, notify, register, speakers

PROCEDURE_SET = register(
    "procedure_set", _("%(alliance)s的议事规则有第 %(version)s 版了。原因：%(reason)s")
)
DISTRICT_PROCEDURE_SET = register(
    "district_procedure_set", _("%(district)s修订了议事规则的默认值（第 %(version)s 版）。原因：%(reason)s")
)
DUTY_TERM_SET = register(
    "duty_term_set", _("%(organisation)s 自 %(start)s 至 %(end)s 担任%(alliance)s的轮值单位。")
)
DUTY_TERM_ENDED = register(
    "duty_term_ended", _("%(organisation)s 在%(alliance)s的轮值到 %(end)s 结束。原因：%(reason)s")
)
DUTY_TERM_CANCELLED = register(
    "duty_term_cancelled",
    _("%(organisation)s 原定 %(start)s 开始的%(alliance)s轮值已撤销。原因：%(reason)s"),
)
COMMITTEE_CONTACT_SET = register(
    "committee_contact_set", _("%(organisation)s 在%(alliance)s的固定联系人有变动，请看联盟页面。")
)


def procedure_set(procedure: Procedure, *, by: User) -> None:
    """Tells the people of every member: one query, however many."""
    alliance = procedure.alliance
    _tell(
        PROCEDURE_SET,
        procedure,
        holders(alliance.memberships.current().values("organisation")),
        by,
        reverse("alliance-procedure", args=[alliance.pk]),
        alliance=alliance,
        version=procedure.version,
        reason=procedure.reason,
    )


def district_procedure_set(procedure: Procedure, *, by: User) -> None:
    """Tells the people of every organisation that hosts an open alliance in the district."""
    district = procedure.district
    hosts = Alliance.objects.open().filter(host__path__startswith=district.path).values("host")
    _tell(
        DISTRICT_PROCEDURE_SET,
        procedure,
        holders(hosts),
        by,
        reverse("district-procedure", args=[district.pk]),
        district=district,
        version=procedure.version,
        reason=procedure.reason,
    )


def duty_term_set(term: DutyTerm, *, by: User) -> None:
    """Tells the duty unit's own people."""
    _tell_unit(DUTY_TERM_SET, term, by, start=term.starts_on, end=term.ends_on)


def duty_term_ended(term: DutyTerm, *, by: User, reason: str) -> None:
    """The same people."""
    _tell_unit(DUTY_TERM_ENDED, term, by, due=term.ends_on, end=term.ends_on, reason=reason)


def duty_term_cancelled(term: DutyTerm, *, by: User, reason: str) -> None:
    """The same people."""
    _tell_unit(DUTY_TERM_CANCELLED, term, by, start=term.starts_on, reason=reason)


def committee_contact_set(membership: Membership, *, by: User) -> None:
    """Tells the unit's own people, once a day: who it is stands on the page, not in the message."""
    _tell(
        COMMITTEE_CONTACT_SET,
        membership,
        speakers(membership.organisation),
        by,
        membership.alliance.get_absolute_url(),
        due=timezone.localdate(),
        organisation=membership.organisation,
        alliance=membership.alliance,
    )


def _tell_unit(kind: str, term: DutyTerm, by: User, *, due: date | None = None, **params: object) -> None:
    people = speakers(term.organisation)
    url = reverse("alliance-procedure", args=[term.alliance_id])
    names = {"organisation": term.organisation, "alliance": term.alliance}
    _tell(kind, term, people, by, url, due=due, **names, **params)


def _tell(
    kind: str,
    cause: Model,
    people: Iterable[User],
    by: User,
    url: str,
    *,
    due: date | None = None,
    **params: object,
) -> None:
    """Nobody is told of an act of their own."""
    notify(kind, cause, [one for one in people if one != by], due=due, url=url, **params)
