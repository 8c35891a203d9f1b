"""How a need or a resource is written, published and taken off the list."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import TextField
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, Duty
from members.models import Organisation
from projects import notifications, permissions, rules
from projects.exceptions import ListingHasClaims
from projects.models import Category, Claim, Listing, Slot
from projects.states import LISTING_MOVES, Direction, ListingState
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_line, read_reason, read_words

#: One slot: from, until (both None: any time), quantity.
SlotTerms = tuple[datetime | None, datetime | None, int]
MOST_SLOTS = 400
WORDS = ("title", "audience", "place", "measure", "done_means", "note")


@action
def draft_listing(
    *,
    alliance: Alliance,
    organisation: Organisation,
    by,
    direction: Direction,
    category: Category,
    title: str,
    slots: Sequence[SlotTerms] = (),
    valid_until: date | None = None,
    **words: str,
) -> Listing:
    """A new draft of `organisation` in `alliance`. Who acts for the organisation.

    `words` are audience, place, measure, done_means and note. Without `slots` there is one: any time, 1.
    Raises `NotPermitted`, `InvalidTransition` (alliance ended), `BadInput` with the field.
    """
    permissions.check_can_draft_listing(by, alliance, organisation)
    if direction not in Direction.values:
        raise BadInput(_("请选择需求或资源。"), field="direction")
    listing = Listing(
        alliance=alliance, organisation=organisation, direction=Direction(direction), category=category
    )
    _set_words(listing, {"title": title, **words})
    listing.valid_until = valid_until
    listing.save()
    _set_slots(listing, slots or [(None, None, 1)])
    return listing


@action
def change_listing(
    *,
    listing: Listing,
    by,
    category: Category | None = None,
    slots: Sequence[SlotTerms] | None = None,
    valid_until: date | None = None,
    **words: str,
) -> Listing:
    """Other words, category, validity or slots of a draft; words and slots left out stay. The owner only."""
    listing = _locked(listing)
    permissions.check_can_change_listing(by, listing)
    if category is not None:
        listing.category = category
    _set_words(listing, words)
    listing.valid_until = valid_until
    listing.save()
    if slots is not None:
        listing.slots.all().delete()
        _set_slots(listing, slots)
    return listing


@action
def publish_listing(*, listing: Listing, by) -> Listing:
    """Draft, withdrawn, expired or shelved → published. The owner only. Tells the alliance's liaisons."""
    listing = _locked(listing)
    if listing.duty_id:
        # Another one from the same duty, drafted or published meanwhile, is seen or waits.
        Duty.objects.select_for_update(no_key=True).get(pk=listing.duty_id)
    permissions.check_can_publish_listing(by, listing)
    listing.state = move(LISTING_MOVES, listing.state, ListingState.PUBLISHED)
    listing.published_at, listing.published_by, listing.exit_reason = timezone.now(), by, ""
    listing.save(update_fields=["state", "published_at", "published_by", "exit_reason"])
    notifications.listing_published(listing)
    return listing


@action
def withdraw_listing(*, listing: Listing, by, reason: str) -> Listing:
    """Draft or published → withdrawn (撤回). The owner only; refused while open claims bind it."""
    listing = _locked(listing)
    permissions.check_can_withdraw_listing(by, listing)
    return _take_off(listing, ListingState.WITHDRAWN, reason)


@action
def settle_listing(*, listing: Listing, by, reason: str) -> Listing:
    """Published → settled without an agreement (直接办结); `reason` says how. The owner only."""
    listing = _locked(listing)
    permissions.check_can_settle_listing(by, listing)
    return _take_off(listing, ListingState.SETTLED, reason)


@action
def shelve_listing(*, listing: Listing, by, reason: str) -> Listing:
    """Published → infeasible for now (暂不具备条件); `reason` says why. The owner only."""
    listing = _locked(listing)
    permissions.check_can_shelve_listing(by, listing)
    return _take_off(listing, ListingState.INFEASIBLE, reason)


@action
def expire_listings(*, today: date, by: None) -> int:
    """Published → expired for every row whose last day lies before `today`; how many. The clock.

    Claims that were made in time keep their course.
    """
    expired = move(LISTING_MOVES, ListingState.PUBLISHED, ListingState.EXPIRED)
    return Listing.objects.due_to_expire(today).update(state=expired)


def _locked(listing: Listing) -> Listing:
    return Listing.objects.select_for_update(of=("self",)).with_parties().get(pk=listing.pk)


def _take_off(listing: Listing, target: ListingState, reason: str) -> Listing:
    listing.exit_reason = read_reason(reason)
    # A claim in flight holds a share of this row, so none can slip in behind this look.
    claims = (
        Claim.objects.open().filter(slot__listing=listing).select_related("organisation").order_by("pk")
    )
    if claims:
        names = _("、").join(dict.fromkeys(str(claim.organisation) for claim in claims))
        raise ListingHasClaims(
            _("还有未办结的认领：%(names)s。请先退回或撤销这些认领。") % {"names": names}
        )
    listing.state = move(LISTING_MOVES, listing.state, target)
    listing.save(update_fields=["state", "exit_reason"])
    return listing


def _set_words(listing: Listing, words: dict[str, str]) -> None:
    for name, text in words.items():
        if name not in WORDS:
            raise TypeError(f"unknown term {name}")
        column = Listing._meta.get_field(name)
        is_required = name in ("title", "measure")
        if not isinstance(column, TextField):
            text = read_line(text, field=name)
        value = read_words(
            text, field=name, label=str(column.verbose_name), most=column.max_length, required=is_required
        )
        setattr(listing, name, value)


def _set_slots(listing: Listing, slots: Sequence[SlotTerms]) -> None:
    if not 1 <= len(slots) <= MOST_SLOTS:
        raise BadInput(_("请填写 1 到 %(most)s 个时段。") % {"most": MOST_SLOTS}, field="slots")
    seen = set()
    for starts_at, ends_at, quantity in slots:
        rules.check_quantity(quantity)
        if (starts_at is None) != (ends_at is None):
            raise BadInput(_("请同时填写开始和结束时间，或者都不填（时间不限）。"), field="ends_at")
        if starts_at is not None and starts_at >= ends_at:
            raise BadInput(_("结束时间要晚于开始时间。请改正其中一个。"), field="ends_at")
        if (starts_at, ends_at) in seen:
            raise BadInput(_("有两个相同的时段。请合并它们的数量。"), field="slots")
        seen.add((starts_at, ends_at))
    Slot.objects.bulk_create(
        Slot(listing=listing, starts_at=starts_at, ends_at=ends_at, quantity=quantity)
        for starts_at, ends_at, quantity in slots
    )
