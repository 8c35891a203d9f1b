"""How a member becomes the duty unit (轮值单位) of an alliance for a term, and how a term ends."""

import calendar
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import notifications, permissions
from alliances.actions.alliances import lock_alliance, lock_organisation
from alliances.models import Alliance, DutyTerm, Procedure
from alliances.rules.procedure import TERM_MONTHS
from members.models import Organisation, User
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict
from workflow.templatetags.workflow import cn_date
from workflow.text import read_reason

DAY = timedelta(days=1)


@action
def set_duty_term(
    *,
    alliance: Alliance,
    by: User,
    organisation: Organisation,
    starts_on: date,
    ends_on: date | None = None,
) -> DutyTerm:
    """`organisation`, a member on its first day, is the duty unit until `ends_on`: by the rules, if left out.

    Those who look after the host. Tells the unit's people. Raises `BadInput` for wrong days and for one
    that is no member then, `Conflict` when another term covers one of these days.
    """
    organisation = lock_organisation(organisation)
    alliance = lock_alliance(alliance)
    permissions.check_can_set_duty_term(by, alliance)
    ends_on = ends_on or term_end(starts_on, Procedure.objects.terms_of(alliance).term_months)
    _check_days(alliance, starts_on, ends_on)
    if not alliance.memberships.current(starts_on).filter(organisation=organisation).exists():
        raise BadInput(
            _("%(organisation)s 在 %(day)s 不是本联盟的成员。请选择那一天的成员单位，或改开始日期。")
            % {"organisation": organisation, "day": cn_date(starts_on)},
            field="organisation",
        )
    other = (
        alliance.terms.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).order_by("starts_on").first()
    )
    if other:
        raise Conflict(
            _("%(start)s 至 %(end)s 已由 %(organisation)s 轮值。请改到这段时间以外，或先结束那一任。")
            % {
                "start": cn_date(other.starts_on),
                "end": cn_date(other.ends_on),
                "organisation": other.organisation,
            },
            field="starts_on",
        )
    term = DutyTerm.objects.create(
        alliance=alliance, organisation=organisation, starts_on=starts_on, ends_on=ends_on
    )
    notifications.duty_term_set(term, by=by)
    return term


@action
def end_duty_term(*, term: DutyTerm, by: User, reason: str, ends_on: date | None = None) -> DutyTerm:
    """Makes `ends_on`, today by default, the last day of a running term. Tells the unit's people.

    Those who look after the host. Raises `BadInput` for a day before today or not before the present end.
    """
    term = _locked(term)
    permissions.check_can_end_duty_term(by, term)
    reason, day = read_reason(reason), ends_on or timezone.localdate()
    if not timezone.localdate() <= day < term.ends_on:
        raise BadInput(
            _("结束日期要在今天或以后，并早于原定的 %(day)s。请改成这段时间里的一天。")
            % {"day": cn_date(term.ends_on)},
            field="ends_on",
        )
    term.ends_on = day
    term.save(update_fields=["ends_on"])
    notifications.duty_term_ended(term, by=by, reason=reason)
    return term


@action
def cancel_duty_term(*, term: DutyTerm, by: User, reason: str) -> None:
    """A term that has not begun goes away; its history stays. Those who look after the host. Tells the unit's people."""
    term = _locked(term)
    permissions.check_can_cancel_duty_term(by, term)
    notifications.duty_term_cancelled(term, by=by, reason=read_reason(reason))
    term.delete()


def release_duty_terms(alliance: Alliance, organisation: Organisation, last_day: date) -> None:
    """Nobody is on duty after the last day of its membership: terms end then, later ones go away.

    For the actions that end a membership; they have locked the alliance and tell the people.
    """
    terms = alliance.terms.filter(organisation=organisation)
    for term in terms.filter(starts_on__gt=last_day):
        term.delete()
    terms.filter(starts_on__lte=last_day, ends_on__gt=last_day).update(ends_on=last_day)


def term_end(starts_on: date, months: int) -> date:
    """The last day of a term of `months` from `starts_on`: the day before the same day of the month."""
    count = starts_on.year * 12 + starts_on.month - 1 + months
    year, month = count // 12, count % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, starts_on.day) - DAY if starts_on.day <= last else date(year, month, last)


def _locked(term: DutyTerm) -> DutyTerm:
    """The alliance first, as when a term is set: its days are compared with those of others."""
    lock_alliance(term.alliance)
    rows = DutyTerm.objects.select_for_update(of=("self",))
    return rows.select_related("alliance__host__kind", "organisation__kind").get(pk=term.pk)


def _check_days(alliance: Alliance, starts_on: date, ends_on: date) -> None:
    if starts_on < alliance.started_on:
        raise BadInput(
            _("轮值不能早于联盟成立的 %(day)s。请改为这一天或之后。")
            % {"day": cn_date(alliance.started_on)},
            field="starts_on",
        )
    if ends_on < starts_on:
        raise BadInput(_("结束日期不能早于开始日期。请改为开始日期当天或之后。"), field="ends_on")
    if ends_on > term_end(starts_on, TERM_MONTHS[-1]):
        raise BadInput(_("一任轮值最长 5 年。请把结束日期提前。"), field="ends_on")
