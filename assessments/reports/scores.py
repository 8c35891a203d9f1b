"""What the records say about every unit of an alliance in a period."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import ExtractQuarter, ExtractYear, TruncDate
from django.utils import timezone

from alliances.models import AgendaItem, Alliance, Attendance, Duty, Meeting, Membership
from alliances.states import DutyState, ItemSource, ItemState, Presence
from assessments import scoring
from assessments.models import Indicator
from assessments.scoring import Facts, Records
from members.models import Organisation
from members.states import Level
from projects.models import AgreementClaim, Claim, Delivery, Slot
from projects.states import AgreementState, ClaimState, DeliveryState, Direction

AGREED = (ClaimState.AGREED, ClaimState.DELIVERED)
#: At the table, or through another unit that was asked to speak for it.
ATTENDED = (Presence.PRESENT, Presence.REPRESENTED)
#: The lead unit has said that it is done; whether on time, the day of its word tells.
FULFILLED = (DutyState.REPORTED, DutyState.DONE)
ADOPTED = (ItemState.SCHEDULED, ItemState.CONCLUDED)


class FirstIds(ArrayAgg):
    """The smallest ids of the group, as many as a line of a receipt keeps."""

    template = f"(%(function)s(%(distinct)s%(expressions)s%(order_by)s))[1:{scoring.IDS_KEPT}]"

    def __init__(self, path: str):
        super().__init__(path, order_by=path)


@dataclass(frozen=True)
class Unit:
    """A member unit with what its records say."""

    organisation: Organisation
    facts: Facts


def gather_facts(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> list[Unit]:
    """Every unit that is a member on the last day, by pinyin, with its facts over both days included.

    One GROUP BY for each source table, whatever the number of units and indicators. Must run inside a
    transaction: parallel workers are off until it ends, so that claims keep their speed meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    found: dict[int, dict] = defaultdict(lambda: {"deliveries": {}, "ratings": {}})
    for rows in (
        _deliveries(alliance, starts_on, ends_on),
        _claims(alliance, starts_on, ends_on),
        _agreements(alliance, starts_on, ends_on),
        _slots(alliance, starts_on, ends_on),
        _attendances(alliance, starts_on, ends_on),
        _duties(alliance, starts_on, ends_on),
        _proposals(alliance, starts_on, ends_on),
    ):
        for unit, name, key, records in rows:
            if key is None:
                found[unit][name] = found[unit].get(name, scoring.NONE) + records
            else:
                found[unit][name][key] = found[unit][name].get(key, scoring.NONE) + records
    quarters = scoring.whole_quarters(starts_on, ends_on)
    memberships = (
        Membership.objects.current(ends_on)
        .filter(alliance=alliance, organisation__kind__level=Level.UNIT)
        .select_related("organisation__kind")
        .order_by("organisation__sort_key", "organisation_id")
    )
    return [
        Unit(
            row.organisation,
            Facts(
                quarters=frozenset(name for name, first in quarters if row.starts_on <= first),
                **found[row.organisation_id],
            ),
        )
        for row in memberships
    ]


#: (organisation, field of `Facts`, key in it or None, records)
Cells = Iterable[tuple[int, str, object, Records]]


def _doer(claim: str) -> Case:
    """The id of the one who does it: the claimant of a need, the owner of a resource."""
    return Case(
        When(**{f"{claim}slot__listing__direction": Direction.NEED}, then=F(f"{claim}organisation_id")),
        default=F(f"{claim}slot__listing__organisation_id"),
    )


def _moments(starts_on: dt.date, ends_on: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The half-open stretch of time of both days and those between, in local time."""
    return tuple(
        timezone.make_aware(dt.datetime.combine(day, dt.time.min))
        for day in (starts_on, ends_on + scoring.ONE_DAY)
    )


def _flag(condition) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _deliveries(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> Cells:
    """Accepted deliveries by the day on which the work was done."""
    rows = (
        Delivery.objects.filter(
            claim__slot__listing__alliance=alliance,
            state=DeliveryState.ACCEPTED,
            done_on__range=(starts_on, ends_on),
        )
        .order_by()
        .values(
            "rating",
            doer=_doer("claim__"),
            category=F("claim__slot__listing__category__code"),
            year=ExtractYear("done_on"),
            quarter=ExtractQuarter("done_on"),
        )
        .annotate(n=Count("id"), ids=FirstIds("id"))
    )
    for row in rows:
        records = Records(row["n"], tuple(row["ids"]))
        yield row["doer"], "deliveries", (f"{row['year']}Q{row['quarter']}", row["category"]), records
        if row["rating"]:
            yield row["doer"], "ratings", row["rating"], records


def _claims(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> Cells:
    """Needs that were claimed in the period, and those of them that are under a signed agreement by now."""
    start, end = _moments(starts_on, ends_on)
    rows = (
        Claim.objects.filter(
            slot__listing__alliance=alliance,
            slot__listing__direction=Direction.NEED,
            claimed_at__gte=start,
            claimed_at__lt=end,
        )
        .order_by()
        .values("organisation_id", is_agreed=_flag(Q(state__in=AGREED)))
        .annotate(n=Count("id"), ids=FirstIds("id"))
    )
    for row in rows:
        records = Records(row["n"], tuple(row["ids"]))
        yield row["organisation_id"], "claims", None, records
        if row["is_agreed"]:
            yield row["organisation_id"], "agreed", None, records


def _agreements(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> Cells:
    """Claims that a signed agreement promised for a day of the period: finished or not, in time or late."""
    late = Delivery.objects.filter(
        claim=OuterRef("claim"), state=DeliveryState.ACCEPTED, done_on__gt=OuterRef("deliver_by")
    )
    is_finished = Q(claim__state=ClaimState.DELIVERED)
    rows = (
        AgreementClaim.objects.filter(
            agreement__alliance=alliance,
            agreement__state=AgreementState.SIGNED,
            deliver_by__range=(starts_on, ends_on),
        )
        # A revoked item stays in the signed text, and binds nobody.
        .exclude(claim__state=ClaimState.REVOKED)
        .order_by()
        .values(
            doer=_doer("claim__"),
            is_finished=_flag(is_finished),
            is_on_time=_flag(is_finished & ~Exists(late)),
        )
        .annotate(n=Count("claim_id"), ids=FirstIds("claim_id"))
    )
    for row in rows:
        records = Records(row["n"], tuple(row["ids"]))
        yield row["doer"], "due", None, records
        if row["is_finished"]:
            yield row["doer"], "finished", None, records
        if row["is_on_time"]:
            yield row["doer"], "on_time", None, records


def _slots(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> Cells:
    """Slots of published resources that lay in the period, and those in which something was delivered in it."""
    start, end = _moments(starts_on, ends_on)
    used = Delivery.objects.filter(
        claim__slot=OuterRef("pk"), state=DeliveryState.ACCEPTED, done_on__range=(starts_on, ends_on)
    )
    at_any_time = Q(starts_at=None, listing__published_at__lt=end) & (
        Q(listing__valid_until=None) | Q(listing__valid_until__gte=starts_on)
    )
    rows = (
        Slot.objects.filter(
            at_any_time | Q(starts_at__gte=start, starts_at__lt=end),
            listing__alliance=alliance,
            listing__direction=Direction.RESOURCE,
            listing__published_at__isnull=False,
        )
        .order_by()
        .values(owner=F("listing__organisation_id"), is_used=Exists(used))
        .annotate(n=Count("id"), ids=FirstIds("id"))
    )
    for row in rows:
        records = Records(row["n"], tuple(row["ids"]))
        yield row["owner"], "slots", None, records
        if row["is_used"]:
            yield row["owner"], "used_slots", None, records


def _attendances(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> Cells:
    """Meetings that were held in the period with a seat for the unit, and those that it came to."""
    start, end = _moments(starts_on, ends_on)
    # A row stays when a unit leaves before the meeting; its seat does not.
    seats = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("day")),
        alliance=alliance,
        organisation=OuterRef("organisation"),
        starts_on__lte=OuterRef("day"),
    )
    rows = (
        Attendance.objects.voting()
        .annotate(day=TruncDate("meeting__starts_at"))
        .filter(
            Exists(seats),
            meeting__in=Meeting.objects.over().filter(
                alliance=alliance, starts_at__gte=start, starts_at__lt=end
            ),
        )
        .order_by()
        .values("organisation_id", came=_flag(Q(presence__in=ATTENDED)))
        .annotate(n=Count("id"), ids=FirstIds("meeting_id"))
    )
    for row in rows:
        records = Records(row["n"], tuple(row["ids"]))
        yield row["organisation_id"], "meetings", None, records
        if row["came"]:
            yield row["organisation_id"], "attended", None, records


def _duties(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> Cells:
    """Duties that the unit leads and that came due in the period, and those reported as done by their day.

    A dropped duty binds nobody. One that was handed on is the business of whoever leads it now.
    """
    rows = (
        Duty.objects.filter(decision__alliance=alliance, due_on__range=(starts_on, ends_on))
        .exclude(state=DutyState.DROPPED)
        .order_by()
        .values("lead_id", is_kept=_flag(Q(state__in=FULFILLED, reported_on__lte=F("due_on"))))
        .annotate(n=Count("id"), ids=FirstIds("id"))
    )
    for row in rows:
        records = Records(row["n"], tuple(row["ids"]))
        yield row["lead_id"], "duties", None, records
        if row["is_kept"]:
            yield row["lead_id"], "kept_duties", None, records


def _proposals(alliance: Alliance, starts_on: dt.date, ends_on: dt.date) -> Cells:
    """Items that the unit proposed in the period, and those that an agenda took in."""
    start, end = _moments(starts_on, ends_on)
    rows = (
        AgendaItem.objects.filter(
            alliance=alliance, source=ItemSource.MEMBER, proposed_at__gte=start, proposed_at__lt=end
        )
        .exclude(state=ItemState.WITHDRAWN)
        .order_by()
        .values("proposer_id", is_adopted=_flag(Q(state__in=ADOPTED)))
        .annotate(n=Count("id"), ids=FirstIds("id"))
    )
    for row in rows:
        records = Records(row["n"], tuple(row["ids"]))
        yield row["proposer_id"], "proposals", None, records
        if row["is_adopted"]:
            yield row["proposer_id"], "adopted", None, records


def counts(facts: Facts) -> dict[str, int]:
    """The plain numbers behind the lines, which a report adds up over all units."""
    return {
        "claims": facts.claims.count,
        "agreed": facts.agreed.count,
        "due": facts.due.count,
        "finished": facts.finished.count,
        "on_time": facts.on_time.count,
        "deliveries": sum(found.count for found in facts.deliveries.values()),
        "slots": facts.slots.count,
        "used_slots": facts.used_slots.count,
        "ratings": sum(found.count for found in facts.ratings.values()),
        **{f"rated_{word}": facts.ratings.get(word, scoring.NONE).count for word in scoring.RATING_WORTH},
    }


def as_values(indicators: Iterable[Indicator]) -> list[scoring.Indicator]:
    """The lines of a scheme as `assessments.scoring` takes them."""
    return [
        scoring.Indicator(row.position, row.title, row.measure, row.points, row.params, row.title_en)
        for row in indicators
    ]
