"""Fills a database for benchmarks with a district of the sizes asked for."""

import time

from django.core.management.base import BaseCommand, CommandError

from alliances.models import Alliance
from assessments.management.demo import bulk, crowd, people, trade


class Command(BaseCommand):
    help = (
        "Fill the database by COPY with a district whose numbers add up. Constraints stay on; no history is "
        "written. Refuses where an alliance exists, unless --into-existing adds another district."
    )

    def add_arguments(self, parser):
        parser.add_argument("--units", type=int, default=2500, help="units of the district (%(default)s)")
        parser.add_argument("--streets", type=int, help="streets; by default one for every 250 units")
        parser.add_argument("--communities", type=int, default=10, help="of each street (%(default)s)")
        parser.add_argument("--listings", type=int, default=10_000, help="%(default)s")
        parser.add_argument("--claims", type=int, default=20_000, help="%(default)s")
        parser.add_argument("--into-existing", action="store_true", help="add to a database that is in use")

    def handle(self, *, units, streets, communities, listings, claims, into_existing, **options):
        sizes = crowd.Sizes(streets or max(1, units // 250), communities, units, listings, claims)
        self._check(sizes)
        if Alliance.objects.exists() and not into_existing:
            raise CommandError(
                "This database holds an alliance already. Name an empty one in DATABASE_URL, "
                "or add another district to this one with --into-existing."
            )
        began = time.monotonic()
        tables = (*crowd.TABLES, *trade.TABLES)
        with bulk.load(*tables):
            who = crowd.Crowd(sizes)
            who.fill()
            what = trade.Trade(who)
            what.fill()
        bulk.analyse(*tables)
        seconds = time.monotonic() - began
        for table, count in {**who.counts, **what.counts}.items():
            self.stdout.write(f"{table:<28}{count:>10,}")
        street = who.streets[0]
        self.stdout.write(
            f"Logins bench-d{who.district}, bench-s{street.node}, bench-c{street.communities[0]}, "
            f"bench-u{street.units[0]}; password {people.PASSWORD}"
        )
        self.stdout.write(f"SECONDS {seconds:.2f}")

    def _check(self, sizes: crowd.Sizes) -> None:
        for name, least in (
            ("streets", 1),
            ("communities", 1),
            ("units", sizes.streets),
            ("listings", 0),
            ("claims", 0),
        ):
            if getattr(sizes, name) < least:
                raise CommandError(f"--{name} must be {least} or more.")
        if sizes.claims and not sizes.listings:
            raise CommandError("--claims needs --listings: claims are made on listings.")
