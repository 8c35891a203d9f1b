"""How a meeting is called, moved, announced, opened, ended and called off; who may not; what a failure leaves."""

import datetime as dt

import pytest
from django.utils import timezone

from alliances import actions
from alliances.exceptions import AlreadyCalled
from alliances.models import Attendance, DutyTerm, Meeting, Procedure
from alliances.states import ItemOutcome, ItemSource, ItemState, MeetingState, MotionState, Presence
from members.models import Notification, Organisation, SpecialDay
from members.notifications import sentence
from members.states import Role
from tests.factories import meetings as make
from tests.factories.alliances import make_membership
from tests.factories.members import make_organisation, make_person
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make.make_table()


def when(days: int, hour: int = 14):
    day = timezone.localdate() + dt.timedelta(days=days)
    starts_at = timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
    return {"starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=2)}


def call(table, *, by=None, kind="joint", days=20, **values):
    values = {"title": "第四季度党建联席会议", "place": "301", **when(days), **values}
    return actions.call_meeting(
        alliance=table.alliance, kind=make.shipped_meeting_kind(kind), by=by or table.staff, **values
    )


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_call_meeting_freezes_the_rules_and_tells_every_member(table):
    meeting = call(table, chair="王敏")
    today = timezone.localdate()
    assert (meeting.state, meeting.convener, meeting.chair) == (MeetingState.CALLED, table.street, "王敏")
    assert meeting.closes_on == today + dt.timedelta(days=13)
    assert meeting.notice_on == today + dt.timedelta(days=17)
    Procedure.objects.create(
        alliance=table.alliance, version=1, values={"close_days": 5}, reason="改", set_by=table.staff
    )
    meeting.refresh_from_db()
    assert meeting.rules.close_days == 7
    people = {user.pk for user in table.liaisons.values()} | {table.staff2.pk}
    assert people <= told("meeting_called")
    assert table.staff.pk not in told("meeting_called")


def test_call_meeting_names_the_earliest_day(table):
    with pytest.raises(BadInput, match="最早可在") as caught:
        call(table, days=14)
    assert caught.value.field == "starts_at"
    assert call(table, days=15).state == MeetingState.CALLED
    assert not Meeting.objects.exclude(title="第四季度党建联席会议").exists()


def test_call_meeting_ad_hoc_needs_no_days_and_is_planned_at_once(table):
    unit = table.members[0]
    meeting = call(table, by=table.liaisons[unit.pk], kind="ad_hoc", days=1)
    assert (meeting.state, meeting.closes_on, meeting.convener) == (MeetingState.PLANNED, None, unit)
    assert meeting.notice_on == timezone.localdate()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"place": ""}, "place"),
        ({"title": "会" * 81}, "title"),
        ({"ends_at": when(20)["starts_at"]}, "ends_at"),
        (when(-1), "starts_at"),
    ],
)
def test_call_meeting_wrong_value(table, values, field):
    with pytest.raises(BadInput) as caught:
        call(table, **values)
    assert caught.value.field == field
    assert not Meeting.objects.exists()


def test_call_meeting_wrong_person(table):
    for user in (
        table.stranger,
        table.liaisons[table.members[0].pk],
        make_person(Role.AUDITOR, table.street),
        make_person(Role.DISTRICT_READER, Organisation.objects.get(path=table.street.district_path)),
    ):
        with pytest.raises(NotPermitted):
            call(table, by=user)


def test_call_meeting_member_may_not_name_another_convener(table):
    own, other = table.members[:2]
    with pytest.raises(NotPermitted):
        call(table, by=table.liaisons[own.pk], kind="consultation", convener=other)
    with pytest.raises(BadInput):
        call(table, convener=make_organisation(parent=table.street))


def test_call_meeting_by_the_duty_unit(table):
    unit, today = table.members[0], timezone.localdate()
    Procedure.objects.create(
        alliance=table.alliance, version=1, values={"convener": "duty"}, reason="轮值", set_by=table.staff
    )
    assert call(table, days=30).convener == table.street
    DutyTerm.objects.create(
        alliance=table.alliance, organisation=unit, starts_on=today, ends_on=today + dt.timedelta(days=300)
    )
    meeting = call(table, by=table.liaisons[unit.pk])
    assert meeting.convener == unit
    assert actions.plan_agenda(meeting=meeting, by=table.liaisons[unit.pk]).state == MeetingState.PLANNED


def test_call_meeting_second_of_the_day(table):
    call(table)
    with pytest.raises(AlreadyCalled):
        call(table, **when(20, hour=9))
    assert call(table, kind="hearing").pk


def test_call_meeting_unused_kind_and_ended_alliance(table):
    kind = make.shipped_meeting_kind()
    kind.is_used = False
    kind.save()
    with pytest.raises(BadInput):
        call(table)
    table.alliance.ended_on = timezone.localdate()
    table.alliance.save()
    with pytest.raises(InvalidTransition):
        call(table, kind="ad_hoc")


def test_call_meeting_rolls_back(table, monkeypatch):
    monkeypatch.setattr("alliances.notifications.meeting_called", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call(table)
    assert not Meeting.objects.exists()


def test_reschedule_meeting_sets_new_deadlines_and_counts(table):
    meeting = call(table)
    moved = actions.reschedule_meeting(
        meeting=meeting, by=table.staff, place="礼堂", reason="会议室装修", **when(30)
    )
    assert (moved.sequence, moved.place) == (1, "礼堂")
    assert moved.closes_on == timezone.localdate() + dt.timedelta(days=23)
    actions.reschedule_meeting(
        meeting=meeting, by=table.staff, place="报告厅", reason="再改", **when(30, hour=9)
    )
    rows = Notification.objects.filter(kind="meeting_moved")
    assert {row.params["place"] for row in rows} == {"报告厅"}
    assert rows.count() == len(told("meeting_moved"))


def test_reschedule_meeting_too_near_or_too_late(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED)
    move = {"meeting": meeting, "by": table.staff, "place": "301", "reason": "改"}
    with pytest.raises(BadInput):
        actions.reschedule_meeting(**move, **when(2))
    with pytest.raises(NotPermitted):
        actions.reschedule_meeting(**{**move, "by": table.stranger}, **when(9))
    with pytest.raises(BadInput):
        actions.reschedule_meeting(**{**move, "reason": " "}, **when(9))
    held = make.make_meeting(table.alliance, state=MeetingState.HELD)
    with pytest.raises(InvalidTransition):
        actions.reschedule_meeting(**{**move, "meeting": held}, **when(9))


def test_reschedule_meeting_on_another_day_excuses_nobody(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED)
    make.make_attendances(meeting, Presence.EXCUSED)
    same = {"meeting": meeting, "by": table.staff, "place": "301", "reason": "改"}
    actions.reschedule_meeting(**same, **when(20, hour=9))
    assert meeting.attendances.filter(presence=Presence.EXCUSED).exists()
    actions.reschedule_meeting(**same, **when(9))
    assert not meeting.attendances.exclude(presence=Presence.DUE).exists()


def test_set_people(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.HELD)
    people = {"chair": "王敏", "recorder": "李强", "opening": "会议于14:30开始。"}
    assert actions.set_people(meeting=meeting, by=table.staff, **people).chair == "王敏"
    with pytest.raises(NotPermitted):
        actions.set_people(meeting=meeting, by=table.liaisons[table.members[0].pk], **people)
    confirming = make.make_meeting(table.alliance, state=MeetingState.CONFIRMING)
    with pytest.raises(InvalidTransition):
        actions.set_people(meeting=confirming, by=table.staff, **people)


def planned(table, **fields):
    meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED, **fields)
    make.make_item(table.alliance, meeting=meeting)
    return meeting


def test_give_notice_seats_the_members_of_the_day(table):
    meeting = planned(table)
    gone = table.members[0].memberships.get()
    gone.ends_on = meeting.held_on - dt.timedelta(days=1)
    gone.save()
    guest = make_organisation(parent=table.street)
    actions.invite_observer(meeting=meeting, organisation=guest, by=table.staff)
    meeting = actions.give_notice(meeting=meeting, by=table.staff)
    assert meeting.state == MeetingState.NOTICED
    assert meeting.noticed_at
    rows = meeting.attendances.all()
    voting = {row.organisation_id for row in rows if row.has_vote}
    assert voting == {table.street.pk, *(one.pk for one in table.members[1:])}
    assert {row.organisation_id for row in rows if not row.has_vote} == {guest.pk}
    assert {user.pk for pk, user in table.liaisons.items() if pk != gone.organisation_id} <= told(
        "meeting_noticed"
    )


def test_give_notice_tells_a_guest_without_a_link(table):
    """Who attends without a vote does not see the pages of the alliance."""
    meeting, guest = planned(table), make_organisation(parent=table.street)
    liaison = make_person(Role.LIAISON, guest)
    actions.invite_observer(meeting=meeting, organisation=guest, by=table.staff)
    actions.give_notice(meeting=meeting, by=table.staff)
    message = Notification.objects.get(recipient=liaison)
    assert (message.kind, message.url) == ("meeting_invited", "")
    for word in (meeting.title, meeting.place):
        assert word in sentence(message)


def test_give_notice_refused(table):
    empty = make.make_meeting(table.alliance, state=MeetingState.PLANNED)
    with pytest.raises(InvalidTransition, match="议程还是空的"):
        actions.give_notice(meeting=empty, by=table.staff)
    over = planned(table, day=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(InvalidTransition, match="已过"):
        actions.give_notice(meeting=over, by=table.staff)
    meeting = planned(table)
    with pytest.raises(NotPermitted):
        actions.give_notice(meeting=meeting, by=table.stranger)
    actions.give_notice(meeting=meeting, by=table.staff)
    with pytest.raises(InvalidTransition):
        actions.give_notice(meeting=meeting, by=table.staff2)


def test_give_notice_rolls_back(table, monkeypatch):
    meeting = planned(table)
    monkeypatch.setattr("alliances.notifications.meeting_noticed", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.give_notice(meeting=meeting, by=table.staff)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED
    assert not Attendance.objects.exists()


def test_open_session_seats_who_joined_since(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED, day=timezone.localdate())
    make.make_attendances(meeting, Presence.EXCUSED)
    newcomer = make_membership(alliance=table.alliance).organisation
    meeting = actions.open_session(meeting=meeting, by=table.staff, room_code=True)
    assert meeting.state == MeetingState.IN_SESSION
    assert meeting.room_code.isdigit()
    assert len(meeting.room_code) == 6
    assert meeting.attendances.get(organisation=newcomer).presence == Presence.DUE
    assert meeting.attendances.filter(presence=Presence.EXCUSED).count() == 7


def test_open_session_refused(table):
    early = make.make_meeting(table.alliance, state=MeetingState.NOTICED)
    with pytest.raises(InvalidTransition, match="当天才能开会"):
        actions.open_session(meeting=early, by=table.staff)
    called = make.make_meeting(table.alliance, day=timezone.localdate())
    with pytest.raises(InvalidTransition):
        actions.open_session(meeting=called, by=table.staff)
    with pytest.raises(NotPermitted):
        actions.open_session(meeting=early, by=table.liaisons[table.members[0].pk])


def test_end_session_sets_the_day_of_the_minutes(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION, room_code="123456")
    make.make_attendances(meeting, Presence.DUE)
    meeting.attendances.filter(organisation=table.street).update(presence=Presence.PRESENT)
    make.make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED)
    meeting = actions.end_session(meeting=meeting, by=table.staff)
    assert (meeting.state, meeting.room_code) == (MeetingState.HELD, "")
    assert meeting.minutes_on == SpecialDay.objects.calendar().add(timezone.localdate(), 3)
    assert meeting.attendances.filter(presence=Presence.ABSENT).count() == 6
    with pytest.raises(InvalidTransition):
        actions.end_session(meeting=meeting, by=table.staff2)


def test_end_session_leaves_who_attends_without_a_vote(table):
    """They are on no sheet, so that nobody could have registered them; the minutes name them as 列席."""
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    unit, guest = table.members[0], make_organisation(parent=table.street)
    meeting.attendances.create(organisation=unit)
    meeting.attendances.create(organisation=guest, has_vote=False)
    actions.end_session(meeting=meeting, by=table.staff)
    assert meeting.attendances.get(organisation=unit).presence == Presence.ABSENT
    assert meeting.attendances.get(organisation=guest).presence == Presence.DUE


def test_end_session_refused_while_something_is_open(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    item = make.make_item(table.alliance, meeting=meeting)
    with pytest.raises(InvalidTransition, match="还没有结果"):
        actions.end_session(meeting=meeting, by=table.staff)
    make.make_motion(item, state=MotionState.OPEN)
    with pytest.raises(InvalidTransition, match="表决还没有结束"):
        actions.end_session(meeting=meeting, by=table.staff)
    with pytest.raises(NotPermitted):
        actions.end_session(meeting=meeting, by=table.stranger)


def test_cancel_meeting_gives_its_items_back(table):
    meeting = planned(table)
    item = meeting.items.get()
    proposed = make.make_item(table.alliance, meeting=meeting, state=ItemState.PROPOSED)
    results = make.make_item(table.alliance, meeting=meeting, source=ItemSource.LAST_RESULTS)
    meeting = actions.cancel_meeting(meeting=meeting, by=table.staff, reason="防汛")
    assert (meeting.state, meeting.sequence) == (MeetingState.CANCELLED, 1)
    for row, state in (
        (item, ItemState.ACCEPTED),
        (proposed, ItemState.PROPOSED),
        (results, ItemState.WITHDRAWN),
    ):
        row.refresh_from_db()
        assert (row.state, row.meeting, row.position) == (state, None, None)
    assert {user.pk for user in table.liaisons.values()} <= told("meeting_cancelled")


def test_cancel_meeting_refused(table):
    meeting = planned(table)
    with pytest.raises(BadInput):
        actions.cancel_meeting(meeting=meeting, by=table.staff, reason="")
    with pytest.raises(NotPermitted):
        actions.cancel_meeting(meeting=meeting, by=table.stranger, reason="防汛")
    begun = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    with pytest.raises(InvalidTransition):
        actions.cancel_meeting(meeting=begun, by=table.staff, reason="防汛")


def test_results_of_the_last_meeting_are_told_as_of_the_day(table):
    duty = make.make_duty(table.alliance, lead=table.members[0])
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED, day=timezone.localdate())
    actions.open_session(meeting=meeting, by=table.staff)
    item = meeting.items.get(source=ItemSource.LAST_RESULTS)
    assert (item.state, item.position, item.outcome) == (ItemState.SCHEDULED, 0, "")
    assert item.body.startswith("1 项议定事项：0 项已销号，1 项未办结")
    assert item.source_note == duty.decision.item.meeting.title
    assert ItemOutcome.NOTED not in set(meeting.items.values_list("outcome", flat=True))
