"""Listings, projects and units are found by any part of their words, within sight only, at a constant price."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import organisation as organisations
from projects.models import Listing, Project
from projects.search import SHOWN, search
from projects.states import ProjectState
from tests.factories.projects import make_listing

pytestmark = pytest.mark.django_db


def make_project(circle, **fields):
    today = timezone.localdate()
    fields.setdefault("owner", circle.community)
    return Project.objects.create(
        alliance=circle.alliance,
        starts_on=today,
        ends_on=today + dt.timedelta(days=90),
        created_by=circle.staff,
        **fields,
    )


@pytest.fixture
def parking(circle):
    return make_listing(
        circle,
        title="夜间停车位（Ａ区）",
        place="听松路 8 号地下车库",
        audience="夜班护士",
        note="请从北门进，100%免费",
        done_means="业主签字_确认",
    )


@pytest.mark.parametrize(
    "query",
    [
        "停车",
        "位",
        "a区",
        "Ａ",
        "听松路",
        "车库 护士",
        "北门　签字",
        "100%",
        "字_确",
        "南园",
        "nysq 停车",
        "nanyuan 护士 免费",
    ],
)
def test_listing_is_found_by_words_of_every_column_and_its_owner(parking, query):
    assert Listing.objects.search(query).get() == parking


@pytest.mark.parametrize(
    "query", ["停位", "1%免", "__", "\\", "免费业主", "停车 医院", "8号", "班护士请", "'", "🅿", "确认南园"]
)
def test_listing_is_not_found_by_what_is_not_there(parking, query):
    assert not Listing.objects.search(query).exists()


def test_general_word_is_found_in_owners_too(circle, parking, monkeypatch):
    other = make_listing(
        circle, title="会议室", organisation=circle.unit, by=circle.liaison, direction="resource"
    )
    narrow = set(Listing.objects.search("医院")), set(Listing.objects.search("wt 会议"))
    monkeypatch.setattr(organisations, "FEW", 0)

    assert narrow == ({other}, {other})
    assert (set(Listing.objects.search("医院")), set(Listing.objects.search("wt 会议"))) == narrow
    assert set(Listing.objects.search("停")) == {parking}


def test_project_is_found_by_title_aim_and_owner(circle):
    project = make_project(circle, title="银发餐桌", aim="让独居老人吃上热饭")

    for query in ("餐桌", "独居 热饭", "南园 银发", "nysq"):
        assert Project.objects.search(query).get() == project
    assert not Project.objects.search("餐桌让").exists()


def nouns(groups):
    return {group.noun: [hit.row for hit in group.hits] for group in groups}


def test_search_groups_what_the_reader_may_see(circle, parking):
    draft = make_listing(circle, title="停车引导", is_published=False)
    project = make_project(circle, title="错时停车", state=ProjectState.DRAFT)

    assert nouns(search(circle.staff, "停车")) == {"listings": [draft, parking], "projects": [project]}
    assert nouns(search(circle.liaison, "停车")) == {"listings": [parking]}
    assert search(circle.stranger, "停车") == []
    assert nouns(search(circle.liaison, "wtyy")) == {"organisations": [circle.unit]}
    assert search(circle.stranger, "梧桐医院") == []
    assert search(circle.staff, " 　") == []


def test_search_marks_title_and_quotes_where_else_a_word_stands(circle, parking):
    (group,) = search(circle.liaison, "停车 a区 北门 南园")

    (hit,) = group.hits
    assert [piece.text for piece in hit.title if piece.is_found] == ["停车", "Ａ区"]
    assert [piece.text for piece in hit.about if piece.is_found] == ["南园", "停车"]
    assert "".join(piece.text for piece in hit.passage) == "请从北门进，100%免费"
    assert [piece.text for piece in hit.passage if piece.is_found] == ["北门"]


def test_search_shows_ten_and_says_that_there_is_more(circle):
    listings = [make_listing(circle, title=f"停车位{number}") for number in range(SHOWN + 1)]

    (group,) = search(circle.liaison, "停车")

    assert group.has_more
    assert [hit.row for hit in group.hits] == listings[:0:-1]


def test_search_costs_the_same_for_one_row_and_for_many(circle, parking):
    def statements(query):
        with CaptureQueriesContext(connection) as captured:
            search(circle.staff, query)
        return len(captured)

    circle.staff.grants  # noqa: B018  # loaded once for each request
    once = statements("停车 位")
    for number in range(12):
        make_listing(circle, title=f"停车位{number}")
        make_project(circle, title=f"停车{number}")

    assert statements("停车") == statements("停车 位 夜 间") == once
