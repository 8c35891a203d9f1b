"""Requests of the lead unit: help, transfer, the district; answered once, with words, by a day."""

import datetime as dt
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from alliances import actions
from alliances.exceptions import AppealWaiting
from alliances.models import Appeal, Duty, FlowBack
from alliances.states import AppealKind, AppealState, DutyState
from members.models import Notification, SpecialDay
from members.states import Role
from tests.factories import members as make
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty
from tests.projects.test_races import at_once
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> SimpleNamespace:
    return make_case()


def told(kind: str) -> set:
    return {row.recipient for row in Notification.objects.filter(kind=kind).select_related("recipient")}


def ask(w) -> Appeal:
    return actions.ask_help(duty=w.duty, by=w.liaison, addressee=w.other, reason="缺人手")


def test_ask_help_is_due_in_the_working_days_of_the_meetings_rules(w):
    SpecialDay.objects.create(day=timezone.localdate() + dt.timedelta(days=1), is_workday=False)
    appeal = ask(w)
    assert (appeal.kind, appeal.organisation, appeal.addressee) == (AppealKind.HELP, w.unit, w.other)
    assert appeal.answer_by == SpecialDay.objects.calendar().add(timezone.localdate(), 5)
    assert told("help_asked") == {w.liaison2}


def test_ask_help_twice_waits_for_the_first_answer(w):
    ask(w)
    with pytest.raises(AppealWaiting, match="还在等答复"):
        ask(w)
    actions.answer_appeal(appeal=Appeal.objects.get(), by=w.liaison2, granted=False, answer="也缺人手")
    assert ask(w).state == AppealState.WAITING


def test_ask_help_refusals(w):
    with pytest.raises(NotPermitted):
        actions.ask_help(duty=w.duty, by=w.liaison2, addressee=w.street, reason="x")
    with pytest.raises(BadInput) as refused:
        actions.ask_help(duty=w.duty, by=w.liaison, addressee=w.other, reason=" ")
    assert refused.value.field == "reason"
    w.duty.partners.create(organisation=w.other)
    for addressee in (w.other, w.unit, make.make_organisation(parent=w.street)):
        with pytest.raises(BadInput) as refused:
            actions.ask_help(duty=w.duty, by=w.liaison, addressee=addressee, reason="x")
        assert refused.value.field == "addressee"
    done = make_duty(w.alliance, lead=w.unit, state=DutyState.DONE)
    with pytest.raises(InvalidTransition):
        actions.ask_help(duty=done, by=w.liaison, addressee=w.other, reason="x")


def test_answer_appeal_granted_help_makes_a_partner(w):
    appeal = actions.answer_appeal(appeal=ask(w), by=w.liaison2, granted=True, answer="周一派两个人")
    assert (appeal.state, appeal.answer, appeal.answered_by) == (
        AppealState.GRANTED,
        "周一派两个人",
        w.liaison2,
    )
    assert [one.organisation for one in w.duty.partners.all()] == [w.other]
    assert told("appeal_granted") == {w.liaison}
    with pytest.raises(InvalidTransition):
        actions.answer_appeal(appeal=appeal, by=w.liaison2, granted=False, answer="反悔")


def test_answer_appeal_declined_changes_nothing_else(w):
    appeal = actions.answer_appeal(appeal=ask(w), by=w.liaison2, granted=False, answer="也缺人手")
    assert appeal.state == AppealState.DECLINED
    assert not w.duty.partners.exists()
    assert told("appeal_declined") == {w.liaison}


def test_answer_appeal_refusals(w):
    appeal = ask(w)
    for person in (w.liaison, w.staff, w.district_admin, w.stranger):
        with pytest.raises(NotPermitted):
            actions.answer_appeal(appeal=appeal, by=person, granted=True, answer="好")
    with pytest.raises(BadInput) as refused:
        actions.answer_appeal(appeal=appeal, by=w.liaison2, granted=True, answer=" ")
    assert refused.value.field == "answer"
    appeal.refresh_from_db()
    assert appeal.state == AppealState.WAITING


def test_ask_transfer_goes_to_the_host_and_changes_the_lead(w):
    appeal = actions.ask_transfer(duty=w.duty, by=w.liaison, new_lead=w.other, reason="业务不对口")
    assert appeal.addressee == w.street
    assert {w.staff, w.staff2} <= told("transfer_asked")
    with pytest.raises(NotPermitted):
        actions.answer_appeal(appeal=appeal, by=w.liaison2, granted=True, answer="好")
    actions.answer_appeal(appeal=appeal, by=w.staff, granted=True, answer="同意")
    w.duty.refresh_from_db()
    assert w.duty.lead == w.other
    assert told("duty_assigned") == {w.liaison2}
    assert not FlowBack.objects.exists()


def test_ask_transfer_to_host_is_one_flow_back(w):
    appeal = actions.ask_transfer(duty=w.duty, by=w.liaison, new_lead=w.street, reason="业务不对口")
    actions.answer_appeal(appeal=appeal, by=w.staff, granted=True, answer="同意")
    row = FlowBack.objects.get()
    assert (row.organisation, row.to, row.reason, row.handed_back_by) == (
        w.unit,
        w.street,
        "业务不对口",
        w.liaison,
    )


def test_ask_transfer_of_a_duty_of_the_host_is_answered_by_the_new_lead(w):
    duty = make_duty(w.alliance, lead=w.street)
    appeal = actions.ask_transfer(duty=duty, by=w.staff, new_lead=w.other, reason="业务对口")
    assert appeal.addressee == w.other
    actions.answer_appeal(appeal=appeal, by=w.liaison2, granted=True, answer="可以")
    duty.refresh_from_db()
    assert duty.lead == w.other


def test_answer_appeal_transfer_to_a_unit_that_left_meanwhile_says_so(w):
    appeal = actions.ask_transfer(duty=w.duty, by=w.liaison, new_lead=w.other, reason="业务不对口")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    w.alliance.memberships.filter(organisation=w.other).update(ends_on=yesterday)
    with pytest.raises(BadInput, match="不是") as refused:
        actions.answer_appeal(appeal=appeal, by=w.staff, granted=True, answer="同意")
    assert refused.value.field == "granted"
    appeal.refresh_from_db()
    assert appeal.state == AppealState.WAITING


def test_escalate_duty_is_answered_by_the_district(w):
    appeal = actions.escalate_duty(duty=w.duty, by=w.liaison, reason="要规划部门批")
    assert appeal.addressee == w.district
    assert told("escalation_asked") == {w.district_admin}
    with pytest.raises(NotPermitted):
        actions.answer_appeal(appeal=appeal, by=w.staff, granted=True, answer="好")
    actions.answer_appeal(appeal=appeal, by=w.district_admin, granted=True, answer="由区里协调规划局")
    assert {w.liaison, w.staff} <= told("appeal_granted")
    w.duty.refresh_from_db()
    assert w.duty.lead == w.unit


def test_withdraw_appeal_by_who_asked(w):
    appeal = ask(w)
    with pytest.raises(NotPermitted):
        actions.withdraw_appeal(appeal=appeal, by=w.liaison2)
    assert actions.withdraw_appeal(appeal=appeal, by=w.liaison).state == AppealState.WITHDRAWN
    assert told("appeal_withdrawn") == {w.liaison2}
    with pytest.raises(InvalidTransition):
        actions.answer_appeal(appeal=appeal, by=w.liaison2, granted=True, answer="好")


# --- Races ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_answer_appeal_two_at_once_one_stands():
    w = make_case()
    second = make.make_person(Role.LIAISON, w.other)
    appeal = ask(w)
    answers = [
        partial(actions.answer_appeal, appeal=appeal, by=w.liaison2, granted=True, answer="好"),
        partial(actions.answer_appeal, appeal=appeal, by=second, granted=False, answer="不行"),
    ] * 5
    results = at_once(*answers)
    assert sum(isinstance(one, Appeal) for one in results) == 1
    assert all(isinstance(one, Appeal | InvalidTransition) for one in results)
    appeal.refresh_from_db()
    assert w.duty.partners.exists() is (appeal.state == AppealState.GRANTED)
    answered = Notification.objects.filter(kind__in=["appeal_granted", "appeal_declined"])
    assert answered.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answer_appeal_broken_twin_without_the_lock_answers_twice(monkeypatch):
    """Read without a lock, then answer: both answers are taken, and the check above fails."""
    import threading

    w = make_case()
    appeal = ask(w)
    read = threading.Barrier(2)

    def unlocked(appeal):
        found = Appeal.objects.select_related("addressee__kind", "organisation__kind").get(pk=appeal.pk)
        found.duty = Duty.objects.with_parties().get(pk=found.duty_id)
        read.wait(timeout=30)
        return found

    monkeypatch.setattr("alliances.actions.appeals._locked", unlocked)
    results = at_once(
        partial(actions.answer_appeal, appeal=appeal, by=w.liaison2, granted=True, answer="好"),
        partial(actions.answer_appeal, appeal=appeal, by=w.liaison2, granted=False, answer="不行"),
    )
    assert sum(isinstance(one, Appeal) for one in results) == 2


@pytest.mark.django_db(transaction=True)
def test_hand_back_duty_against_the_final_report_one_wins():
    """Whoever comes second meets the state that the first one left, never half of both."""
    for _round in range(6):
        w = make_case()
        results = at_once(
            partial(actions.hand_back_duty, duty=w.duty, by=w.liaison, to=w.street, reason="办不了"),
            partial(
                actions.report_progress,
                duty=w.duty,
                organisation=w.unit,
                by=w.liaison,
                text="好了",
                is_final=True,
            ),
        )
        refused = [one for one in results if isinstance(one, Refusal)]
        assert len(refused) == 1
        w.duty.refresh_from_db()
        if w.duty.state == DutyState.REPORTED:
            assert (w.duty.lead, w.duty.flow_backs.count()) == (w.unit, 0)
        else:
            assert (w.duty.lead, w.duty.flow_backs.count()) == (w.street, 1)
            assert not w.duty.reports.exists()


@pytest.mark.django_db(transaction=True)
def test_ask_help_same_unit_at_once_is_one_request():
    w = make_case()
    results = at_once(*[partial(ask, w)] * 6)
    assert sum(isinstance(one, Appeal) for one in results) == 1
    assert all(isinstance(one, Appeal | AppealWaiting) for one in results)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM alliances_appeal")
        assert cursor.fetchone() == (1,)
