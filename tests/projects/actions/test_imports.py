import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.actions import import_listing
from projects.actions.imports import COLUMNS
from projects.models import Listing
from projects.recurrence import in_words
from workflow.exceptions import BadInput, NotPermitted

pytestmark = pytest.mark.django_db

ROW = {
    "kind": "need",
    "title": "轮椅 (wheelchair)",
    "provider_or_requester": "居民",
    "category": "微心愿·辅具",
    "target_group": "残疾人",
    "quantity_or_frequency": "2台(按心愿推定)",
    "time_window": "",
    "place": "党群服务中心",
    "city_district": "某市某区",
}


def bring(circle, by=None, **cells):
    return import_listing(
        row=ROW | cells, alliance=circle.alliance, organisation=circle.community, by=by or circle.staff
    )


def test_import_listing_readable(circle):
    listing = bring(circle)
    assert (listing.title, listing.direction, listing.category.code) == ("轮椅", "need", "goods")
    assert (listing.measure, listing.audience, listing.place) == ("台", "残疾人", "党群服务中心")
    assert list(listing.slots.values_list("starts_at", "ends_at", "quantity")) == [(None, None, 2)]
    assert (listing.state, listing.note) == ("draft", "")


def test_import_listing_unreadable_goes_into_the_note(circle):
    listing = bring(circle, quantity_or_frequency="队员由10人增至50人", time_window="暑假")
    assert listing.note == "原表数量：队员由10人增至50人\n原表时间：暑假"
    assert list(listing.slots.values_list("starts_at", "quantity")) == [(None, 1)]
    assert listing.measure == "项"


@pytest.mark.parametrize(
    ("time_window", "words"),
    [
        ("每月26日9:30-11:00", "每月26日 09:30–11:00，遇法定节假日停一次"),
        ("每周六日上午", "每周末 09:00–11:30，遇法定节假日停一次"),
    ],
)
def test_import_listing_time_that_comes_again_becomes_a_rule(circle, time_window, words):
    listing = bring(circle, quantity_or_frequency="3场", time_window=time_window)
    assert in_words(listing.recurrence.rule) == words
    assert set(listing.slots.values_list("quantity", flat=True)) == {3}
    assert listing.slots.count() >= 10
    assert listing.note == f"时间由原表的“{time_window}”排出，请核对。"


def test_import_listing_past_time_goes_into_the_note(circle):
    listing = bring(circle, time_window="2020年5月")
    assert listing.note == "原表时间：2020年5月"
    assert listing.slots.get().starts_at is None


def test_import_listing_plain_interval(circle):
    assert bring(circle, time_window="2099-01-04 9:30-11:00").slots.get().ends_at.year == 2099


@pytest.mark.parametrize(
    ("cells", "field"),
    [({"kind": "wish"}, "kind"), ({"title": " "}, "title"), ({"place": "长" * 101}, "place")],
)
def test_import_listing_bad_input(circle, cells, field):
    with pytest.raises(BadInput) as refusal:
        bring(circle, **cells)
    assert refusal.value.field == field


def test_import_listing_wrong_person(circle):
    with pytest.raises(NotPermitted):
        bring(circle, by=circle.liaison)


# --- The command ----------------------------------------------------------------------------------
def run(circle, path, **options):
    out, err = StringIO(), StringIO()
    ids = {"alliance": circle.alliance.pk, "organisation": circle.community.pk, "by": circle.staff.username}
    try:
        call_command("import_listings", path, stdout=out, stderr=err, **{**ids, **options})
    finally:
        run.said = out.getvalue() + err.getvalue()
    return run.said


def write(path, *rows, columns=COLUMNS):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_import_listings_skips_projects_with_a_sentence(circle, tmp_path):
    path = write(tmp_path / "lists.csv", ROW, ROW | {"kind": "project"}, ROW | {"kind": "resource"})
    said = run(circle, path)
    assert "第 3 行：项目清单暂不导入" in said
    assert "已导入 2 条草稿，跳过 1 条" in said
    assert set(Listing.objects.values_list("direction", flat=True)) == {"need", "resource"}


def test_import_listings_is_all_or_nothing_and_names_row_and_column(circle, tmp_path):
    path = write(tmp_path / "lists.csv", ROW, ROW | {"kind": "wish"}, ROW | {"place": "长" * 101})
    with pytest.raises(CommandError, match="2 行"):
        run(circle, path)
    assert "第 3 行，kind 列：" in run.said
    assert "第 4 行，place 列：" in run.said
    assert not Listing.objects.exists()


def test_import_listings_missing_column(circle, tmp_path):
    path = write(tmp_path / "lists.csv", ROW, columns=COLUMNS[1:])
    with pytest.raises(CommandError, match="kind"):
        run(circle, path)


def test_import_listings_unreadable_file(circle, tmp_path):
    path = tmp_path / "lists.csv"
    path.write_bytes("标题".encode("gb18030"))
    with pytest.raises(CommandError, match="UTF-8"):
        run(circle, path)


@pytest.mark.parametrize("option", [{"alliance": 0}, {"organisation": 0}, {"by": "没有此人"}])
def test_import_listings_unknown_option(circle, tmp_path, option):
    with pytest.raises(CommandError, match=f"--{next(iter(option))}"):
        run(circle, write(tmp_path / "lists.csv", ROW), **option)
