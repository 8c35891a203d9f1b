import pytest
from rest_framework.test import APIClient

from alliances.api.serializers.minutes import MinutesSerializer
from alliances.api.viewsets.minutes import MinutesViewSet
from alliances.models import Confirmation, Meeting, Minutes
from alliances.states import MeetingState
from tests.factories.meetings import make_table
from tests.factories.minutes import make_confirmation, make_confirming_meeting, make_held_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table(units=1)


@pytest.fixture
def out(table):
    return make_confirming_meeting(table)


def api(user=None):
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def post(by, url, **values):
    answer = api(by).post(f"/api/{url}/", values, format="json")
    return answer.status_code, answer.json() if answer.content else None


def test_list_columns_are_the_first_fields_of_the_object():
    columns = MinutesViewSet.columns
    assert MinutesSerializer.Meta.fields[: len(columns)] == tuple(columns)


def test_read_minutes_of_another_alliance(table, out):
    stranger = api(table.stranger)
    assert stranger.get("/api/minutes/").json()["results"] == []
    assert stranger.get(f"/api/minutes/{out.pk}/").status_code == 404
    assert post(table.stranger, f"minutes/{out.pk}/confirm", verdict="confirmed")[0] == 404
    for verb in ("circulate-minutes", "revise-minutes", "close"):
        assert post(table.stranger, f"meetings/{out.meeting_id}/{verb}", reason="x")[0] == 404


def test_read_minutes_with_content_answers_and_word_file(table, out):
    make_confirmation(out, table.members[0], "写错了")
    client = api(table.liaisons[table.members[1].pk])
    rows = client.get("/api/minutes/", {"meeting": out.meeting_id}).json()["results"]
    assert [row["id"] for row in rows] == [out.pk]
    assert client.get("/api/minutes/", {"meeting": 0}).json()["results"] == []
    body = client.get(f"/api/minutes/{out.pk}/").json()
    assert body["content"] == out.content
    assert [one["note"] for one in body["confirmations"]] == ["写错了"]
    assert body["word"].endswith(f"/minutes/{out.pk}/word/")


def test_list_queries_stay_constant(table, out):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert api(table.staff).get("/api/minutes/").status_code == 200
        return len(queries)

    cost()
    before = cost()
    for _number in range(5):
        make_confirming_meeting(table)
    assert cost() == before


def test_circulate_minutes(table):
    meeting = make_held_meeting(table)
    url = f"meetings/{meeting.pk}/circulate-minutes"
    assert post(None, url)[0] == 403
    assert post(table.liaisons[table.members[0].pk], url)[0] == 403
    code, body = post(table.staff, url)
    assert (code, body["version"], body["content"]["number"]) == (
        201,
        1,
        Minutes.objects.get().content["number"],
    )
    assert post(table.staff, url)[0] == 409


def test_confirm_minutes(table, out):
    unit = table.members[0]
    liaison, url = table.liaisons[unit.pk], f"minutes/{out.pk}/confirm"
    assert post(None, url)[0] == 403
    code, body = post(liaison, url, organisation=unit.pk, verdict="objected")
    assert (code, list(body)) == (400, ["note"])
    assert post(liaison, url, organisation=unit.pk, verdict="maybe")[0] == 400
    assert post(liaison, url, organisation=table.members[1].pk, verdict="confirmed")[0] == 403
    code, body = post(liaison, url, organisation=unit.pk, verdict="objected", note="写错了")
    assert (code, body["confirmations"][0]["verdict"]) == (200, "objected")
    assert post(liaison, url, organisation=unit.pk, verdict="confirmed")[0] == 409
    assert Confirmation.objects.count() == 1


def test_revise_then_close(table, out):
    meeting = out.meeting
    url = f"meetings/{meeting.pk}"
    assert post(table.liaisons[table.members[0].pk], f"{url}/revise-minutes", reason="更正")[0] == 403
    assert post(table.staff, f"{url}/revise-minutes")[0] == 400
    code, body = post(table.staff, f"{url}/revise-minutes", reason="更正")
    assert (code, body["state"]) == (200, MeetingState.HELD)
    assert post(table.staff, f"{url}/close")[0] == 409
    assert post(table.staff, f"{url}/circulate-minutes")[0] == 201
    assert post(table.staff, f"{url}/close")[0] == 409
    for unit in table.members:
        make_confirmation(Minutes.objects.newest(), unit)
    assert post(table.staff, f"{url}/close")[1]["state"] == MeetingState.CLOSED
    assert Meeting.objects.get(pk=meeting.pk).closed_at
