"""What the pages say to wrong values, to acts that came too late, and to addresses that only take forms."""

import pytest
from django.urls import reverse

from projects import actions
from projects.models import Category, Listing
from projects.states import Cause
from tests.factories.projects import make_claim, make_listing

pytestmark = pytest.mark.django_db

FORM = {
    "title": "夜间停车位",
    "measure": "个",
    "slots-TOTAL_FORMS": 3,
    "slots-INITIAL_FORMS": 0,
    "slots-0-quantity": "60",
}


def refused(client, name, *args, **data):
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == 400
    return response.content.decode()


def test_stale_forms_say_why_though_the_form_is_gone(circle, as_):
    claim = make_claim(circle)
    actions.withdraw_claim(claim=claim, by=circle.liaison, cause=Cause.BUDGET)
    html = refused(as_(circle.staff), "claim-decline", claim.pk, cause="其他")
    assert "没有办成，什么都没有改动" in html
    assert "不能变为" in html
    html = refused(as_(circle.liaison), "claim-report", claim.pk, quantity="1", done_on="今天")
    assert "不能报告交付" in html


def test_wrong_claim_is_summed_up_before_everything_else(circle, as_):
    listing = make_listing(circle)
    html = refused(as_(circle.liaison), "listing-claim", listing.pk, quantity="0")
    assert html.count('class="errors"') == 1
    assert html.index('class="errors"') < html.index("<h1")


def test_draft_published_in_another_tab_is_refused_without_a_loop(circle, as_):
    listing = make_listing(circle)
    client = as_(circle.staff)
    address = reverse("listing-change", args=[listing.pk])
    for answer in (
        client.post(address, FORM, headers={"referer": f"http://testserver{address}"}),
        client.get(address, headers={"referer": f"http://testserver{address}"}),
    ):
        assert answer.status_code == 400
        assert "只有草稿可以修改" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("valid_until", "2020-01-01", "请改成今天或以后的日期"),
        ("slots-0-starts_at", "0001-01-01 00:00", "时间无法识别"),
        ("slots-0-quantity", "0", "“数量”最少是 1"),
    ],
)
def test_listing_new_refuses_with_the_remedy(circle, as_, field, value, words):
    category = Category.objects.get(code="parking").pk
    html = refused(as_(circle.staff), "listing-new", **{**FORM, "category": category, field: value})
    assert words in html
    assert not Listing.objects.exists()
