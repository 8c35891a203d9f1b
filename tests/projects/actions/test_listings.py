from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Notification, SpecialDay
from members.states import Role
from projects import actions
from projects.exceptions import ListingHasClaims
from projects.models import Category, Listing, Recurrence
from projects.recurrence import Rule
from projects.states import ListingState, OnHoliday, Pattern
from tests.factories.alliances import make_membership
from tests.factories.members import make_organisation, make_person
from tests.factories.projects import make_accepted_claim, make_claim, make_listing
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def draft(circle, **fields):
    fields.setdefault("by", circle.staff)
    fields.setdefault("organisation", circle.community)
    fields.setdefault("category", Category.objects.get(code="parking"))
    return actions.draft_listing(
        **{"alliance": circle.alliance, "direction": "need", "title": "夜间停车位", **fields}
    )


def test_draft_listing_without_slots_has_one_at_any_time(circle):
    listing = draft(circle)
    assert listing.state == ListingState.DRAFT
    assert list(listing.slots.values_list("starts_at", "ends_at", "quantity")) == [(None, None, 1)]


def test_draft_listing_wrong_person(circle):
    with pytest.raises(NotPermitted):
        draft(circle, by=circle.liaison)


def test_draft_listing_of_a_unit_by_the_street_is_refused(circle):
    with pytest.raises(NotPermitted):
        draft(circle, organisation=circle.unit, by=circle.street_staff)


def test_draft_listing_of_no_member(circle):
    outsider = make_organisation(parent=circle.street, name="未入盟单位")
    person = make_person(Role.LIAISON, outsider)
    with pytest.raises(NotPermitted, match="不是.*成员"):
        draft(circle, organisation=outsider, by=person)


def test_draft_listing_of_the_host(circle):
    assert draft(circle, organisation=circle.street, by=circle.street_staff).pk


def test_draft_listing_in_an_ended_alliance(circle):
    circle.alliance.ended_on = timezone.localdate()
    circle.alliance.save()
    with pytest.raises(InvalidTransition, match="已终止"):
        draft(circle)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"title": "\u200b\u2060"}, "title"),
        ({"place": "梧桐\u202e路"}, "place"),
        ({"measure": ""}, "measure"),
        ({"slots": [(None, None, 0)]}, "quantity"),
        ({"slots": [(None, None, 1), (None, None, 2)]}, "slots"),
        ({"slots": [(timezone.now(), None, 1)]}, "ends_at"),
        ({"slots": [(timezone.now(), timezone.now() - timedelta(hours=1), 1)]}, "ends_at"),
        ({"direction": "gift"}, "direction"),
    ],
)
def test_draft_listing_bad_input_leaves_nothing(circle, fields, field):
    with pytest.raises(BadInput) as refusal:
        draft(circle, **fields)
    assert refusal.value.field == field
    assert not Listing.objects.exists()


def test_change_listing(circle):
    listing = draft(circle)
    actions.change_listing(listing=listing, by=circle.staff, title="改过的标题", slots=[(None, None, 7)])
    listing.refresh_from_db()
    assert (listing.title, listing.slots.get().quantity) == ("改过的标题", 7)


def test_change_listing_after_publication(circle):
    listing = make_listing(circle)
    with pytest.raises(InvalidTransition, match="草稿"):
        actions.change_listing(listing=listing, by=circle.staff, title="改")


def test_publish_listing_tells_the_liaisons_of_the_other_members(circle):
    listing = make_listing(circle)
    assert listing.state == ListingState.PUBLISHED
    assert (listing.published_by, listing.published_at is not None) == (circle.staff, True)
    told = Notification.objects.filter(kind="listing_published", row_id=listing.pk)
    assert {row.recipient for row in told} == {circle.liaison, circle.other_liaison}


def test_publish_listing_tells_many_in_constant_queries(circle, django_assert_max_num_queries):
    for _ in range(20):
        unit = make_organisation(parent=circle.street)
        make_membership(alliance=circle.alliance, organisation=unit)
        make_person(Role.LIAISON, unit)
    listing = draft(circle)
    with django_assert_max_num_queries(10):
        actions.publish_listing(listing=listing, by=circle.staff)
    assert Notification.objects.filter(kind="listing_published").count() == 22


def test_publish_listing_wrong_person(circle):
    with pytest.raises(NotPermitted):
        actions.publish_listing(listing=draft(circle), by=circle.liaison)


def test_publish_listing_twice(circle):
    with pytest.raises(InvalidTransition):
        actions.publish_listing(listing=make_listing(circle), by=circle.staff)


def test_publish_listing_with_past_slots_only(circle):
    now = timezone.now()
    listing = draft(circle, slots=[(now - timedelta(days=2), now - timedelta(days=1), 1)])
    with pytest.raises(InvalidTransition, match="时段"):
        actions.publish_listing(listing=listing, by=circle.staff)


def test_publish_listing_past_its_validity(circle):
    listing = draft(circle, valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(InvalidTransition, match="有效期"):
        actions.publish_listing(listing=listing, by=circle.staff)


def test_withdraw_listing_and_publish_again(circle):
    listing = actions.withdraw_listing(listing=make_listing(circle), by=circle.staff, reason="需求变化")
    assert listing.state == ListingState.WITHDRAWN
    assert actions.publish_listing(listing=listing, by=circle.staff).state == ListingState.PUBLISHED


def test_withdraw_listing_names_the_open_claims(circle):
    claim = make_claim(circle)
    with pytest.raises(ListingHasClaims, match="梧桐医院"):
        actions.withdraw_listing(listing=claim.listing, by=circle.staff, reason="需求变化")


def test_withdraw_listing_without_reason(circle):
    with pytest.raises(BadInput) as refusal:
        actions.withdraw_listing(listing=make_listing(circle), by=circle.staff, reason=" ")
    assert refusal.value.field == "reason"


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (actions.settle_listing, ListingState.SETTLED),
        (actions.shelve_listing, ListingState.INFEASIBLE),
    ],
)
def test_settle_and_shelve_listing(circle, act, state):
    assert act(listing=make_listing(circle), by=circle.staff, reason="物业已办").state == state


@pytest.mark.parametrize("act", [actions.settle_listing, actions.shelve_listing, actions.withdraw_listing])
def test_take_listing_off_wrong_person(circle, act):
    with pytest.raises(NotPermitted):
        act(listing=make_listing(circle), by=circle.liaison, reason="不行")


def test_expire_listings_leaves_claims_their_course(circle):
    listing = make_listing(circle, valid_until=timezone.localdate())
    claim = make_accepted_claim(circle, listing)
    assert actions.expire_listings(today=timezone.localdate(), by=None) == 0
    assert actions.expire_listings(today=timezone.localdate() + timedelta(days=1), by=None) == 1
    assert actions.expire_listings(today=timezone.localdate() + timedelta(days=1), by=None) == 0
    listing.refresh_from_db()
    assert listing.state == ListingState.EXPIRED
    with pytest.raises(InvalidTransition, match="已过期"):
        make_claim(circle, listing, organisation=circle.other_unit, by=circle.other_liaison)
    claim.refresh_from_db()
    assert claim.state == "accepted"


# --- Rules and options ----------------------------------------------------------------------------
def every_week(**fields):
    today = timezone.localdate()
    terms = {
        "pattern": Pattern.WEEKLY,
        "from_time": time(9),
        "until_time": time(11, 30),
        "first_on": today,
        "last_on": today + timedelta(days=27),
        "weekdays": frozenset({today.isoweekday()}),
        "on_holiday": OnHoliday.KEEP,
        "quantity": 8,
    }
    return Rule(**{**terms, **fields})


def test_draft_listing_with_a_rule_has_its_slots(circle):
    workday = every_week(weekdays=frozenset({3}))
    listing = draft(circle, rule=workday)
    slots = list(listing.slots.all())
    assert len(slots) == 4
    assert {slot.quantity for slot in slots} == {8}
    assert {timezone.localtime(slot.starts_at).hour for slot in slots} == {9}
    assert listing.recurrence.rule == workday
    # What has an end by its rule leaves the list with it.
    assert listing.valid_until == workday.last_on


def test_draft_listing_with_a_rule_follows_the_days_of_the_staff(circle):
    rule = every_week(weekdays=frozenset({3}), on_holiday=OnHoliday.SKIP)
    free = next(
        rule.first_on + timedelta(days=n)
        for n in range(14)
        if (rule.first_on + timedelta(days=n)).isoweekday() == 3
    )
    before = draft(circle, rule=rule).slots.count()
    SpecialDay.objects.create(day=free, is_workday=False)
    assert draft(circle, rule=rule).slots.count() == before - 1


def test_draft_listing_with_a_rule_of_too_many_days_leaves_nothing(circle):
    rule = every_week(
        weekdays=frozenset({1, 2, 3, 4, 5}), last_on=timezone.localdate() + timedelta(days=1500)
    )
    with pytest.raises(BadInput, match="最多 400 个") as refusal:
        draft(circle, rule=rule)
    assert refusal.value.field == "last_on"
    assert not Listing.objects.exists()


def test_change_listing_puts_slots_in_the_place_of_a_rule_and_back(circle):
    listing = draft(circle, rule=every_week(weekdays=frozenset({3})))
    actions.change_listing(listing=listing, by=circle.staff, slots=[(None, None, 2)])
    assert not Recurrence.objects.exists()
    assert listing.slots.get().quantity == 2
    actions.change_listing(listing=listing, by=circle.staff, rule=every_week(weekdays=frozenset({2})))
    assert listing.slots.count() == 4
    actions.change_listing(listing=listing, by=circle.staff, title="别的标题", valid_until=None)
    assert Recurrence.objects.get().weekdays == [2]
    assert listing.slots.count() == 4


def test_draft_listing_keeps_its_options(circle):
    listing = draft(
        circle, claim_mode="instant", is_divisible=False, occupies="二楼活动室", overlap="forbid"
    )
    listing.refresh_from_db()
    assert (listing.claim_mode, listing.is_divisible) == ("instant", False)
    assert (listing.occupies, listing.overlap) == ("二楼活动室", "forbid")


STANDING = {"is_standing": True, "direction": "resource"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"overlap": "warn"}, "occupies"),
        ({"overlap": "never"}, "overlap"),
        ({"claim_mode": "lottery"}, "claim_mode"),
        ({"is_standing": True, "valid_until": date(2099, 1, 1)}, "is_standing"),
        (STANDING, "valid_until"),
        (
            {
                **STANDING,
                "valid_until": date(2099, 1, 1),
                "slots": [(timezone.now(), timezone.now() + timedelta(hours=1), 1)],
            },
            "is_standing",
        ),
    ],
)
def test_draft_listing_refuses_options_that_do_not_fit(circle, fields, field):
    with pytest.raises(BadInput) as refusal:
        draft(circle, **fields)
    assert refusal.value.field == field


def test_draft_listing_has_a_type_and_no_group(circle):
    group = Category.objects.get(code="surroundings")
    with pytest.raises(BadInput, match="是大类") as refusal:
        draft(circle, category=group)
    assert refusal.value.field == "category"
    listing = draft(circle)
    with pytest.raises(BadInput):
        actions.change_listing(listing=listing, by=circle.staff, category=group)
    with pytest.raises(IntegrityError, match="not a group of types"), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(category=group)
