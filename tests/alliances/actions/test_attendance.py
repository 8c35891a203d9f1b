"""Which unit is there: by hand, by its own word, by the code in the room; who keeps out of an item."""

import datetime as dt
from functools import partial

import pytest
from django.core.cache import cache
from django.utils import timezone

from alliances import actions
from alliances.exceptions import WrongCode
from alliances.models import Attendance, Ballot, StepOut
from alliances.rules import read_terms
from alliances.states import ItemState, MeetingState, MotionState, Presence, StepOutKind
from members.models import Change, Notification
from members.states import Role
from tests.factories import meetings as make
from tests.factories.members import make_organisation, make_person, make_street
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make.make_table()


@pytest.fixture(autouse=True)
def _no_tries():
    cache.clear()


def begun(table, state=MeetingState.IN_SESSION, presence=Presence.DUE, **fields):
    meeting = make.make_meeting(table.alliance, state=state, **fields)
    make.make_attendances(meeting, presence)
    return meeting


def presence(meeting, organisation) -> str:
    return meeting.attendances.get(organisation=organisation).presence


def test_set_attendance_whole_page_at_once(table):
    meeting = begun(table)
    first, second, third = table.members[:3]
    rows = [
        (first.pk, Presence.PRESENT, None, " 李梅 "),
        (second.pk, Presence.EXCUSED, None, ""),
        (third.pk, Presence.ABSENT, None, ""),
    ]
    actions.set_attendance(meeting=meeting, by=table.staff, rows=rows)
    row = meeting.attendances.get(organisation=first)
    assert (row.presence, row.attendee) == (Presence.PRESENT, "李梅")
    assert presence(meeting, second) == Presence.EXCUSED
    assert presence(meeting, table.street) == Presence.DUE
    actions.set_attendance(meeting=meeting, by=table.staff2, rows=[(second.pk, Presence.PRESENT, None, "")])
    assert presence(meeting, second) == Presence.PRESENT


def test_set_attendance_leaves_no_trace_of_when(table):
    meeting = begun(table)
    rows = [(table.members[0].pk, Presence.PRESENT, None, "")]
    before = Change.objects.count()
    actions.set_attendance(meeting=meeting, by=table.staff, rows=rows)
    assert Change.objects.count() == before


def test_set_attendance_refused(table):
    meeting, unit = begun(table), table.members[0]
    rows = [(unit.pk, Presence.PRESENT, None, "")]
    for user in (table.stranger, table.liaisons[unit.pk]):
        with pytest.raises(NotPermitted):
            actions.set_attendance(meeting=meeting, by=user, rows=rows)
    for state in (MeetingState.PLANNED, MeetingState.CONFIRMING):
        with pytest.raises(InvalidTransition):
            actions.set_attendance(meeting=begun(table, state), by=table.staff, rows=rows)
    noticed = begun(table, MeetingState.NOTICED)
    with pytest.raises(BadInput, match="还没有开会"):
        actions.set_attendance(meeting=noticed, by=table.staff, rows=rows)
    stranger = make_organisation(parent=table.street)
    with pytest.raises(BadInput, match="不在应到名单"):
        actions.set_attendance(
            meeting=meeting,
            by=table.staff,
            rows=[*rows, (stranger.pk, Presence.PRESENT, None, "")],
        )
    assert presence(meeting, unit) == Presence.DUE


def test_set_attendance_represented_only_where_the_rules_know_it(table):
    first, second = table.members[:2]
    rows = [
        (first.pk, Presence.REPRESENTED, second.pk, ""),
        (second.pk, Presence.PRESENT, None, ""),
    ]
    with pytest.raises(BadInput, match="不设委托"):
        actions.set_attendance(meeting=begun(table), by=table.staff, rows=rows)
    meeting = begun(table, terms=read_terms({"proxies": True}))
    actions.set_attendance(meeting=meeting, by=table.staff, rows=rows)
    assert meeting.attendances.get(organisation=first).represented_by == second
    with pytest.raises(BadInput, match="另一个到会"):
        actions.set_attendance(
            meeting=meeting, by=table.staff, rows=[(second.pk, Presence.ABSENT, None, "")]
        )
    with pytest.raises(BadInput, match="另一个到会"):
        actions.set_attendance(
            meeting=meeting, by=table.staff, rows=[(first.pk, Presence.REPRESENTED, first.pk, "")]
        )


def test_set_attendance_of_a_unit_that_has_voted(table):
    meeting, unit = begun(table, presence=Presence.PRESENT), table.members[0]
    item = make.make_item(table.alliance, meeting=meeting)
    motion = make.make_motion(item)
    Ballot.objects.create(motion=motion, organisation=unit, value="for", cast_by=table.liaisons[unit.pk])
    with pytest.raises(BadInput, match="已就"):
        actions.set_attendance(meeting=meeting, by=table.staff, rows=[(unit.pk, Presence.ABSENT, None, "")])
    with pytest.raises(InvalidTransition, match="已在这项表决中投票"):
        actions.step_out(item=item, organisation=unit, kind=StepOutKind.LEFT, by=table.staff)


def test_invite_observer_then_drop(table):
    meeting = begun(table, MeetingState.NOTICED)
    guest = make_organisation(parent=table.street)
    row = actions.invite_observer(meeting=meeting, organisation=guest, by=table.staff)
    assert (row.has_vote, row.presence) == (False, Presence.DUE)
    with pytest.raises(Conflict):
        actions.invite_observer(meeting=meeting, organisation=guest, by=table.staff2)
    actions.drop_observer(meeting=meeting, organisation=guest, by=table.staff)
    with pytest.raises(Conflict):
        actions.drop_observer(meeting=meeting, organisation=guest, by=table.staff2)
    with pytest.raises(Conflict):
        actions.drop_observer(meeting=meeting, organisation=table.members[0], by=table.staff)


def test_invite_observer_refused(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED)
    guest = make_organisation(parent=table.street)
    with pytest.raises(NotPermitted):
        actions.invite_observer(meeting=meeting, organisation=guest, by=table.liaisons[table.members[0].pk])
    for other in (make_street(), table.members[0]):
        with pytest.raises(BadInput):
            actions.invite_observer(meeting=meeting, organisation=other, by=table.staff)
    held = begun(table, MeetingState.HELD)
    with pytest.raises(InvalidTransition):
        actions.invite_observer(meeting=held, organisation=guest, by=table.staff)


def test_excuse_unit_again_on_another_day_tells_again(table):
    meeting, unit = begun(table, MeetingState.NOTICED), table.members[0]
    excuse = partial(actions.excuse_unit, meeting=meeting, organisation=unit, by=table.liaisons[unit.pk])
    excuse()
    moved = meeting.starts_at + dt.timedelta(days=20)
    actions.reschedule_meeting(
        meeting=meeting,
        by=table.staff2,
        starts_at=moved,
        ends_at=moved + dt.timedelta(hours=1),
        place="二楼",
        reason="场地",
    )
    excuse()
    assert Notification.objects.filter(kind="unit_excused", recipient=table.staff).count() == 2


def test_excuse_unit_by_its_own_people(table):
    meeting, unit = begun(table, MeetingState.NOTICED), table.members[0]
    row = actions.excuse_unit(meeting=meeting, organisation=unit, by=table.liaisons[unit.pk])
    assert row.presence == Presence.EXCUSED
    people = set(Notification.objects.filter(kind="unit_excused").values_list("recipient", flat=True))
    assert people == {table.staff.pk, table.staff2.pk, meeting.called_by.pk}
    for user in (table.staff, table.stranger, make_person(Role.AUDITOR, table.street)):
        with pytest.raises(NotPermitted):
            actions.excuse_unit(meeting=meeting, organisation=unit, by=user)
    late = begun(table)
    with pytest.raises(InvalidTransition):
        actions.excuse_unit(meeting=late, organisation=unit, by=table.liaisons[unit.pk])


def test_excuse_unit_with_a_proxy(table):
    unit, proxy = table.members[:2]
    meeting = begun(table, MeetingState.NOTICED, terms=read_terms({"proxies": True}))
    excuse = {"meeting": meeting, "organisation": unit, "by": table.liaisons[unit.pk]}
    row = actions.excuse_unit(**excuse, represented_by=proxy)
    assert (row.presence, row.represented_by) == (Presence.REPRESENTED, proxy)
    with pytest.raises(BadInput):
        actions.excuse_unit(
            meeting=meeting, organisation=proxy, by=table.liaisons[proxy.pk], represented_by=unit
        )
    with pytest.raises(BadInput):
        actions.excuse_unit(**excuse, represented_by=make_organisation(parent=table.street))


def test_check_in_by_the_code_in_the_room(table):
    meeting, unit = begun(table, room_code="123456"), table.members[0]
    row = actions.check_in(meeting=meeting, organisation=unit, code=" 123456 ", by=table.liaisons[unit.pk])
    assert row.presence == Presence.PRESENT
    names = {field.name for field in Attendance._meta.get_fields()}
    assert not {name for name in names if name.endswith(("_at", "_by", "_on"))} - {"represented_by"}


def test_check_in_eight_wrong_codes_are_the_last(table):
    meeting, unit = begun(table, room_code="123456"), table.members[0]
    check = {"meeting": meeting, "organisation": unit, "by": table.liaisons[unit.pk]}
    for _ in range(8):
        with pytest.raises(WrongCode):
            actions.check_in(**check, code="654321")
    with pytest.raises(NotPermitted, match="多次输错"):
        actions.check_in(**check, code="123456")
    assert presence(meeting, unit) == Presence.DUE
    other = table.members[1]
    actions.check_in(meeting=meeting, organisation=other, by=table.liaisons[other.pk], code="123456")


def test_check_in_without_the_cache_asks_for_the_hand(table, monkeypatch):
    meeting, unit = begun(table, room_code="123456"), table.members[0]

    def away(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr("alliances.actions.attendance.cache.add", away)
    with pytest.raises(Conflict, match="工作人员"):
        actions.check_in(meeting=meeting, organisation=unit, by=table.liaisons[unit.pk], code="123456")


def test_check_in_refused(table):
    unit = table.members[0]
    meeting = begun(table, room_code="123456")
    check = {"organisation": unit, "by": table.liaisons[unit.pk], "code": "123456"}
    for user in (table.staff, table.liaisons[table.members[1].pk], table.stranger):
        with pytest.raises(NotPermitted):
            actions.check_in(meeting=meeting, **{**check, "by": user})
    with pytest.raises(InvalidTransition, match="不用到会码"):
        actions.check_in(meeting=begun(table), **check)
    with pytest.raises(InvalidTransition):
        actions.check_in(meeting=begun(table, MeetingState.HELD, room_code="123456"), **check)
    empty = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION, room_code="123456")
    with pytest.raises(BadInput, match="名单"):
        actions.check_in(meeting=empty, **check)


def test_renew_room_code(table):
    meeting = begun(table)
    assert len(actions.renew_room_code(meeting=meeting, by=table.staff).room_code) == 6
    with pytest.raises(NotPermitted):
        actions.renew_room_code(meeting=meeting, by=table.liaisons[table.members[0].pk])
    with pytest.raises(InvalidTransition):
        actions.renew_room_code(meeting=begun(table, MeetingState.NOTICED), by=table.staff)


def test_step_out_then_in(table):
    meeting, unit = begun(table, presence=Presence.PRESENT), table.members[0]
    item = make.make_item(table.alliance, meeting=meeting)
    step = {"item": item, "organisation": unit}
    actions.step_out(**step, kind=StepOutKind.LEFT, by=table.liaisons[unit.pk])
    row = actions.step_out(**step, kind=StepOutKind.RECUSED, by=table.staff)
    assert (StepOut.objects.get(), row.kind) == (row, StepOutKind.RECUSED)
    actions.step_in(**step, by=table.liaisons[unit.pk])
    assert not StepOut.objects.exists()
    with pytest.raises(Conflict):
        actions.step_in(**step, by=table.staff)


def test_step_out_refused(table):
    meeting, unit = begun(table, presence=Presence.PRESENT), table.members[0]
    item = make.make_item(table.alliance, meeting=meeting)
    step = {"item": item, "organisation": unit, "kind": StepOutKind.RECUSED}
    for user in (table.stranger, table.liaisons[table.members[1].pk]):
        with pytest.raises(NotPermitted):
            actions.step_out(**step, by=user)
    meeting.attendances.filter(organisation=unit).update(presence=Presence.ABSENT)
    with pytest.raises(InvalidTransition, match="没有到会"):
        actions.step_out(**step, by=table.staff)
    done = make.make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED)
    with pytest.raises(InvalidTransition, match="已有结果"):
        actions.step_out(**{**step, "item": done}, by=table.staff)
    counted = make.make_item(table.alliance, meeting=meeting)
    make.make_motion(counted, state=MotionState.CLOSED)
    with pytest.raises(InvalidTransition, match="已经计票"):
        actions.step_out(**{**step, "item": counted}, by=table.staff)


def test_take_off_agenda_forgets_who_stepped_out(table):
    meeting, unit = begun(table, presence=Presence.PRESENT), table.members[0]
    item = make.make_item(table.alliance, meeting=meeting)
    actions.step_out(item=item, organisation=unit, kind=StepOutKind.LEFT, by=table.staff)
    actions.take_off_agenda(item=item, by=table.staff)
    assert not StepOut.objects.exists()


def test_attendance_is_seen_within_the_alliance_alone(table):
    meeting = begun(table, day=timezone.localdate() + dt.timedelta(days=1))
    other = make.make_table()
    assert Attendance.objects.visible_to(table.liaisons[table.members[5].pk]).count() == 7
    for user in (other.staff, *other.liaisons.values()):
        assert not Attendance.objects.visible_to(user).filter(meeting=meeting).exists()
