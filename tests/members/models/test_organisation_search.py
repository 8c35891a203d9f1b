"""Organisations are found by any part of their name, its pinyin or its initials, by one rule for every list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Organisation
from members.models import organisation as module
from members.models.organisation import named
from tests.factories.members import make_district, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district(name="云栖区")


@pytest.fixture
def school(district):
    return make_organisation(parent=district, name="听松街道梧桐中学Ａ校区", kind="street")


@pytest.mark.parametrize(
    "query",
    [
        "中学",
        "学",
        "梧桐 校区",
        "校区　梧桐",
        "wutong",
        "WuTong",
        "ｗｕｔｏｎｇ",
        "tsjd",
        "Ａ校",
        "a校",
        "桐中 zhongxue",
    ],
)
def test_search_finds_any_part(school, query):
    assert Organisation.objects.search(query).get() == school


@pytest.mark.parametrize(
    "query", ["大学", "中学 医院", "%", "_", "\\", "梧_中", "学中", "'; --", "中学wutong", "😀"]
)
def test_search_finds_nothing_else(school, query):
    assert not Organisation.objects.search(query).exists()


def test_search_without_words_narrows_nothing(school):
    assert Organisation.objects.search(" 　").count() == Organisation.objects.count()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text("停车a%_\\'１ 😀", min_size=1, max_size=12), query=st.text("停车aＡ%_\\'1 😀", max_size=6)
)
def test_search_agrees_with_the_text(district, name, query):
    district.name = name
    district.save(update_fields=["name", "sort_key", "search_key"])

    key = district.search_key.replace("１", "1")
    expected = all(word in key for word in query.replace("Ａ", "a").split())
    assert Organisation.objects.search(query).exists() == expected


def test_named_is_the_same_rule_from_the_other_side(school):
    beneath = Organisation.objects.filter(named("梧桐 tsjd", "successor"))
    Organisation.objects.filter(pk=school.pk).update(closed_on="2026-12-31")
    other = make_organisation(
        parent=Organisation.objects.get(name="云栖区"),
        name="旧校",
        kind="community",
        closed_on="2026-12-31",
        successor=school,
    )

    assert list(beneath) == [other]


def test_few_named_asks_once_and_leaves_general_words_out(district, school, monkeypatch):
    monkeypatch.setattr(module, "FEW", 1)

    with CaptureQueriesContext(connection) as captured:
        found = Organisation.objects.few_named(["梧桐", "医院", "q"])

    assert found == {"梧桐": [school.pk], "医院": []}
    assert len(captured) == 1
    assert Organisation.objects.few_named(["梧桐"]) == {"梧桐": [school.pk]}
    assert Organisation.objects.few_named([]) == {}
