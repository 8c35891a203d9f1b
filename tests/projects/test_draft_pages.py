"""Writing a draft: a time that comes again, looked at before it is saved; conditions; pictures; the next period."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from members.models import Notification
from projects import actions
from projects.models import Attachment, Category, Listing
from projects.reports import work_for
from projects.states import ListingState
from projects.tasks import remind_due
from tests.factories.projects import make_listing, make_photograph

pytestmark = pytest.mark.django_db


def form(**fields):
    values = {
        "title": "周末活动室",
        "category": Category.objects.get(code="venue").pk,
        "measure": "间",
        "slots-TOTAL_FORMS": "1",
        "slots-INITIAL_FORMS": "0",
        "slots-0-quantity": "2",
        "is_divisible": "on",
        "then": "draft",
    }
    return values | fields


def monthly(**fields):
    last = timezone.localdate() + timedelta(days=200)
    rule = {
        "pattern": "monthly",
        "month_day": "26",
        "from_time": "9点30",
        "until_time": "11:00",
        "last_on": last.isoformat(),
        "on_holiday": "keep",
    }
    return form(**(rule | fields))


def write(browser, values, query="?direction=resource"):
    return browser.post(reverse("listing-new") + query, values)


# --- Again and again ------------------------------------------------------------------------------
def test_listing_new_with_a_rule_saves_its_dates(circle, as_):
    browser = as_(circle.liaison)
    response = write(browser, monthly())
    listing = Listing.objects.get()
    assert response["Location"] == listing.get_absolute_url()
    assert 6 <= listing.slots.count() <= 7
    assert set(listing.slots.values_list("quantity", flat=True)) == {2}
    html = browser.get(listing.get_absolute_url()).content.decode()
    assert "每月26日 09:30–11:00，法定节假日照常" in html
    assert f"共 {listing.slots.count()} 次" in html
    # The form of the draft holds the rule, not its slots.
    html = browser.get(reverse("listing-change", args=[listing.pk])).content.decode()
    assert 'value="26"' in html
    assert 'value="09:30"' in html


def test_listing_new_shows_the_dates_and_saves_nothing(circle, as_):
    response = write(as_(circle.liaison), monthly(then="preview"))
    html = response.content.decode()
    assert response.status_code == 200
    assert "还没有保存" in html
    assert "每月26日 09:30–11:00" in html
    assert html.count("26日（周") >= 6
    # What was typed stands in the form still.
    assert 'value="周末活动室"' in html
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until_time": "9:00"}, "不能跨过半夜十二点"),
        ({"until_time": ""}, "请填写“几点结束”"),
        ({"month_day": "32"}, "最多是 31"),
        ({"month_day": ""}, "请填写“每月几号”"),
        ({"from_time": "上午"}, "请按 09:30 填写"),
        ({"last_on": "2020-01-01"}, "不早于第一天"),
        ({"first_on": "2020-01-01"}, "开始的日期已经过了"),
        ({"pattern": "weekly"}, "每周哪几天"),
        ({"pattern": "weekly", "weekdays": ["8"]}, "每周哪几天"),
        ({"pattern": "yearly"}, "多久一次"),
        ({"pattern": "weekly", "weekdays": ["6"], "on_holiday": "move"}, "不能顺延到工作日"),
        ({"slots-0-starts_at": "2099-01-04 9:00", "slots-0-ends_at": "2099-01-04 10:00"}, "请清空"),
        ({"pattern": "", "then": "preview"}, "没有日期可看"),
        ({"overlap": "forbid"}, "先写明用到的场地"),
    ],
)
@pytest.mark.parametrize("then", ["draft", "preview"])
def test_listing_new_says_what_is_wrong_with_a_rule(circle, as_, fields, words, then):
    if words in ("没有日期可看", "先写明用到的场地") and then != fields.get("then", "draft"):
        return
    response = write(as_(circle.liaison), monthly(**({"then": then} | fields)))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Listing.objects.exists()


def test_listing_change_takes_the_rule_away(circle, as_):
    browser = as_(circle.liaison)
    write(browser, monthly())
    listing = Listing.objects.get()
    browser.post(reverse("listing-change", args=[listing.pk]), form(title="一间活动室"))
    listing = Listing.objects.get()
    assert (listing.title, listing.slots.get().starts_at) == ("一间活动室", None)
    assert not hasattr(listing, "recurrence")


def test_listing_new_keeps_the_conditions(circle, as_):
    browser = as_(circle.liaison)
    fields = {"claim_mode": "instant", "occupies": "二楼活动室", "overlap": "forbid", "is_divisible": ""}
    write(browser, form(**fields))
    listing = Listing.objects.get()
    assert (listing.claim_mode, listing.overlap, listing.is_divisible) == ("instant", "forbid", False)
    html = browser.get(listing.get_absolute_url()).content.decode()
    assert "同一时间不能重复认领" in html


def test_listing_form_asks_for_types_under_their_groups(circle, as_):
    html = as_(circle.liaison).get(reverse("listing-new")).content.decode()
    assert '<optgroup label="设施与环境">' in html
    group = Category.objects.get(code="surroundings")
    assert write(as_(circle.liaison), form(category=group.pk)).status_code == 400


def test_listing_list_group_holds_its_types(circle, as_):
    make_listing(circle, title="夜间停车位")
    make_listing(circle, title="法律咨询", category=Category.objects.get(code="law"))
    group = Category.objects.get(code="surroundings")
    html = as_(circle.liaison).get(reverse("listing-list") + f"?category={group.pk}").content.decode()
    assert "夜间停车位" in html
    assert "法律咨询" not in html
    assert "设施与环境（全部）" in html


# --- Exits ----------------------------------------------------------------------------------------
def test_listing_pages_show_the_reason_of_an_exit(circle, as_):
    listing = make_listing(circle)
    actions.shelve_listing(listing=listing, by=circle.staff, reason="楼道太窄")
    browser = as_(circle.other_liaison)
    assert "楼道太窄" in browser.get(listing.get_absolute_url()).content.decode()
    assert "楼道太窄" in browser.get(reverse("listing-list")).content.decode()


# --- Pictures -------------------------------------------------------------------------------------
def add_picture(browser, listing, upload=None, **data):
    url = reverse("attachment-add", args=[listing.pk])
    return browser.post(url, {"picture": upload or make_photograph(), **data})


def test_attachment_goes_up_is_seen_and_comes_off(circle, as_):
    listing = make_listing(circle, is_published=False)
    browser = as_(circle.staff)
    assert add_picture(browser, listing, caption="正门").status_code == 302
    picture = Attachment.objects.get()
    html = browser.get(listing.get_absolute_url()).content.decode()
    assert f'src="{picture.get_absolute_url()}"' in html
    assert 'alt="正门"' in html
    shown = browser.get(picture.get_absolute_url())
    assert Image.open(io.BytesIO(shown.content)).size == (60, 40)
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "private" in shown["Cache-Control"]
    assert browser.post(reverse("attachment-remove", args=[picture.pk])).status_code == 302
    assert browser.get(picture.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("a.jpg", b"<html>"), "打不开"),
        (SimpleUploadedFile("a.jpg", b""), "打不开"),
        (SimpleUploadedFile("a.png", make_photograph().read()), "另存为 JPEG"),
        ("", "请填写“图片”"),
    ],
)
def test_attachment_refused_with_a_sentence(circle, as_, upload, words):
    listing = make_listing(circle, is_published=False)
    url = reverse("attachment-add", args=[listing.pk])
    response = as_(circle.staff).post(url, {"picture": upload})
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Attachment.objects.exists()


def test_attachment_of_a_draft_is_for_its_own_side_alone(circle, as_):
    listing = make_listing(circle, is_published=False)
    add_picture(as_(circle.staff), listing)
    url = Attachment.objects.get().get_absolute_url()
    for browser in (as_(circle.liaison), as_(circle.stranger), Client()):
        assert browser.get(url).status_code == 404
    assert as_(circle.liaison).post(url + "remove/").status_code == 404
    assert add_picture(as_(circle.liaison), listing).status_code == 404


def test_attachment_of_a_published_listing_is_for_everybody(circle, as_):
    listing = make_listing(circle, is_published=False)
    add_picture(as_(circle.staff), listing, caption="正门")
    picture = Attachment.objects.get()
    actions.publish_listing(listing=listing, by=circle.staff)
    shown = Client().get(picture.get_absolute_url())
    assert shown.status_code == 200
    assert "public" in shown["Cache-Control"]
    page = Client().get(reverse("public-listings", args=[circle.street.pk])).content.decode()
    assert picture.get_absolute_url() in page
    assert "图片 1：正门" in page
    actions.withdraw_listing(listing=listing, by=circle.staff, reason="不用了")
    assert Client().get(picture.get_absolute_url()).status_code == 404
    assert as_(circle.liaison).get(picture.get_absolute_url()).status_code == 200


def test_attachment_other_file_with_the_same_key_is_not_taken_for_the_first(circle, as_):
    listing = make_listing(circle, is_published=False)
    browser = as_(circle.staff)
    assert add_picture(browser, listing, form_token="one").status_code == 302
    assert add_picture(browser, listing, form_token="one").status_code == 302
    assert Attachment.objects.count() == 1
    other = SimpleUploadedFile("a.jpg", make_photograph().read() + b"\0")
    assert add_picture(browser, listing, other, form_token="one").status_code == 422


# --- The next period ------------------------------------------------------------------------------
@pytest.fixture
def standing(circle):
    return make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction="resource",
        title="会议室",
        is_standing=True,
        valid_until=timezone.localdate() + timedelta(days=3),
    )


def test_listing_roll_over_asks_once_and_publishes(circle, as_, standing):
    browser = as_(circle.liaison)
    url = reverse("listing-roll-over", args=[standing.pk])
    assert url in browser.get(standing.get_absolute_url()).content.decode()
    assert "确认，发布下一期" in browser.get(url).content.decode()
    later = Listing.objects.get(pk=browser.post(url)["Location"].strip("/").split("/")[-1])
    assert (later.continues, later.state) == (standing, ListingState.PUBLISHED)
    assert browser.post(url)["Location"] == browser.get(url)["Location"] == later.get_absolute_url()
    assert "下一期已发布" in browser.get(standing.get_absolute_url()).content.decode()


def test_listing_roll_over_is_the_owners(circle, as_, standing):
    url = reverse("listing-roll-over", args=[standing.pk])
    assert as_(circle.stranger).get(url).status_code == 404
    assert as_(circle.other_liaison).post(url).status_code == 403
    assert (
        as_(circle.staff).get(reverse("listing-roll-over", args=[make_listing(circle).pk])).status_code
        == 400
    )


def test_listing_roll_over_is_called_to_mind_once(circle, standing):
    far = make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction="resource",
        is_standing=True,
        valid_until=timezone.localdate() + timedelta(days=15),
    )
    for _run in range(2):
        remind_due()
    told = Notification.objects.filter(kind="listing_ends")
    assert [(one.recipient, one.row_id) for one in told] == [(circle.liaison, standing.pk)]
    assert told.get().url == reverse("listing-roll-over", args=[standing.pk])
    titles = [work.title for work in work_for(circle.liaison)]
    assert titles.count("接着提供：会议室") == 1
    assert far.title not in "".join(titles)
    actions.roll_over_listing(listing=standing, by=circle.liaison)
    assert "接着提供：会议室" not in [work.title for work in work_for(circle.liaison)]
