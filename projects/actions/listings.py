"""How a need or a resource is written, published and taken off the list."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import TextField
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, Duty
from members.models import Organisation, SpecialDay
from projects import notifications, permissions, rules
from projects.actions.queue import end_waiting
from projects.exceptions import ListingHasClaims
from projects.models import Category, Claim, Listing, Recurrence, Slot
from projects.recurrence import MOST_SLOTS, Rule, slots_on, walk
from projects.states import LISTING_MOVES, ClaimMode, Direction, ListingState, Overlap
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_line, read_reason, read_words

#: One slot: from, until (both None: any time), quantity.
SlotTerms = tuple[datetime | None, datetime | None, int]
WORDS = ("title", "audience", "place", "measure", "done_means", "note", "occupies")
#: Conditions of claiming and of going on; each may be left out.
OPTIONS = ("claim_mode", "is_divisible", "overlap", "is_standing")


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
    rule: Rule | None = None,
    valid_until: date | None = None,
    **terms: str | bool,
) -> Listing:
    """A new draft of `organisation` in `alliance`. Who acts for the organisation.

    A `rule` becomes slots here and now, by the calendar as it stands; without it and `slots` there is one:
    any time, 1. A listing with a rule and no `valid_until` is valid until the rule's last day. `terms` are
    audience, place, measure, done_means, note and occupies, and the `OPTIONS`.
    Raises `NotPermitted`, `InvalidTransition` (alliance ended), `BadInput` with the field.
    """
    permissions.check_can_draft_listing(by, alliance, organisation)
    if direction not in Direction.values:
        raise BadInput(_("请选择需求或资源。"), field="direction")
    _check_category(category)
    listing = Listing(
        alliance=alliance, organisation=organisation, direction=Direction(direction), category=category
    )
    _set_terms(listing, {"title": title, **terms})
    _set_validity(listing, valid_until, rule)
    slots = slots or [(None, None, 1)]
    _check_standing(listing, slots, rule)
    listing.save()
    _set_slots(listing, slots, rule)
    return listing


@action
def change_listing(
    *,
    listing: Listing,
    by,
    category: Category | None = None,
    slots: Sequence[SlotTerms] | None = None,
    rule: Rule | None = None,
    valid_until: date | None = None,
    **terms: str | bool,
) -> Listing:
    """Other words, category, validity, slots, rule or options of a draft; all but the validity stay when left out.

    The owner only. Slots take the place of a rule, and a rule that of slots.
    """
    listing = lock_listing(listing)
    permissions.check_can_change_listing(by, listing)
    if category is not None:
        _check_category(category)
        listing.category = category
    _set_terms(listing, terms)
    _set_validity(listing, valid_until, rule)
    is_new = slots is not None or rule is not None
    if is_new:
        _check_standing(listing, slots or [], rule)
    else:
        kept = list(listing.slots.values_list("starts_at", "ends_at", "quantity"))
        _check_standing(listing, kept, Recurrence.objects.filter(listing=listing).first())
    listing.save()
    if is_new:
        Recurrence.objects.filter(listing=listing).delete()
        listing.slots.all().delete()
        _set_slots(listing, slots or [], rule)
    return listing


@action
def publish_listing(*, listing: Listing, by) -> Listing:
    """Draft, withdrawn, expired or shelved → published. The owner only. Tells the alliance's liaisons."""
    listing = lock_listing(listing)
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
    listing = lock_listing(listing)
    permissions.check_can_withdraw_listing(by, listing)
    return take_off(listing, ListingState.WITHDRAWN, reason)


@action
def settle_listing(*, listing: Listing, by, reason: str) -> Listing:
    """Published → settled without an agreement (直接办结); `reason` says how. The owner only."""
    listing = lock_listing(listing)
    permissions.check_can_settle_listing(by, listing)
    return take_off(listing, ListingState.SETTLED, reason)


@action
def shelve_listing(*, listing: Listing, by, reason: str) -> Listing:
    """Published → infeasible for now (暂不具备条件); `reason` says why. The owner only."""
    listing = lock_listing(listing)
    permissions.check_can_shelve_listing(by, listing)
    return take_off(listing, ListingState.INFEASIBLE, reason)


@action
def expire_listings(*, today: date, by: None) -> int:
    """Published → expired for every row whose last day lies before `today`; how many. The clock.

    Claims that were made in time keep their course; whoever still waits for a place is told that there is none.
    """
    expired = move(LISTING_MOVES, ListingState.PUBLISHED, ListingState.EXPIRED)
    rows = Listing.objects.due_to_expire(today).select_for_update(of=("self",), no_key=True).order_by("pk")
    found = list(rows.values_list("pk", flat=True))
    if found:
        Listing.objects.filter(pk__in=found).update(state=expired)
        end_waiting(Claim.objects.waiting().filter(slot__listing__in=found))
    return len(found)


def lock_listing(listing: Listing) -> Listing:
    """The row as it stands now, held until the transaction ends, loaded with what a check asks for."""
    return Listing.objects.select_for_update(of=("self",)).with_parties().get(pk=listing.pk)


def take_off(listing: Listing, target: ListingState, reason: str) -> Listing:
    """The locked row off the list with its reason; refused while open claims bind it. Part of the acts above."""
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
    end_waiting(Claim.objects.waiting().filter(slot__listing=listing))
    return listing


def _check_category(category: Category) -> None:
    if category.parent_id is None:
        raise BadInput(
            _("“%(category)s”是大类。请选择它下面的一个类别。") % {"category": category}, field="category"
        )


def _set_terms(listing: Listing, terms: dict[str, str | bool]) -> None:
    """Words and options onto the unsaved row, each as it may be."""
    for name, value in terms.items():
        if name in OPTIONS:
            setattr(listing, name, value)
        elif name in WORDS:
            _set_word(listing, name, value)
        else:
            raise TypeError(f"unknown term {name}")
    if listing.claim_mode not in ClaimMode.values:
        raise BadInput(_("请选择有单位认领时怎样办。"), field="claim_mode")
    if listing.overlap not in Overlap.values:
        raise BadInput(_("请选择时间重叠时怎样办。"), field="overlap")
    if listing.overlap != Overlap.ALLOW and not listing.occupies:
        raise BadInput(
            _("要比较时间，先写明用到的场地或队伍。请填写名称，或者选“不检查”。"), field="occupies"
        )


def _set_validity(listing: Listing, valid_until: date | None, rule: Rule | None) -> None:
    listing.valid_until = valid_until or (rule.last_on if rule else None)


def _check_standing(listing: Listing, slots: Sequence[SlotTerms], rule: Rule | Recurrence | None) -> None:
    """What goes on after its end is a resource, has an end, and comes again by a rule or at any time."""
    if not listing.is_standing:
        return
    if listing.direction != Direction.RESOURCE:
        raise BadInput(_("只有资源可以长期提供。请去掉“长期提供”。"), field="is_standing")
    if listing.valid_until is None:
        raise BadInput(_("长期提供要写有效期：到期前会问您下一期还提供吗。请填写。"), field="valid_until")
    if rule is None and [slot[:2] for slot in slots] != [(None, None)]:
        raise BadInput(
            _("长期提供的时间请选每周或每月，或者不限时间：只有一次的时段没有下一期。"), field="is_standing"
        )


def _set_word(listing: Listing, name: str, text: str) -> None:
    column = Listing._meta.get_field(name)
    is_required = name in ("title", "measure")
    if not isinstance(column, TextField):
        text = read_line(text, field=name)
    value = read_words(
        text, field=name, label=str(column.verbose_name), most=column.max_length, required=is_required
    )
    setattr(listing, name, value)


def _set_slots(listing: Listing, slots: Sequence[SlotTerms], rule: Rule | None) -> None:
    if rule is not None:
        rules.check_quantity(rule.quantity)
        slots = slots_on(rule, walk(rule, SpecialDay.objects.calendar()).days)
        Recurrence.of(listing, rule).save()
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
