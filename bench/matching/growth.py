"""How long the best candidates of one listing take while its alliance grows sixteenfold."""

import math
import time
from dataclasses import replace

from alliances.models import Alliance
from bench import data
from bench.compare import BenchError, Goal, Result
from bench.load import Bench
from members.models import User
from projects.models import Category, Listing
from projects.reports.matching import best_for

#: Listings of one street's alliance and the claims on them, and how many times as many there are at the end.
LISTINGS, CLAIMS, UNITS = 500, 1_000, 60
TIMES = 16
#: The exponent that is allowed: 0.3 means that sixteen times the data take 2.3 times as long.
EXPONENT = 0.3
ASKED = 5


def measure(bench: Bench) -> list[Result]:
    """A small alliance beside one of sixteen times as many listings and claims; the units stay as many."""
    small, large = (_asking(factor) for factor in (1, TIMES))
    goal = Goal(
        "MATCH",
        f"best needs and resources of a listing at {TIMES} times the data / at 1",
        at_most=TIMES**EXPONENT,
    )
    result = bench.spans(goal, small, large)
    return [replace(result, notes=(f"exponent {exponent(result.ratio):.2f} (goal: {EXPONENT})",))]


def exponent(ratio: float) -> float:
    """How duration grows with data: 0 not at all, 1 in step."""
    return math.log(ratio, TIMES)


def _asking(factor: int):
    """Seconds for the best of some listings of an alliance with `factor` times the data, asked as its staff."""
    data.generate(streets=1, units=UNITS, listings=LISTINGS * factor, claims=CLAIMS * factor)
    alliance = Alliance.objects.order_by("pk").last()
    _mix_categories(alliance)
    data.tidy()
    staff = data.speaker(alliance.host)
    rows = Listing.objects.filter(alliance=alliance).claimable().with_parties().order_by("-pk")
    listings = list(rows[:: max(1, rows.count() // ASKED)][:ASKED])
    if not listings:
        raise BenchError("no listing of the alliance can be claimed")

    def ask() -> float:
        user = User.objects.get(pk=staff.pk)
        began = time.perf_counter()
        found = [best_for(listing, user) for listing in listings]
        taken = (time.perf_counter() - began) / len(listings)
        if not any(found):
            raise BenchError("nothing was found for any listing")
        return taken

    return ask


def _mix_categories(alliance: Alliance) -> None:
    """The generator gives a category to needs alone or to resources alone; here either holds all of them."""
    types = list(Category.objects.exclude(parent=None).order_by("pk").values_list("pk", flat=True))
    with data.without_triggers(Listing):
        data.run(
            "UPDATE projects_listing SET category_id = (%s::bigint[])[1 + id / 2 %% %s] WHERE alliance_id = %s",
            [types, len(types), alliance.pk],
        )
