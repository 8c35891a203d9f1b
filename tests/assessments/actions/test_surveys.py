"""Opening a survey and dealing its codes: who, when, and what is left where."""

import os
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from assessments import rules
from assessments.actions import keys
from assessments.actions import surveys as actions
from assessments.actions.surveys import issue_codes, open_survey, sweep_keys
from assessments.models import Code, Survey
from assessments.states import SurveyState
from members.models import Change, Notification
from members.states import Role
from tests.factories import assessments as make
from tests.factories import members
from tests.factories.world import make_world
from workflow.exceptions import BadInput, Conflict, NotPermitted

pytestmark = pytest.mark.django_db


def key_file(survey: Survey) -> Path:
    return Path(settings.SURVEY_KEY_DIR) / f"{survey.public_id}.key"


# --- Open ------------------------------------------------------------------------------------------
def test_open_survey_keeps_the_key_outside_and_tells_the_staff():
    community, staff = make.make_community_with_staff()
    survey = make.make_survey(organisation=community, by=staff)
    assert survey.state == SurveyState.OPEN
    assert stat.S_IMODE(os.stat(key_file(survey)).st_mode) == 0o600
    assert len(keys.read_key(survey.public_id)) == 32
    assert Notification.objects.filter(kind="survey_opened", recipient=staff).count() == 1


def test_open_survey_refuses_strangers_and_units():
    community, _staff = make.make_community_with_staff()
    other = members.make_person(Role.STAFF, members.make_community(members.make_street()))
    with pytest.raises(NotPermitted):
        make.make_survey(organisation=community, by=other)
    unit = members.make_organisation(
        parent=members.committee(members.make_street(), "enterprise_committee")
    )
    liaison = members.make_person(Role.LIAISON, unit)
    with pytest.raises(NotPermitted):
        make.make_survey(organisation=unit, by=liaison)
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": " "}),
        ("questions", {"questions": ["", " "]}),
        ("questions", {"questions": ["问？"] * 9}),
        ("questions", {"questions": ["长" * 61]}),
        ("closes_on", {"days": -1}),
        ("closes_on", {"days": 181}),
    ],
)
def test_open_survey_names_the_wrong_field_and_leaves_no_key(field, values):
    community, staff = make.make_community_with_staff()
    before = set(keys.kept_keys())
    with pytest.raises(BadInput) as refusal:
        make.make_survey(organisation=community, by=staff, **values)
    assert refusal.value.field == field
    assert set(keys.kept_keys()) == before


def test_open_survey_removes_the_key_when_the_row_fails(monkeypatch):
    community, staff = make.make_community_with_staff()
    before = set(keys.kept_keys())

    def fail(survey):
        raise Conflict("stop")

    monkeypatch.setattr(actions.notifications, "survey_opened", fail)
    with pytest.raises(Conflict):
        make.make_survey(organisation=community, by=staff)
    assert set(keys.kept_keys()) == before
    assert not Survey.objects.exists()


def test_open_survey_about_a_delivery_once():
    home = make_world().home
    home.survey.delete()
    values = {"title": "办得怎么样", "questions": make.QUESTIONS, "closes_on": home.survey.closes_on}
    survey = open_survey(delivery=home.delivery, by=home.community_staff, **values)
    assert survey.organisation == home.community
    with pytest.raises(Conflict):
        open_survey(delivery=home.delivery, by=home.community_staff, **values)
    with pytest.raises(NotPermitted):
        open_survey(delivery=home.delivery, by=home.liaison2, **values)


def test_open_survey_signs_the_history():
    community, staff = make.make_community_with_staff()
    survey = make.make_survey(organisation=community, by=staff)
    change = Change.objects.about(survey).get()
    assert (change.user_id, change.operation) == (staff.pk, "insert")


# --- Codes -----------------------------------------------------------------------------------------
def test_issue_codes_returns_each_code_once_and_keeps_digests_in_order():
    survey = make.make_survey()
    codes = issue_codes(survey=survey, count=30, by=None)
    assert len(set(codes)) == 30
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM assessments_code ORDER BY ctid")
        stored = [row[0] for row in cursor.fetchall()]
    assert stored == sorted(stored)
    assert not {code.replace("-", "") for code in codes} & set(stored)
    survey.refresh_from_db()
    assert survey.codes_issued == 30


def test_issue_codes_second_press_is_refused():
    survey = make.make_survey()
    issue_codes(survey=survey, count=5, by=None, dealt_before=0)
    with pytest.raises(Conflict):
        issue_codes(survey=survey, count=5, by=None, dealt_before=0)
    assert Code.objects.count() == 5


@pytest.mark.parametrize("count", [0, -1, rules.MAX_CODES_AT_ONCE + 1])
def test_issue_codes_refuses_a_count_out_of_range(count):
    with pytest.raises(BadInput):
        issue_codes(survey=make.make_survey(), count=count, by=None)


def test_issue_codes_refuses_wrong_person_and_ended_survey():
    survey = make.make_survey()
    stranger = members.make_person(Role.STAFF, members.make_street())
    with pytest.raises(NotPermitted):
        issue_codes(survey=survey, count=1, by=stranger)
    with pytest.raises(BadInput):
        issue_codes(survey=make.end(survey), count=1, by=None)


# --- Keys ------------------------------------------------------------------------------------------
def test_keep_key_never_overwrites():
    keys.keep_key("twice23456", b"1" * 32)
    with pytest.raises(FileExistsError):
        keys.keep_key("twice23456", b"2" * 32)
    assert keys.read_key("twice23456") == b"1" * 32
    keys.destroy_key("twice23456")
    keys.destroy_key("twice23456")


def test_sweep_keys_spares_open_surveys_and_fresh_files():
    survey = make.make_survey()
    keys.keep_key("orphan2345", b"1" * 32)
    written = keys.kept_keys()["orphan2345"]
    sweep_keys(written_before=written - 1)
    assert "orphan2345" in keys.kept_keys()
    sweep_keys(written_before=written + 1)
    assert "orphan2345" not in keys.kept_keys()
    assert survey.public_id in keys.kept_keys()
