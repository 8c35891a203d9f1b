from datetime import time, timedelta

import pytest
import time_machine
from django.utils import timezone

from members.models import Notification
from projects import actions
from projects.models import Listing
from projects.recurrence import Rule
from projects.states import ListingState, OnHoliday, Pattern
from tests.factories.projects import make_claim, make_listing, make_photograph
from workflow.exceptions import InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def standing(circle, *, ends_in=5, **fields):
    """A resource of the unit that ends in `ends_in` days and was published ten days ago."""
    today = timezone.localdate()
    fields.setdefault("valid_until", today + timedelta(days=max(ends_in, 0)))
    listing = make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction="resource",
        title="会议室",
        is_standing=True,
        **fields,
    )
    began = timezone.now() - timedelta(days=10)
    Listing.objects.filter(pk=listing.pk).update(published_at=began, valid_until=today + ends_in * DAY)
    listing.refresh_from_db()
    return listing


def roll_over(circle, listing, by=None):
    return actions.roll_over_listing(listing=listing, by=by or circle.liaison)


def test_roll_over_listing_publishes_the_same_for_as_long_again(circle):
    listing = standing(circle, quantity=7, place="二楼", claim_mode="instant", note="请带证件")
    claim = make_claim(circle, listing, organisation=circle.community, by=circle.staff, quantity=2)
    later = roll_over(circle, listing)
    today = timezone.localdate()
    assert (later.state, later.continues, later.is_standing) == (ListingState.PUBLISHED, listing, True)
    assert (later.title, later.place, later.claim_mode, later.note) == (
        "会议室",
        "二楼",
        "instant",
        "请带证件",
    )
    # Sixteen days, from ten days ago to five days ahead; as many from the day after.
    assert later.valid_until == today + timedelta(days=5 + 16)
    slot = later.slots.get()
    assert (slot.quantity, slot.taken) == (7, 0)
    assert timezone.localdate(slot.starts_at) == today + timedelta(days=6)
    assert timezone.localdate(slot.ends_at) == later.valid_until + DAY
    # What was claimed, and what was not, stays where it is.
    claim.refresh_from_db()
    assert claim.listing == listing
    listing.refresh_from_db()
    assert (listing.state, listing.slots.get().left) == (ListingState.PUBLISHED, 5)
    assert Notification.objects.filter(kind="listing_published", row_id=later.pk).exists()


def test_roll_over_listing_twice_is_one_listing(circle):
    listing = standing(circle)
    assert roll_over(circle, listing) == roll_over(circle, listing)
    assert Listing.objects.filter(continues=listing).count() == 1


def test_roll_over_listing_goes_on_and_on(circle):
    listing = standing(circle, quantity=4)
    later = roll_over(circle, listing)
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        last = roll_over(circle, later)
    assert last.continues == later
    assert last.slots.get().quantity == 4
    # Each period is as long as the one before.
    assert last.valid_until - later.valid_until == later.valid_until - listing.valid_until


def test_roll_over_listing_follows_its_rule(circle):
    today = timezone.localdate()
    rule = Rule(
        Pattern.WEEKLY,
        time(9),
        time(11),
        today - timedelta(days=17),
        today + timedelta(days=10),
        weekdays=frozenset({2, 4}),
        on_holiday=OnHoliday.KEEP,
        quantity=3,
    )
    listing = standing(circle, slots=(), rule=rule, ends_in=10)
    later = roll_over(circle, listing)
    assert later.recurrence.rule.first_on == rule.last_on + DAY
    assert later.slots.count() == listing.slots.count() == 8
    assert later.valid_until == later.recurrence.last_on == rule.last_on + timedelta(days=28)
    days = {timezone.localdate(slot.starts_at).isoweekday() for slot in later.slots.all()}
    assert days == {2, 4}


def test_roll_over_listing_takes_its_pictures_along(circle):
    listing = standing(circle)
    Listing.objects.filter(pk=listing.pk).update(state=ListingState.DRAFT)
    picture = make_photograph()
    actions.add_attachment(listing=listing, upload=picture, name="a.jpg", caption="正门", by=circle.liaison)
    Listing.objects.filter(pk=listing.pk).update(state=ListingState.PUBLISHED)
    later = roll_over(circle, listing)
    assert later.attachments.get().caption == listing.attachments.get().caption == "正门"


def test_roll_over_listing_after_its_end(circle):
    listing = standing(circle, ends_in=-1)
    actions.expire_listings(today=timezone.localdate(), by=None)
    assert roll_over(circle, listing).state == ListingState.PUBLISHED


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_in": 15}, "起才能确认下一期"),
        ({"ends_in": -40}, "过期太久"),
    ],
)
def test_roll_over_listing_too_early_or_too_late(circle, fields, words):
    listing = standing(circle, **fields)
    if fields["ends_in"] < 0:
        Listing.objects.filter(pk=listing.pk).update(published_at=timezone.now() - timedelta(days=50))
    with pytest.raises(InvalidTransition, match=words):
        roll_over(circle, listing)


def test_roll_over_listing_wrong_person_or_state(circle):
    listing = standing(circle)
    with pytest.raises(NotPermitted):
        roll_over(circle, listing, by=circle.other_liaison)
    actions.withdraw_listing(listing=listing, by=circle.liaison, reason="装修")
    with pytest.raises(InvalidTransition, match="已撤回"):
        roll_over(circle, listing)
    with pytest.raises(InvalidTransition, match="没有登记为长期提供"):
        roll_over(circle, make_listing(circle), by=circle.staff)
