"""What enters an agenda by itself, in which order it stands, and who may change it."""

import datetime as dt

import pytest
from django.utils import timezone

from alliances import actions
from alliances.exceptions import AgendaChanged
from alliances.models import AgendaItem, Duty, Meeting
from alliances.states import DutyState, ItemOutcome, ItemSource, ItemState, MeetingState, MotionState
from tests.factories import meetings as make
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


@pytest.fixture
def table():
    return make.make_table()


def overdue(table, **fields):
    return make.make_duty(table.alliance, lead=table.members[0], due_on=YESTERDAY, **fields)


def agenda(meeting) -> list[str]:
    return [item.source for item in meeting.items.on_agenda()]


def test_plan_agenda_in_order(table):
    duty = overdue(table)
    held = duty.decision.item.meeting
    deferred = make.make_item(
        table.alliance, meeting=held, state=ItemState.CONCLUDED, outcome=ItemOutcome.DEFERRED, resolution=""
    )
    make.make_item(
        table.alliance,
        state=ItemState.ACCEPTED,
        source=ItemSource.DEFERRED,
        source_item=deferred,
        title=deferred.title,
    )
    meeting = make.make_meeting(table.alliance)
    own = make.make_item(table.alliance, meeting=meeting, state=ItemState.ACCEPTED)
    waiting = make.make_item(table.alliance, state=ItemState.ACCEPTED, proposer=table.members[0])
    unanswered = make.make_item(table.alliance, meeting=meeting, state=ItemState.PROPOSED)
    elsewhere = make.make_item(
        table.alliance, meeting=make.make_meeting(table.alliance, kind="hearing"), state=ItemState.ACCEPTED
    )
    planned = actions.plan_agenda(meeting=meeting, by=table.staff)
    assert planned.state == MeetingState.PLANNED
    assert agenda(meeting) == ["last_results", "overdue_duty", "deferred", "street", "member"]
    results, carried, again, *others = meeting.items.on_agenda()
    assert carried.source_duty == duty
    assert again.source_item == deferred
    assert others == [own, waiting]
    assert "逾期 1 项" in results.body
    assert planned.agenda_version > meeting.agenda_version
    for row, state in ((unanswered, ItemState.PROPOSED), (elsewhere, ItemState.ACCEPTED)):
        row.refresh_from_db()
        assert row.state == state


def test_plan_agenda_that_does_not_decide_takes_its_own_items(table):
    overdue(table)
    make.make_item(table.alliance, state=ItemState.ACCEPTED)
    hearing = make.make_meeting(table.alliance, kind="hearing")
    make.make_item(table.alliance, meeting=hearing, state=ItemState.ACCEPTED)
    actions.plan_agenda(meeting=hearing, by=table.staff)
    assert agenda(hearing) == ["last_results", "street"]


def test_plan_agenda_by_the_clock_after_the_last_day(table):
    meeting = make.make_meeting(table.alliance, closes_on=timezone.localdate())
    with pytest.raises(InvalidTransition, match="还在征集"):
        actions.plan_agenda(meeting=meeting, by=None)
    late = make.make_meeting(table.alliance, closes_on=YESTERDAY)
    assert actions.plan_agenda(meeting=late, by=None).state == MeetingState.PLANNED


def test_plan_agenda_refused(table):
    meeting = make.make_meeting(table.alliance)
    for user in (table.stranger, table.liaisons[table.members[0].pk]):
        with pytest.raises(NotPermitted):
            actions.plan_agenda(meeting=meeting, by=user)
    actions.plan_agenda(meeting=meeting, by=table.staff)
    with pytest.raises(InvalidTransition):
        actions.plan_agenda(meeting=meeting, by=table.staff2)


def test_plan_agenda_rolls_back(table, monkeypatch):
    meeting = make.make_meeting(table.alliance)
    item = make.make_item(table.alliance, state=ItemState.ACCEPTED)
    monkeypatch.setattr("alliances.actions.agenda._count_version", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.plan_agenda(meeting=meeting, by=table.staff)
    for row, state in ((meeting, MeetingState.CALLED), (item, ItemState.ACCEPTED)):
        row.refresh_from_db()
        assert row.state == state


def planned(table, items=3, state=MeetingState.PLANNED):
    meeting = make.make_meeting(table.alliance, state=state)
    return meeting, [make.make_item(table.alliance, meeting=meeting) for _ in range(items)]


def test_save_agenda_orders_and_times(table):
    meeting, (first, second, third) = planned(table)
    order = [(third.pk, 5), (first.pk, 20), (second.pk, 15)]
    saved = actions.save_agenda(meeting=meeting, by=table.staff, version=1, items=order)
    assert saved.agenda_version == 2
    assert list(meeting.items.on_agenda().values_list("pk", "duration")) == order


def test_save_agenda_second_caller_is_told_and_may_save_on_top(table):
    meeting, (first, second) = planned(table, items=2)
    actions.save_agenda(meeting=meeting, by=table.staff, version=1, items=[(second.pk, 10), (first.pk, 10)])
    mine = {"meeting": meeting, "by": table.staff2, "items": [(first.pk, 30), (second.pk, 30)]}
    with pytest.raises(AgendaChanged):
        actions.save_agenda(version=1, **mine)
    assert [item.pk for item in meeting.items.on_agenda()] == [second.pk, first.pk]
    assert actions.save_agenda(version=2, **mine).agenda_version == 3


def test_save_agenda_refused(table):
    meeting, (first, second) = planned(table, items=2)
    save = {"meeting": meeting, "by": table.staff, "version": 1}
    both = [(first.pk, 10), (second.pk, 10)]
    with pytest.raises(AgendaChanged):
        actions.save_agenda(**save, items=both[:1])
    with pytest.raises(AgendaChanged):
        actions.save_agenda(**save, items=[both[0], both[0]])
    with pytest.raises(BadInput):
        actions.save_agenda(**save, items=[both[0], (second.pk, 0)])
    with pytest.raises(NotPermitted):
        actions.save_agenda(**{**save, "by": table.stranger}, items=both)
    held, _items = planned(table, state=MeetingState.HELD)
    with pytest.raises(InvalidTransition):
        actions.save_agenda(**{**save, "meeting": held}, items=[])


def test_save_agenda_keeps_the_last_results_first(table):
    meeting, (first,) = planned(table, items=1)
    results = make.make_item(table.alliance, meeting=meeting, source=ItemSource.LAST_RESULTS, position=0)
    with pytest.raises(BadInput, match="第一项"):
        actions.save_agenda(
            meeting=meeting, by=table.staff, version=1, items=[(first.pk, 10), (results.pk, 5)]
        )
    with pytest.raises(InvalidTransition, match="不能撤下"):
        actions.take_off_agenda(item=results, by=table.staff)


def test_add_to_agenda_then_take_off(table):
    meeting, (first,) = planned(table, items=1)
    item = make.make_item(table.alliance, state=ItemState.ACCEPTED, proposer=table.members[0])
    added = actions.add_to_agenda(item=item, meeting=meeting, by=table.staff)
    assert (added.state, added.meeting) == (ItemState.SCHEDULED, meeting)
    assert list(meeting.items.on_agenda()) == [first, item]
    meeting.refresh_from_db()
    assert meeting.agenda_version == 2
    with pytest.raises(InvalidTransition):
        actions.add_to_agenda(item=item, meeting=meeting, by=table.staff2)
    off = actions.take_off_agenda(item=item, by=table.staff)
    assert (off.state, off.meeting, off.position) == (ItemState.ACCEPTED, None, None)


def test_add_to_agenda_of_one_meeting_takes_nothing_from_another(table):
    """A unit that convenes a meeting of its own leaves alone what waits for the host's."""
    unit = table.members[0]
    item = make.make_item(table.alliance, state=ItemState.ACCEPTED)
    AgendaItem.objects.filter(pk=item.pk).update(meeting=make.make_meeting(table.alliance))
    own = make.make_meeting(table.alliance, state=MeetingState.PLANNED, kind="ad_hoc")
    Meeting.objects.filter(pk=own.pk).update(convener=unit)
    with pytest.raises(NotPermitted):
        actions.add_to_agenda(item=item, meeting=own, by=table.liaisons[unit.pk])
    assert actions.add_to_agenda(item=item, meeting=own, by=table.staff).meeting == own


def test_add_to_agenda_refused(table):
    meeting, _items = planned(table)
    proposed = make.make_item(table.alliance)
    with pytest.raises(InvalidTransition):
        actions.add_to_agenda(item=proposed, meeting=meeting, by=table.staff)
    accepted = make.make_item(table.alliance, state=ItemState.ACCEPTED)
    with pytest.raises(NotPermitted):
        actions.add_to_agenda(item=accepted, meeting=meeting, by=table.liaisons[table.members[0].pk])
    foreign = make.make_meeting(make.make_table().alliance, state=MeetingState.PLANNED)
    with pytest.raises(BadInput):
        actions.add_to_agenda(item=accepted, meeting=foreign, by=table.staff)


def test_take_off_agenda_not_once_it_is_voted_on(table):
    meeting, (item, _second) = planned(table, items=2, state=MeetingState.IN_SESSION)
    make.make_motion(item, state=MotionState.OPEN)
    with pytest.raises(InvalidTransition, match="交付表决"):
        actions.take_off_agenda(item=item, by=table.staff)


def test_carry_overdue_duties_to_the_next_planned_agenda(table):
    duty, today = overdue(table), timezone.localdate()
    actions.carry_overdue_duties(today=today, by=None)
    item = AgendaItem.objects.get(source=ItemSource.OVERDUE_DUTY)
    assert (item.state, item.meeting, item.source_duty) == (ItemState.ACCEPTED, None, duty)
    meeting, _items = planned(table)
    actions.carry_overdue_duties(today=today, by=None)
    actions.carry_overdue_duties(today=today, by=None)
    item = AgendaItem.objects.get(source=ItemSource.OVERDUE_DUTY)
    assert (item.state, item.meeting) == (ItemState.SCHEDULED, meeting)


def test_carry_overdue_duties_takes_away_what_is_no_longer_overdue(table):
    duty, today = overdue(table), timezone.localdate()
    actions.carry_overdue_duties(today=today, by=None)
    Duty.objects.filter(pk=duty.pk).update(due_on=today)
    actions.carry_overdue_duties(today=today, by=None)
    assert AgendaItem.objects.get(source=ItemSource.OVERDUE_DUTY).state == ItemState.WITHDRAWN
    Duty.objects.filter(pk=duty.pk).update(due_on=YESTERDAY)
    actions.carry_overdue_duties(today=today, by=None)
    assert AgendaItem.objects.filter(source=ItemSource.OVERDUE_DUTY).count() == 2


def test_carry_overdue_duties_leaves_finished_ones_and_ended_alliances(table):
    overdue(table, state=DutyState.DONE)
    overdue(table, state=DutyState.REPORTED)
    other = make.make_table()
    overdue(other)
    other.alliance.ended_on = timezone.localdate()
    other.alliance.save()
    actions.carry_overdue_duties(today=timezone.localdate(), by=None)
    assert not AgendaItem.objects.filter(source=ItemSource.OVERDUE_DUTY).exists()


def test_carry_overdue_duties_comes_up_again_after_the_meeting(table):
    duty, today = overdue(table), timezone.localdate()
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make.make_item(
        table.alliance,
        meeting=meeting,
        state=ItemState.CONCLUDED,
        source=ItemSource.OVERDUE_DUTY,
        source_duty=duty,
        outcome=ItemOutcome.NOTED,
    )
    actions.carry_overdue_duties(today=today, by=None)
    assert AgendaItem.objects.filter(source=ItemSource.OVERDUE_DUTY).count() == 1
    meeting.state = MeetingState.HELD
    meeting.save()
    actions.carry_overdue_duties(today=today, by=None)
    assert AgendaItem.objects.filter(source=ItemSource.OVERDUE_DUTY).count() == 2
