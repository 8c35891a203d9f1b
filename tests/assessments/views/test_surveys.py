"""The staff's pages: opening, slips shown once, counts in fives, closing with a reason."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Code, Survey
from assessments.rules import COMMUNITY_QUESTIONS
from assessments.states import SurveyState
from members.models import Organisation, Replay
from members.states import Role
from projects.actions import accept_delivery
from tests.factories import assessments as make
from tests.factories import members, projects
from tests.factories.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make.make_community_with_staff()


@pytest.fixture
def survey(place):
    return make.make_survey(organisation=place[0])


@pytest.fixture
def staff(client, place):
    client.force_login(place[1])
    return client


@pytest.fixture
def stranger(client):
    client.force_login(members.make_person(Role.STAFF, members.make_street()))
    return client


def text(response) -> str:
    return response.content.decode()


def values(**fields):
    closes_on = timezone.localdate() + dt.timedelta(days=7)
    return {
        "title": "下半年测评",
        "questions": "\n".join(COMMUNITY_QUESTIONS),
        "grade": "coded",
        "closes_on": f"{closes_on:%Y}年{closes_on.month}月{closes_on.day}日",
        **fields,
    }


def test_new_opens_a_survey_of_the_community(staff, place):
    assert COMMUNITY_QUESTIONS[0] in text(staff.get(reverse("survey-new")))
    response = staff.post(reverse("survey-new"), values(organisation=place[0].pk))
    survey = Survey.objects.get()
    assert response.status_code == 302
    assert response.url == survey.get_absolute_url()
    assert survey.questions == list(COMMUNITY_QUESTIONS)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "标题"),
        ("questions", "\n" * 3, "问题"),
        ("questions", "问？\n" * 9, "1 到 8 个问题"),
        ("closes_on", "2026年2月30日", "截止日期"),
        ("closes_on", "2020-01-01", "截止日期"),
        ("grade", "open", "测评级别"),
        ("organisation", "999999", "由谁发起"),
    ],
)
def test_new_bad_input_names_the_field(staff, place, field, value, words):
    response = staff.post(reverse("survey-new"), values(**{"organisation": place[0].pk, field: value}))
    assert response.status_code == 400
    assert words in text(response)
    assert not Survey.objects.exists()


def test_new_about_a_delivery_and_only_once(client):
    home = make_world().home
    Survey.objects.filter(pk=home.survey.pk).delete()
    client.force_login(home.community_staff)
    address = f"{reverse('survey-new')}?delivery={home.delivery.pk}"
    assert home.need.title in text(client.get(address))
    client.post(address, values())
    survey = Survey.objects.get(delivery=home.delivery)
    assert survey.organisation == home.community
    assert client.get(address).url == survey.get_absolute_url()
    client.force_login(home.liaison2)
    assert client.get(address).status_code == 403


def test_new_is_for_those_who_may_ask(client):
    home = make_world().home
    client.force_login(home.liaison)
    assert client.get(reverse("survey-new")).status_code == 403


def test_codes_are_shown_once_as_slips_and_kept_nowhere(staff, survey):
    address = reverse("survey-codes", args=[survey.pk])
    response = staff.post(address, {"count": "12", "dealt_before": "0"})
    body = text(response)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert body.count('class="slip-code"') == 12
    assert body.count('class="qr"') == 12
    assert "13 位" not in body
    assert f"/s/{survey.public_id}/" in body
    assert not Replay.objects.exists()
    again = staff.post(address, {"count": "12", "dealt_before": "0"})
    assert again.status_code == 400
    assert "已经发过码" in text(again)
    assert Code.objects.count() == 12
    assert staff.get(address).status_code == 405
    assert 'name="dealt_before" value="12"' in again.content.decode()
    assert staff.post(address, {"count": "3", "dealt_before": "12"}).status_code == 200


def test_codes_refuse_a_request_whose_answer_would_be_kept(staff, survey):
    address = reverse("survey-codes", args=[survey.pk])
    staff.post(address, {"count": "1", "dealt_before": "0", "form_token": "a" * 32})
    staff.post(address, {"count": "1", "dealt_before": "0"}, headers={"Idempotency-Key": "b"})
    assert not Code.objects.exists()


@pytest.mark.parametrize("count", ["", "0", "1001", "abc"])
def test_codes_bad_count_is_named(staff, survey, count):
    response = staff.post(reverse("survey-codes", args=[survey.pk]), {"count": count, "dealt_before": "0"})
    assert response.status_code == 400
    assert "发多少份" in text(response)


def test_detail_open_tells_only_fives(staff, survey):
    make.make_answers(survey, 9)
    body = text(staff.get(survey.get_absolute_url()))
    assert "约 5" in body
    assert "满意率 " not in body


def test_detail_closed_shows_result_and_remarks_from_ten(staff, survey):
    make.make_answers(survey, 12, remark="灯暗%s")
    make.end(survey)
    response = staff.post(reverse("survey-close", args=[survey.pk]))
    assert response.status_code == 302
    body = text(staff.get(survey.get_absolute_url()))
    assert "满意率 ≥95%" in body
    assert "乙级：凭码测评" in body
    assert "灯暗11" in body


def test_close_early_asks_for_the_reason(staff, survey):
    address = reverse("survey-close", args=[survey.pk])
    response = staff.post(address, {"reason": ""})
    assert response.status_code == 400
    assert "提前结束的原因" in text(response)
    staff.post(address, {"reason": "问题写错了"})
    survey.refresh_from_db()
    assert survey.state == SurveyState.CLOSED
    assert "回收不足 10 份" in text(staff.get(survey.get_absolute_url()))


def test_close_twice_says_why_not(staff, survey):
    address = reverse("survey-close", args=[survey.pk])
    staff.post(address, {"reason": "停"})
    response = staff.post(address, {"reason": "停"})
    assert response.status_code == 400
    assert "已结束" in text(response)


def test_poster_holds_the_address_and_no_code(staff, survey):
    body = text(staff.get(reverse("survey-poster", args=[survey.pk])))
    assert f"http://testserver/s/{survey.public_id}/" in body
    assert body.count('class="qr"') == 1
    assert "南园社区" in body


@pytest.mark.parametrize("name", ["survey-detail", "survey-poster"])
def test_foreign_survey_is_missing(stranger, survey, name):
    assert stranger.get(reverse(name, args=[survey.pk])).status_code == 404


@pytest.mark.parametrize("name", ["survey-codes", "survey-close"])
def test_foreign_survey_cannot_be_acted_on(stranger, survey, name):
    assert stranger.post(reverse(name, args=[survey.pk])).status_code == 404


def test_reader_sees_counts_and_may_not_act(client, survey, place):
    reader = members.make_person(
        Role.DISTRICT_READER, Organisation.objects.get(path=place[0].district_path)
    )
    client.force_login(reader)
    assert client.get(survey.get_absolute_url()).status_code == 200
    response = client.post(reverse("survey-close", args=[survey.pk]), {"reason": "停"})
    assert response.status_code == 403


def test_list_costs_the_same_for_one_and_for_many(staff, place, survey):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(reverse("survey-list")).status_code == 200
        return len(captured)

    queries()
    one = queries()
    for _each in range(5):
        make.make_survey(organisation=place[0])
    assert queries() == one <= 8


def test_detail_costs_the_same_for_one_and_for_many_answers(staff, survey):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(survey.get_absolute_url()).status_code == 200
        return len(captured)

    queries()
    before = queries()
    make.make_answers(survey, 12)
    assert queries() == before <= 12


def test_list_finds_by_part_of_title_and_pinyin(staff, survey):
    for query in ("满意度", "nysq", "南园"):
        assert survey.title in text(staff.get(reverse("survey-list"), {"q": query}))
    assert survey.title not in text(staff.get(reverse("survey-list"), {"q": "没有这样的"}))
    assert survey.title not in text(staff.get(reverse("survey-list"), {"state": "closed"}))


def test_survey_new_is_reached_from_the_page_of_an_accepted_delivery(client):
    circle = projects.make_circle()
    delivery = projects.make_delivery(circle)
    link = f"{reverse('survey-new')}?delivery={delivery.pk}"
    client.force_login(circle.staff)
    assert link not in client.get(delivery.claim.get_absolute_url()).content.decode()
    accept_delivery(delivery=delivery, by=circle.staff, quantity=2, rating="good")
    assert link in client.get(delivery.claim.get_absolute_url()).content.decode()
    assert client.get(link).status_code == 200
    client.force_login(circle.liaison)
    assert link not in client.get(delivery.claim.get_absolute_url()).content.decode()
