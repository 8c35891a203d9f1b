"""The search in the head of every page and in the API: what it answers, to whom, and to odd questions."""

import pytest
from django.urls import reverse

from projects.search import SHOWN
from tests.factories.projects import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, circle):
    """The page for a query, asked by the liaison or somebody else."""

    def get(query=None, *, by=None, status=200):
        client.force_login(by or circle.liaison)
        response = client.get(reverse("search"), {} if query is None else {"q": query})
        assert response.status_code == status
        return response.content.decode()

    return get


def test_every_page_leads_to_the_search(client, circle):
    client.force_login(circle.liaison)
    home = client.get(reverse("home")).content.decode()

    assert f'role="search" action="{reverse("search")}"' in home
    assert f'href="{reverse("search")}"' in home


def test_search_page_marks_what_was_found(ask, circle):
    listing = make_listing(circle, title="夜间停车位", note="从<北门>进")

    page = ask("停车 门")

    assert listing.get_absolute_url() in page
    assert "夜间<mark>停车</mark>位" in page
    assert "从&lt;北<mark>门</mark>&gt;进" in page
    assert "需求与资源" in page
    assert "组织与单位" not in page.partition('id="main"')[2]


def test_search_page_leads_to_the_whole_list(ask, client, circle):
    for number in range(SHOWN + 1):
        make_listing(circle, title=f"100%停车 {number}")

    page = ask("100%停 车")

    assert f'{reverse("listing-list")}?q=100%25%E5%81%9C%20%E8%BD%A6"' in page
    assert "先列 10 条" in page
    whole = client.get(reverse("listing-list") + "?q=100%25%E5%81%9C%20%E8%BD%A6").content.decode()
    assert "共 11 条" in whole


def test_search_page_shows_units_of_the_district_and_their_place(ask, circle):
    page = ask("wtyy")

    assert circle.unit.get_absolute_url() in page
    assert "梧桐街道" in page


def test_search_page_without_words_says_how_to_ask(ask):
    assert "请写出要找的字词，一个字也可以。" in ask()
    assert "请写出要找的字词，一个字也可以。" in ask(" 　")


def test_search_page_without_hits_names_the_query(ask, circle):
    make_listing(circle, title="停车位")

    assert "没有找到“&lt;b&gt;停车”" in ask("<b>停车")
    assert "没有找到“停车”" in ask("停车", by=circle.stranger)


@pytest.mark.parametrize("query", ["停" * 61, "停 " * 5 + "一 二 三 四 五 六 七 八", "停\0车"])
def test_search_page_refuses_what_is_no_query(ask, query):
    page = ask(query, status=400)

    assert "没有找到" not in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", '"', "{", "😀", "停" * 60, "&|!():*", "NULL"])
def test_search_page_takes_signs_for_what_they_are(ask, circle, query):
    make_listing(circle, title="停车位")

    assert "没有找到" in ask(query)


def test_list_with_too_long_a_query_is_refused_in_words(client, circle):
    client.force_login(circle.liaison)
    for name in ("listing-list", "claim-list", "agreement-list"):
        response = client.get(reverse(name), {"q": "停" * 61})
        assert response.status_code == 400
        assert "请只留最要紧的几个词" in response.content.decode()


# --- API ------------------------------------------------------------------------------------------
def test_api_search_answers_like_the_page(client, circle):
    listing = make_listing(circle, title="夜间停车位", note="从北门进")
    client.force_login(circle.liaison)

    answer = client.get("/api/search/", {"q": "停车 北门"})

    assert answer.status_code == 200
    assert answer.json() == {
        "words": ["停车", "北门"],
        "groups": [
            {
                "noun": "listings",
                "hits": [
                    {
                        "id": listing.pk,
                        "title": "夜间停车位",
                        "about": "需求 · 南园社区 · 停车 · 已发布",
                        "passage": "从北门进",
                    }
                ],
                "has_more": False,
            }
        ],
    }
    client.force_login(circle.stranger)
    assert client.get("/api/search/", {"q": "停车 北门"}).json()["groups"] == []


def test_api_search_refuses(client, circle):
    assert client.get("/api/search/", {"q": "停车"}).status_code in {401, 403}
    client.force_login(circle.liaison)

    missing = client.get("/api/search/")
    assert missing.status_code == 400
    assert missing.json() == {"q": ["请写出要找的字词，一个字也可以。"]}
    assert client.get("/api/search/", {"q": "停" * 61}).status_code == 400
    assert client.get("/api/listings/", {"q": "停" * 61}).status_code == 400
