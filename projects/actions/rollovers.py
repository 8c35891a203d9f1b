"""How a standing resource goes on in the next period, with one confirmation."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from members.models import SpecialDay
from projects import permissions, recurrence
from projects.actions.listings import lock_listing, publish_listing
from projects.models import Listing, Recurrence, Slot
from workflow.actions import action

#: What the next period takes over as it stands.
CARRIED = (
    "alliance", "organisation", "direction", "category", "title", "audience", "place", "measure",
    "done_means", "note", "claim_mode", "is_divisible", "is_standing", "occupies", "overlap",
)  # fmt: skip


@action
def roll_over_listing(*, listing: Listing, by) -> Listing:
    """A standing resource → the published listing of its next period. The owner only; tells the alliance.

    Words, options and pictures are the same, the validity lies as much later as it is long, the slots follow
    the rule or hold the same quantity from the first to the last day. What was not claimed stays with the old
    listing until that ends. A second confirmation gives the listing of the first.
    Raises `NotPermitted`, `InvalidTransition` (not standing, too early, too late, alliance ended).
    """
    listing = lock_listing(listing)
    permissions.check_can_roll_over_listing(by, listing)
    if (there := Listing.objects.filter(continues=listing).first()) is not None:
        return there
    period = listing.next_period()
    later = Listing(continues=listing, valid_until=period.last_on)
    for name in CARRIED:
        setattr(later, name, getattr(listing, name))
    later.save()
    if period.rule:
        Recurrence.of(later, period.rule).save()
        slots = recurrence.slots_on(
            period.rule, recurrence.walk(period.rule, SpecialDay.objects.calendar()).days
        )
    else:
        ends = period.last_on + timedelta(days=1)
        interval = [timezone.make_aware(datetime.combine(day, time.min)) for day in (period.first_on, ends)]
        slots = [(*interval, slot.quantity) for slot in listing.slots.all()]
    Slot.objects.bulk_create(
        Slot(listing=later, starts_at=starts_at, ends_at=ends_at, quantity=quantity)
        for starts_at, ends_at, quantity in slots
    )
    for picture in listing.attachments.all():
        picture.pk, picture.listing, picture.added_by = None, later, by
        picture.save(force_insert=True)
    return publish_listing(listing=later, by=by)
