"""Nothing in the database leads from a code to an answer, and no key to open it lies there."""

import pytest
from django.apps import apps
from django.db import connection

from assessments.actions import keys
from assessments.actions.answers import answer_survey
from assessments.actions.surveys import close_survey, digest_of, issue_codes
from assessments.models import Code
from assessments.reports import residents
from assessments.states import Scale
from tests.factories import assessments as make
from workflow.sealing import read_code

pytestmark = pytest.mark.django_db
TRACELESS = ("assessments_code", "assessments_envelope", "assessments_answer", "assessments_remark")
COUNT = 200


@pytest.mark.parametrize("table", TRACELESS)
def test_schema_has_no_serial_no_time_and_no_person(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type, column_default, is_identity FROM information_schema.columns"
            " WHERE table_name = %s",
            [table],
        )
        columns = cursor.fetchall()
    assert columns
    for name, kind, default, is_identity in columns:
        assert is_identity == "NO", name
        assert "nextval" not in (default or ""), name
        assert not kind.startswith(("timestamp", "date", "time", "inet")), name
        assert "user" not in name
        assert not name.endswith(("_by", "_at")), name


def test_schema_has_exactly_the_columns_that_were_promised():
    expected = {
        "assessments_code": {"digest", "survey_id"},
        "assessments_envelope": {"digest", "sealed"},
        "assessments_answer": {"id", "survey_id", "choices", "is_assisted"},
        "assessments_remark": {"id", "survey_id", "text"},
    }
    found = {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields}
        for model in apps.get_app_config("assessments").get_models()
        if model._meta.db_table in TRACELESS
    }
    assert found == expected


def test_private_key_is_nowhere_in_the_database():
    survey = make.make_survey()
    codes = make.make_answers(survey, 12, remark="意见%s")
    private = keys.read_key(survey.public_id)
    needles = [private, private.hex().encode(), *(code.replace("-", "").encode() for code in codes)]
    seen = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('bytea', 'text', 'character varying', 'jsonb', 'ARRAY')"
        )
        for table, column, kind in cursor.fetchall():
            as_bytes = f'"{column}"' if kind == "bytea" else f"convert_to(\"{column}\"::text, 'UTF8')"
            for needle in needles:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" WHERE position(%s::bytea IN {as_bytes}) > 0', [needle]
                )
                assert cursor.fetchone()[0] == 0, f"{table}.{column}"
            seen += 1
        # The twin: the search does find what is there.
        cursor.execute(
            "SELECT count(*) FROM assessments_survey WHERE position(%s::bytea IN public_key) > 0",
            [bytes(survey.public_key)],
        )
        assert cursor.fetchone()[0] == 1
    assert seen > 20


#: Pairs under ignorance are Poisson(1): nine or more happen once in a million runs.
CHANCE = 9
BEFORE = {
    "codes as they lie": "SELECT digest FROM assessments_code ORDER BY ctid",
    "codes by digest": "SELECT digest FROM assessments_code ORDER BY digest",
    "codes by the last lock on them": "SELECT digest FROM assessments_code ORDER BY xmax::text::bigint, ctid",
    "envelopes as they lie": "SELECT digest FROM assessments_envelope ORDER BY ctid",
    "envelopes by transaction": "SELECT digest FROM assessments_envelope ORDER BY xmin::text::bigint",
}
AFTER = {
    "answers as they lie": "SELECT choices FROM assessments_answer ORDER BY ctid",
    "answers by id": "SELECT choices FROM assessments_answer ORDER BY id",
    "answers by transaction": "SELECT choices FROM assessments_answer ORDER BY xmin::text::bigint, ctid",
}


def _column(query: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def _score(owned: dict, digests: list, answers: list) -> int:
    """How many codes an attacker gets right who pairs the two lists in their order."""
    assert len(digests) == len(answers) == COUNT
    return sum(owned[digest] == choices for digest, choices in zip(digests, answers, strict=True))


def test_answers_cannot_be_paired_with_codes(transactional_db):
    """The attacker copied every table before the end, knows each code's owner, and reads the tables after it."""
    survey = make.make_survey(questions=[f"第{n}题？" for n in range(8)])
    face = residents.face(survey.public_id)
    codes = issue_codes(survey=survey, count=COUNT, by=None)
    owned = {}
    for number, code in enumerate(codes):
        # Base 5 over the eight questions: every answer differs from every other.
        choices = [Scale(1 + number // 5**place % 5) for place in range(8)]
        answer_survey(face=face, code=code, choices=choices)
        owned[digest_of(read_code(code))] = [int(choice) for choice in choices]
    copies = {name: _column(query) for name, query in BEFORE.items()}
    in_order_of_arrival = copies["envelopes by transaction"]
    close_survey(survey=make.end(survey), by=None)

    for before, digests in copies.items():
        for after, query in AFTER.items():
            assert _score(owned, digests, _column(query)) < CHANCE, f"{before} × {after}"
    assert len(set(_column("SELECT xmin::text FROM assessments_answer"))) == 1
    assert not Code.objects.exists()
    # The twin: the same harness sees the fault when answers are stored as they arrived.
    assert _score(owned, in_order_of_arrival, list(owned.values())) == COUNT
