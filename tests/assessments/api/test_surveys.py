"""The API of surveys: 401/403, 404, wrong state, bad input, success; answers only as counts."""

import datetime as dt
import json

import pytest
from django.db import transaction
from django.utils import timezone

from assessments.models import Code, Survey
from members.models import Organisation, Replay
from members.states import Role
from tests.factories import assessments as make
from tests.factories import members
from tests.factories.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make.make_community_with_staff()


@pytest.fixture
def survey(place):
    return make.make_survey(organisation=place[0])


def post(client, path, body=None, **headers):
    # A refusal marks the transaction that it finds for rollback; here that must be the request's, not the test's.
    with transaction.atomic():
        return client.post(path, body or {}, content_type="application/json", headers=headers)


def test_anonymous_is_refused(client, survey):
    assert client.get("/api/surveys/").status_code in {401, 403}
    assert post(client, f"/api/surveys/{survey.pk}/close/").status_code in {401, 403}


def test_foreign_survey_is_missing(client, survey):
    client.force_login(members.make_person(Role.STAFF, members.make_street()))
    assert client.get(f"/api/surveys/{survey.pk}/").status_code == 404
    assert client.get(f"/api/surveys/{survey.pk}/result/").status_code == 404
    for verb in ("issue-codes", "close"):
        assert post(client, f"/api/surveys/{survey.pk}/{verb}/", {"count": 1}).status_code == 404


def test_reader_may_not_act(client, survey, place):
    client.force_login(
        members.make_person(Role.DISTRICT_READER, Organisation.objects.get(path=place[0].district_path))
    )
    assert client.get(f"/api/surveys/{survey.pk}/").status_code == 200
    assert post(client, f"/api/surveys/{survey.pk}/issue-codes/", {"count": 1}).status_code == 403
    assert post(client, f"/api/surveys/{survey.pk}/close/", {"reason": "停"}).status_code == 403


def test_list_row_has_the_fields_of_the_single_survey(client, survey, place):
    client.force_login(place[1])
    (row,) = client.get("/api/surveys/").json()["results"]
    single = client.get(f"/api/surveys/{survey.pk}/").json()
    assert row == {name: single[name] for name in row}
    assert single["questions"] == list(make.QUESTIONS)
    assert single["address"].endswith(f"/s/{survey.public_id}/")
    assert "public_key" not in single


def test_open_about_organisation_and_bad_input(client, place):
    client.force_login(place[1])
    body = {
        "organisation": place[0].pk,
        "title": "测评",
        "closes_on": str(timezone.localdate() + dt.timedelta(days=5)),
    }
    for wrong in ({"title": ""}, {"closes_on": "2020-01-01"}, {"questions": [""]}, {"organisation": 0}):
        response = post(client, "/api/surveys/open/", {**body, **wrong})
        assert response.status_code == 400, wrong
        assert next(iter(wrong)) in response.json()
    assert post(client, "/api/surveys/open/", {**body, "delivery": 0}).status_code == 400
    response = post(client, "/api/surveys/open/", body)
    assert response.status_code == 201
    assert len(response.json()["questions"]) == 5


def test_open_about_a_delivery_twice_is_a_conflict(client):
    home = make_world().home
    client.force_login(home.community_staff)
    body = {"delivery": home.delivery.pk, "title": "测评", "closes_on": str(timezone.localdate())}
    response = post(client, "/api/surveys/open/", body)
    assert response.status_code == 409
    assert "delivery" in response.json()


def test_issue_codes_shows_them_once_and_refuses_to_be_kept(client, survey, place):
    client.force_login(place[1])
    path = f"/api/surveys/{survey.pk}/issue-codes/"
    assert post(client, path, {"count": 2}, **{"Idempotency-Key": "x"}).status_code == 400
    assert post(client, path, {"count": 0}).status_code == 400
    assert not Code.objects.exists()
    response = post(client, path, {"count": 2, "dealt_before": 0})
    assert len(response.json()["codes"]) == 2
    assert response["Cache-Control"] == "no-store"
    assert post(client, path, {"count": 2, "dealt_before": 0}).status_code == 409
    assert not Replay.objects.exists()


def test_close_and_result(client, survey, place):
    client.force_login(place[1])
    make.make_answers(survey, 12, remark="独一无二%s")
    path = f"/api/surveys/{survey.pk}/"
    assert client.get(path + "result/").json()["lines"] == []
    assert post(client, path + "close/").json() == {"reason": ["还没到截止日期，提前结束要写明原因。"]}
    assert post(client, path + "close/", {"reason": "提前完成"}).status_code == 200
    assert post(client, path + "close/", {"reason": "再来"}).status_code == 409
    found = client.get(path + "result/").json()
    assert (found["sent"], found["opened"]) == (12, 12)
    assert found["lines"][0]["satisfied"]["words"] == "≥95%"
    assert "独一无二" not in json.dumps(found, ensure_ascii=False)


def test_answers_have_no_route(client, place):
    client.force_login(place[1])
    for name in ("answers", "envelopes", "codes", "remarks"):
        assert client.get(f"/api/{name}/").status_code == 404
    assert not Survey.objects.exists()
