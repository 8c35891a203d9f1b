"""The registers of schemes, runs, scores and reports: own rows, the room's actions, nothing editable."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.actions.scores import compute_score
from assessments.models import Adoption, Report, Scheme, ScoreRun
from assessments.states import SchemeState
from tests.factories.scores import ENDS, STARTS, make_scheme, make_scored_street

pytestmark = pytest.mark.django_db


@pytest.fixture
def w(client):
    w = make_scored_street()
    w.run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    w.foreign = make_scored_street()
    compute_score(alliance=w.foreign.alliance, starts_on=STARTS, ends_on=ENDS, by=None)
    client.force_login(w.staff)
    return w


@pytest.mark.parametrize("model", ["scheme", "adoption", "scorerun", "score", "report"])
def test_registers_show_own_rows_alone(client, w, model):
    text = client.get(reverse(f"admin:assessments_{model}_changelist")).content.decode()
    assert w.foreign.alliance.name not in text
    assert w.foreign.scheme.name not in text


def test_add_scheme_drafts_it(client, w):
    form = {"owner": w.street.pk, "name": "本街办法", "note": "", "indicators-TOTAL_FORMS": 0}
    answer = client.post(reverse("admin:assessments_scheme_add"), form)
    assert answer.status_code == 302, answer.content.decode()
    assert Scheme.objects.get(owner=w.street).state == SchemeState.DRAFT


def test_publish_chosen_schemes(client, w):
    draft = make_scheme(owner=w.street, state=SchemeState.DRAFT)
    short = make_scheme(owner=w.street, lines=[("行", "attendance", 99, {})], state=SchemeState.DRAFT)
    chosen = {"action": "publish_chosen", "_selected_action": [draft.pk, short.pk]}
    text = client.post(reverse("admin:assessments_scheme_changelist"), chosen, follow=True).content.decode()
    assert "现在是 99 分" in text
    assert set(Scheme.objects.filter(owner=w.street, state=SchemeState.PUBLISHED)) == {draft}


def test_add_adoption_calls_the_action(client, w):
    shipped = Scheme.objects.filter(owner=None).first()
    form = {"alliance": w.alliance.pk, "scheme": shipped.pk, "starts_on": "2026年10月1日"}
    answer = client.post(reverse("admin:assessments_adoption_add"), form)
    assert answer.status_code == 302, answer.content.decode()
    w.adoption.refresh_from_db()
    assert w.adoption.ends_on == dt.date(2026, 9, 30)
    early = {**form, "starts_on": "2026-10-01"}
    text = client.post(reverse("admin:assessments_adoption_add"), early, follow=True).content.decode()
    assert "请选更晚的日期" in text
    assert Adoption.objects.filter(alliance=w.alliance).count() == 2


def test_add_run_computes(client, w):
    form = {"alliance": w.alliance.pk, "scheme": "", "starts_on": "2026-04-01", "ends_on": "2026-06-30"}
    answer = client.post(reverse("admin:assessments_scorerun_add"), form)
    assert answer.status_code == 302, answer.content.decode()
    assert ScoreRun.objects.latest("pk").scores.count() == 3
    foreign = {**form, "alliance": w.foreign.alliance.pk}
    assert client.post(reverse("admin:assessments_scorerun_add"), foreign).status_code == 200


def test_publish_chosen_runs(client, w):
    chosen = {"action": "publish_chosen", "_selected_action": [w.run.pk]}
    client.post(reverse("admin:assessments_scorerun_changelist"), chosen)
    report = Report.objects.get()
    for model, pk in (("report", report.pk), ("score", w.run.scores.first().pk), ("scorerun", w.run.pk)):
        page = client.get(reverse(f"admin:assessments_{model}_change", args=[pk]))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.get(reverse(f"admin:assessments_{model}_history", args=[pk])).status_code == 200
