"""Two acts that lock the same rows from both ends: neither waits for the other for ever."""

import datetime as dt
import threading
from functools import partial

import pytest
from django.utils import timezone

from alliances import actions
from alliances.actions import attendance, conclusions, items, meetings, merge, minutes, terms, votes
from alliances.models import AgendaItem, Minutes, StepOut
from alliances.states import ItemOutcome, ItemState, MeetingState, StepOutKind
from tests.factories import meetings as make
from tests.factories.alliances import make_membership
from tests.factories.members import make_community
from tests.projects.test_races import at_once
from workflow.exceptions import InvalidTransition, Refusal

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


def call(table, organisation):
    starts_at = timezone.now() + dt.timedelta(days=30)
    return actions.call_meeting(
        alliance=table.alliance,
        kind=make.shipped_meeting_kind(),
        by=table.staff,
        convener=organisation,
        title="一季度联席会议",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=1),
        place="二楼",
    )


def set_term(table, organisation):
    return actions.set_duty_term(
        alliance=table.alliance, by=table.staff, organisation=organisation, starts_on=timezone.localdate()
    )


def refer(table, organisation):
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make.make_attendances(meeting)
    return actions.conclude_item(
        item=make.make_item(table.alliance, meeting=meeting),
        by=table.staff,
        outcome=ItemOutcome.REFERRED,
        resolution="请社区研究。",
        referred_to=organisation,
    )


@pytest.mark.parametrize(("act", "module"), [(call, meetings), (set_term, terms), (refer, conclusions)])
def test_name_an_organisation_while_it_is_merged(monkeypatch, act, module):
    """Done before the merge, or refused after it with a sentence."""
    table = make.make_table()
    old, new = make_community(table.street), make_community(table.street)
    make_membership(alliance=table.alliance, organisation=old)
    hold_both(monkeypatch, (module, "lock_alliance"), (merge, "lock_branches"))
    unite = partial(
        actions.merge_organisations, organisations=[old], into=new, by=table.staff, reason="合并"
    )
    named, merged = at_once(partial(act, table, old), unite)
    assert isinstance(merged, list), merged
    assert not isinstance(named, Exception) or isinstance(named, Refusal)


def test_step_out_while_the_vote_is_counted(monkeypatch):
    """A unit that the count seats did not keep out of the item, and the other way round."""
    table = make.make_table()
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make.make_attendances(meeting)
    item, unit = make.make_item(table.alliance, meeting=meeting), table.members[0]
    motion = make.make_motion(item)
    hold_both(monkeypatch, (votes, "seats_of"), (attendance, "lock_item"))
    close = partial(actions.close_motion, motion=motion, by=table.staff)
    leave = partial(
        actions.step_out, item=item, organisation=unit, kind=StepOutKind.RECUSED, by=table.liaisons[unit.pk]
    )
    at_once(close, leave)
    motion.refresh_from_db()
    is_seated = unit.pk in {seat["unit"] for seat in motion.tally.inputs["seats"]}
    assert is_seated != StepOut.objects.filter(item=item, organisation=unit).exists()
