"""The API of duties, requests and flow-backs: 401, 403, 404, wrong state, bad input, success."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from alliances import actions
from alliances.api.serializers import duties as serializers
from alliances.api.viewsets.duties import AppealViewSet, DutyViewSet, FlowBackViewSet
from alliances.models import Appeal, Duty, FlowBack
from alliances.states import DutyState
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty

pytestmark = pytest.mark.django_db

PATHS = ["duties", "appeals", "flow-backs"]
REASON = {"reason": "没有场地"}


@pytest.fixture
def w():
    return make_case()


@pytest.fixture
def as_():
    """A client of the API, signed in as somebody."""

    def sign_in(user):
        client = APIClient()
        client.force_login(user)
        return client

    return sign_in


def post(client, path, status, **body):
    response = client.post(f"/api/{path}/", body, format="json")
    assert response.status_code == status, response.content.decode()
    return response.json()


def rows(client, path, query=""):
    response = client.get(f"/api/{path}/{query}")
    assert response.status_code == 200, response.content.decode()
    return response.json()["results"]


@pytest.mark.parametrize("path", PATHS)
def test_lists_need_a_sign_in(w, path):
    assert APIClient().get(f"/api/{path}/").status_code in (401, 403)


@pytest.mark.parametrize(
    ("viewset", "serializer"),
    [
        (DutyViewSet, serializers.DutyRowSerializer),
        (AppealViewSet, serializers.AppealSerializer),
        (FlowBackViewSet, serializers.FlowBackSerializer),
    ],
)
def test_columns_are_those_of_the_schema(viewset, serializer):
    assert tuple(viewset.columns) == serializer.Meta.fields


def test_lists_are_of_ones_own_alliances(w, as_):
    actions.ask_help(duty=w.duty, by=w.liaison, addressee=w.other, reason="缺人手")
    actions.hand_back_duty(duty=w.duty, by=w.liaison, to=w.street, reason="没有场地")
    for path in PATHS:
        (row,) = rows(as_(w.auditor), path)
        assert rows(as_(w.stranger), path) == []
        assert as_(w.stranger).get(f"/api/{path}/{row['id']}/").status_code == 404
        one = as_(w.auditor).get(f"/api/{path}/{row['id']}/").json()
        # A moment is written in another time zone there; it is the same one.
        same = [name for name in row if not name.endswith("_at")]
        assert [one[name] for name in same] == [row[name] for name in same]


@pytest.mark.parametrize("path", PATHS)
def test_lists_cost_the_same_at_5_and_50_rows(w, as_, path):
    client = as_(w.liaison)

    def add(number):
        for _ in range(number):
            duty = make_duty(w.alliance, lead=w.unit, decision=w.decision)
            FlowBack.objects.create(
                duty=duty, organisation=w.unit, to=w.street, reason="x", handed_back_by=w.liaison
            )
            actions.ask_help(duty=duty, by=w.liaison, addressee=w.other, reason="x")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            rows(client, path)
        return len(queries)

    add(5)
    few = cost()
    add(45)
    assert cost() == few


def test_duties_filter(w, as_):
    make_duty(w.alliance, lead=w.other, due_on=timezone.localdate() - dt.timedelta(days=1), title="雨棚")
    client = as_(w.liaison)
    assert [row["title"] for row in rows(client, "duties", "?view=mine")] == ["车库夜间开放"]
    assert [row["title"] for row in rows(client, "duties", "?overdue=true")] == ["雨棚"]
    assert [row["title"] for row in rows(client, "duties", "?overdue=false")] == ["车库夜间开放"]
    assert rows(client, "duties", f"?decision={w.decision.pk}&q=雨棚") == []


def test_create_duty(w, as_):
    body = {
        "decision": w.decision.pk,
        "lead": w.unit.pk,
        "title": "安保方案",
        "done_means": "方案通过",
        "due_on": str(timezone.localdate() + dt.timedelta(days=30)),
        "partners": [w.other.pk],
    }
    post(as_(w.liaison), "duties", 403, **body)
    post(as_(w.stranger), "duties", 400, **body)
    assert "title" in post(as_(w.staff), "duties", 400, **{**body, "title": ""})
    assert "due_on" in post(as_(w.staff), "duties", 400, **{**body, "due_on": "2020-01-01"})
    made = post(as_(w.staff), "duties", 201, **body)
    assert (made["state"], made["partners"], made["lead_name"]) == ("ongoing", [w.other.pk], str(w.unit))


def test_the_life_of_a_duty(w, as_):
    unit, staff, path = as_(w.liaison), as_(w.staff), f"duties/{w.duty.pk}"
    report = {"organisation": w.unit.pk, "text": "好了"}
    post(as_(w.stranger), f"{path}/report-progress", 404, **report)
    post(staff, f"{path}/report-progress", 403, **report)
    assert post(unit, f"{path}/report-progress", 201, **report)["reports"][0]["text"] == "好了"
    post(staff, f"{path}/finish", 409)
    assert post(unit, f"{path}/report-progress", 201, **report, is_final=True)["state"] == "reported"
    post(unit, f"{path}/finish", 403)
    assert post(staff, f"{path}/reopen", 200, reason="还差两个")["state"] == "ongoing"
    later = str(w.duty.due_on + dt.timedelta(days=5))
    assert post(staff, f"{path}/extend", 200, due_on=later, **REASON)["due_on"] == later
    assert post(staff, f"{path}/reassign", 200, lead=w.other.pk, **REASON)["lead"] == w.other.pk
    post(unit, f"{path}/hand-back", 403, to=w.street.pk, **REASON)
    back = post(as_(w.liaison2), f"{path}/hand-back", 200, to=w.street.pk, **REASON)
    assert back["lead"] == w.street.pk
    assert rows(unit, "flow-backs", f"?alliance={w.alliance.pk}")[0]["reason"] == "没有场地"
    assert rows(unit, "flow-backs", "?quarter=2001Q1") == []
    assert post(staff, f"{path}/drop", 200, **REASON)["state"] == "dropped"
    done = make_duty(w.alliance, lead=w.unit, state=DutyState.REPORTED)
    assert post(staff, f"duties/{done.pk}/finish", 200, note="看过")["close_note"] == "看过"
    assert Duty.objects.get(pk=done.pk).state == DutyState.DONE


def test_the_life_of_a_request(w, as_):
    unit, path = as_(w.liaison), f"duties/{w.duty.pk}"
    post(as_(w.liaison2), f"{path}/ask-help", 403, addressee=w.other.pk, **REASON)
    post(unit, f"{path}/ask-help", 400, addressee=0, **REASON)
    asked = post(unit, f"{path}/ask-help", 201, addressee=w.other.pk, **REASON)
    assert (asked["kind"], asked["addressee_name"], asked["state"]) == ("help", str(w.other), "waiting")
    post(unit, f"{path}/ask-help", 409, addressee=w.other.pk, **REASON)
    answer = f"appeals/{asked['id']}/answer"
    post(unit, answer, 403, granted=True, answer="好")
    post(as_(w.liaison2), answer, 400, granted=True)
    assert post(as_(w.liaison2), answer, 200, granted=True, answer="好")["state"] == "granted"
    post(as_(w.liaison2), answer, 409, granted=True, answer="好")
    moved = post(unit, f"{path}/ask-transfer", 201, new_lead=w.other.pk, **REASON)
    assert moved["addressee"] == w.street.pk
    assert post(unit, f"appeals/{moved['id']}/withdraw", 200)["state"] == "withdrawn"
    raised = post(unit, f"{path}/escalate", 201, **REASON)
    assert raised["addressee"] == w.district.pk
    post(as_(w.district_admin), f"appeals/{raised['id']}/answer", 200, granted=False, answer="街道可以办")
    assert rows(unit, "appeals", "?state=waiting") == []
    assert Appeal.objects.count() == 3
