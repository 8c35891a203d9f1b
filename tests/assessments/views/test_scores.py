import hashlib

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.actions.scores import compute_score
from assessments.models import Report, Score, ScoreRun
from members.states import Role
from tests.factories.members import make_person, make_street
from tests.factories.scores import ENDS, STARTS, make_done, make_scored_street

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    w = make_scored_street()
    for rating in ("excellent", "fair"):
        make_done(w, w.units[0], rating=rating)
    w.run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    w.score = w.run.scores.get(organisation=w.units[0])
    return w


def test_receipt_says_every_line_in_words_with_its_records(client, w):
    client.force_login(w.liaison)
    text = client.get(w.score.get_absolute_url()).content.decode()
    for words in (
        "认领 2 项，签约 2 项，目标 4 项，计 2 项：2 ÷ 4 × 15",
        "1 个完整季度中 1 个有已确认的交付，0 个没有：20 − 0 × 5",
        "应办结 2 项，经对方确认办结 2 项：2 ÷ 2 × 10",
        "2 份评议：很好 1，较好 0，一般 1，较差 0；平均 80.0% × 15；份数少，仅供参考",
        "尚无记录，这一行的 10 分不计入合计",
        "3 行尚无记录，满分 30 分，得分和可得分都没有计入。",
        "20.00 + 7.50 + 10.00 + 10.00 + 12.00",
        "看 2 项认领",
        w.score.check_value,
    ):
        assert words in text, words
    for pk in w.score.receipt["lines"][2]["record_ids"]:
        assert f'href="{reverse("claim-detail", args=[pk])}"' in text


def test_receipt_download_has_the_check_value(client, w):
    client.force_login(w.liaison)
    answer = client.get(reverse("score-data", args=[w.score.pk]))
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == w.score.check_value


def test_unit_sees_its_own_score_alone(client, w):
    client.force_login(w.liaison)
    other = w.run.scores.get(organisation=w.units[1])
    text = client.get(reverse("score-list")).content.decode()
    assert w.units[0].name in text
    assert w.units[1].name not in text
    for url in (other.get_absolute_url(), reverse("score-data", args=[other.pk]), w.run.get_absolute_url()):
        assert client.get(url).status_code == 404


def test_strangers_see_no_score(client, w):
    for person in (
        make_person(Role.STAFF, make_street(w.district)),
        make_person(Role.DISTRICT_READER, make_scored_street().district),
    ):
        client.force_login(person)
        for url in (w.score.get_absolute_url(), w.run.get_absolute_url()):
            assert client.get(url).status_code == 404
    client.logout()
    assert client.get(w.score.get_absolute_url()).status_code == 302


def test_run_page_lists_units_by_pinyin_without_rank(client, w):
    client.force_login(w.staff)
    text = client.get(w.run.get_absolute_url()).content.decode()
    positions = [text.index(unit.name) for unit in w.units]
    assert positions == sorted(positions)
    assert "59.50</b> / 70.00" in text
    assert "参会" in text
    assert "发布报告" in text


def test_run_page_of_the_district_offers_no_publishing(client, w):
    client.force_login(make_person(Role.DISTRICT_READER, w.district))
    text = client.get(w.run.get_absolute_url()).content.decode()
    assert f"只有 {w.street} 的工作人员可以发布报告" in text
    assert client.post(reverse("scorerun-publish", args=[w.run.pk])).status_code == 403
    assert not Report.objects.exists()


def test_run_publish_leads_to_the_report(client, w):
    client.force_login(w.staff)
    answer = client.post(reverse("scorerun-publish", args=[w.run.pk]))
    assert answer.url == Report.objects.get().get_absolute_url()
    again = client.post(
        reverse("scorerun-publish", args=[w.run.pk]),
        headers={"Referer": "http://testserver" + w.run.get_absolute_url()},
        follow=True,
    )
    assert "这一期已经发布报告" in again.content.decode()


@pytest.mark.parametrize("period", ["quarter", "year"])
def test_run_new_computes_a_preset(client, w, period):
    client.force_login(w.staff)
    form = {"alliance": w.alliance.pk, "period": period}
    answer = client.post(reverse("scorerun-new"), form)
    run = ScoreRun.objects.latest("pk")
    assert answer.url == run.get_absolute_url()
    assert run.ends_on <= timezone.localdate()
    assert run.computed_by == w.staff


def test_run_new_reads_dates_as_people_write_them(client, w):
    client.force_login(w.staff)
    form = {
        "alliance": w.alliance.pk,
        "period": "other",
        "starts_on": "2026年4月1日",
        "ends_on": "2026.6.30",
        "scheme": w.scheme.pk,
    }
    client.post(reverse("scorerun-new"), form)
    run = ScoreRun.objects.latest("pk")
    assert (run.starts_on.isoformat(), run.ends_on.isoformat()) == ("2026-04-01", "2026-06-30")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts_on": ""}, "请填写这个日期"),
        ({"starts_on": "昨天的昨天"}, "日期无法识别"),
        ({"starts_on": "2026-07-01"}, "截止日期早于起始日期"),
        ({"ends_on": "2199-01-01"}, "截止日期还没有到"),
        ({"alliance": "x"}, "联盟"),
        ({"period": "x"}, "哪一期"),
    ],
)
def test_run_new_bad_input_names_the_field(client, w, change, words):
    client.force_login(w.staff)
    form = {
        "alliance": w.alliance.pk,
        "period": "other",
        "starts_on": "2026-04-01",
        "ends_on": "2026-06-30",
        **change,
    }
    answer = client.post(reverse("scorerun-new"), form)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert ScoreRun.objects.count() == 1


def test_run_new_is_for_those_who_manage_a_host(client, w):
    client.force_login(w.liaison)
    assert client.get(reverse("scorerun-new")).status_code == 403
    foreign = make_scored_street()
    client.force_login(w.staff)
    form = {"alliance": foreign.alliance.pk, "period": "quarter"}
    assert client.post(reverse("scorerun-new"), form).status_code == 400


@pytest.mark.parametrize("count", [5, 60])
def test_pages_ask_as_often_for_five_units_as_for_sixty(client, django_assert_max_num_queries, count):
    w = make_scored_street(units=count)
    for unit in w.units:
        make_done(w, unit)
    run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    client.force_login(w.staff)
    client.get(reverse("score-list"))  # the session's first request sets it up
    urls = [run.get_absolute_url(), reverse("score-list"), reverse("scorerun-list")]
    urls.append(Score.objects.filter(run=run).first().get_absolute_url())
    for url in urls:
        with django_assert_max_num_queries(12):
            client.get(url)
