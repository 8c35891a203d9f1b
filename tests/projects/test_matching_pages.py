"""The pages of matching: side by side, with reasons; turning down and restoring; the claim form that follows."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Claim, Dismissal
from projects.models.dismissal import DismissalCause
from projects.states import Direction
from tests.factories.projects import make_claim, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(circle):
    """A need of the community and a resource of the unit."""
    resource = make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction=Direction.RESOURCE,
        title="地下车库错时开放",
        quantity=8,
    )
    return make_listing(circle, quantity=3), resource


def matches(client, listing, status=200) -> str:
    response = client.get(reverse("listing-matches", args=[listing.pk]))
    assert response.status_code == status
    return response.content.decode()


def dismiss(client, listing, other, status=302, **data):
    address = reverse("listing-dismiss", args=[listing.pk])
    response = client.post(address, {"other": other.pk, "cause": DismissalCause.PLACE, **data})
    assert response.status_code == status
    return response.content.decode()


def test_matches_show_both_sides_with_reasons(circle, pair, as_):
    need, resource = pair
    page = matches(as_(circle.staff), need)
    assert need.title in page
    assert resource.title in page
    assert "数量够：要 3 个，空余 8 个" in page
    assert "认领这项资源" in page


def test_matches_of_resource_show_needs(circle, pair, as_):
    need, resource = pair
    page = matches(as_(circle.liaison), resource)
    assert need.title in page
    assert "认领这项需求" in page


def test_matches_lead_to_a_claim_form_that_is_filled_in(circle, pair, as_):
    need, resource = pair
    client = as_(circle.staff)
    address = re.search(r'href="([^"]+#claim)"', matches(client, need)).group(1).replace("&amp;", "&")
    page = client.get(address).content.decode()
    assert re.search(r'name="quantity"[^>]*value="3"', page)
    values = dict(re.findall(r'type="hidden" name="(slot|organisation)" value="(\d+)"', page))
    assert values["organisation"] == str(circle.community.pk)
    response = client.post(reverse("listing-claim", args=[resource.pk]), {**values, "quantity": 3})
    assert response.status_code == 302
    assert Claim.objects.get().quantity == 3


def test_claim_form_takes_no_nonsense_from_the_address(circle, pair, as_):
    _need, resource = pair
    client = as_(circle.staff)
    for query in ("?slot=99999&quantity=999&organisation=1", "?slot=x&quantity=-1&organisation=²"):
        page = client.get(resource.get_absolute_url() + query).content.decode()
        assert re.search(r'name="quantity"[^>]*value="8"', page)


def test_matches_name_the_claim_that_is_under_way(circle, pair, as_):
    need, resource = pair
    claim = make_claim(circle, resource, organisation=circle.community, by=circle.staff)
    page = matches(as_(circle.staff), need)
    assert f'href="{claim.get_absolute_url()}"' in page
    assert "认领这项资源" not in page


def test_matches_of_others_are_read_only(circle, pair, as_):
    need, resource = pair
    page = matches(as_(circle.other_liaison), need)
    assert resource.title in page
    assert "不适合我们" not in page
    assert "认领这项资源" not in page


def test_matches_of_another_street_are_missing(circle, pair, as_):
    need, resource = pair
    client = as_(circle.stranger)
    matches(client, need, status=404)
    dismiss(client, need, resource, status=404)


def test_matches_say_when_there_is_nothing(circle, as_):
    assert "还没有合适的资源" in matches(as_(circle.staff), make_listing(circle))


def test_dismissed_proposal_goes_and_comes_back(circle, pair, as_):
    need, resource = pair
    client = as_(circle.staff)
    dismiss(client, need, resource, words="要过两条马路")
    page = matches(client, need)
    assert "还没有合适的资源" in page
    assert "地点太远：要过两条马路" in page
    said = Dismissal.objects.get()
    response = client.post(reverse("dismissal-restore", args=[said.pk]))
    assert response.url == reverse("listing-matches", args=[need.pk])
    assert "认领这项资源" in matches(client, need)


def test_dismissal_is_hidden_from_the_other_side(circle, pair, as_):
    need, resource = pair
    dismiss(as_(circle.staff), need, resource, words="要过两条马路")
    said = Dismissal.objects.get()
    for user in (circle.liaison, circle.other_liaison):
        client = as_(user)
        assert "要过两条马路" not in matches(client, need)
        assert "要过两条马路" not in matches(client, resource)
        assert client.post(reverse("dismissal-restore", args=[said.pk])).status_code == 404
    assert "要过两条马路" in matches(as_(circle.street_staff), need)


def test_dismiss_asks_again_where_something_is_missing(circle, pair, as_):
    need, resource = pair
    client = as_(circle.staff)
    assert "错误：" in dismiss(client, need, resource, status=400, cause="")
    page = dismiss(client, need, resource, status=400, cause=DismissalCause.OTHER)
    assert "补充说明" in page
    assert not Dismissal.objects.exists()
    client.post(reverse("listing-dismiss", args=[need.pk]), {"other": "x", "cause": "place"})
    assert not Dismissal.objects.exists()


def test_dismiss_is_refused_to_others(circle, pair, as_):
    need, resource = pair
    dismiss(as_(circle.other_liaison), need, resource, status=403)


def test_listing_page_leads_to_its_matches(circle, pair, as_):
    need, resource = pair
    client = as_(circle.staff)
    for listing, words in ((need, "合适的资源"), (resource, "合适的需求")):
        page = client.get(listing.get_absolute_url()).content.decode()
        assert words in page
        assert reverse("listing-matches", args=[listing.pk]) in page


def test_overview_shows_needs_of_the_street_with_their_best(circle, pair, as_):
    need, resource = pair
    page = as_(circle.street_staff).get(reverse("match-list")).content.decode()
    assert need.title in page
    assert resource.title in page
    # Of a unit's own: its resources, no needs.
    client = as_(circle.liaison)
    assert "没有等人认领的需求" in client.get(reverse("match-list")).content.decode()
    page = client.get(reverse("match-list") + "?direction=resource").content.decode()
    assert "看全部合适的需求" in page


def test_overview_leaves_out_what_is_taken_or_over(circle, as_):
    make_claim(circle, make_listing(circle, title="全部认领", quantity=2), quantity=2)
    past = timezone.now() + timedelta(hours=1)
    listing = make_listing(circle, title="已经过去", slots=[(past, past + timedelta(hours=1), 1)])
    listing.slots.update(starts_at=past - timedelta(days=2), ends_at=past - timedelta(days=1))
    page = as_(circle.street_staff).get(reverse("match-list")).content.decode()
    assert "全部认领" not in page
    assert "已经过去" not in page


def test_overview_is_paged_and_asks_as_often_for_a_full_page(circle, pair, as_):
    client = as_(circle.street_staff)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(reverse("match-list"))
        counts.append(len(captured))
        for number in range(10):
            make_listing(circle, title=f"停车位{number}")
    assert counts[0] == counts[1]
    first = client.get(reverse("match-list")).content.decode()
    assert first.count("看全部合适的资源") == 8
    after = re.search(r"after=(\d+)", first).group(1)
    assert (
        client.get(f"{reverse('match-list')}?after={after}").content.decode().count("看全部合适的资源") == 8
    )
