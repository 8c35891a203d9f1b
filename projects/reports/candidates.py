"""Which listings may suit another: a bounded number of them, found through indexes, whatever the size of an alliance."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from django.db.models import BigIntegerField, QuerySet, Value
from django.utils import timezone

from alliances.models import Alliance, Membership
from projects.matching import near_categories, words_alike
from projects.models import Category, Listing
from projects.states import Direction, ListingState

#: So many published listings of an alliance are looked at behind each door, the newest first,
WINDOW = 400
#: and so many that can still be claimed go on to the ranking: of the same category, of words that say the same, of
#: a category near to it. Together 200.
SAME, ALIKE, NEAR = 100, 60, 40
#: An organisation's own alliances that are searched beside the listing's own.
MOST_ALLIANCES = 4


def candidates_for(listings: Sequence[Listing], user) -> dict[int, list[int]]:
    """The keys of listings of the other direction for each of `listings`, in four queries however many they are.

    They can be claimed now, belong to another owner, and stand in an open alliance within the user's sight that
    the listing's owner hosts or belongs to: only there may it claim.
    """
    now = timezone.now()
    alliances = _alliances_of(listings, user)
    categories = dict(Category.objects.values_list("code", "pk"))
    codes = {pk: code for code, pk in categories.items()}
    doors = []
    for listing in listings:
        near = [
            categories[code] for code in near_categories(codes[listing.category_id]) if code in categories
        ]
        for alliance in alliances[listing.pk]:
            doors += _doors(listing, alliance, near, now)
    found = defaultdict(dict)
    if doors:
        for this, other in doors[0].union(*doors[1:], all=True):
            found[this][other] = None
    return {listing.pk: list(found[listing.pk]) for listing in listings}


def _doors(listing: Listing, alliance: int, near: Iterable[int], now) -> list[QuerySet]:
    """Pairs of keys through each door: every one walks an index as far as its window and no further."""
    direction = Direction.RESOURCE if listing.direction == Direction.NEED else Direction.NEED
    published = (
        Listing.objects.filter(alliance=alliance, direction=direction, state=ListingState.PUBLISHED)
        .exclude(organisation=listing.organisation_id)
        .order_by("-pk")
    )
    newest = published.values("pk")[:WINDOW]
    doors = [
        _through(listing, published.filter(category=listing.category_id).values("pk")[:WINDOW], now)[:SAME]
    ]
    if words := words_alike(listing.title):
        spoken = "|".join(map(re.escape, sorted(words)))
        doors.append(_through(listing, newest, now).filter(title__iregex=spoken)[:ALIKE])
    if near:
        doors.append(_through(listing, newest, now).filter(category__in=near)[:NEAR])
    return doors


def _through(listing: Listing, window: QuerySet, now) -> QuerySet:
    this = Value(listing.pk, output_field=BigIntegerField())
    return Listing.objects.claimable(now).filter(pk__in=window).order_by("-pk").values_list(this, "pk")


def _alliances_of(listings: Sequence[Listing], user) -> dict[int, list[int]]:
    """The alliances to search for each listing: its own first, then the others that its owner hosts or belongs to."""
    owners = {listing.organisation_id for listing in listings}
    open_ones = Alliance.objects.visible_to(user).open()
    hosted = open_ones.filter(host__in=owners).order_by("pk").values_list("host", "pk")
    members = Membership.objects.current().filter(organisation__in=owners, alliance__in=open_ones)
    belongs = defaultdict(set)
    for owner, alliance in chain(hosted, members.values_list("organisation", "alliance")):
        belongs[owner].add(alliance)
    return {
        listing.pk: sorted(
            belongs[listing.organisation_id], key=lambda pk, own=listing.alliance_id: (pk != own, pk)
        )[:MOST_ALLIANCES]
        for listing in listings
    }
