"""The pages of meetings: who finds them, what each kind of reader is offered, wrong input, and what a list costs."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alliances.models import Meeting, Membership
from alliances.rules import Part, Terms
from alliances.states import ItemState, MeetingState, Presence
from members.states import Role
from tests.factories.alliances import make_membership
from tests.factories.meetings import (
    make_attendances,
    make_duty,
    make_item,
    make_meeting,
    make_table,
    shipped_meeting_kind,
)
from tests.factories.members import committee, make_organisation, make_person
from tests.factories.procedure import make_procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table()


@pytest.fixture
def as_(client):
    """The client, signed in as somebody."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def page(client, name, *args, query="", status=200):
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def post(client, name, *args, status=302, **data):
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# --- Who finds what -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["meeting-detail", "meeting-attendance", "meeting-calendar", "meeting-notice"]
)
def test_meeting_pages_are_missing_for_strangers(table, as_, client, name):
    meeting = make_meeting(table.alliance, state=MeetingState.NOTICED, noticed_at=timezone.now())
    make_attendances(meeting, Presence.DUE)
    assert client.get(reverse(name, args=[meeting.pk])).status_code == 302
    page(as_(table.stranger), name, meeting.pk, status=404)
    page(as_(table.liaisons[table.members[0].pk]), name, meeting.pk)
    page(as_(make_person(Role.AUDITOR, table.street)), name, meeting.pk)


@pytest.mark.parametrize(
    "name",
    [
        "meeting-agenda",
        "meeting-reschedule",
        "meeting-cancel",
        "meeting-people",
        "meeting-invite",
        "meeting-notice",
    ],
)
def test_meeting_forms_are_for_those_who_run_it(table, as_, name):
    meeting = make_meeting(table.alliance, state=MeetingState.PLANNED)
    page(as_(table.liaisons[table.members[0].pk]), name, meeting.pk, status=403)
    page(as_(make_person(Role.AUDITOR, table.street)), name, meeting.pk, status=403)
    page(as_(table.staff), name, meeting.pk)
    page(as_(table.stranger), name, meeting.pk, status=404)


def test_meeting_forms_in_the_wrong_state_say_why(table, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.CLOSED)
    client = as_(table.staff)
    for name in (
        "meeting-agenda",
        "meeting-reschedule",
        "meeting-cancel",
        "meeting-open",
        "meeting-people",
    ):
        assert "已归档" in page(client, name, meeting.pk, status=400), name
    answer = client.post(
        reverse("meeting-end", args=[meeting.pk]),
        headers={"referer": f"http://testserver/meetings/{meeting.pk}/"},
    )
    assert "已归档" in client.get(answer.url).content.decode()


# --- The list -------------------------------------------------------------------------------------
def test_meeting_list_filters(table, as_):
    make_meeting(table.alliance, title="第四季度会议")
    make_meeting(table.alliance, title="消防协调会", kind="ad_hoc", state=MeetingState.CLOSED)
    client = as_(table.liaisons[table.members[0].pk])
    coming = page(client, "meeting-list")
    assert "第四季度会议" in coming
    assert "消防协调会" not in coming
    assert "消防协调会" in page(client, "meeting-list", query="?view=all")
    kind = shipped_meeting_kind("ad_hoc").pk
    assert "第四季度会议" not in page(client, "meeting-list", query=f"?view=all&kind={kind}")
    assert "没有符合条件的会议" in page(client, "meeting-list", query="?q=没有这个")
    assert "状态" in page(client, "meeting-list", query="?state=lost", status=400)
    assert "第四季度会议" not in page(as_(table.stranger), "meeting-list", query="?view=all")


def test_meeting_list_empty_offers_one_way_on(table, as_):
    assert reverse("item-propose") in page(as_(table.liaisons[table.members[0].pk]), "meeting-list")
    assert reverse("meeting-call") in page(as_(table.staff), "meeting-list")


@pytest.mark.parametrize("name", ["meeting-list", "item-list"])
def test_lists_cost_the_same_at_5_and_250(table, as_, name):
    client = as_(table.staff)
    url = reverse(name) + "?view=all"

    def add(count):
        for _number in range(count):
            make_item(table.alliance, meeting=make_meeting(table.alliance, called_by=table.staff))

    add(5)
    few = queries_of(client, url)
    add(245)
    assert queries_of(client, url) == few


def test_meeting_detail_costs_the_same_with_more_items_and_units(table, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(meeting)
    make_item(table.alliance, meeting=meeting)
    client = as_(table.staff)
    few = queries_of(client, meeting.get_absolute_url())
    for number in range(20):
        unit = make_organisation(
            parent=committee(table.street, "administrative_group"), name=f"新单位{number}"
        )
        make_membership(alliance=table.alliance, organisation=unit)
        meeting.attendances.create(organisation=unit, presence=Presence.PRESENT)
        make_item(table.alliance, meeting=meeting, proposer=unit)
    # Each item's note button asks for nothing of its own.
    assert queries_of(client, meeting.get_absolute_url()) == few


# --- Calling --------------------------------------------------------------------------------------
def test_meeting_call_shows_the_days_and_calls(table, as_):
    client = as_(table.staff)
    day = timezone.localdate() + dt.timedelta(days=30)
    kind = shipped_meeting_kind().pk
    text = page(client, "meeting-call", query=f"?day={day:%Y-%m-%d}&kind={kind}")
    assert "议题截止" in text
    closes = day - dt.timedelta(days=7)
    assert f"{closes.month}月{closes.day}日" in text
    values = {"kind": kind, "title": "第四季度党建联席会议", "day": f"{day.year}年{day.month}月{day.day}日"}
    values |= {"begins": "14点半", "ends": "16：00", "place": "301"}
    shown = post(client, "meeting-call", status=200, then="days", **values)
    assert "第四季度党建联席会议" in shown
    assert not Meeting.objects.exists()
    post(client, "meeting-call", **values)
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.starts_at).strftime("%H:%M") == "14:30"
    assert meeting.state == MeetingState.CALLED


def test_meeting_list_shows_the_next_meeting_first(table, as_):
    far = make_meeting(table.alliance, title="远的会")
    near = make_meeting(table.alliance, title="近的会", day=timezone.localdate() + dt.timedelta(days=3))
    later = make_meeting(table.alliance, title="更远的会", day=timezone.localdate() + dt.timedelta(days=40))
    text = page(as_(table.staff), "meeting-list")
    assert text.index(near.title) < text.index(f">{far.title}") < text.index(later.title)


def test_meeting_call_too_early_keeps_the_form(table, as_):
    client = as_(table.staff)
    values = {
        "kind": shipped_meeting_kind().pk,
        "title": "会",
        "day": "明天",
        "begins": "9点",
        "ends": "10点",
        "place": "301",
    }
    text = post(client, "meeting-call", status=400, **values)
    assert "最早可在" in text
    assert 'href="#id_day"' in text
    assert 'value="明天"' in text
    assert "散会时间要晚于开始时间" in post(
        client, "meeting-call", status=400, **{**values, "ends": "8:00"}
    )
    assert "时间无法识别" in post(client, "meeting-call", status=400, **{**values, "ends": "下午"})


def test_meeting_call_members_get_only_their_kinds(table, as_):
    text = page(as_(table.liaisons[table.members[0].pk]), "meeting-call")
    assert "临时会议" in text
    assert "党建联席会议</option>" not in text
    page(as_(make_person(Role.AUDITOR, table.street)), "meeting-call", status=403)


def test_lists_offer_no_act_to_a_unit_that_left(table, as_):
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    assert reverse("item-propose") in page(client, "item-list")
    Membership.objects.filter(organisation=unit).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    for name in ("meeting-list", "item-list"):
        text = page(client, name)
        assert reverse("item-propose") not in text, name
        assert reverse("meeting-call") not in text, name


def test_meeting_procedure_shows_what_the_meeting_goes_by(table, as_):
    meeting = make_meeting(table.alliance)
    make_procedure(table.alliance, values={"notice_days": 5})
    client = as_(table.liaisons[table.members[0].pk])
    assert reverse("meeting-procedure", args=[meeting.pk]) in page(client, "meeting-detail", meeting.pk)
    text = page(client, "meeting-procedure", meeting.pk)
    assert "召集以后修订的规则" in text
    assert text.index("会前 3 天发出") < text.index("会前 5 天发出")
    page(as_(table.stranger), "meeting-procedure", meeting.pk, status=404)


@pytest.mark.parametrize(
    ("noun", "label"),
    [("item", "会议"), ("decision", "会议"), ("flowback", "议定事项"), ("duty", "议定事项")],
)
def test_navigation_marks_where_a_page_lies(table, as_, noun, label):
    text = page(as_(table.staff), f"{noun}-list")
    marked = re.findall(r'<a href="[^"]*" aria-current="page">(.*?)</a>', text, re.S)
    assert marked
    assert all(label in one for one in marked)


# --- The page -------------------------------------------------------------------------------------
def test_meeting_detail_names_the_next_step(table, as_):
    client = as_(table.staff)
    called = make_meeting(table.alliance)
    make_item(table.alliance, proposer=table.members[0])
    assert "受理议题" in page(client, "meeting-detail", called.pk)
    planned = make_meeting(table.alliance, state=MeetingState.PLANNED)
    assert "编排议程" in page(client, "meeting-detail", planned.pk)
    make_item(table.alliance, meeting=planned)
    assert "预览并发通知" in page(client, "meeting-detail", planned.pk)
    held = make_meeting(table.alliance, state=MeetingState.HELD)
    assert "拟写会议纪要" in page(client, "meeting-detail", held.pk)


def test_meeting_detail_asks_the_unit_first(table, as_):
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    called = page(client, "meeting-detail", make_meeting(table.alliance).pk)
    assert f"{unit} 提议题" in called
    noticed = make_meeting(table.alliance, state=MeetingState.NOTICED, noticed_at=timezone.now())
    make_attendances(noticed, Presence.DUE)
    assert reverse("meeting-excuse", args=[noticed.pk]) in page(client, "meeting-detail", noticed.pk)
    session = make_meeting(table.alliance, state=MeetingState.IN_SESSION, room_code="123456")
    make_attendances(session, Presence.DUE)
    text = page(client, "meeting-detail", session.pk)
    assert reverse("meeting-checkin", args=[session.pk]) in text
    assert "123456" not in text


def test_meeting_detail_says_when_the_quorum_asks_for_what_nobody_is(table, as_):
    """As after a merge: the rules still name a body that the street has no more."""
    terms = replace(Terms(), quorum_parts=(Part("enterprise_committee", 1), Part("community_committee", 1)))
    meeting = make_meeting(table.alliance, state=MeetingState.NOTICED, terms=terms)
    make_attendances(meeting, Presence.DUE)
    words = "联盟里没有足够的这类单位"
    text = page(as_(table.staff), "meeting-detail", meeting.pk)
    assert "法定人数要求社区党委到会" in text
    assert words in text
    assert words in page(as_(table.staff), "meeting-attendance", meeting.pk)
    usual = make_meeting(table.alliance, state=MeetingState.NOTICED)
    make_attendances(usual, Presence.DUE)
    assert words not in page(as_(table.staff), "meeting-detail", usual.pk)


def test_meeting_detail_counts_the_roll_and_names_what_is_missing(table, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION, opened_at=timezone.now())
    rows = make_attendances(meeting, Presence.DUE)
    for row in rows:
        if row.organisation in table.members[:4]:
            row.presence = Presence.PRESENT
            row.save()
    text = page(as_(table.staff), "meeting-detail", meeting.pk)
    assert "未达到法定人数" in text
    assert "非公企业联合党委 1 家单位" in text
    row = next(one for one in rows if one.organisation == table.members[5])
    row.presence = Presence.PRESENT
    row.save()
    assert "达到法定人数：5 ≥ 4" in page(as_(table.staff), "meeting-detail", meeting.pk)


def test_meeting_detail_a_unit_that_left_before_the_day_has_no_seat(table, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.NOTICED, noticed_at=timezone.now())
    make_attendances(meeting, Presence.DUE)
    membership = table.alliance.memberships.get(organisation=table.members[0])
    membership.ends_on = timezone.localdate()
    membership.save()
    text = page(as_(table.staff), "meeting-attendance", meeting.pk)
    assert "应到 6 个单位" in text
    assert f"不计入应到：{table.members[0]}" in text


def test_meeting_detail_shows_duties_and_cancelled_reason(table, as_):
    duty = make_duty(table.alliance, lead=table.members[0], title="雨棚加固")
    client = as_(table.liaisons[table.members[1].pk])
    assert "雨棚加固" in page(client, "meeting-detail", duty.decision.item.meeting.pk)
    cancelled = make_meeting(table.alliance, state=MeetingState.CANCELLED, cancel_reason="会场停电")
    assert "会场停电" in page(client, "meeting-detail", cancelled.pk)


# --- Its way --------------------------------------------------------------------------------------
def test_meeting_goes_from_plan_to_notice_and_tells_whom(table, as_):
    client = as_(table.staff)
    meeting = make_meeting(table.alliance)
    make_item(table.alliance, state=ItemState.ACCEPTED, title="夜间停车", proposer=table.members[0])
    post(client, "meeting-plan", meeting.pk)
    preview = page(client, "meeting-notice", meeting.pk)
    assert "夜间停车" in preview
    assert "发给 7 个单位" in preview
    post(client, "meeting-notice", meeting.pk)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.NOTICED
    assert "未达到法定人数" not in page(client, "meeting-detail", meeting.pk)
    assert "7 个应到单位" in page(as_(table.liaisons[table.members[0].pk]), "meeting-notice", meeting.pk)


def test_meeting_notice_names_units_without_an_account(table, as_):
    lonely = make_organisation(
        parent=committee(table.street, "administrative_group"), name="没有账号的单位"
    )
    make_membership(alliance=table.alliance, organisation=lonely)
    meeting = make_meeting(table.alliance, state=MeetingState.PLANNED)
    assert "请另外通知：" in page(as_(table.staff), "meeting-notice", meeting.pk)


def test_meeting_reschedule_and_cancel_with_a_reason(table, as_):
    client = as_(table.staff)
    meeting = make_meeting(table.alliance)
    values = {
        "day": f"{meeting.held_on + dt.timedelta(days=7):%Y-%m-%d}",
        "begins": "9:00",
        "ends": "10:00",
        "place": "302",
    }
    assert "改期原因" in post(client, "meeting-reschedule", meeting.pk, status=400, **values)
    post(client, "meeting-reschedule", meeting.pk, reason="场地冲突", **values)
    meeting.refresh_from_db()
    assert meeting.place == "302"
    assert meeting.sequence == 1
    post(client, "meeting-cancel", meeting.pk, status=400, reason=" ")
    post(client, "meeting-cancel", meeting.pk, reason="人数不足")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED


def test_meeting_people_are_saved(table, as_):
    meeting = make_meeting(table.alliance)
    post(as_(table.staff), "meeting-people", meeting.pk, chair="王敏", recorder="李明", opening="")
    meeting.refresh_from_db()
    assert meeting.chair == "王敏"


def test_meeting_open_and_end(table, as_):
    client = as_(table.staff)
    meeting = make_meeting(table.alliance, state=MeetingState.NOTICED, day=timezone.localdate())
    make_attendances(meeting, Presence.DUE)
    assert "由工作人员登记" in page(client, "meeting-open", meeting.pk)
    answer = client.post(reverse("meeting-open", args=[meeting.pk]), {"room_code": "yes"})
    assert answer.url == reverse("meeting-room", args=[meeting.pk])
    post(client, "meeting-end", meeting.pk)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD


def test_meeting_calendar_file(table, as_):
    meeting = make_meeting(table.alliance, title="第四季度会议")
    response = as_(table.liaisons[table.members[0].pk]).get(reverse("meeting-calendar", args=[meeting.pk]))
    assert response["Content-Type"].startswith("text/calendar")
    text = response.content.decode()
    assert "第四季度会议" in text
    assert f"/meetings/{meeting.pk}/" in text
