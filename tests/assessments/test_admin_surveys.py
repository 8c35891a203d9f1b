"""The register of surveys: within sight, read-only, opened and closed through the actions."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from assessments.models import Answer, Code, Envelope, Remark, Survey
from assessments.states import SurveyState
from members.states import Role
from tests.factories import assessments as make
from tests.factories import members

pytestmark = pytest.mark.django_db
LIST = "admin:assessments_survey_changelist"


@pytest.fixture
def place():
    return make.make_community_with_staff()


@pytest.fixture
def survey(place):
    return make.make_survey(organisation=place[0])


@pytest.fixture
def staff(client, place):
    client.force_login(place[1])
    return client


def test_what_leads_to_a_person_has_no_register():
    for model in (Code, Envelope, Answer, Remark):
        assert not admin.site.is_registered(model)


def test_add_opens_through_the_action(staff, place):
    address = reverse("admin:assessments_survey_add")
    assert staff.get(address).status_code == 200
    values = {
        "organisation": place[0].pk, "title": "测评", "about": "", "questions": "问一？\n问二？",
        "grade": "coded", "closes_on": str(timezone.localdate() + dt.timedelta(days=5)),
    }  # fmt: skip
    response = staff.post(address, values)
    assert response.status_code == 302
    assert Survey.objects.get().questions == ["问一？", "问二？"]
    refused = staff.post(address, {**values, "closes_on": "2020-01-01"}, follow=True)
    assert "截止日期要在今天到" in refused.content.decode()
    assert Survey.objects.count() == 1


def test_change_page_is_read_only(staff, survey):
    address = reverse("admin:assessments_survey_change", args=[survey.pk])
    body = staff.get(address).content.decode()
    assert survey.get_absolute_url() in body
    assert '<select name="state"' not in body
    assert staff.post(address, {"state": "closed"}).status_code == 403


def test_close_selected_asks_for_a_reason_and_closes(staff, survey):
    data = {"action": "close_selected", "_selected_action": [survey.pk]}
    assert survey.title in staff.post(reverse(LIST), data).content.decode()
    staff.post(reverse(LIST), {**data, "confirmed": "1", "reason": ""}, follow=True)
    survey.refresh_from_db()
    assert survey.state == SurveyState.OPEN
    staff.post(reverse(LIST), {**data, "confirmed": "1", "reason": "停"}, follow=True)
    survey.refresh_from_db()
    assert survey.state == SurveyState.CLOSED


def test_list_shows_own_street_alone(client, survey):
    client.force_login(members.make_person(Role.STAFF, members.make_street()))
    body = client.get(reverse(LIST)).content.decode()
    assert survey.title not in body
    assert "南园社区" not in body
