"""Schemes, adoptions, runs, scores and reports in the API: the same verbs and refusals as on the pages."""

import hashlib

import pytest
from django.db import transaction

from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.models import Report, Scheme, ScoreRun
from assessments.states import SchemeState
from members.states import Role
from tests.factories.members import make_person, make_street
from tests.factories.scores import ENDS, STARTS, make_done, make_scheme, make_scored_street

pytestmark = pytest.mark.django_db
PERIOD = {"starts_on": STARTS.isoformat(), "ends_on": ENDS.isoformat()}


@pytest.fixture
def w(client):
    w = make_scored_street()
    client.force_login(w.staff)
    return w


@pytest.fixture
def run(w):
    make_done(w, w.units[0])
    return compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)


def post(client, url, **body):
    # A refusal marks the transaction that it finds for rollback: the request's, not the test's.
    with transaction.atomic():
        return client.post(url, body, content_type="application/json")


def test_anonymous_is_401_or_403(client):
    for name in ("schemes", "adoptions", "score-runs", "scores", "reports"):
        assert client.get(f"/api/{name}/").status_code in {401, 403}


def test_compute_and_publish(client, w):
    answer = post(client, "/api/score-runs/compute/", alliance=w.alliance.pk, **PERIOD)
    assert answer.status_code == 201, answer.content
    run = ScoreRun.objects.get()
    published = post(client, f"/api/score-runs/{run.pk}/publish/")
    assert published.status_code == 201
    assert published.json()["check_value"] == Report.objects.get().check_value
    again = post(client, f"/api/score-runs/{run.pk}/publish/")
    assert again.status_code == 409
    assert "这一期已经发布报告" in again.json()["detail"]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"ends_on": "2199-01-01"}, 400, "ends_on"),
        ({"starts_on": "2026-13-01"}, 400, "starts_on"),
        ({"alliance": 10**9}, 400, "alliance"),
        ({"alliance": None}, 400, "alliance"),
    ],
)
def test_compute_bad_input_names_the_field(client, w, change, status, field):
    answer = post(client, "/api/score-runs/compute/", **{"alliance": w.alliance.pk, **PERIOD, **change})
    assert answer.status_code == status
    assert field in answer.json()


def test_compute_wrong_person(client, w):
    client.force_login(w.liaison)
    assert post(client, "/api/score-runs/compute/", alliance=w.alliance.pk, **PERIOD).status_code == 403
    client.force_login(make_person(Role.STAFF, make_street(w.district)))
    # Another street's alliance is out of sight: unknown, not forbidden.
    assert post(client, "/api/score-runs/compute/", alliance=w.alliance.pk, **PERIOD).status_code == 400


def test_scores_are_scoped(client, w, run):
    assert {row["points"] for row in client.get("/api/scores/").json()["results"]} == {0.0, 55.75}
    client.force_login(w.liaison)
    rows = client.get("/api/scores/").json()["results"]
    assert [row["organisation"] for row in rows] == [w.units[0].pk]
    other = run.scores.get(organisation=w.units[1])
    assert client.get(f"/api/scores/{other.pk}/").status_code == 404
    assert client.get(f"/api/score-runs/{run.pk}/").status_code == 404
    own = run.scores.get(organisation=w.units[0])
    assert client.get(f"/api/scores/{own.pk}/").json()["receipt"]["lines"]
    body = b"".join(client.get(f"/api/scores/{own.pk}/data/").streaming_content)
    assert hashlib.sha256(body).hexdigest() == own.check_value


def test_report_data_and_correction(client, w, run):
    report = publish_report(run=run, by=w.staff)
    body = b"".join(client.get(f"/api/reports/{report.pk}/data/").streaming_content)
    assert hashlib.sha256(body).hexdigest() == report.check_value
    assert post(client, f"/api/reports/{report.pk}/correct/", run=run.pk, reason=" ").status_code == 400
    corrected = post(client, f"/api/reports/{report.pk}/correct/", run=run.pk, reason="补登记")
    assert corrected.status_code == 201
    assert corrected.json()["version"] == 2
    late = post(client, f"/api/reports/{report.pk}/correct/", run=run.pk, reason="再来")
    assert late.status_code == 409
    client.force_login(make_person(Role.DISTRICT_READER, make_scored_street().district))
    assert client.get(f"/api/reports/{report.pk}/data/").status_code == 404
    assert client.get("/api/reports/").json()["results"] == []


def test_scheme_from_draft_to_adoption(client, w):
    shipped = Scheme.objects.filter(owner=None).first()
    draft = post(client, "/api/schemes/draft/", scheme=shipped.pk, owner=w.street.pk, name="本街办法")
    assert draft.status_code == 201
    pk, lines = draft.json()["id"], draft.json()["lines"]
    assert all(line["rule"] for line in lines)
    line = {"title": "认领", "measure": "agreed_claims", "points": 5}
    wrong = post(client, f"/api/schemes/{pk}/add-line/", **line, params={"target": "x"})
    assert wrong.status_code == 400
    assert "target" in wrong.json()
    added = post(client, f"/api/schemes/{pk}/add-line/", **line, params={"target": 2})
    assert added.status_code == 201
    over = post(client, f"/api/schemes/{pk}/publish/")
    assert over.status_code == 400
    last = added.json()["lines"][-1]["id"]
    changed = post(client, f"/api/schemes/{pk}/change-line/", line=last, **line, params={"target": 3})
    assert changed.json()["lines"][-1]["params"] == {"target": 3}
    assert post(client, f"/api/schemes/{pk}/remove-line/", line=last).status_code == 200
    grades = [{"from": 60, "name": "达标"}]
    assert (
        post(client, f"/api/schemes/{pk}/change/", name="办法", note="", grades=grades).status_code == 200
    )
    assert post(client, f"/api/schemes/{pk}/publish/").json()["state"] == SchemeState.PUBLISHED
    assert post(client, f"/api/schemes/{pk}/publish/").status_code == 409
    adopted = post(client, f"/api/schemes/{pk}/adopt/", alliance=w.alliance.pk, starts_on="2026-10-01")
    assert adopted.status_code == 201
    assert len(client.get("/api/adoptions/").json()["results"]) == 2


def test_line_of_another_scheme_is_a_404(client, w):
    mine, other = (make_scheme(owner=w.street, state=SchemeState.DRAFT) for _ in range(2))
    line = other.indicators.first()
    assert post(client, f"/api/schemes/{mine.pk}/remove-line/", line=line.pk).status_code == 404


def test_state_is_not_writable(client, w):
    draft = make_scheme(owner=w.street, state=SchemeState.DRAFT)
    assert client.patch(f"/api/schemes/{draft.pk}/", {"state": "published"}).status_code == 405
    body = {"name": "x", "note": "", "grades": [], "state": "published"}
    post(client, f"/api/schemes/{draft.pk}/change/", **body)
    draft.refresh_from_db()
    assert draft.state == SchemeState.DRAFT


@pytest.mark.parametrize("name", ["schemes", "adoptions", "score-runs", "scores", "reports"])
def test_list_rows_have_the_fields_of_the_schema(client, w, run, name):
    from assessments.api import reports, schemes, scores

    publish_report(run=run, by=w.staff)
    rows = {
        "schemes": schemes.SchemeRow,
        "adoptions": schemes.SchemeAdoptionSerializer,
        "score-runs": scores.RunSerializer,
        "scores": scores.ScoreRow,
        "reports": reports.ReportSerializer,
    }
    (first, *_) = client.get(f"/api/{name}/").json()["results"]
    assert set(first) == set(rows[name].Meta.fields)


@pytest.mark.parametrize("count", [5, 60])
def test_lists_ask_as_often_for_five_as_for_sixty(client, django_assert_max_num_queries, count):
    w = make_scored_street(units=count)
    compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    client.force_login(w.staff)
    client.get("/api/scores/")
    with django_assert_max_num_queries(5):
        client.get("/api/scores/?page_size=200")
