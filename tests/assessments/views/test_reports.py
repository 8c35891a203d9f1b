import csv
import hashlib
import io
import json

import pytest
from django.urls import reverse

from assessments import documents
from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.models import Report
from members.states import Role
from tests.factories.members import make_person, make_street
from tests.factories.scores import ENDS, STARTS, make_done, make_scored_street

pytestmark = pytest.mark.django_db


def published(w):
    run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    return publish_report(run=run, by=w.staff)


@pytest.fixture
def w():
    w = make_scored_street(name="云溪街道")
    w.units[0].name = "=1+1@公司"
    w.units[0].save()
    for _ in range(2):
        make_done(w, w.units[0])
    w.report = published(w)
    w.reader = make_person(Role.DISTRICT_READER, w.district)
    return w


def test_report_hash_is_recomputed_from_the_download(client, w):
    client.force_login(w.reader)
    answer = client.get(reverse("report-json", args=[w.report.pk]))
    body = b"".join(answer.streaming_content)
    assert hashlib.sha256(body).hexdigest() == w.report.check_value
    data = json.loads(body)
    # Canonical as the page says: sorted keys, UTF-8, no spaces.
    assert json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == body
    assert "attachment" in answer["Content-Disposition"]


def test_report_page_csv_and_json_hold_the_same_numbers(client, w):
    client.force_login(w.reader)
    page = client.get(w.report.get_absolute_url()).content.decode()
    body = b"".join(client.get(reverse("report-csv", args=[w.report.pk])).streaming_content)
    assert body.startswith(documents.BOM.encode())
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 1 + 3 * w.scheme.indicators.count()
    cells = {(row[5].removeprefix("'"), int(row[6])): (row[8], row[9]) for row in rows[1:]}
    for unit in w.report.data["units"]:
        for line in unit["lines"]:
            assert cells[unit["organisation"], line["position"]] == (line["points"], line["possible"])
        if unit["lines"][0]["has_records"]:
            assert f"<b>{unit['points']}</b> / {unit['possible']}" in page
    assert w.report.check_value in page
    assert "sha256sum report-" in page


def test_report_csv_holds_no_formula(client, w):
    client.force_login(w.reader)
    body = b"".join(client.get(reverse("report-csv", args=[w.report.pk])).streaming_content)
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(documents.FORMULA)]
    assert "'=1+1@公司" in body.decode()


def test_report_page_speaks_from_frozen_data_alone(client, w):
    client.force_login(w.reader)
    before = client.get(w.report.get_absolute_url()).content.decode()
    w.units[1].name = "改了名的单位"
    w.units[1].save()
    make_done(w, w.units[1])
    after = client.get(w.report.get_absolute_url()).content.decode()
    assert "改了名的单位" not in after
    assert "经对方确认的交付 2 次" in before
    assert "经对方确认的交付 2 次" in after


def test_reader_sees_own_district_alone(client, w):
    foreign = make_scored_street()
    report = published(foreign)
    client.force_login(w.reader)
    text = client.get(reverse("report-list")).content.decode()
    assert w.report.title in text
    assert report.title not in text
    for name in ("report-detail", "report-json", "report-csv", "report-correct"):
        assert client.get(reverse(name, args=[report.pk])).status_code == 404


def test_units_and_other_streets_see_no_report(client, w):
    for person in (w.liaison, make_person(Role.STAFF, make_street(w.district))):
        client.force_login(person)
        for name in ("report-detail", "report-json", "report-csv"):
            assert client.get(reverse(name, args=[w.report.pk])).status_code == 404


def test_correct_publishes_the_next_version_and_keeps_the_first(client, w):
    client.force_login(w.staff)
    url = reverse("report-correct", args=[w.report.pk])
    assert client.get(url).status_code == 200
    empty = client.post(url, {"run": w.report.run.pk, "reason": ""})
    assert empty.status_code == 400
    assert "请填写“更正原因”" in empty.content.decode()
    answer = client.post(url, {"run": w.report.run.pk, "reason": "补登记一次交付"})
    newer = Report.objects.get(version=2)
    assert answer.url == newer.get_absolute_url()
    old = client.get(w.report.get_absolute_url()).content.decode()
    assert "已被" in old
    assert "补登记一次交付" in old
    latest = client.get(reverse("report-list") + "?versions=latest").content.decode()
    assert latest.count(w.report.title) == 1


def test_correct_is_for_the_host(client, w):
    client.force_login(w.reader)
    assert client.post(reverse("report-correct", args=[w.report.pk]), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("count", [5, 60])
def test_pages_ask_as_often_for_five_units_as_for_sixty(client, django_assert_max_num_queries, count):
    w = make_scored_street(units=count)
    report = published(w)
    client.force_login(make_person(Role.DISTRICT_READER, w.district))
    client.get(reverse("report-list"))
    for url in (
        report.get_absolute_url(),
        reverse("report-list"),
        reverse("report-csv", args=[report.pk]),
    ):
        with django_assert_max_num_queries(10):
            client.get(url)
