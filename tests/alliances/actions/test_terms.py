import datetime as dt
import threading
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances import actions
from alliances.actions import terms as module
from alliances.actions.terms import term_end
from alliances.models import DutyTerm
from members.models import Notification
from tests.factories.alliances import make_membership
from tests.factories.procedure import make_duty_term, make_procedure
from tests.together import REFUSALS, at_once
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


def set_term(street, *, by=None, organisation=None, starts_on=TODAY, ends_on=None):
    return actions.set_duty_term(
        alliance=street.alliance,
        by=by or street.admin,
        organisation=organisation or street.unit,
        starts_on=starts_on,
        ends_on=ends_on,
    )


@pytest.mark.parametrize(
    ("starts_on", "months", "last"),
    [
        ("2026-01-01", 12, "2026-12-31"),
        ("2026-03-15", 6, "2026-09-14"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-01", 1, "2026-12-31"),
    ],
)
def test_term_end(starts_on, months, last):
    assert term_end(dt.date.fromisoformat(starts_on), months) == dt.date.fromisoformat(last)


def test_set_duty_term_lasts_as_the_rules_say_and_tells_the_unit(street):
    make_procedure(street.alliance, values={"term_months": 6})
    term = set_term(street)
    assert term.ends_on == term_end(TODAY, 6)
    assert Notification.objects.get(recipient=street.liaison).kind == "duty_term_set"


def test_set_duty_term_overlapping_names_the_days(street):
    make_membership(alliance=street.alliance, organisation=street.newcomer)
    first = set_term(street)
    with pytest.raises(Conflict, match=street.unit.name) as refused:
        set_term(street, organisation=street.newcomer, starts_on=first.ends_on)
    assert refused.value.field == "starts_on"
    assert set_term(street, organisation=street.newcomer, starts_on=first.ends_on + DAY)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_on": TODAY - dt.timedelta(days=800)}, "starts_on"),
        ({"ends_on": TODAY - DAY}, "ends_on"),
        ({"ends_on": TODAY + dt.timedelta(days=9999)}, "ends_on"),
    ],
)
def test_set_duty_term_wrong_days(street, fields, field):
    with pytest.raises(BadInput) as refused:
        set_term(street, **fields)
    assert refused.value.field == field


def test_set_duty_term_of_somebody_who_is_no_member(street):
    with pytest.raises(BadInput) as refused:
        set_term(street, organisation=street.newcomer)
    assert refused.value.field == "organisation"


def test_set_duty_term_wrong_person_or_ended_alliance(street):
    for by in (street.liaison, street.stranger):
        with pytest.raises(NotPermitted):
            set_term(street, by=by)
    actions.end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    with pytest.raises(InvalidTransition):
        set_term(street)


def test_end_duty_term_today_or_earlier_than_planned(street):
    term = make_duty_term(street.alliance, organisation=street.unit)
    for day in (TODAY - DAY, term.ends_on):
        with pytest.raises(BadInput) as refused:
            actions.end_duty_term(term=term, by=street.admin, reason="换届", ends_on=day)
        assert refused.value.field == "ends_on"
    with pytest.raises(NotPermitted):
        actions.end_duty_term(term=term, by=street.liaison, reason="换届")
    assert actions.end_duty_term(term=term, by=street.admin, reason="换届").ends_on == TODAY
    assert Notification.objects.get(recipient=street.liaison).params["reason"] == "换届"
    with pytest.raises(InvalidTransition):
        actions.end_duty_term(term=term, by=street.admin, reason="换届")


def test_cancel_duty_term_before_it_begins(street):
    later = make_duty_term(street.alliance, organisation=street.unit, starts_on=TODAY + DAY)
    with pytest.raises(InvalidTransition):
        actions.end_duty_term(term=later, by=street.admin, reason="换届")
    actions.cancel_duty_term(term=later, by=street.admin, reason="另排")
    assert not DutyTerm.objects.exists()
    assert Notification.objects.get(recipient=street.liaison).kind == "duty_term_cancelled"
    with pytest.raises(InvalidTransition):
        actions.cancel_duty_term(term=make_duty_term(street.alliance), by=street.admin, reason="另排")


def test_end_membership_ends_the_terms_of_the_member(street):
    running = make_duty_term(street.alliance, organisation=street.unit)
    make_duty_term(
        street.alliance,
        organisation=street.unit,
        starts_on=running.ends_on + DAY,
        ends_on=running.ends_on + 9 * DAY,
    )
    actions.end_membership(membership=street.membership, by=street.admin, reason="搬离")
    assert DutyTerm.objects.get().ends_on == TODAY


def test_duty_term_constraint_refuses_a_second_one(street):
    make_duty_term(street.alliance)
    with pytest.raises(IntegrityError, match="duty_term_one_at_a_time"), transaction.atomic():
        make_duty_term(street.alliance, organisation=street.unit)


def _at_once(*acts):
    return sorted(type(one).__name__ for one in at_once(*acts, refusals=REFUSALS))


@pytest.mark.django_db(transaction=True)
def test_set_duty_term_two_at_once_one_gets_a_sentence(street):
    assert _at_once(*[partial(set_term, street)] * 2) == ["Conflict", "DutyTerm"]


@pytest.mark.django_db(transaction=True)
def test_set_duty_term_broken_twin_without_the_lock_gets_an_error_page(street, monkeypatch):
    read = threading.Barrier(2)

    def unlocked(row):
        return row

    def meet(alliance, starts_on, ends_on):
        read.wait(timeout=30)

    for lock in ("lock_organisation", "lock_alliance"):
        monkeypatch.setattr(module, lock, unlocked)
    monkeypatch.setattr(module, "_check_days", meet)
    outcomes = _at_once(*[partial(set_term, street)] * 2)
    assert "DutyTerm" in outcomes
    assert set(outcomes) & {"IntegrityError", "OperationalError", "Conflict"}
