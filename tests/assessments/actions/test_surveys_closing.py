"""Closing a survey: by whom, whole or not at all, and what is left afterwards."""

import collections
import os
import signal
import threading
from pathlib import Path

import pgtrigger
import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from assessments.actions import surveys as actions
from assessments.actions.answers import answer_survey
from assessments.actions.surveys import close_survey, issue_codes
from assessments.exceptions import BadSurveyCode, KeyMissing, SurveyClosed
from assessments.models import Answer, Code, Envelope, Remark, Survey
from assessments.reports import residents
from assessments.states import Scale, SurveyState
from members.models import Change
from members.states import Role
from tests.factories import assessments as make
from tests.factories import members
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def key_file(survey: Survey) -> Path:
    return Path(settings.SURVEY_KEY_DIR) / f"{survey.public_id}.key"


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
