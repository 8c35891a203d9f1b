"""Opening, dealing and closing: who, when, whole or not at all; and what is left where."""

import collections
import os
import signal
import stat
import threading
from pathlib import Path

import pgtrigger
import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from assessments import rules
from assessments.actions import keys
from assessments.actions import surveys as actions
from assessments.actions.answers import answer_survey
from assessments.actions.surveys import close_survey, issue_codes, open_survey, sweep_keys
from assessments.exceptions import BadSurveyCode, KeyMissing, SurveyClosed
from assessments.models import Answer, Code, Envelope, Remark, Survey
from assessments.reports import residents
from assessments.states import Scale, SurveyState
from members.models import Change, Notification
from members.states import Role
from tests.factories import assessments as make
from tests.factories import members
from tests.factories.world import make_world
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

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


# --- Close -----------------------------------------------------------------------------------------
def opened_multiset():
    answers = collections.Counter(
        (tuple(choices), assisted)
        for choices, assisted in Answer.objects.values_list("choices", "is_assisted")
    )
    return answers, collections.Counter(Remark.objects.values_list("text", flat=True))


@pytest.fixture
def ended():
    """A survey over its last day with twelve answers."""
    survey = make.make_survey()
    make.make_answers(survey, 7, choice=Scale.SATISFIED, remark="意见%s")
    make.make_answers(survey, 5, choice=Scale.DISSATISFIED)
    return make.end(survey)


def test_close_survey_opens_counts_and_destroys(ended, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        survey = close_survey(survey=ended, by=None)
    assert (survey.envelopes_counted, survey.answers_opened) == (12, 12)
    assert Answer.objects.count() == 12
    assert sorted(Remark.objects.values_list("text", flat=True)) == [f"意见{n}" for n in range(7)]
    assert not Envelope.objects.exists()
    assert not Code.objects.exists()
    assert not key_file(survey).exists()
    with pytest.raises(InvalidTransition):
        close_survey(survey=ended, by=None)


def test_close_survey_early_takes_staff_and_a_reason():
    community, staff = make.make_community_with_staff()
    survey = make.make_survey(organisation=community)
    with pytest.raises(NotPermitted):
        close_survey(survey=survey, by=None)
    with pytest.raises(BadInput) as refusal:
        close_survey(survey=survey, by=staff, reason=" ")
    assert refusal.value.field == "reason"
    stranger = members.make_person(Role.STAFF, members.make_street())
    with pytest.raises(NotPermitted):
        close_survey(survey=survey, by=stranger, reason="停")
    close_survey(survey=survey, by=staff, reason="问题写错了")
    assert Change.objects.about(survey).first().reason == "问题写错了"


def test_close_survey_leaves_fewer_than_ten_sealed(monkeypatch, django_capture_on_commit_callbacks):
    survey = make.make_survey()
    make.make_answers(survey, 9)
    make.end(survey)
    monkeypatch.setattr(actions, "unseal", lambda *args, **kwargs: pytest.fail("an envelope was opened"))
    with django_capture_on_commit_callbacks(execute=True):
        survey = close_survey(survey=survey, by=None)
    assert (survey.envelopes_counted, survey.answers_opened) == (9, 0)
    assert not Envelope.objects.exists()
    assert not Answer.objects.exists()
    assert not key_file(survey).exists()


def test_close_survey_counts_and_leaves_out_an_altered_envelope(ended):
    one = Envelope.objects.first()
    sealed = bytearray(one.sealed)
    sealed[100] ^= 1
    # The guard asks for an open survey; somebody with the database in hand gets past it.
    with pgtrigger.ignore("assessments.Envelope:only_while_open"):
        Envelope.objects.filter(pk=one.pk).update(sealed=bytes(sealed))
    survey = close_survey(survey=ended, by=None)
    assert (survey.envelopes_counted, survey.answers_opened) == (12, 11)


def test_close_survey_without_its_key_says_so_and_changes_nothing(ended):
    key_file(ended).unlink()
    with pytest.raises(KeyMissing) as refusal:
        close_survey(survey=ended, by=None)
    assert f"{ended.public_id}.key" in refusal.value.sentence
    ended.refresh_from_db()
    assert ended.state == SurveyState.OPEN
    assert Envelope.objects.count() == 12


def test_close_survey_killed_half_way_gives_the_same_multiset_again(transactional_db, ended, monkeypatch):
    """kill -9 after the answers are in: nothing stays, and the second attempt finds all."""
    store = actions._store

    def die(*args):
        store(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            # The parent's connection is the parent's; this process opens its own.
            connections[DEFAULT_DB_ALIAS].connection = None
            monkeypatch.setattr(actions, "_store", die)
            close_survey(survey=ended, by=None)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not Answer.objects.exists()
    assert key_file(ended).exists()
    close_survey(survey=ended, by=None)
    answers, remarks = opened_multiset()
    assert answers == {((4, 4), False): 7, ((2, 2), False): 5}
    assert remarks == collections.Counter(f"意见{number}" for number in range(7))


def test_close_survey_counts_every_answer_that_was_accepted(transactional_db):
    """Answers that arrive while the survey is being closed are counted or refused, never lost."""
    community, staff = make.make_community_with_staff()
    survey = make.make_survey(organisation=community)
    codes = issue_codes(survey=survey, count=24, by=None)
    face = residents.face(survey.public_id)
    start = threading.Barrier(len(codes) + 1)
    accepted, refused = [], []

    def answer(code):
        start.wait(timeout=20)
        try:
            answer_survey(face=face, code=code, choices=[Scale.FAIR, None])
            accepted.append(code)
        except (SurveyClosed, BadSurveyCode):
            refused.append(code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=[code]) for code in codes]
    for thread in threads:
        thread.start()
    start.wait(timeout=20)
    survey = close_survey(survey=survey, by=staff, reason="停")
    for thread in threads:
        thread.join()
    assert len(accepted) + len(refused) == len(codes)
    assert survey.envelopes_counted == len(accepted)
    assert not Envelope.objects.exists()


def test_close_survey_called_twice_at_once_opens_once(transactional_db, ended):
    outcomes = []

    def close():
        try:
            close_survey(survey=ended, by=None)
            outcomes.append("closed")
        except InvalidTransition:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=close) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "refused"]
    assert Answer.objects.count() == 12


def test_close_survey_rolled_back_keeps_the_key(ended):
    with transaction.atomic():
        close_survey(survey=ended, by=None)
        transaction.set_rollback(True)
    assert key_file(ended).exists()


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
