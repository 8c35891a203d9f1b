"""Meetings and items through the API: the same acts, the same refusals, and lists that cost the same at any length."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from alliances.api.serializers.items import ItemSerializer
from alliances.api.serializers.meetings import MeetingSerializer
from alliances.api.viewsets.items import ItemViewSet
from alliances.api.viewsets.meetings import MeetingViewSet
from alliances.models import AgendaItem, Meeting
from alliances.states import ItemState, MeetingState, Presence
from tests.factories import meetings as make
from tests.factories.members import make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make.make_table()


def api(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(by, url, **values):
    answer = api(by).post(f"/api/{url}/", values, format="json")
    return answer.status_code, answer.json() if answer.content else None


@pytest.mark.parametrize(
    ("viewset", "serializer"), [(MeetingViewSet, MeetingSerializer), (ItemViewSet, ItemSerializer)]
)
def test_list_columns_are_fields_of_the_object(viewset, serializer):
    assert set(viewset.columns) <= set(serializer.Meta.fields)
    assert serializer.Meta.fields[: len(viewset.columns)] == tuple(viewset.columns)


def test_nobody_reads_the_room_code(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION, room_code="918273")
    for user in (table.staff, table.liaisons[table.members[0].pk]):
        client = api(user)
        for address in ("/api/meetings/", f"/api/meetings/{meeting.pk}/"):
            assert "918273" not in client.get(address).content.decode()


def test_lists_stay_within_the_alliance(table):
    meeting = make.make_meeting(table.alliance)
    item = make.make_item(table.alliance, meeting=meeting)
    other = make.make_table()
    for user in (other.staff, other.liaisons[other.members[0].pk]):
        client = api(user)
        assert client.get("/api/meetings/").json()["results"] == []
        assert client.get("/api/items/").json()["results"] == []
        assert client.get(f"/api/meetings/{meeting.pk}/").status_code == 404
        assert client.get(f"/api/meetings/{meeting.pk}/attendance/").status_code == 404
        assert client.get(f"/api/items/{item.pk}/").status_code == 404
        assert post(user, f"meetings/{meeting.pk}/cancel", reason="x")[0] == 404
    liaison = api(table.liaisons[table.members[0].pk])
    assert [row["id"] for row in liaison.get("/api/meetings/").json()["results"]] == [meeting.pk]


def test_lists_cost_the_same_at_5_and_at_250(table):
    kind, staff = make.shipped_meeting_kind(), table.staff
    first = make.make_meeting(table.alliance, called_by=staff)

    def add(number):
        Meeting.objects.bulk_create(
            Meeting(
                alliance=table.alliance,
                kind=kind,
                convener=table.street,
                title=f"会议{one}",
                starts_at=first.starts_at,
                ends_at=first.ends_at,
                place="301",
                notice_on=first.notice_on,
                terms=first.terms,
                called_by=staff,
            )
            for one in range(number)
        )
        AgendaItem.objects.bulk_create(
            AgendaItem(alliance=table.alliance, proposer=table.members[0], title="议题", source="member")
            for _ in range(number)
        )

    def count(address):
        # Loaded once per request; the test's user lives longer.
        staff.__dict__.pop("grants", None)
        with CaptureQueriesContext(connection) as queries:
            assert api(staff).get(address).status_code == 200
        return len(queries)

    lists = ("/api/meetings/", "/api/items/")
    add(4)
    few = [count(address) for address in lists]
    add(245)
    assert [count(address) for address in lists] == few
    assert Meeting.objects.count() == 250


def test_a_meeting_from_call_to_end(table):
    unit, guest = table.members[0], make_organisation(parent=table.street)
    liaison, staff = table.liaisons[unit.pk], table.staff
    starts_at = timezone.now() + dt.timedelta(hours=1)
    values = {
        "alliance": table.alliance.pk,
        "kind": make.shipped_meeting_kind("ad_hoc").pk,
        "title": "临时会议",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + dt.timedelta(hours=1)).isoformat(),
        "place": "301",
    }
    assert post(table.stranger, "meetings", **values)[0] == 400
    code, meeting = post(staff, "meetings", **values)
    assert (code, meeting["state"]) == (201, "planned")
    url = f"meetings/{meeting['id']}"
    assert post(staff, f"{url}/give-notice")[0] == 409
    words = {"alliance": table.alliance.pk, "proposer": unit.pk, "title": "夜间停车"}
    code, item = post(liaison, "items", **words)
    assert (code, item["state"], item["source"]) == (201, "proposed", "member")
    assert post(liaison, f"items/{item['id']}/accept")[0] == 403
    assert post(staff, f"items/{item['id']}/accept")[1]["state"] == "accepted"
    assert post(staff, f"items/{item['id']}/add-to-agenda", meeting=meeting["id"])[1]["position"] == 1
    order = [{"item": item["id"], "duration": 20}]
    assert post(staff, f"{url}/save-agenda", version=1, items=order)[0] == 409
    assert post(staff, f"{url}/save-agenda", version=2, items=order)[1]["agenda_version"] == 3
    assert post(staff, f"{url}/invite-observer", organisation=guest.pk)[0] == 200
    assert post(staff, f"{url}/give-notice")[1]["state"] == "noticed"
    assert post(liaison, f"{url}/excuse", organisation=unit.pk)[0] == 200
    if timezone.localdate(starts_at) == timezone.localdate():
        _session(table, url, item, unit, liaison)


def _session(table, url, item, unit, liaison):
    staff = table.staff
    assert post(staff, f"{url}/open", room_code=True)[1]["state"] == "in_session"
    room_code = post(staff, f"{url}/renew-room-code")[1]["room_code"]
    assert post(liaison, f"{url}/renew-room-code")[0] == 403
    check = {"organisation": unit.pk, "code": room_code}
    assert post(liaison, f"{url}/check-in", **{**check, "code": "x"})[0] == 400
    rows = post(liaison, f"{url}/check-in", **check)[1]
    assert {row["organisation"]: row["presence"] for row in rows}[unit.pk] == "present"
    rows = [{"organisation": table.street.pk, "presence": "present", "attendee": "王敏"}]
    assert post(staff, f"{url}/set-attendance", rows=rows)[0] == 200
    step = {"organisation": unit.pk}
    assert post(liaison, f"items/{item['id']}/step-out", **step, kind="recused")[0] == 201
    assert post(liaison, f"items/{item['id']}/step-in", **step)[0] == 204
    assert post(staff, f"items/{item['id']}/note-discussion", text="赞成")[1]["discussion"] == "赞成"
    assert post(staff, f"{url}/end")[0] == 409
    AgendaItem.objects.filter(pk=item["id"]).update(
        state=ItemState.CONCLUDED, outcome="consensus", concluded_at=timezone.now()
    )
    assert post(staff, f"{url}/end")[1]["state"] == "held"


def test_reschedule_people_and_cancel(table):
    meeting = make.make_meeting(table.alliance)
    url = f"meetings/{meeting.pk}"
    starts_at = meeting.starts_at + dt.timedelta(days=3)
    when = {"starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=1), "place": "302"}
    assert list(post(table.staff, f"{url}/reschedule", **when)[1]) == ["reason"]
    assert post(table.staff, f"{url}/reschedule", **when, reason="改")[1]["sequence"] == 1
    people = {"chair": "王敏", "recorder": "", "opening": ""}
    assert post(table.staff, f"{url}/set-people", **people)[1]["chair"] == "王敏"
    assert post(table.staff, f"{url}/plan")[1]["state"] == "planned"
    assert post(table.staff, f"{url}/cancel", reason="防汛")[1]["state"] == "cancelled"
    assert post(table.staff, f"{url}/cancel", reason="防汛")[0] == 409


def test_item_returned_revised_withdrawn_and_taken_off(table):
    unit = table.members[0]
    liaison = table.liaisons[unit.pk]
    first, second = (make.make_item(table.alliance, proposer=unit) for _ in range(2))
    assert post(table.staff, f"items/{first.pk}/return", reason="不议")[1]["return_reason"] == "不议"
    words = {"title": "新题", "body": "", "version": 1}
    assert post(liaison, f"items/{second.pk}/revise", **words)[1]["version"] == 2
    assert post(liaison, f"items/{second.pk}/revise", **words)[0] == 409
    assert post(liaison, f"items/{second.pk}/withdraw")[1]["state"] == "withdrawn"
    meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED)
    third = make.make_item(table.alliance, meeting=meeting)
    assert post(table.staff, f"items/{third.pk}/take-off-agenda")[1]["meeting"] is None


def test_set_attendance_costs_the_same_for_one_unit_and_for_all(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED)
    make.make_attendances(meeting, Presence.DUE)
    costs = []
    # The first one reads the kinds once for the whole process.
    for units in (table.members[:1], table.members[:1], table.members):
        rows = [{"organisation": one.pk, "presence": "excused"} for one in units]
        with CaptureQueriesContext(connection) as captured:
            assert post(table.staff, f"meetings/{meeting.pk}/set-attendance", rows=rows)[0] == 200
        costs.append(len(captured))
    assert costs[1] == costs[2]


def test_attendance_is_read_by_unit(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED)
    make.make_attendances(meeting, Presence.EXCUSED)
    rows = api(table.liaisons[table.members[0].pk]).get(f"/api/meetings/{meeting.pk}/attendance/").json()
    assert len(rows) == 7
    assert set(rows[0]) == {
        "organisation",
        "organisation_name",
        "has_vote",
        "presence",
        "represented_by",
        "attendee",
    }
