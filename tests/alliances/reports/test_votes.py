from dataclasses import replace

import pytest

from alliances import actions
from alliances.models import Attendance, StepOut
from alliances.reports import votes
from alliances.reports.seats import missing_words, places_of, quorum_of, seats_of
from alliances.reports.tallies import bars_of, rule_words, turnout_words
from alliances.rules import Terms, recount
from alliances.states import MeetingState, MotionForm, Presence, StepOutKind
from tests.factories.meetings import make_attendances, make_item, make_meeting, make_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return seat(make_table(units=1))


def seat(table, **fields):
    table.meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION, **fields)
    make_attendances(table.meeting)
    table.item = make_item(table.alliance, meeting=table.meeting, title="车库夜间开放")
    return table


def open_vote(table, **fields):
    return actions.open_motion(item=table.item, by=table.staff, text="是否同意", **fields)


def titles(user):
    user.__dict__.pop("grants", None)
    return [work.title for work in votes.work_for(user)]


def test_seats_carry_the_kinds_of_the_unit_and_of_all_above_it(table):
    kinds = {one.unit: one.kinds for one in seats_of(table.item)}
    assert kinds[table.members[2].pk] == {"unit", "enterprise_committee", "street", "district"}
    assert kinds[table.street.pk] == {"street", "district"}


def test_places_are_four_queries_however_many_units(django_assert_num_queries):
    for units in (1, 8):
        table = seat(make_table(units=units))
        with django_assert_num_queries(4):
            assert len(places_of(table.item)) == units * 3 + 1


def test_places_say_why_nobody_is_there(table):
    for unit, presence in zip(table.members, (Presence.ABSENT, Presence.EXCUSED), strict=False):
        Attendance.objects.filter(organisation=unit).update(presence=presence)
    StepOut.objects.create(item=table.item, organisation=table.members[2], kind=StepOutKind.LEFT)
    notes = {place.organisation: place.note for place in places_of(table.item)}
    assert notes == {
        table.street: "",
        table.members[0]: "缺席",
        table.members[1]: "请假",
        table.members[2]: "离席",
    }


@pytest.mark.parametrize(
    ("number", "kind"), [(0, "行政党组"), (1, "居民区综合党委"), (2, "非公企业联合党委")]
)
def test_missing_words_name_the_one_of_the_three(table, number, kind):
    Attendance.objects.filter(organisation=table.members[number]).update(presence=Presence.ABSENT)
    assert missing_words(quorum_of(table.item)) == [f"还差 {kind} 1 家单位"]


@pytest.mark.parametrize(
    ("majority", "base", "words", "line"),
    [
        ("simple", "cast", "须过投票数半数，即 2 票", "50.0%"),
        ("simple", "present", "须过实到半数，即 3 票", "50.0%"),
        ("two_thirds", "entitled", "须达应到的三分之二，即 3 票", "66.7%"),
        ("three_quarters", "present", "须达实到的四分之三，即 3 票", "75.0%"),
    ],
)
def test_tally_says_its_rule_and_draws_its_line(majority, base, words, line):
    table = seat(make_table(units=1), terms=replace(Terms(), majority=majority, base=base))
    motion = open_vote(table)
    for unit, value in zip(table.members, ("for", "for", "against"), strict=True):
        actions.cast_ballot(motion=motion, organisation=unit, value=value, by=table.staff)
    tally = actions.close_motion(motion=motion, by=table.staff).tally
    assert rule_words(tally) == words
    assert [bar.line for bar in bars_of(tally)] == [line, "", ""]
    assert turnout_words(tally) == "到会 4 个单位，3 个投了票，1 个到会未表决"
    assert recount(tally.inputs).as_json() == tally.result


def test_tally_without_anybody_has_empty_bars(table):
    Attendance.objects.update(presence=Presence.ABSENT)
    tally = actions.close_motion(motion=open_vote(table), by=table.staff).tally
    assert [bar.width for bar in bars_of(tally)] == ["0.0%"] * 3
    assert turnout_words(tally) == "没有单位到会"


def test_work_for_is_the_vote_until_the_unit_has_voted(table):
    motion, unit = open_vote(table), table.members[0]
    liaison = table.liaisons[unit.pk]
    assert titles(liaison) == ["投票：车库夜间开放"]
    assert titles(table.staff) == ["表决进行中：车库夜间开放"]
    assert titles(table.stranger) == []
    actions.cast_ballot(motion=motion, organisation=unit, value="for", by=liaison)
    assert titles(liaison) == []
    actions.close_motion(motion=motion, by=table.staff)
    assert titles(table.staff) == ["作结论：车库夜间开放"]
    actions.conclude_item(item=table.item, by=table.staff, outcome="rejected", resolution="不通过。")
    assert titles(table.staff) == []


@pytest.mark.parametrize("presence", [Presence.ABSENT, Presence.DUE])
def test_work_for_leaves_out_who_may_not_vote(table, presence):
    open_vote(table)
    first, second = table.members[:2]
    Attendance.objects.filter(organisation=first).update(presence=presence)
    StepOut.objects.create(item=table.item, organisation=second, kind=StepOutKind.RECUSED)
    assert titles(table.liaisons[first.pk]) == titles(table.liaisons[second.pk]) == []


def test_work_for_the_unit_that_speaks_for_another():
    table = seat(make_table(units=1), terms=replace(Terms(), proxies=True))
    unit, other = table.members[:2]
    Attendance.objects.filter(organisation=unit).update(presence=Presence.REPRESENTED, represented_by=other)
    motion = open_vote(table)
    liaison = table.liaisons[other.pk]
    actions.cast_ballot(motion=motion, organisation=other, value="for", by=liaison)
    assert titles(liaison) == ["投票：车库夜间开放"]
    actions.cast_ballot(motion=motion, organisation=unit, value="for", by=liaison)
    assert titles(liaison) == []


def test_work_for_a_paper_vote_asks_a_second_person(table):
    motion = open_vote(table, form=MotionForm.PAPER)
    assert titles(table.staff) == ["录入票数：车库夜间开放"]
    assert titles(table.liaisons[table.members[0].pk]) == []
    actions.count_paper_vote(motion=motion, by=table.staff, favour=4, against=0, abstain=0, not_voting=0)
    (work,) = votes.work_for(table.staff)
    assert work.waits
    assert titles(table.staff2) == ["复核票数：车库夜间开放"]


def test_work_for_is_constant_in_queries(table, django_assert_num_queries):
    for _ in range(10):
        item = make_item(table.alliance, meeting=table.meeting)
        actions.open_motion(item=item, by=table.staff, text="是否同意")
    for person in (table.staff, table.liaisons[table.members[0].pk]):
        person.__dict__.pop("grants", None)
        with django_assert_num_queries(4):  # the person's grants, then one for each kind of work
            assert len(votes.work_for(person)) == 10


def test_prepare_items_is_constant_in_queries(table, django_assert_max_num_queries):
    def prepare():
        items = list(table.meeting.items.order_by("pk"))
        votes.prepare_items(items, liaison, table.meeting)
        return items

    liaison = table.liaisons[table.members[0].pk]
    open_vote(table)
    prepare()
    with django_assert_max_num_queries(12) as few:
        (item,) = prepare()
    assert [place.organisation for place in item.vote.own] == [table.members[0]]
    for number in range(30):
        item = make_item(table.alliance, meeting=table.meeting)
        motion = actions.open_motion(item=item, by=table.staff, text="是否同意")
        if number % 2:
            actions.close_motion(motion=motion, by=table.staff)
    with django_assert_max_num_queries(len(few) + 1):  # the names of kinds that a counted vote lacked
        assert sum(bool(item.vote.own) for item in prepare()) == 16
