"""The pages of the line: who sees and does what, wrong input, and what a page costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects import actions
from projects.models import Agreement, Claim, Delivery, Listing
from projects.states import AgreementState, ClaimState, DeliveryState, ListingState
from tests.factories.projects import (
    make_accepted_claim,
    make_agreed_claim,
    make_agreement,
    make_claim,
    make_delivery,
    make_listing,
)

pytestmark = pytest.mark.django_db


def page(client, name, *args, query="", status=200):
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status
    return response.content.decode()


def post(client, name, *args, status=302, **data):
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


FORM = {
    "title": "夜间停车位",
    "measure": "个",
    "slots-TOTAL_FORMS": 3,
    "slots-INITIAL_FORMS": 0,
    "slots-0-quantity": "６０",
}


def new_listing(client, category=None, query="?direction=need", **data):
    from projects.models import Category

    category = category or Category.objects.get(code="parking").pk
    return client.post(reverse("listing-new") + query, {**FORM, "category": category, **data})


# --- Lists ----------------------------------------------------------------------------------------
def test_listing_list_filters(circle, as_):
    make_listing(circle, title="夜间停车位")
    make_listing(circle, title="会议室", organisation=circle.unit, by=circle.liaison, direction="resource")
    make_listing(circle, title="还没发布", is_published=False)
    client = as_(circle.liaison)
    assert "夜间停车位" in page(client, "listing-list")
    assert "还没发布" not in page(client, "listing-list")
    assert "会议室" not in page(client, "listing-list", query="?direction=need")
    assert "夜间停车位" not in page(client, "listing-list", query="?view=own")
    assert "夜间停车位" in page(client, "listing-list", query="?q=停车")
    assert "夜间停车位" in page(client, "listing-list", query="?q=nysq")
    assert "没有符合条件" in page(client, "listing-list", query="?q=没有这个")
    assert "还没发布" in page(as_(circle.staff), "listing-list", query="?view=own")


def test_listing_list_bears_the_alliances_own_names(circle, as_):
    circle.alliance.needs_name = "服务需求单"
    circle.alliance.save()
    assert "服务需求单" in page(as_(circle.liaison), "listing-list", query="?direction=need")


def test_listing_list_unknown_value_names_the_field(circle, as_):
    assert "状态" in page(as_(circle.liaison), "listing-list", query="?state=lost", status=400)
    page(as_(circle.liaison), "listing-list", query="?after=x", status=404)


@pytest.mark.parametrize("name", ["listing-list", "claim-list", "agreement-list"])
def test_lists_cost_the_same_at_5_and_60_rows(circle, as_, name):
    client = as_(circle.liaison)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(client, name, query="?view=all")
        return len(queries)

    def add(number):
        for _ in range(number):
            make_accepted_claim(circle, make_listing(circle))

    add(5)
    five = cost()
    add(55)
    assert cost() == five <= 8


def test_claim_list_views(circle, as_):
    claim = make_claim(circle)
    assert claim.get_absolute_url() in page(as_(circle.staff), "claim-list")
    client = as_(circle.liaison)
    assert claim.get_absolute_url() not in page(client, "claim-list")
    assert claim.get_absolute_url() in page(client, "claim-list", query="?view=theirs")
    actions.decline_claim(claim=claim, by=circle.staff, reason="场地")
    assert claim.get_absolute_url() in page(client, "claim-list", query="?view=done")


# --- Listings -------------------------------------------------------------------------------------
def test_listing_new_saves_a_draft(circle, as_):
    response = new_listing(as_(circle.staff), then="draft")
    listing = Listing.objects.get()
    assert (response.status_code, response["Location"]) == (302, listing.get_absolute_url())
    assert (listing.state, listing.organisation, listing.slots.get().quantity) == (
        ListingState.DRAFT,
        circle.community,
        60,
    )


def test_listing_new_publishes(circle, as_):
    times = {"slots-0-starts_at": "2099年1月4日 9:30", "slots-0-ends_at": "2099-01-04 11:00"}
    more = {
        "slots-1-quantity": "2",
        "slots-1-starts_at": "2099-02-01 9:00",
        "slots-1-ends_at": "2099-02-01 10:00",
    }
    assert new_listing(as_(circle.liaison), then="publish", query="?direction=resource", **times, **more)
    listing = Listing.objects.get()
    assert (listing.state, listing.direction, listing.slots.count()) == (
        ListingState.PUBLISHED,
        "resource",
        2,
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": ""}, "请填写“标题”"),
        ({"slots-0-quantity": ""}, "数量"),
        ({"slots-0-quantity": "很多"}, "请填写整数"),
        ({"slots-0-starts_at": "2099-01-04 09:00"}, "请同时填写开始和结束时间"),
        (
            {"slots-0-starts_at": "2099-01-04 09:00", "slots-0-ends_at": "2099-01-04 08:00"},
            "结束时间要晚于",
        ),
        ({"valid_until": "2026年2月30日"}, "日期无法识别"),
        ({"slots-TOTAL_FORMS": ""}, "ManagementForm"),
        (
            {
                "slots-0-starts_at": "2001-01-04 09:00",
                "slots-0-ends_at": "2001-01-04 10:00",
                "then": "publish",
            },
            "没有可认领的时段",
        ),
    ],
)
def test_listing_new_bad_input_leaves_nothing(circle, as_, data, words):
    response = new_listing(as_(circle.staff), **data)
    assert response.status_code == 400
    if "ManagementForm" not in words:
        assert words in response.content.decode()
    assert not Listing.objects.exists()


def test_listing_new_outside_any_alliance(circle, as_):
    assert "还没有加入联盟" in page(as_(circle.stranger), "listing-new", status=403)


def test_listing_new_copies(circle, as_):
    listing = make_listing(circle, title="老条目", quantity=7)
    html = page(as_(circle.staff), "listing-new", query=f"?copy={listing.pk}")
    assert "老条目" in html
    assert 'value="7"' in html
    page(as_(circle.liaison), "listing-new", query="?copy=x", status=404)


def test_listing_change(circle, as_):
    listing = make_listing(circle, is_published=False)
    client = as_(circle.staff)
    assert "夜间停车位" in page(client, "listing-change", listing.pk)
    data = {
        **FORM,
        "slots-INITIAL_FORMS": 1,
        "category": listing.category_id,
        "title": "新标题",
        "then": "draft",
    }
    post(client, "listing-change", listing.pk, **data)
    listing.refresh_from_db()
    assert (listing.title, listing.slots.get().quantity) == ("新标题", 60)


def test_listing_detail_offers_what_may_be_done(circle, as_):
    listing = make_listing(circle)
    assert "以 梧桐医院 的名义认领" in page(as_(circle.liaison), "listing-detail", listing.pk)
    html = page(as_(circle.staff), "listing-detail", listing.pk)
    assert "撤回这一条" in html
    assert "我们来认领" not in html
    assert "改动记录" not in page(as_(circle.liaison), "listing-detail", listing.pk)


def test_listing_detail_out_of_sight(circle, as_):
    page(as_(circle.stranger), "listing-detail", make_listing(circle).pk, status=404)
    page(as_(circle.liaison), "listing-detail", make_listing(circle, is_published=False).pk, status=404)


def test_listing_detail_hides_foreign_claims(circle, as_):
    claim = make_claim(circle, plan="只有双方看得到")
    html = page(as_(circle.other_liaison), "listing-detail", claim.listing.pk)
    assert claim.get_absolute_url() not in html
    assert "只有双方看得到" not in html


def test_listing_publish_and_withdraw(circle, as_):
    listing = make_listing(circle, is_published=False)
    client = as_(circle.staff)
    post(client, "listing-publish", listing.pk)
    post(client, "listing-withdraw", listing.pk, reason="", status=400)
    post(client, "listing-withdraw", listing.pk, reason="需求变化")
    listing.refresh_from_db()
    assert listing.state == ListingState.WITHDRAWN


def test_listing_withdraw_with_claims_says_whose(circle, as_):
    claim = make_claim(circle)
    html = post(as_(circle.staff), "listing-withdraw", claim.listing.pk, reason="需求变化", status=400)
    assert "还有未办结的认领：梧桐医院" in html


def test_acts_refuse_get(circle, as_):
    listing = make_listing(circle)
    for name in ("listing-publish", "listing-withdraw", "listing-claim"):
        html = page(as_(circle.staff), name, listing.pk, status=405)
        assert f'href="/listings/{listing.pk}/"' in html


# --- The line, by pages alone ---------------------------------------------------------------------
def test_line_by_pages(circle, as_):
    listing = make_listing(circle)
    slot = listing.slots.get().pk
    post(
        as_(circle.liaison),
        "listing-claim",
        listing.pk,
        slot=slot,
        organisation=circle.unit.pk,
        quantity="2",
        plan="负二层",
    )
    claim = Claim.objects.get()
    assert "接受认领" in page(as_(circle.staff), "claim-detail", claim.pk)
    post(as_(circle.staff), "claim-accept", claim.pk)
    agreement = Agreement.objects.get()
    for person in (circle.staff, circle.liaison):
        assert "签署协议" in page(as_(person), "agreement-detail", agreement.pk)
        post(as_(person), "agreement-sign", agreement.pk, text_hash=agreement.text_hash, agree="on")
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.SIGNED
    assert "报告交付" in page(as_(circle.liaison), "claim-detail", claim.pk)
    post(as_(circle.liaison), "claim-report", claim.pk, quantity="2", done_on="今天", report="已开放")
    delivery = Delivery.objects.get()
    assert "确认交付并评议" in page(as_(circle.staff), "claim-detail", claim.pk)
    post(as_(circle.staff), "delivery-accept", delivery.pk, quantity="2", rating="excellent", remark="")
    claim.refresh_from_db()
    assert claim.state == ClaimState.DELIVERED
    assert "很好" in page(as_(circle.liaison), "claim-detail", claim.pk)


# --- Claims ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"quantity": "9"}, "只剩 5 个"),
        ({"quantity": "x"}, "请填写整数"),
        ({"quantity": ""}, "请填写“认领数量”"),
        ({"slot": "0"}, "时段"),
        ({"plan": "长" * 301}, "怎么做"),
    ],
)
def test_listing_claim_bad_input(circle, as_, data, words):
    listing = make_listing(circle, quantity=5)
    data = {"slot": listing.slots.get().pk, "organisation": circle.unit.pk, "quantity": "1", **data}
    assert words in post(as_(circle.liaison), "listing-claim", listing.pk, status=400, **data)
    assert not Claim.objects.exists()


def test_listing_claim_in_a_foreign_name(circle, as_):
    listing = make_listing(circle)
    data = {"slot": listing.slots.get().pk, "organisation": circle.other_unit.pk, "quantity": "1"}
    post(as_(circle.liaison), "listing-claim", listing.pk, status=400, **data)
    assert not Claim.objects.exists()


def test_claim_detail_out_of_sight(circle, as_):
    claim = make_claim(circle)
    for person in (circle.stranger, circle.other_liaison):
        page(as_(person), "claim-detail", claim.pk, status=404)
        post(as_(person), "claim-accept", claim.pk, status=404)


def test_claim_accept_by_the_claimant(circle, as_):
    claim = make_claim(circle)
    post(as_(circle.liaison), "claim-accept", claim.pk, status=403)


@pytest.mark.parametrize(
    ("make", "person", "verb", "told", "state"),
    [
        (make_claim, "staff", "decline", {"cause": "场地", "detail": "已有安排"}, ClaimState.DECLINED),
        (make_claim, "liaison", "withdraw", {"cause": "venue", "reason": "已有安排"}, ClaimState.WITHDRAWN),
        (make_agreed_claim, "staff", "revoke", {"cause": "场地", "detail": "已有安排"}, ClaimState.REVOKED),
    ],
)
def test_claim_exits(circle, as_, make, person, verb, told, state):
    claim = make(circle)
    client = as_(getattr(circle, person))
    assert "请选择“原因”" in post(client, f"claim-{verb}", claim.pk, detail="没有选", status=400)
    post(client, f"claim-{verb}", claim.pk, **told)
    claim.refresh_from_db()
    assert (claim.state, claim.exit_words) == (state, "场地：已有安排")


def test_claim_contacts_are_shown_after_acceptance(circle, as_):
    claim = make_claim(circle)
    assert "0519-55500001" not in page(as_(circle.staff), "claim-detail", claim.pk)
    actions.accept_claim(claim=claim, by=circle.staff)
    assert "tel:051955500001" in page(as_(circle.staff), "claim-detail", claim.pk)


def test_claim_report_bad_input(circle, as_):
    claim = make_agreed_claim(circle, quantity=2)
    client = as_(circle.liaison)
    assert "1 到 2" in post(client, "claim-report", claim.pk, quantity="3", done_on="今天", status=400)
    assert "不能晚于今天" in post(
        client, "claim-report", claim.pk, quantity="1", done_on="2099-01-01", status=400
    )


def test_delivery_accept_without_rating(circle, as_):
    delivery = make_delivery(circle)
    assert "请选择“评议”" in post(
        as_(circle.staff), "delivery-accept", delivery.pk, quantity="2", status=400
    )


def test_delivery_return(circle, as_):
    delivery = make_delivery(circle)
    post(as_(circle.staff), "delivery-return", delivery.pk, remark="", status=400)
    post(as_(circle.staff), "delivery-return", delivery.pk, remark="数量不对")
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.RETURNED


# --- Agreements -----------------------------------------------------------------------------------
def test_agreement_sign_other_text(circle, as_):
    agreement = make_agreement(circle)
    client = as_(circle.liaison)
    data = {"text_hash": "0" * 64, "agree": "on"}
    assert "请重新阅读" in post(client, "agreement-sign", agreement.pk, status=400, **data)
    assert "请先勾选" in post(
        client, "agreement-sign", agreement.pk, status=400, text_hash=agreement.text_hash
    )


def test_agreement_detail_out_of_sight(circle, as_):
    agreement = make_agreement(circle)
    page(as_(circle.other_liaison), "agreement-detail", agreement.pk, status=404)


def test_agreement_text_is_whole(circle, as_):
    agreement = make_agreement(circle, plan="<b>负二层</b>")
    html = page(as_(circle.liaison), "agreement-detail", agreement.pk)
    assert "&lt;b&gt;负二层&lt;/b&gt;" in html
    assert agreement.text_hash in html


def test_pages_in_english(circle, as_):
    claim = make_accepted_claim(circle)
    client = as_(circle.staff)
    for path in (claim.get_absolute_url(), claim.listing.get_absolute_url(), reverse("listing-new")):
        assert client.get(path, headers={"accept-language": "en"}).status_code == 200
