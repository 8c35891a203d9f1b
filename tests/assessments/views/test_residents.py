"""The resident's way from the slip to the thanks: without cookie, script or account, and back without loss."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.actions.surveys import close_survey, issue_codes
from assessments.models import Envelope
from members.models import Replay
from tests.factories import assessments as make
from tests.factories import members

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return make.make_survey(about="开放夜间车位 60 个")


@pytest.fixture
def code(survey):
    return issue_codes(survey=survey, count=1, by=None)[0]


@pytest.fixture
def url(survey):
    return reverse("resident-start", args=[survey.public_id])


def text(response) -> str:
    return response.content.decode()


def filled(code, **fields):
    return {"code": code, "q1": "4", "at": "4", "go": "submit", **fields}


def no_traces(response):
    assert "Set-Cookie" not in response.headers
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"
    assert "csrfmiddlewaretoken" not in text(response)


def test_start_names_who_asks_and_sets_nothing(client, survey, url):
    response = client.get(url)
    no_traces(response)
    body = text(response)
    for words in ("南园社区", "柳河街道", "不记名", "约 1 分钟", "24:00", "开放夜间车位 60 个", "长辈版"):
        assert words in body
    assert body.index("长辈版") < body.index('name="code"')
    assert len(response.content) < 16_000


def test_start_costs_no_query_when_cached(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert len(queries) == 0
    assert response.status_code == 200


def test_submit_costs_one_statement(client, code, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(url, filled(code)).status_code == 200
    assert len(queries) == 1


def test_start_and_answer_work_while_the_cache_is_away(client, survey, code, url, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.25},
        }
    }
    assert client.get(url).status_code == 200
    assert "已收到" in text(client.post(url, filled(code)))


def test_unknown_address_says_what_now(client):
    response = client.get(reverse("resident-start", args=["nosuch2345"]))
    assert response.status_code == 404
    assert "重新扫码" in text(response)
    no_traces(response)
    assert client.post(reverse("resident-start", args=["nosuch2345"]), {}).status_code == 404


def test_every_screen_carries_the_answers_forward_and_back(client, code, url):
    response = client.post(url, {"code": code, "at": "0", "go": "1"})
    assert "第 1 题，共 2 题" in text(response)
    assert "checked" not in text(response)
    assert text(response).count('type="radio"') == 6
    response = client.post(url, {"code": code, "q1": "4", "at": "1", "go": "2"})
    assert '<input type="hidden" name="q1" value="4">' in text(response)
    assert response["Cache-Control"] == "no-store"
    response = client.post(url, {"code": code, "q1": "4", "q2": "0", "at": "2", "go": "1"})
    assert re.search(r'value="4"[^>]*checked', text(response))
    assert '<input type="hidden" name="q2" value="0">' in text(response)
    response = client.post(url, {"code": code, "q1": "4", "at": "2", "go": "3"})
    assert "请勿写姓名" in text(response)
    response = client.post(
        url, {"code": code, "q1": "4", "remark": "灯<b>", "is_assisted": "on", "at": "3", "go": "4"}
    )
    assert "灯&lt;b&gt;" in text(response)
    assert "没有选" in text(response)
    assert not Envelope.objects.exists()
    no_traces(response)


def test_switching_to_large_type_keeps_screen_and_answers(client, survey, code):
    response = client.post(
        reverse("resident-elder", args=[survey.public_id]), {"code": code, "q1": "4", "at": "2", "go": "2"}
    )
    body = text(response)
    assert 'class="elder"' in body
    assert "第 2 题" in body
    assert 'name="q1" value="4"' in body


def test_first_question_must_be_answered_and_nothing_else(client, code, url):
    response = client.post(url, {"code": code, "at": "1", "go": "2"})
    assert response.status_code == 400
    assert "不了解" in text(response)
    assert "错误：" in text(response)
    assert client.post(url, {"code": code, "at": "1", "go": "0"}).status_code == 200


def test_submit_seals_and_says_what_is_stored(client, code, url):
    response = client.post(url, filled(code))
    assert response.status_code == 200
    assert "没有时间、没有地址" in text(response)
    assert "重新扫码再填一遍" in text(response)
    no_traces(response)
    client.post(url, filled(code, q1="1"))
    assert Envelope.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "K7MP"}, "输错"),
        ({"code": ""}, "测评码"),
        ({"code": "x" * 41}, "太长"),
        ({"q1": "9"}, "第 1 题"),
        ({"q1": ""}, "第 1 题"),
        ({"remark": "长" * 501}, "意见"),
    ],
)
def test_submit_bad_input_names_the_field_and_keeps_the_rest(client, code, url, fields, words):
    response = client.post(url, {**filled(code), "q2": "3", **fields})
    assert response.status_code == 400
    assert words in text(response)
    assert 'name="q2" value="3"' in text(response)
    assert not Envelope.objects.exists()


@pytest.mark.parametrize("at", ["-1", "x", "99", "²", ""])
def test_odd_step_numbers_are_harmless(client, code, url, at):
    assert client.post(url, {"code": code, "q1": "4", "at": at, "go": at}).status_code == 200


def test_code_of_another_survey_is_unknown_here(client, url):
    foreign = issue_codes(survey=make.make_survey(), count=1, by=None)[0]
    response = client.post(url, {"code": foreign, "at": "0", "go": "1"})
    assert response.status_code == 400
    assert "没有这个码" in text(response)


def test_post_after_the_end_is_refused_with_what_now(client, survey, code, url):
    client.get(url)  # the open page is in the cache
    make.end(survey)
    response = client.post(url, filled(code))
    assert response.status_code == 409
    assert "没有提交" in text(response)
    assert "等待启封" in text(client.get(url))
    assert not Envelope.objects.exists()


def test_closing_replaces_the_cached_start_page_by_the_result(
    client, survey, url, django_capture_on_commit_callbacks
):
    make.make_answers(survey, 12)
    client.get(url)
    with django_capture_on_commit_callbacks(execute=True):
        close_survey(survey=make.end(survey), by=None)
    body = text(client.get(url))
    assert "满意率 ≥95%" in body
    assert "自愿参与，不能代表全体居民" in body
    assert 'name="code"' not in body


def test_too_few_answers_are_not_shown(client, survey, url):
    make.make_answers(survey, 9)
    close_survey(survey=make.end(survey), by=None)
    body = text(client.get(url))
    assert "回收不足 10 份，不启封、不公布" in body
    assert "满意率 " not in body


def test_signed_in_staff_leaves_no_trace_beside_the_answer(client, survey, code, url):
    """A kept request would tie the answer to a name: keys are refused, and nothing is stored."""
    client.force_login(members.make_user("worker"))
    for extra in ({"headers": {"Idempotency-Key": "k1"}}, {"data": {"form_token": "k2"}}):
        data = filled(code, **extra.get("data", {}))
        response = client.post(url, data, headers=extra.get("headers"))
        assert response.status_code == 400
    assert not Replay.objects.exists()
    assert not Envelope.objects.exists()
    assert client.post(url, filled(code)).status_code == 200
    assert not Replay.objects.exists()


def test_nothing_of_an_answer_is_logged_or_cached(client, survey, code, url, caplog):
    cache.clear()
    with caplog.at_level("DEBUG"):
        client.post(url, filled(code, remark="独一无二的话"))
        client.post(url, filled("K7MP-4WXR-AAAA-2", remark="独一无二的话"))
    plain = code.replace("-", "")
    for record in caplog.records:
        line = f"{record.getMessage()} {record.exc_info or ''}"
        if record.name != "django.db.backends":  # SQL is logged only while DEBUG is on
            assert plain not in line
            assert "独一无二的话" not in line


def test_language_is_named_in_the_address_alone(client, url):
    response = client.get(url + "?lang=en")
    no_traces(response)
    assert '<html lang="en"' in text(response)
    assert "?lang=en" in text(response)
    assert '<html lang="zh-hans"' in text(client.get(url + "?lang=xx"))
