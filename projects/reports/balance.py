"""What each unit of an alliance gave and got, who started how much, and how long needs wait: sums, never a rank.

Read-only; a few queries for each block, whatever the number of members and claims. What a joint claim gave or
got is divided among the units that share it; who started it is the unit that leads it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance, Membership
from members.models import Organisation, SpecialDay
from members.states import Level
from projects.models import Category, Claim, Delivery, Listing, Share
from projects.reports.apportioning import apportion
from projects.reports.periods import Period
from projects.states import ClaimState, Direction, ShareState

UNITS, STREET = "units", "street"
#: Fewer waits than these tell nothing about the next one.
ENOUGH = 3
#: Waiting needs that the page names; the link leads to all of them.
NAMED = 10


# --- Which side of a claim ------------------------------------------------------------------------
def of_provider(**is_it) -> Q:
    """The condition on claims that a doer is such an organisation: `pk=3`, `kind__level="unit"`.

    Every unit that shares a joint claim is one.
    """
    return _of_side(is_it, claimant=Direction.NEED, owner=Direction.RESOURCE)


def of_requester(**is_it) -> Q:
    """The condition on claims that one of those it is done for is such an organisation."""
    return _of_side(is_it, claimant=Direction.RESOURCE, owner=Direction.NEED)


def _of_side(is_it: dict, *, claimant: Direction, owner: Direction) -> Q:
    claimed = {f"organisation__{name}": value for name, value in is_it.items()}
    owned = {f"slot__listing__organisation__{name}": value for name, value in is_it.items()}
    shared = Share.objects.standing().filter(**claimed).order_by().values("claim")
    return Q(Q(**claimed) | Q(pk__in=shared), slot__listing__direction=claimant) | Q(
        slot__listing__direction=owner, **owned
    )


def delivered_in(claims: QuerySet[Claim], period: Period) -> QuerySet[Claim]:
    """`claims` of which something was confirmed in `period`."""
    done = Delivery.objects.accepted().filter(period.holds("acknowledged_at"))
    return claims.filter(pk__in=done.order_by().values("claim"))


# --- What comes out -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """How many matters of one category, and the quantity that was confirmed of them."""

    category: str
    measure: str
    count: int
    quantity: int


@dataclass
class Flow:
    """What went one way: its parts, and the address of the claims behind them."""

    url: str
    parts: list[Part] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)


@dataclass
class Line:
    """One organisation: what it gave, what it got, what it signed and has not done yet."""

    organisation: Organisation
    given: Flow
    got: Flow
    promised: int
    promised_url: str


@dataclass(frozen=True)
class Side:
    """How much the units, or the street and its communities, started and did; addresses of the rows."""

    code: str
    needs: int
    needs_url: str
    resources: int
    resources_url: str
    claims: int
    claims_url: str
    done: int
    done_url: str


@dataclass(frozen=True)
class Waits:
    """Working days from a need's publication to its first claim; no number from fewer than `ENOUGH`."""

    n: int
    median: float | None
    longest: int | None


@dataclass(frozen=True)
class Waiting:
    """A need on the list of which something is left, and the working days since it was published."""

    need: Listing
    days: int


def sees_all_lines(user, alliance: Alliance) -> bool:
    """Whether the host lies in the user's reach: then every claim of the alliance does too."""
    return any(grant.covers(alliance.host.path) for grant in user.grants)


@dataclass
class Balance:
    """The whole page; `lines` are those within the reader's sight, the rest is of the alliance."""

    lines: list[Line]
    sides: list[Side]
    waits: Waits
    waiting: list[Waiting]
    waiting_count: int
    waiting_url: str


def balance_of(alliance: Alliance, period: Period, user) -> Balance:
    """See `Balance`; a constant number of queries."""
    today = timezone.localdate()
    calendar = SpecialDay.objects.calendar()
    open_needs = Listing.objects.filter(alliance=alliance).needs().claimable()
    oldest = open_needs.select_related("organisation").order_by("published_at", "pk")[:NAMED]
    return Balance(
        lines=_lines(alliance, period, user),
        sides=_sides(alliance, period),
        waits=_waits(alliance, period, calendar),
        waiting=[
            Waiting(need, calendar.workdays_between(_day(need.published_at), today)) for need in oldest
        ],
        waiting_count=open_needs.count(),
        waiting_url=_address("listing-list", view="open", direction="need", alliance=alliance.pk),
    )


# --- Lines ----------------------------------------------------------------------------------------
def _lines(alliance: Alliance, period: Period, user) -> list[Line]:
    given, got = _given_and_got(alliance, period)
    promised = _promised(alliance)
    members = Membership.objects.filter(alliance=alliance, starts_on__lte=period.ends_on).filter(
        Q(ends_on=None) | Q(ends_on__gte=period.starts_on)
    )
    shown = Organisation.objects.filter(
        Q(pk=alliance.host_id)
        | Q(pk__in=members.order_by().values("organisation"))
        | Q(pk__in={*given, *got, *promised})
    )
    if not sees_all_lines(user, alliance):
        shown = shown.filter(user.within("path"))
    common = {"view": "all", "alliance": alliance.pk}
    return [
        Line(
            one,
            Flow(
                _address("claim-list", **common, provider=one.pk, delivered=period.code),
                _sum(given[one.pk]),
            ),
            Flow(
                _address("claim-list", **common, requester=one.pk, delivered=period.code), _sum(got[one.pk])
            ),
            promised.get(one.pk, 0),
            _address("claim-list", **common, provider=one.pk, state=ClaimState.AGREED.value),
        )
        # By name as in every list of units; an order by amount would be a ranking.
        for one in shown.select_related("kind").order_by("sort_key", "pk")
    ]


def _given_and_got(alliance: Alliance, period: Period) -> tuple[dict, dict]:
    """The parts that each organisation gave and got, by its id."""
    given: dict[int, list[Part]] = defaultdict(list)
    got: dict[int, list[Part]] = defaultdict(list)
    sides = {Direction.NEED: (given, got), Direction.RESOURCE: (got, given)}
    for row in _claimed_alone(alliance, period):
        category = Category(name=row["name"], name_en=row["name_en"])
        part = Part(str(category), row["measure"], row["count"], row["quantity"])
        of_claimant, of_owner = sides[row["direction"]]
        of_claimant[row["claimant"]].append(part)
        of_owner[row["owner"]].append(part)
    for claim in _claimed_together(alliance, period):
        listing, quantities = claim.listing, _quantities(claim, period)
        words = (str(listing.category), listing.measure)
        of_claimant, of_owner = sides[listing.direction]
        of_owner[listing.organisation_id].append(Part(*words, 1, sum(quantities.values())))
        for unit, quantity in quantities.items():
            of_claimant[unit].append(Part(*words, 1, quantity))
    return given, got


def _claimed_alone(alliance: Alliance, period: Period):
    """Confirmed quantities by the two parties, category and measure, without joint claims."""
    listing = "claim__slot__listing"
    rows = Delivery.objects.accepted().filter(period.holds("acknowledged_at"), claim__shares=None)
    return (
        rows.filter(**{f"{listing}__alliance": alliance})
        .order_by()
        .values(
            direction=F(f"{listing}__direction"),
            owner=F(f"{listing}__organisation"),
            claimant=F("claim__organisation"),
            category=F(f"{listing}__category"),
            name=F(f"{listing}__category__name"),
            name_en=F(f"{listing}__category__name_en"),
            measure=F(f"{listing}__measure"),
        )
        .annotate(count=Count("claim", distinct=True), quantity=Sum("accepted_quantity"))
    )


def _claimed_together(alliance: Alliance, period: Period) -> QuerySet[Claim]:
    """Joint claims of which something was confirmed, with their shares and all that was ever confirmed of them."""
    joint = Share.objects.order_by().values("claim")
    claims = Claim.objects.filter(pk__in=joint, slot__listing__alliance=alliance)
    confirmed = Delivery.objects.accepted().order_by("acknowledged_at", "pk")
    return (
        delivered_in(claims, period)
        .select_related("slot__listing__category")
        .prefetch_related("shares", Prefetch("deliveries", confirmed))
    )


def _quantities(claim: Claim, period: Period) -> dict[int, int]:
    """What each unit of a joint claim, by its id, is counted for in `period`; see `apportion`.

    A unit of whose part nothing has come about yet is there with 0: the matter is its own as well.
    """
    shares, deliveries = claim.standing_shares, claim.deliveries.all()
    found = {share.organisation_id: 0 for share in shares}
    parts = apportion(
        [share.quantity for share in shares], [delivery.accepted_quantity for delivery in deliveries]
    )
    for delivery, of_units in zip(deliveries, parts, strict=True):
        if period.starts_on <= _day(delivery.acknowledged_at) <= period.ends_on:
            for share, quantity in zip(shares, of_units, strict=True):
                found[share.organisation_id] += quantity
    return found


def _sum(parts: list[Part]) -> list[Part]:
    """One part for each category and measure, in the order of their words."""
    counts, quantities = defaultdict(int), defaultdict(int)
    for part in parts:
        key = (part.category, part.measure)
        counts[key] += part.count
        quantities[key] += part.quantity
    return [Part(*key, counts[key], quantities[key]) for key in sorted(counts)]


def _promised(alliance: Alliance) -> dict[int, int]:
    """Claims whose agreement is signed and that are not done, by the doer; a joint one by each of them."""
    standing = FilteredRelation("shares", condition=~Q(shares__state=ShareState.DECLINED))
    claimant = Coalesce("standing__organisation", "organisation")
    doer = Case(
        When(slot__listing__direction=Direction.NEED, then=claimant), default="slot__listing__organisation"
    )
    rows = Claim.objects.filter(slot__listing__alliance=alliance, state=ClaimState.AGREED).order_by()
    doers = rows.annotate(standing=standing).values(doer=doer)
    # A resource that several claimed together has one doer.
    return dict(doers.annotate(count=Count("pk", distinct=True)).values_list("doer", "count"))


# --- Who started ----------------------------------------------------------------------------------
def _sides(alliance: Alliance, period: Period) -> list[Side]:
    is_unit = Q(organisation__kind__level=Level.UNIT)
    need, resource = Q(direction=Direction.NEED), Q(direction=Direction.RESOURCE)
    listed = Listing.objects.filter(period.holds("published_at"), alliance=alliance).aggregate(
        units_need=Count("pk", filter=is_unit & need),
        units_resource=Count("pk", filter=is_unit & resource),
        street_need=Count("pk", filter=~is_unit & need),
        street_resource=Count("pk", filter=~is_unit & resource),
    )
    claims = Claim.objects.filter(slot__listing__alliance=alliance)
    by_unit = of_provider(kind__level=Level.UNIT)
    in_time = period.holds("claimed_at")
    done = Q(pk__in=delivered_in(claims, period).order_by().values("pk"))
    claimed = claims.aggregate(
        units=Count("pk", filter=in_time & is_unit),
        street=Count("pk", filter=in_time & ~is_unit),
        units_done=Count("pk", filter=done & by_unit),
        street_done=Count("pk", filter=done & ~by_unit),
    )
    return [
        Side(
            code,
            listed[f"{code}_need"],
            _published(alliance, period, code, "need"),
            listed[f"{code}_resource"],
            _published(alliance, period, code, "resource"),
            claimed[code],
            _address("claim-list", view="all", alliance=alliance.pk, starter=code, claimed=period.code),
            claimed[f"{code}_done"],
            _address("claim-list", view="all", alliance=alliance.pk, doer=code, delivered=period.code),
        )
        for code in (UNITS, STREET)
    ]


def _published(alliance: Alliance, period: Period, code: str, direction: str) -> str:
    return _address(
        "listing-list", alliance=alliance.pk, direction=direction, starter=code, published=period.code
    )


# --- How long a need waits ------------------------------------------------------------------------
def _waits(alliance: Alliance, period: Period, calendar) -> Waits:
    """Of the needs published in `period` that somebody has claimed since."""
    # A need that was published again has waited only since then.
    claims = Claim.objects.filter(
        slot__listing=OuterRef("pk"), claimed_at__gte=OuterRef("published_at")
    ).order_by()
    first = claims.values("slot__listing").annotate(at=Min("claimed_at")).values("at")
    needs = Listing.objects.filter(period.holds("published_at"), alliance=alliance).needs().order_by()
    rows = needs.annotate(first_at=Subquery(first)).exclude(first_at=None)
    days = [
        calendar.workdays_between(_day(published_at), _day(first_at))
        for published_at, first_at in rows.values_list("published_at", "first_at")
    ]
    if len(days) < ENOUGH:
        return Waits(len(days), None, None)
    return Waits(len(days), float(median(days)), max(days))


def _day(moment) -> date:
    return timezone.localdate(moment)


def _address(name: str, **asked) -> str:
    return f"{reverse(name)}?{urlencode(asked)}"
