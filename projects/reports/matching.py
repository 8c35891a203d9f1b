"""匹配: for a need the best resources, for a resource the best needs, each with its reasons; people decide."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from members.models import Organisation
from members.states import Level
from projects import matching
from projects.matching import Match, Past, Reason, Refusal, Side
from projects.models import Claim, Delivery, Dismissal, Listing, Slot
from projects.models.dismissal import DismissalCause
from projects.reports.candidates import candidates_for
from projects.states import OPEN_CLAIM_STATES, UNANSWERED_CLAIM_STATES, Direction, Rating

#: Proposals on a listing's own page, and for each row where several listings stand below one another.
ON_PAGE, IN_ROW = 10, 3
#: The past is looked up for so many times the proposals: it weighs too little to lift others.
SHORTLIST = 3
#: What is read at most of one listing's slots, of an organisation's dismissals, of deliveries of either side.
MOST_SLOTS, MOST_DISMISSALS, MOST_PAST = 40, 200, 300


@dataclass(frozen=True)
class Proposal:
    """One candidate: the listing with its parties, how much of it is free, and why it is proposed.

    `slot` and `quantity` are what a claim on it would begin with (0: nothing to choose); `claim` joins both already.
    """

    listing: Listing
    free: int
    reasons: list[Reason]
    slot: int
    quantity: int
    claim: Claim | None = None


def best_for(listing: Listing, user, *, most: int = ON_PAGE) -> list[Proposal]:
    """The best candidates for one listing within the user's sight, the best first."""
    return best_for_each([listing], user, most=most)[listing.pk]


def best_for_each(listings: Sequence[Listing], user, *, most: int = IN_ROW) -> dict[int, list[Proposal]]:
    """The best candidates for each listing; as many queries for one as for a page of them.

    Listings come `with_parties()`.
    """
    keys = candidates_for(listings, user)
    dismissals = _dismissals(listings, user)
    wanted = {key for found in keys.values() for key in found}
    rows = Listing.objects.visible_to(user).filter(pk__in=wanted).with_parties().in_bulk()
    refused = [row.other for found in dismissals.values() for row in found]
    sides = _sides([*listings, *rows.values(), *refused])
    ranked = {
        listing.pk: matching.rank(
            sides[listing.pk],
            [sides[key] for key in _not_dismissed(listing, keys[listing.pk], dismissals) if key in rows],
            refusals=_refusals(listing, dismissals, sides),
        )[: most * SHORTLIST]
        for listing in listings
    }
    past = _Past(listings, {match.other.owner for found in ranked.values() for match in found}, user)
    best = {
        listing.pk: matching.weigh_past(ranked[listing.pk], past.of(listing, ranked[listing.pk]))[:most]
        for listing in listings
    }
    claims = _claims(listings, best, rows, user)
    return {
        listing.pk: [_proposal(match, rows, claims) for match in best[listing.pk]] for listing in listings
    }


def _proposal(match: Match, rows: dict[int, Listing], claims: dict[tuple[int, int], Claim]) -> Proposal:
    meeting = match.meeting
    window = meeting.pair[match.this.is_need] if meeting.pair else None
    wanted = min(meeting.wanted, meeting.offered) if meeting.wanted and meeting.offered else 1
    return Proposal(
        rows[match.other.pk],
        match.other.free,
        matching.reasons_for(match),
        slot=window.slot if window else 0,
        quantity=min(wanted, window.free) if window else wanted,
        claim=claims.get((match.this.pk, match.other.pk)),
    )


# --- Listings as the ranking sees them ------------------------------------------------------------
def _sides(listings: Iterable[Listing]) -> dict[int, Side]:
    by_key = {listing.pk: listing for listing in listings}
    windows, areas = _windows(by_key), _areas(by_key.values())
    return {
        key: Side(
            pk=key,
            is_need=listing.direction == Direction.NEED,
            title=listing.title,
            category=listing.category.code,
            category_name=str(listing.category),
            audience=listing.audience,
            place=listing.place,
            area=areas.get(listing.organisation.path, ""),
            details=f"{listing.done_means} {listing.note}",
            measure=listing.measure,
            owner=listing.organisation_id,
            owner_name=str(listing.organisation),
            windows=tuple(windows[key]),
        )
        for key, listing in by_key.items()
    }


def _windows(keys: Iterable[int]) -> dict[int, list[matching.Window]]:
    """What is free ahead in each listing's first slots."""
    position = Window(
        RowNumber(),
        partition_by="listing",
        order_by=[F("starts_at").asc(nulls_first=True), "pk"],
    )
    slots = Slot.objects.ahead(timezone.now()).filter(listing__in=list(keys), taken__lt=F("quantity"))
    rows = slots.order_by().annotate(position=position).filter(position__lte=MOST_SLOTS)
    found = defaultdict(list)
    for key, *window in rows.values_list(
        "listing", "starts_at", "ends_at", F("quantity") - F("taken"), "pk"
    ):
        found[key].append(matching.Window(*window))
    return found


def _areas(listings: Iterable[Listing]) -> dict[str, str]:
    """Path of an owner → the name of the community that it is or belongs to."""
    step = Organisation.steplen
    paths = {listing.organisation.path for listing in listings}
    above = {path: [path[:end] for end in range(step, len(path) + 1, step)] for path in paths}
    communities = dict(
        Organisation.objects.filter(
            path__in={one for found in above.values() for one in found}, kind__level=Level.COMMUNITY
        ).values_list("path", "name")
    )
    return {path: communities[one] for path, found in above.items() for one in found if one in communities}


# --- What was said before -------------------------------------------------------------------------
def _dismissals(listings: Sequence[Listing], user) -> dict[int, list[Dismissal]]:
    """What each owner said, newest first; only those who look after the owner may read it."""
    rows = (
        Dismissal.objects.visible_to(user)
        .filter(listing__organisation__in={listing.organisation_id for listing in listings})
        .select_related("listing", "other__organisation__kind", "other__category")
    )
    found = defaultdict(list)
    for row in rows.order_by("-pk")[:MOST_DISMISSALS]:
        found[row.listing.organisation_id].append(row)
    return found


def _not_dismissed(listing: Listing, keys: list[int], dismissals: dict[int, list[Dismissal]]) -> list[int]:
    gone = {row.other_id for row in dismissals[listing.organisation_id] if row.listing_id == listing.pk}
    return [key for key in keys if key not in gone]


def _refusals(
    listing: Listing, dismissals: dict[int, list[Dismissal]], sides: dict[int, Side]
) -> list[Refusal]:
    """What counts for this listing: of its content what was said of it alone, all else whatever it was said of."""
    return [
        Refusal(row.cause, row.get_cause_display(), sides[row.other_id])
        for row in dismissals[listing.organisation_id]
        if row.other.direction != listing.direction
        and (row.cause != DismissalCause.CONTENT or row.listing_id == listing.pk)
    ]


# --- What was done before -------------------------------------------------------------------------
class _Past:
    """Confirmed deliveries of the other owners that the user may see: two queries."""

    def __init__(self, listings: Sequence[Listing], others: set[int], user) -> None:
        # Provider, requester and category → the ratings, newest first.
        self.ratings: dict[tuple[int, int, int], dict[int, str]] = defaultdict(dict)
        seen = Delivery.objects.visible_to(user).accepted()
        for field in ("claim__organisation", "claim__slot__listing__organisation"):
            rows = seen.filter(**{f"{field}__in": others}).order_by("-pk").values_list(
                "pk",
                "claim__slot__listing__direction",
                "claim__slot__listing__organisation",
                "claim__organisation",
                "claim__slot__listing__category",
                "rating",
            )  # fmt: skip
            for pk, direction, owner, claimant, category, rating in rows[:MOST_PAST]:
                doer, asker = (claimant, owner) if direction == Direction.NEED else (owner, claimant)
                self.ratings[doer, asker, category][pk] = rating

    def of(self, listing: Listing, matches: Sequence[Match]) -> dict[int, Past]:
        """The past of each match's owner with this listing's: together before, else in the same category."""
        return {
            match.other.owner: past
            for match in matches
            if (past := self._between(listing, match.other.owner)) is not None
        }

    def _between(self, listing: Listing, other: int) -> Past | None:
        together, alike = dict[int, str](), dict[int, str]()
        for (doer, asker, category), ratings in self.ratings.items():
            if {doer, asker} == {listing.organisation_id, other}:
                together |= ratings
            elif doer == other and category == listing.category_id:
                alike |= ratings
        found = together or alike
        if not found:
            return None
        rating = found[max(found)]
        return Past(len(found), str(Rating(rating).label) if rating else "", is_together=bool(together))


def _claims(
    listings: Sequence[Listing], best: dict[int, list[Match]], rows: dict[int, Listing], user
) -> dict[tuple[int, int], Claim]:
    """This listing and the other one → the claim under way by the owner of one on the other."""
    owners = {listing.pk: listing.organisation_id for listing in listings}
    shown = {match.other.pk for found in best.values() for match in found}
    under_way = Claim.objects.visible_to(user).filter(
        Q(slot__listing__in=shown, organisation__in=set(owners.values()))
        | Q(slot__listing__in=list(owners), organisation__in={rows[key].organisation_id for key in shown}),
        state__in={*OPEN_CLAIM_STATES, *UNANSWERED_CLAIM_STATES},
    )
    found = {
        (claim.slot.listing_id, claim.organisation_id): claim for claim in under_way.select_related("slot")
    }
    pairs = {}
    for this, matches in best.items():
        for match in matches:
            claim = found.get((match.other.pk, owners[this])) or found.get((this, match.other.owner))
            if claim:
                pairs[this, match.other.pk] = claim
    return pairs
