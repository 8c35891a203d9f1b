"""Deadlines of duties and requests called to mind: once per row, deadline and person, whoever runs how often."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliances import actions
from alliances.models import AgendaItem, Appeal, Duty
from alliances.notifications import duty_deadlines
from alliances.states import DutyState, ItemSource
from alliances.tasks import carry_duties, remind_duties
from members.models import Notification, SpecialDay
from members.notifications import sentence, speakers
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty
from tests.projects.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    w = make_case()
    Notification.objects.all().delete()
    return w


def told() -> list[tuple]:
    """Kind and recipient of every reminder."""
    rows = Notification.objects.filter(kind__in=duty_deadlines.AHEAD).select_related("recipient")
    return sorted((row.kind, row.recipient.username) for row in rows)


def late_people(w) -> list[tuple]:
    """The lead unit's speaker and everybody of the host."""
    return sorted(("duty_late", one.username) for one in (w.liaison, *speakers(w.street)))


def due_in(duty, workdays):
    day = SpecialDay.objects.calendar().add(timezone.localdate(), workdays)
    Duty.objects.filter(pk=duty.pk).update(due_on=day)
    return day


def test_remind_duties_three_working_days_before(w):
    due_in(w.duty, 4)
    remind_duties()
    assert told() == []
    day = due_in(w.duty, 3)
    remind_duties()
    remind_duties()
    row = Notification.objects.get(kind="duty_near")
    assert (row.recipient, row.row_id, row.due) == (w.liaison, w.duty.pk, day)
    assert row.url == w.duty.get_absolute_url()
    assert "车库夜间开放" in sentence(row)


def test_remind_duties_on_the_day_itself(w):
    Duty.objects.update(due_on=timezone.localdate())
    remind_duties()
    assert told() == [("duty_today", w.liaison.username)]


def test_remind_duties_late_once_to_lead_and_runner_and_again_for_a_new_day(w):
    w.duty.partners.create(organisation=w.other)
    Duty.objects.update(due_on=timezone.localdate() - dt.timedelta(days=3))
    remind_duties()
    remind_duties()
    assert told() == late_people(w)
    Duty.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    remind_duties()
    assert told() == sorted(late_people(w) * 2)


@pytest.mark.parametrize("state", [DutyState.REPORTED, DutyState.DONE, DutyState.DROPPED])
def test_remind_duties_leaves_what_asks_nothing_of_anybody(w, state):
    late = timezone.localdate() - dt.timedelta(days=3)
    make_duty(w.alliance, lead=w.unit, state=state, due_on=late)
    remind_duties()
    assert told() == []


def test_remind_duties_of_an_ended_alliance_is_silent(w):
    Duty.objects.update(due_on=timezone.localdate())
    type(w.alliance).objects.update(ended_on=timezone.localdate())
    remind_duties()
    assert told() == []


def test_remind_duties_of_a_request_to_whoever_answers(w):
    appeal = actions.escalate_duty(duty=w.duty, by=w.liaison, reason="要规划部门批")
    remind_duties()
    assert told() == []
    Appeal.objects.update(answer_by=SpecialDay.objects.calendar().add(timezone.localdate(), 1))
    remind_duties()
    assert told() == [("appeal_unanswered", w.district_admin.username)]
    actions.answer_appeal(appeal=appeal, by=w.district_admin, granted=False, answer="街道可以办")
    Appeal.objects.update(answer_by=timezone.localdate())
    remind_duties()
    assert len(told()) == 1


def test_remind_duties_costs_the_same_at_any_number(w):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            remind_duties()
        return len(queries)

    before = cost()
    for _number in range(20):
        make_duty(w.alliance, lead=w.unit, decision=w.decision, due_on=timezone.localdate())
    assert cost() == before


@pytest.mark.django_db(transaction=True)
def test_remind_duties_four_at_once_tell_everybody_once():
    w = make_case()
    Duty.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    at_once(*[remind_duties] * 4)
    assert told() == late_people(w)


def test_late_duty_enters_the_next_agenda_once(w):
    Duty.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    carry_duties()
    carry_duties()
    item = AgendaItem.objects.get(source=ItemSource.OVERDUE_DUTY)
    assert item.source_duty == w.duty
