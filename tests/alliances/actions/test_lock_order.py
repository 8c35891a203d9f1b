"""Two acts that lock the same rows from both ends: neither waits for the other for ever."""

import threading
from functools import partial

import pytest

from alliances import actions
from alliances.actions import conclusions, items, minutes
from alliances.models import AgendaItem, Minutes
from alliances.states import ItemOutcome, ItemState, MeetingState
from tests.factories import meetings as make
from tests.projects.test_races import at_once
from workflow.exceptions import InvalidTransition

pytestmark = pytest.mark.django_db(transaction=True)


def hold_both(monkeypatch, *locks):
    """Each of `locks` (module, name) is taken before either act goes on, as far as the other lets it."""
    held = threading.Barrier(len(locks))

    def pausing(lock):
        def lock_and_pause(*args, **kwargs):
            row = lock(*args, **kwargs)
            try:
                held.wait(2)
            except threading.BrokenBarrierError:
                pass  # the other one waits for this very row
            return row

        return lock_and_pause

    for module, name in locks:
        monkeypatch.setattr(module, name, pausing(getattr(module, name)))


def test_propose_item_in_session_while_another_is_concluded(monkeypatch):
    table = make.make_table()
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make.make_attendances(meeting)
    item = make.make_item(table.alliance, meeting=meeting)
    hold_both(monkeypatch, (items, "lock_meeting"), (conclusions, "lock_alliance"))
    propose = partial(
        actions.propose_item,
        alliance=table.alliance,
        proposer=table.street,
        by=table.staff,
        title="临时加一项",
        meeting=meeting,
    )
    conclude = partial(
        actions.conclude_item,
        item=item,
        by=table.staff2,
        outcome=ItemOutcome.CONSENSUS,
        resolution="同意。",
    )
    proposed, concluded = at_once(propose, conclude)
    assert isinstance(proposed, AgendaItem), proposed
    assert concluded.state == ItemState.CONCLUDED


def test_circulate_minutes_while_a_late_page_concludes(monkeypatch):
    table = make.make_table()
    meeting = make.make_meeting(table.alliance, state=MeetingState.HELD, chair="李主任", recorder="小王")
    make.make_attendances(meeting)
    item = make.make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED)
    hold_both(monkeypatch, (minutes, "lock_meeting"), (conclusions, "lock_alliance"))
    conclude = partial(
        actions.conclude_item,
        item=item,
        by=table.staff2,
        outcome=ItemOutcome.CONSENSUS,
        resolution="同意。",
    )
    circulated, concluded = at_once(
        partial(actions.circulate_minutes, meeting=meeting, by=table.staff), conclude
    )
    assert isinstance(circulated, Minutes), circulated
    assert isinstance(concluded, InvalidTransition), concluded
