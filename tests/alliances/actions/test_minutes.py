import datetime as dt
import threading

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances.actions import circulate_minutes, close_meeting, confirm_minutes, revise_minutes
from alliances.actions import minutes as module
from alliances.documents import check_value, content_of, without_words
from alliances.models import (
    AgendaItem,
    Alliance,
    Attendance,
    Confirmation,
    Decision,
    Meeting,
    Minutes,
)
from alliances.states import MeetingState, MinutesVerdict, Presence
from members.models import Change, Notification, Organisation, SpecialDay
from members.states import Role
from tests.factories.alliances import make_alliance
from tests.factories.meetings import make_decision, make_item, make_table
from tests.factories.members import make_person
from tests.factories.minutes import (
    make_confirmation,
    make_confirming_meeting,
    make_full_meeting,
    make_held_meeting,
    make_minutes,
)
from tests.together import what_became_of
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db

OK, NO = MinutesVerdict.CONFIRMED, MinutesVerdict.OBJECTED


@pytest.fixture
def table():
    return make_table(units=1)


@pytest.fixture
def held(table):
    return make_held_meeting(table)


@pytest.fixture
def out(table):
    """The first version, at the units."""
    return make_confirming_meeting(table)


def strangers(table):
    """People who run nothing here."""
    return (
        table.liaisons[table.members[0].pk],
        make_person(Role.AUDITOR, table.street),
        make_person(Role.EXPERT, table.street),
        make_person(Role.DISTRICT_READER, Organisation.objects.get(path=table.street.district_path)),
        table.stranger,
        None,
    )


def confirm(table, minutes, unit, verdict=OK, note="", by=None):
    return confirm_minutes(
        minutes=minutes,
        organisation=unit,
        by=by or table.liaisons[unit.pk],
        verdict=verdict,
        note=note,
    )


# --- Circulate ------------------------------------------------------------------------------------
def test_circulate_minutes_freezes_the_content(table, held):
    minutes = circulate_minutes(meeting=held, by=table.staff)
    held.refresh_from_db()
    minutes.refresh_from_db()
    assert held.state == MeetingState.CONFIRMING
    assert (held.year, held.serial, held.number) == (held.held_on.year, 1, f"〔{held.held_on.year}〕1号")
    assert minutes.version == 1
    assert without_words(minutes.content) == content_of(held)
    assert minutes.content["number"] == held.number
    assert minutes.sha256 == check_value(minutes.content)
    today = timezone.localdate()
    assert minutes.confirm_by == SpecialDay.objects.calendar().add(today, 5)
    told = Notification.objects.filter(kind="minutes_circulated")
    assert {one.recipient for one in told} == set(table.liaisons.values())


def test_circulate_minutes_days_are_those_of_the_rules_at_the_call(table):
    held = make_held_meeting(table)
    terms = held.rules.as_json() | {"confirm_days": 2}
    Meeting.objects.filter(pk=held.pk).update(terms=terms)
    minutes = circulate_minutes(meeting=held, by=table.staff)
    assert minutes.confirm_by == SpecialDay.objects.calendar().add(timezone.localdate(), 2)


def test_circulate_minutes_tells_only_those_that_were_there(table, held):
    absent, proxied = table.members[:2]
    Attendance.objects.filter(meeting=held, organisation=absent).update(presence=Presence.ABSENT)
    Attendance.objects.filter(meeting=held, organisation=proxied).update(
        presence=Presence.REPRESENTED, represented_by=table.members[2]
    )
    circulate_minutes(meeting=held, by=table.staff)
    told = {one.recipient for one in Notification.objects.filter(kind="minutes_circulated")}
    assert told == {table.liaisons[proxied.pk], table.liaisons[table.members[2].pk]}


def test_circulate_minutes_stay_when_a_unit_is_renamed(table, held):
    minutes = circulate_minutes(meeting=held, by=table.staff)
    Organisation.objects.filter(pk=table.members[0].pk).update(name="改名单位")
    minutes.refresh_from_db()
    assert check_value(minutes.content) == minutes.sha256
    assert content_of(held) != minutes.content


@pytest.mark.parametrize("field", ["chair", "recorder"])
def test_circulate_minutes_needs_chair_and_recorder(table, held, field):
    Meeting.objects.filter(pk=held.pk).update(**{field: ""})
    with pytest.raises(InvalidTransition, match="没有"), transaction.atomic():
        circulate_minutes(meeting=held, by=table.staff)
    held.refresh_from_db()
    assert (held.state, held.serial) == (MeetingState.HELD, None)
    assert not Minutes.objects.exists()


def test_circulate_minutes_needs_the_outcome_of_every_item(table, held):
    make_item(table.alliance, meeting=held, title="没有结果的")
    with pytest.raises(InvalidTransition, match="没有结果的"), transaction.atomic():
        circulate_minutes(meeting=held, by=table.staff)


@pytest.mark.parametrize(
    "state", [s for s in MeetingState if s not in (MeetingState.HELD, MeetingState.CANCELLED)]
)
def test_circulate_minutes_wrong_state(table, held, state):
    Meeting.objects.filter(pk=held.pk).update(state=state)
    with pytest.raises(InvalidTransition), transaction.atomic():
        circulate_minutes(meeting=held, by=table.staff)


def test_circulate_minutes_wrong_person(table, held):
    for by in strangers(table):
        with pytest.raises(NotPermitted), transaction.atomic():
            circulate_minutes(meeting=held, by=by)


def test_circulate_minutes_by_the_convener(table):
    unit = table.members[0]
    held = make_held_meeting(table)
    Meeting.objects.filter(pk=held.pk).update(convener=unit)
    circulate_minutes(meeting=held, by=table.liaisons[unit.pk])
    told = {one.recipient for one in Notification.objects.filter(kind="minutes_circulated")}
    # The convener issues them and is not asked; the host, now an ordinary member, is.
    assert table.liaisons[unit.pk] not in told
    assert {table.staff, table.staff2} <= told


def test_circulate_minutes_of_an_ended_alliance(table, held):
    Alliance.objects.filter(pk=table.alliance.pk).update(ended_on=timezone.localdate())
    with pytest.raises(InvalidTransition, match="已终止"):
        circulate_minutes(meeting=held, by=table.staff)


def test_circulate_minutes_numbers_run_by_alliance_and_year(table):
    other = make_table(units=1)
    days = [dt.date(2025, 12, 30), dt.date(2026, 1, 5), dt.date(2026, 2, 5)]
    numbers = []
    for day in days:
        numbers.append(circulate_minutes(meeting=make_held_meeting(table, day=day), by=table.staff))
    numbers.append(circulate_minutes(meeting=make_held_meeting(other, day=days[1]), by=other.staff))
    assert [one.content["number"] for one in numbers] == [
        "〔2025〕1号", "〔2026〕1号", "〔2026〕2号", "〔2026〕1号",
    ]  # fmt: skip


def test_circulate_minutes_rolls_back_whole(table, held, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(module.notifications, "minutes_circulated", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        circulate_minutes(meeting=held, by=table.staff)
    held.refresh_from_db()
    assert (held.state, held.serial, Minutes.objects.count()) == (MeetingState.HELD, None, 0)


# --- Confirm --------------------------------------------------------------------------------------
def test_confirm_minutes_without_objection(table, out):
    given = confirm(table, out, table.members[0], note="不用写")
    assert (given.verdict, given.note) == (OK, "")
    assert not Notification.objects.filter(kind="minutes_objected").exists()


def test_confirm_minutes_with_an_objection_tells_those_who_run_it(table, out):
    given = confirm(table, out, table.members[0], NO, "  第一项写错了。 ")
    assert given.note == "第一项写错了。"
    told = {one.recipient for one in Notification.objects.filter(kind="minutes_objected")}
    assert {table.staff, table.staff2} <= told


@pytest.mark.parametrize(
    ("verdict", "note", "field"),
    [(NO, " ", "note"), (NO, "长" * 501, "note"), ("perhaps", "", "verdict")],
)
def test_confirm_minutes_bad_input(table, out, verdict, note, field):
    with pytest.raises(BadInput) as caught:
        confirm(table, out, table.members[0], verdict, note)
    assert caught.value.field == field


def test_confirm_minutes_once(table, out):
    confirm(table, out, table.members[0])
    with pytest.raises(InvalidTransition, match="已答复“无异议”"):
        confirm(table, out, table.members[0], NO, "又有异议")


def test_confirm_minutes_for_a_unit_that_was_represented(table, out):
    unit = table.members[0]
    Attendance.objects.filter(organisation=unit).update(
        presence=Presence.REPRESENTED, represented_by=table.members[1]
    )
    assert confirm(table, out, unit).organisation == unit


@pytest.mark.parametrize("presence", [Presence.EXCUSED, Presence.ABSENT, Presence.DUE])
def test_confirm_minutes_for_a_unit_that_was_not_there(table, out, presence):
    Attendance.objects.filter(organisation=table.members[0]).update(presence=presence)
    with pytest.raises(NotPermitted, match="到会"):
        confirm(table, out, table.members[0])


def test_confirm_minutes_without_the_vote(table, out):
    Attendance.objects.filter(organisation=table.members[0]).update(has_vote=False)
    with pytest.raises(NotPermitted):
        confirm(table, out, table.members[0])


def test_confirm_minutes_convener_is_not_asked(table, out):
    with pytest.raises(NotPermitted, match="召集单位不用确认"):
        confirm(table, out, table.street, by=table.staff)


def test_confirm_minutes_wrong_person(table, out):
    mine, theirs = table.members[:2]
    for by in (table.liaisons[theirs.pk], table.stranger, table.staff):
        with pytest.raises(NotPermitted):
            confirm(table, out, mine, by=by)


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CLOSED])
def test_confirm_minutes_wrong_state(table, out, state):
    Meeting.objects.filter(pk=out.meeting_id).update(state=state)
    with pytest.raises(InvalidTransition):
        confirm(table, out, table.members[0])


def test_confirm_minutes_old_version(table, out):
    make_minutes(out.meeting)
    with pytest.raises(InvalidTransition, match="新一稿"):
        confirm(table, out, table.members[0])


def test_confirmation_and_minutes_never_change(table, out):
    given = confirm(table, out, table.members[0])
    for act in (
        lambda: Confirmation.objects.filter(pk=given.pk).update(verdict=NO, note="改口"),
        given.delete,
        lambda: Minutes.objects.filter(pk=out.pk).update(content={}),
        out.delete,
        lambda: make_confirmation(out, table.members[0]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# --- Revise ---------------------------------------------------------------------------------------
def test_revise_minutes_then_circulate_again(table, out):
    confirm(table, out, table.members[0])
    confirm(table, out, table.members[1], NO, "第一项写错了。")
    meeting = revise_minutes(meeting=out.meeting, by=table.staff, reason="按异议更正")
    assert meeting.state == MeetingState.HELD
    told = {one.recipient for one in Notification.objects.filter(kind="minutes_revised")}
    assert told == set(table.liaisons.values())
    assert Change.objects.about(meeting).filter(reason="按异议更正").exists()
    AgendaItem.objects.filter(meeting=meeting).update(discussion="更正后的讨论。")
    again = circulate_minutes(meeting=meeting, by=table.staff)
    assert (again.version, again.content["number"]) == (2, out.content["number"])
    assert again.sha256 != out.sha256
    assert out.confirmations.count() == 2
    # Asked anew, whatever was said to the first version.
    assert confirm(table, again, table.members[0]).minutes == again


def test_revise_minutes_needs_a_reason(table, out):
    with pytest.raises(BadInput):
        revise_minutes(meeting=out.meeting, by=table.staff, reason=" ")


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CLOSED])
def test_revise_minutes_wrong_state(table, out, state):
    Meeting.objects.filter(pk=out.meeting_id).update(state=state)
    with pytest.raises(InvalidTransition):
        revise_minutes(meeting=out.meeting, by=table.staff, reason="更正")


def test_revise_minutes_wrong_person(table, out):
    for by in strangers(table):
        with pytest.raises(NotPermitted):
            revise_minutes(meeting=out.meeting, by=by, reason="更正")


def test_revise_minutes_rolls_back_whole(table, out, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(module.notifications, "minutes_revised", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        revise_minutes(meeting=out.meeting, by=table.staff, reason="更正")
    out.meeting.refresh_from_db()
    assert out.meeting.state == MeetingState.CONFIRMING


# --- Close ----------------------------------------------------------------------------------------
def test_close_meeting_when_all_have_confirmed(table, out):
    for unit in table.members:
        confirm(table, out, unit)
    meeting = close_meeting(meeting=out.meeting, by=table.staff)
    assert meeting.state == MeetingState.CLOSED
    assert meeting.closed_at
    told = Notification.objects.filter(kind="meeting_closed")
    assert {one.recipient for one in told} == {*table.liaisons.values(), *_own(table)} - {table.staff}
    assert {one.url for one in told} == {out.get_absolute_url()}


def _own(table):
    """The host's own people."""
    return {one.user for one in table.street.assignments.select_related("user")}


def test_close_meeting_waits_for_the_silent(table, out):
    confirm(table, out, table.members[0])
    with pytest.raises(InvalidTransition, match="还有 2 个单位没有答复"):
        close_meeting(meeting=out.meeting, by=table.staff)


def test_close_meeting_silence_is_consent_after_the_day(table):
    meeting = make_held_meeting(table, state=MeetingState.CONFIRMING, year=2026, serial=1)
    minutes = make_minutes(meeting, confirm_by=timezone.localdate())
    with pytest.raises(InvalidTransition):
        close_meeting(meeting=meeting, by=table.staff)
    assert not minutes.is_due
    make_minutes(meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
    assert close_meeting(meeting=meeting, by=table.staff).state == MeetingState.CLOSED


def test_close_meeting_objection_blocks_with_its_words(table, out):
    late = make_minutes(out.meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
    confirm(table, late, table.members[0], NO, "第一项写错了。")
    with pytest.raises(InvalidTransition, match=f"{table.members[0]}：第一项写错了"):
        close_meeting(meeting=out.meeting, by=table.staff)
    # An objection to an older version was answered by the newer one.
    make_minutes(out.meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
    close_meeting(meeting=out.meeting, by=table.staff)


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CLOSED, MeetingState.IN_SESSION])
def test_close_meeting_wrong_state(table, out, state):
    Meeting.objects.filter(pk=out.meeting_id).update(state=state)
    with pytest.raises(InvalidTransition):
        close_meeting(meeting=out.meeting, by=table.staff)


def test_close_meeting_wrong_person(table, out):
    for by in strangers(table):
        with pytest.raises(NotPermitted):
            close_meeting(meeting=out.meeting, by=by)


def test_close_meeting_rolls_back_whole(table, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    meeting = make_held_meeting(table, state=MeetingState.CONFIRMING, year=2026, serial=1)
    make_minutes(meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
    monkeypatch.setattr(module.notifications, "meeting_closed", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        close_meeting(meeting=meeting, by=table.staff)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.closed_at) == (MeetingState.CONFIRMING, None)


def test_close_meeting_fixes_everything_behind_it(table):
    meeting = make_held_meeting(table, state=MeetingState.CONFIRMING, year=2026, serial=1)
    item = meeting.items.get()
    decision = make_decision(table.alliance, item=item)
    make_minutes(meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
    close_meeting(meeting=meeting, by=table.staff)
    row = meeting.attendances.first()
    for act in (
        lambda: Meeting.objects.filter(pk=meeting.pk).update(chair="别人"),
        lambda: AgendaItem.objects.filter(pk=item.pk).update(discussion="改"),
        lambda: Attendance.objects.filter(pk=row.pk).update(presence=Presence.ABSENT),
        lambda: Decision.objects.filter(pk=decision.pk).update(text="改"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# --- Reminders ------------------------------------------------------------------------------------
def test_remind_units_of_their_word(table):
    from alliances.tasks import remind_due

    meeting = make_held_meeting(table, state=MeetingState.CONFIRMING, year=2026, serial=1)
    old = make_minutes(meeting, confirm_by=timezone.localdate())
    minutes = make_minutes(meeting, confirm_by=timezone.localdate())
    make_confirmation(minutes, table.members[0])
    for _run in range(2):
        remind_due()
    told = Notification.objects.filter(kind="confirmation_due")
    assert {one.row_id for one in told} == {minutes.pk} != {old.pk}
    assert sorted(one.recipient_id for one in told) == sorted(
        table.liaisons[unit.pk].pk for unit in table.members[1:]
    )
    assert {one.url for one in told} == {minutes.get_absolute_url()}


# --- Two at once ----------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_circulate_minutes_two_at_once_is_one_version():
    table = make_table(units=1)
    held = make_held_meeting(table)
    acts = [lambda by=by: circulate_minutes(meeting=held, by=by) for by in (table.staff, table.staff2)]
    assert what_became_of(*acts) == ["InvalidTransition", "done"]
    assert Minutes.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_circulate_minutes_of_many_meetings_at_once_leaves_no_gap():
    table = make_table(units=1)
    meetings = [make_held_meeting(table, day=dt.date(2026, 3, day)) for day in range(1, 7)]
    acts = [lambda meeting=one: circulate_minutes(meeting=meeting, by=table.staff) for one in meetings]
    assert what_became_of(*acts) == ["done"] * 6
    assert sorted(Meeting.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_circulate_minutes_broken_twin_without_the_lock(monkeypatch):
    """Both look up the last number before either takes the next: the constraint alone is left, and one is turned away."""
    table = make_table(units=1)
    meetings = [make_held_meeting(table, day=dt.date(2026, 3, day)) for day in (1, 2)]
    looked = threading.Barrier(2)

    def number(meeting):
        last = Meeting.objects.filter(alliance=meeting.alliance_id).exclude(serial=None).count()
        looked.wait(10)
        meeting.year, meeting.serial = meeting.held_on.year, last + 1
        meeting.save(update_fields=["year", "serial"])

    monkeypatch.setattr(module, "lock_alliance", lambda alliance: alliance)
    monkeypatch.setattr(module, "_number", number)
    acts = [lambda meeting=one: circulate_minutes(meeting=meeting, by=table.staff) for one in meetings]
    assert what_became_of(*acts) == ["IntegrityError", "done"]


@pytest.mark.django_db(transaction=True)
def test_close_meeting_while_a_unit_objects():
    """Either the objection is in and the meeting stays open, or it is closed and the objection is refused."""
    table = make_table(units=1)
    for number in range(1, 4):
        meeting = make_held_meeting(table, state=MeetingState.CONFIRMING, year=2026, serial=number)
        minutes = make_minutes(meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
        outcomes = what_became_of(
            lambda meeting=meeting: close_meeting(meeting=meeting, by=table.staff),
            lambda minutes=minutes: confirm(table, minutes, table.members[0], NO, "写错了。"),
        )
        assert outcomes == ["InvalidTransition", "done"]
        meeting.refresh_from_db()
        assert (meeting.state == MeetingState.CLOSED) != minutes.confirmations.exists()


def test_full_life_prints_what_was_decided():
    table = make_table(units=2)
    minutes = circulate_minutes(meeting=make_full_meeting(table), by=table.staff)
    assert make_alliance().meetings.count() == 0
    assert [item["title"] for item in minutes.content["items"]][1:3] == [
        "通报上次议定事项",
        "停车场夜间开放",
    ]
