"""The page for everybody: what it shows, what it keeps to itself, what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from members.states import Role
from projects.actions import settle_listing, shelve_listing, withdraw_listing
from projects.models import Category, Listing, Slot
from projects.states import Direction, ListingState
from tests.factories.alliances import make_alliance
from tests.factories.members import make_community, make_person, make_street
from tests.factories.projects import make_accepted_claim, make_claim, make_listing

pytestmark = pytest.mark.django_db


def get(client, street, query="", *, name="public-listings", status=200):
    response = client.get(reverse(name, args=[street.pk]) + query)
    assert response.status_code == status
    return response


def body(client, street, query="", **options):
    return get(client, street, query, **options).content.decode()


def section(text, direction):
    """The part of the page about one direction."""
    return text.split(f'aria-labelledby="{direction}"')[1].split("</section>")[0]


def copies(listing, count):
    """`count` further published rows like `listing`, every text as long as people write it."""
    slots = list(listing.slots.all())
    for number in range(count):
        listing.pk, listing.title = None, f"周末亲子活动场地一间，可容纳四十人左右 {number}"
        listing.audience, listing.place = (
            "辖区内六到十二岁的孩子和家长",
            "南园社区党群服务中心二楼东侧活动室",
        )
        listing.valid_until = timezone.localdate() + timedelta(days=30)
        listing.note = "老人家住 7 号楼，请先打电话。"
        listing.save()
        for slot in slots:
            Slot.objects.create(
                listing=listing, quantity=slot.quantity, starts_at=slot.starts_at, ends_at=slot.ends_at
            )


def test_public_listings_need_no_sign_in(circle, client):
    now = timezone.now()
    make_listing(
        circle,
        title="夜间停车位",
        audience="附近居民",
        place="南园路 1 号",
        slots=[
            (now - timedelta(days=3), now - timedelta(days=2), 7),
            (now + timedelta(days=1), now + timedelta(days=1, hours=2), 4),
            (now + timedelta(days=8), now + timedelta(days=8, hours=2), 5),
        ],
        valid_until=timezone.localdate() + timedelta(days=20),
    )
    make_listing(
        circle, title="会议室", direction=Direction.RESOURCE, organisation=circle.unit, by=circle.liaison
    )
    text = body(client, circle.street)
    needs, resources = section(text, "need"), section(text, "resource")
    # What is over does not count: 4 and 5 of the slots ahead, and the nearer one is named.
    for words in (
        "夜间停车位",
        "9 个，还剩 9 个",
        "，还有 1 个时段",
        "附近居民",
        "南园路 1 号",
        "南园社区",
        "有效期至",
    ):
        assert words in needs
    assert "会议室" in resources
    assert "梧桐医院" in resources
    assert "会议室" not in needs


def test_public_listings_leave_out_what_is_not_open(circle, client):
    today = timezone.localdate()
    make_listing(circle, title="只是草稿", is_published=False)
    for state in (
        ListingState.WITHDRAWN,
        ListingState.EXPIRED,
    ):
        listing = make_listing(circle, title=f"不在清单{state}")
        Listing.objects.filter(pk=listing.pk).update(state=state, exit_reason="原因")
    late = make_listing(circle, title="昨天到期")
    Listing.objects.filter(pk=late.pk).update(valid_until=today - timedelta(days=1))
    make_claim(circle, make_listing(circle, title="全部认领", quantity=2), quantity=2)
    past = timezone.now() - timedelta(days=1)
    over = make_listing(circle, title="时段已过")
    Slot.objects.filter(listing=over).update(starts_at=past - timedelta(hours=2), ends_at=past)
    make_listing(circle, title="还能认领")
    text = body(client, circle.street)
    assert "还能认领" in text
    for title in ("只是草稿", "不在清单", "昨天到期", "全部认领", "时段已过"):
        assert title not in text


@pytest.mark.parametrize(
    ("act", "words"),
    [(shelve_listing, "暂不具备条件：地面承重不够"), (settle_listing, "直接办结：地面承重不够")],
)
def test_public_listings_answer_with_the_reason(circle, client, act, words):
    listing = make_listing(circle, title="加装电梯")
    act(listing=listing, by=circle.staff, reason="地面承重不够")
    text = body(client, circle.street)
    assert "加装电梯" not in section(text, "need")
    assert words in section(text, "answers")
    # Who narrows the lists looks for something to claim.
    assert "加装电梯" not in body(client, circle.street, "?direction=need")


def test_public_listings_keep_why_somebody_took_a_row_back(circle, client):
    listing = make_listing(circle, title="加装电梯")
    withdraw_listing(listing=listing, by=circle.staff, reason="负责人调走了")
    draft = make_listing(circle, title="草稿里的", is_published=False)
    withdraw_listing(listing=draft, by=circle.staff, reason="写重了")
    assert "加装电梯" not in body(client, circle.street)


def test_public_listings_bear_the_names_of_the_alliance(circle, client):
    circle.alliance.needs_name = "民需菜单"
    circle.alliance.save()
    make_listing(circle)
    assert '<h2 id="need">民需菜单</h2>' in body(client, circle.street)
    # Two alliances with other names: the question that both answer stands above.
    make_alliance(host=circle.community)
    assert '<h2 id="need">还缺什么</h2>' in body(client, circle.street)


def test_public_listings_group_holds_its_types(circle, client):
    make_listing(circle, title="夜间停车位")
    make_listing(circle, title="法律咨询", category=Category.objects.get(code="law"))
    group = Category.objects.get(code="surroundings")
    text = body(client, circle.street, f"?category={group.pk}")
    assert "夜间停车位" in text
    assert "法律咨询" not in text


def test_public_listings_end_with_the_alliance_and_with_the_owner(circle, client):
    make_listing(circle, title="还能认领")
    assert Listing.objects.public().count() == 1
    circle.community.closed_on = timezone.localdate()
    circle.community.save()
    assert not Listing.objects.public().exists()
    circle.community.closed_on = None
    circle.community.save()
    circle.alliance.ended_on = timezone.localdate()
    circle.alliance.save()
    assert not Listing.objects.public().exists()


def test_public_listings_of_another_street_are_absent(circle, client):
    make_listing(circle, title="夜间停车位")
    other = make_street(name="听松街道")
    assert "夜间停车位" not in body(client, other)
    assert "夜间停车位" in body(client, circle.street)


def test_public_listings_include_alliances_of_communities(circle, client):
    community = make_community(circle.street, name="北园社区")
    circle.alliance = make_alliance(host=community)
    make_listing(
        circle,
        title="楼道花架",
        organisation=community,
        by=make_person(Role.STAFF, community, name="许宁"),
    )
    assert "楼道花架" in body(client, circle.street)


def test_public_listings_name_no_person(circle, client):
    listing = make_listing(circle, note="找王奶奶，电话 13912345678", done_means="王奶奶满意")
    make_accepted_claim(circle, listing)
    for query in ("", "?direction=need", "?lang=en"):
        text = body(client, circle.street, query)
        assert escape(listing.title) in text
        people = (circle.street_staff, circle.staff, circle.liaison, circle.other_liaison)
        for word in ("联系人", "5550000", "王奶奶", "13912345678", "tel:", *(one.name for one in people)):
            assert word not in text
        # Nobody reads who claimed.
        assert circle.unit.name not in text


def test_public_listings_are_the_same_for_somebody_signed_in(circle, client):
    make_listing(circle)
    before = get(client, circle.street)
    client.force_login(circle.staff)
    after = get(client, circle.street)
    assert after.content == before.content
    assert not after.cookies
    assert "csrf" not in after.content.decode()


def test_public_listings_may_be_kept_a_minute(circle, client):
    response = get(client, circle.street)
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=60"}
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
    assert not response.cookies


def test_public_listings_narrow_by_category_and_direction(circle, client):
    venue = Category.objects.get(code="venue")
    make_listing(circle, title="夜间停车位")
    make_listing(circle, title="活动场地", category=venue)
    make_listing(circle, title="会议室", direction=Direction.RESOURCE, category=venue)
    text = body(client, circle.street, f"?category={venue.pk}")
    assert "活动场地" in text
    assert "会议室" in text
    assert "夜间停车位" not in text
    text = body(client, circle.street, f"?category={venue.pk}&direction=resource")
    assert "会议室" in text
    assert "活动场地" not in text
    assert f'href="{reverse("public-listings-elder", args=[circle.street.pk])}?' in text


@pytest.mark.parametrize("query", ["?category=x", "?direction=gift", "?category=999999999"])
def test_public_listings_say_what_is_wrong_in_the_address(circle, client, query):
    make_listing(circle, title="夜间停车位")
    response = get(client, circle.street, query, status=400)
    assert "夜间停车位" not in response.content.decode()
    assert "Cache-Control" not in response


def test_public_listings_turn_pages(circle, client):
    copies(make_listing(circle, title="第一条"), 59)
    first = body(client, circle.street, "?direction=need")
    assert first.count("lead-link") == 50
    assert "共 60 条" in first
    assert "第一条" not in first
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(address).content.decode()
    assert second.count("lead-link") == 10
    assert "第一条" in second
    assert 'rel="prev"' in second
    # Both together show half a page of each, and the way to the rest.
    both = body(client, circle.street)
    assert both.count("lead-link") == 25
    assert "看全部需求" in both
    get(client, circle.street, "?direction=need&after=x", status=404)


def test_public_listings_query_count(circle, client):
    listing = make_listing(circle)
    resource = make_listing(circle, direction=Direction.RESOURCE)
    counts = []
    for more in (4, 55):
        copies(Listing.objects.get(pk=listing.pk), more)
        copies(Listing.objects.get(pk=resource.pk), more)
        for query in ("", "?direction=need"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                get(client, circle.street, query)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_public_listings_stay_small(circle, client):
    copies(make_listing(circle), 59)
    for name in ("public-listings", "public-listings-elder"):
        response = get(client, circle.street, "?direction=need", name=name)
        assert response.content.decode().count("lead-link") == 50
        assert len(response.content) < 60_000


def test_public_listings_of_a_closed_street_are_missing(circle, client):
    get(client, circle.community, status=404)
    circle.street.closed_on = timezone.localdate()
    circle.street.save()
    for name in ("public-listings", "public-listings-elder"):
        get(client, circle.street, name=name, status=404)


def test_public_listings_in_large_type_keep_the_filter(circle, client):
    make_listing(circle)
    plain = body(client, circle.street, "?direction=need")
    elder = body(client, circle.street, "?direction=need", name="public-listings-elder")
    assert 'class="elder"' not in plain
    assert 'class="elder"' in elder
    # The switch is the first control of each.
    for text, other in ((plain, "public-listings-elder"), (elder, "public-listings")):
        address = reverse(other, args=[circle.street.pk]) + "?direction=need"
        assert text.index(f'href="{address}"') < text.index("<main")
    assert "标准版" in elder
    assert "夜间停车位" in elder


def test_public_listings_in_english(circle, client):
    make_listing(circle)
    response = get(client, circle.street, "?lang=en")
    assert response["Content-Language"] == "en"
    assert '<html lang="en"' in response.content.decode()
    assert '<html lang="zh-hans"' in body(client, circle.street, "?lang=xx")


def test_public_poster_carries_the_address(circle, client):
    address = reverse("public-listings", args=[circle.street.pk])
    text = body(client, circle.street, name="public-listings-poster")
    assert f"http://testserver{address}" in text
    assert 'class="qr"' in text
    get(client, circle.community, name="public-listings-poster", status=404)


def test_alliance_page_leads_to_the_public_page(circle, client):
    client.force_login(circle.liaison)
    address = reverse("public-listings", args=[circle.street.pk])
    assert f'href="{address}"' in client.get(circle.alliance.get_absolute_url()).content.decode()
    circle.alliance.ended_on = timezone.localdate()
    circle.alliance.save()
    assert f'href="{address}"' not in client.get(circle.alliance.get_absolute_url()).content.decode()


def test_listing_form_says_what_becomes_public(circle, client):
    client.force_login(circle.staff)
    assert "会出现在街道公开页上" in client.get(reverse("listing-new")).content.decode()


def test_public_listings_take_nothing(circle, client):
    response = client.post(reverse("public-listings", args=[circle.street.pk]))
    assert response.status_code == 405
