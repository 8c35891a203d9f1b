"""Several people at one meeting at the same moment, on a real database."""

import datetime as dt
from functools import partial

import pytest
from django.utils import timezone

from alliances import actions, tasks
from alliances.exceptions import AgendaChanged
from alliances.models import AgendaItem, Meeting
from alliances.states import ItemSource, ItemState, MeetingState
from members.models import Notification
from tests.factories import meetings as make
from tests.projects.test_races import at_once
from workflow.exceptions import InvalidTransition

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


def kinds(results) -> list[str]:
    return sorted(type(one).__name__ for one in results)


def test_plan_agenda_two_at_once_is_once():
    table = make.make_table()
    make.make_duty(table.alliance, lead=table.members[0], due_on=YESTERDAY)
    meeting = make.make_meeting(table.alliance)
    for _ in range(3):
        make.make_item(table.alliance, state=ItemState.ACCEPTED)
    plan = partial(actions.plan_agenda, meeting=meeting)
    results = at_once(*(partial(plan, by=by) for by in (table.staff, table.staff2)))
    assert kinds(results) == ["InvalidTransition", "Meeting"]
    positions = [item.position for item in meeting.items.on_agenda()]
    assert positions == [0, 1, 2, 3, 4]


def test_save_agenda_two_at_once_one_wins():
    table = make.make_table()
    meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED)
    first, second = (make.make_item(table.alliance, meeting=meeting) for _ in range(2))
    orders = [[(first.pk, 5), (second.pk, 5)], [(second.pk, 9), (first.pk, 9)]]
    save = partial(actions.save_agenda, meeting=meeting, by=table.staff, version=1)
    results = at_once(*(partial(save, items=order) for order in orders))
    assert kinds(results) == ["AgendaChanged", "Meeting"]
    winner = next(n for n, one in enumerate(results) if not isinstance(one, AgendaChanged))
    assert list(meeting.items.on_agenda().values_list("pk", "duration")) == orders[winner]


def test_save_agenda_broken_twin_overwrites():
    """Compare the version, then write, without the lock: the second order buries the first."""
    import threading

    table = make.make_table()
    meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED)
    item = make.make_item(table.alliance, meeting=meeting)
    looked = threading.Barrier(2)

    def save(duration):
        seen = Meeting.objects.get(pk=meeting.pk)
        looked.wait(timeout=30)
        if seen.agenda_version != 1:
            raise AgendaChanged("changed")
        AgendaItem.objects.filter(pk=item.pk).update(duration=duration)
        Meeting.objects.filter(pk=meeting.pk).update(agenda_version=2)
        return meeting

    assert kinds(at_once(partial(save, 5), partial(save, 9))) == ["Meeting", "Meeting"]


def test_propose_item_while_the_agenda_is_planned():
    """Whoever comes first: the item is in time and waits, or the proposer is told that it is too late."""
    table = make.make_table()
    unit = table.members[0]
    meeting = make.make_meeting(table.alliance)
    propose = partial(
        actions.propose_item,
        alliance=table.alliance,
        proposer=unit,
        by=table.liaisons[unit.pk],
        title="夜间停车",
        meeting=meeting,
    )
    plan = partial(actions.plan_agenda, meeting=meeting, by=table.staff)
    proposed, planned = at_once(propose, plan)
    assert isinstance(planned, Meeting)
    if isinstance(proposed, InvalidTransition):
        assert not AgendaItem.objects.exists()
    else:
        assert AgendaItem.objects.get().state == ItemState.PROPOSED


def test_clock_four_at_once_is_exactly_once():
    table = make.make_table()
    for _ in range(5):
        make.make_duty(table.alliance, lead=table.members[0], due_on=YESTERDAY)
    meeting = make.make_meeting(table.alliance, closes_on=YESTERDAY)
    results = at_once(*[tasks.plan_due_agendas, tasks.carry_duties] * 4)
    assert results == [None] * 8
    assert meeting.items.filter(source=ItemSource.LAST_RESULTS).count() == 1
    items = AgendaItem.objects.filter(source=ItemSource.OVERDUE_DUTY)
    assert items.count() == 5
    tasks.carry_duties()
    assert set(items.values_list("state", "meeting")) == {(ItemState.SCHEDULED, meeting.pk)}
    positions = [item.position for item in meeting.items.on_agenda()]
    assert len(positions) == len(set(positions)) == 6


def test_remind_due_four_at_once_is_exactly_once():
    table = make.make_table()
    make.make_meeting(table.alliance, closes_on=timezone.localdate())
    at_once(*[tasks.remind_due] * 4)
    told = Notification.objects.filter(kind="items_close").values_list("recipient", flat=True)
    assert len(told) == len(set(told)) >= len(table.members)
