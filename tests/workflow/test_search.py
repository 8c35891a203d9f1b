"""A row is found exactly when its text holds every word asked for, whatever was typed, and the found part is marked."""

import string
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories.members import make_organisation
from workflow.search import check_query, excerpt, mark, words_of

#: Few characters, so that texts and words meet: Chinese, both widths, signs that SQL or an array reads, an emoji.
TEXT = st.text("停车位场abABＡｂ１1%_\\'\"{},ｱ㈱⼈人😀👨‍👩 　\t\n-", max_size=30)
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def spelt(text):
    return unicodedata.normalize("NFKC", text).translate(SMALL)


def ask(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", params)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@settings(max_examples=300, deadline=None)
@given(text=TEXT | ANY, query=TEXT | ANY)
@example(text="100%满意_a", query="0%满")
@example(text="100满意", query="%满")
@example(text="地下停车Ａ区", query="停车a")
@example(text="停车", query="")
@example(text="党群😀驿站", query="😀")
def test_grams_and_text_find_what_is_part_of_it(text, query):
    for word in words_of(query):
        found = ask(
            "strpos(search_text(%s), %s) <> 0 AND search_grams(%s) @> search_grams(%s)",
            text,
            word,
            text,
            word,
        )
        assert found == (word in spelt(text))


@pytest.mark.django_db
@settings(max_examples=100, deadline=None)
@given(text=TEXT)
def test_grams_hold_every_part_of_two(text):
    own = spelt(text)
    grams = set(ask("search_grams(%s)", text))

    assert grams == set(own) | {own[at : at + 2] for at in range(len(own) - 1)}


@settings(max_examples=300)
@given(text=TEXT | ANY, query=TEXT)
def test_mark_loses_no_character(text, query):
    pieces = mark(text, words_of(query))

    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    if not set(query.split()) & set(text):
        assert all(
            any(word[:1] in spelt(piece.text) for word in words_of(query))
            for piece in pieces
            if piece.is_found
        )


def found(pieces):
    return [piece.text for piece in pieces if piece.is_found]


def test_mark_shows_the_text_as_it_was_written():
    assert found(mark("地下Ｐ３停车场，p3 入口", ["p3", "停车"])) == ["Ｐ３停车", "p3"]


def test_mark_of_overlapping_words():
    assert found(mark("停车停车停", ["停车停"])) == ["停车停车停"]


def test_excerpt_takes_the_first_text_that_shows_a_word():
    long = "一" * 40 + "轮椅" + "二" * 40

    pieces = excerpt(["没有", long, "轮椅"], ["轮椅"])

    assert "".join(piece.text for piece in pieces) == "…" + "一" * 18 + "轮椅" + "二" * 18 + "…"
    assert found(pieces) == ["轮椅"]
    assert excerpt(["没有"], ["轮椅"]) == []


def test_words_are_cut_at_blanks_of_any_width_and_named_once():
    assert words_of(" 停车　ＷiFi\t停车\n1 ") == ["停车", "wifi", "1"]
    assert words_of("　 \0") == []


def test_too_long_query_is_refused_with_a_remedy():
    check_query("停" * 60)
    check_query("一 二 三 四 五 六 七 八")
    for query in ("停" * 61, "一 二 三 四 五 六 七 八 九"):
        with pytest.raises(ValidationError, match="请只留最要紧的几个词"):
            check_query(query)


@pytest.mark.django_db
def test_index_is_kept_by_the_database():
    organisation = make_organisation(name="梧桐中学", kind="district")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM members_organisation"
            " WHERE search_grams(search_key) @> search_grams('桐中')"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(
            "SELECT id FROM members_organisation WHERE search_grams(search_key) @> search_grams('桐中')"
        )
        assert cursor.fetchall() == [(organisation.pk,)]
    assert "organisation_words" in plan
