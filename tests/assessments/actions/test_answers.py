"""One code is one envelope, whatever arrives at once; and what is refused says what to do."""

import json
import threading

import pytest
from django.db import IntegrityError, connection, connections

from assessments.actions import keys
from assessments.actions.answers import answer_survey
from assessments.actions.surveys import digest_of, issue_codes
from assessments.exceptions import BadSurveyCode, SurveyClosed
from assessments.models import Envelope
from assessments.reports import residents
from assessments.states import Scale
from members.models import Change
from tests.factories import assessments as make
from workflow.exceptions import BadInput
from workflow.sealing import SEALED_LENGTH, read_code, unseal

pytestmark = pytest.mark.django_db
AT_ONCE = 40


@pytest.fixture
def survey():
    return make.make_survey()


@pytest.fixture
def face(survey):
    return residents.face(survey.public_id)


@pytest.fixture
def code(survey):
    return issue_codes(survey=survey, count=1, by=None)[0]


def answer(face, code, *choices, **fields):
    answer_survey(face=face, code=code, choices=choices or (Scale.SATISFIED, None), **fields)


def content_of(survey) -> dict:
    sealed = bytes(Envelope.objects.get().sealed)
    assert len(sealed) == SEALED_LENGTH
    return json.loads(unseal(sealed, private=keys.read_key(survey.public_id)))


def test_answer_survey_seals_choices_and_masked_remark(survey, face, code):
    answer(face, code, Scale.FAIR, None, remark=" 3栋的灯坏了，打13800138000 ", is_assisted=True)
    assert content_of(survey) == {
        "choices": [3, None],
        "remark": "＊栋的灯坏了，打＊＊＊＊＊＊＊＊",
        "is_assisted": True,
    }


def test_answer_survey_again_replaces_the_first(survey, face, code):
    answer(face, code, Scale.FAIR, None)
    answer(face, code.lower().replace("-", " "), Scale.UNKNOWN, Scale.SATISFIED)
    assert content_of(survey)["choices"] == [0, 4]


def test_answer_survey_is_one_statement_and_leaves_no_history(face, code, django_assert_num_queries):
    before = Change.objects.count()
    with django_assert_num_queries(1):
        answer(face, code)
    assert Change.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_answer_survey_forty_at_once_leave_one_envelope(face, code):
    failures = at_once(lambda: answer(face, code))
    assert failures == []
    assert Envelope.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answer_survey_twin_without_key_would_keep_many(code):
    """The harness can see the fault: checked first and inserted afterwards, without a primary key."""
    digest = digest_of(read_code(code))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE twin_envelope (digest text)")
    looked = threading.Barrier(AT_ONCE)

    def check_then_insert():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM twin_envelope WHERE digest = %s", [digest])
            is_new = cursor.fetchone() is None
            looked.wait(timeout=20)
            if is_new:
                cursor.execute("INSERT INTO twin_envelope VALUES (%s)", [digest])

    try:
        at_once(check_then_insert)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM twin_envelope")
            assert cursor.fetchone()[0] > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE twin_envelope")


def at_once(act) -> list[Exception]:
    """`act` in forty threads that start together; the errors."""
    failures: list[Exception] = []
    start = threading.Barrier(AT_ONCE)

    def run():
        try:
            start.wait(timeout=20)
            act()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_answer_survey_mistyped_code_is_told_from_an_unknown_one(face, code):
    last = "2" if code[-1] != "2" else "3"
    with pytest.raises(BadSurveyCode, match="输错"):
        answer(face, code[:-1] + last)
    foreign = issue_codes(survey=make.make_survey(), count=1, by=None)[0]
    with pytest.raises(BadSurveyCode, match="没有这个码"):
        answer(face, foreign)
    assert not Envelope.objects.exists()


@pytest.mark.parametrize("choices", [(None, Scale.FAIR), (Scale.FAIR,), (Scale.FAIR,) * 3])
def test_answer_survey_needs_the_first_question_and_fitting_choices(face, code, choices):
    with pytest.raises(BadInput):
        answer(face, code, *choices)


def test_answer_survey_refuses_a_long_remark(face, code):
    with pytest.raises(BadInput) as refusal:
        answer(face, code, remark="长" * 501)
    assert refusal.value.field == "remark"


def test_answer_survey_longest_remark_fits(survey, face, code):
    answer(face, code, remark="𠮷" * 500)
    assert content_of(survey)["remark"] == "𠮷" * 500


def test_answer_survey_after_the_end_is_refused(survey, face, code):
    make.end(survey)
    with pytest.raises(SurveyClosed):
        answer(face, code)
    assert not Envelope.objects.exists()


def test_envelope_trigger_refuses_raw_sql_after_the_end(survey, code):
    make.end(survey)
    with pytest.raises(IntegrityError, match="closed"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessments_envelope (digest, sealed) VALUES (%s, %s)",
            [digest_of(read_code(code)), bytes(SEALED_LENGTH)],
        )


def test_envelope_of_another_size_is_refused(survey, code):
    with pytest.raises(IntegrityError, match="envelope_one_size"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessments_envelope (digest, sealed) VALUES (%s, %s)",
            [digest_of(read_code(code)), bytes(SEALED_LENGTH - 1)],
        )
