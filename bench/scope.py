"""What the gate to rows costs: `visible_to` beside the bare path range and beside a walk from parent to child."""

import os
from collections.abc import Callable

import psycopg

from bench import data
from bench.compare import BenchError, Goal, Result
from bench.load import Bench
from members.models import Organisation
from members.models.organisation import END
from members.states import Level
from projects.models import Listing

# All three are counted by the server and prepared by the driver, as the yardstick did: fetching 2,600 ids
# costs more than finding them.
COUNT = "SELECT count(*) FROM ({}) found"
RANGE = "SELECT id FROM members_organisation WHERE path >= %s AND path < %s"
PAGE_OF_RANGE = """
    SELECT l.id FROM projects_listing l JOIN members_organisation o ON o.id = l.organisation_id
     WHERE o.path >= %s AND o.path < %s ORDER BY l.id DESC LIMIT 50
"""
WALK = """
    WITH RECURSIVE below AS (
        SELECT id FROM bench_tree WHERE id = %s
        UNION ALL SELECT t.id FROM bench_tree t JOIN below b ON t.parent_id = b.id
    ) SELECT id FROM below
"""
# The same rows with a parent instead of a path, as wide as ours.
TREE = """
    CREATE TEMPORARY TABLE bench_tree AS
    SELECT o.*, p.id AS parent_id FROM members_organisation o
      LEFT JOIN members_organisation p ON p.path = left(o.path, -4);
    CREATE UNIQUE INDEX ON bench_tree (id);
    CREATE INDEX ON bench_tree (parent_id);
    ANALYZE bench_tree
"""


def measure(bench: Bench) -> list[Result]:
    """At 30,000 organisations, for a district of about 2,600 and a street of about 260."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(TREE)
        return _measure(bench, connection)


def _measure(bench: Bench, connection: psycopg.Connection) -> list[Result]:
    def count(statement: str, params) -> Callable[[], int]:
        counted = COUNT.format(statement)
        return lambda: connection.execute(counted, params).fetchone()[0]

    district, street = data.district(), data.first(Level.STREET)
    reader, staff = data.speaker(district), data.speaker(street)
    everything = Organisation.objects.visible_to(reader).order_by().values_list("pk")
    street_rows = Organisation.objects.filter(staff.within("path")).order_by().values_list("pk")
    listings = Listing.objects.visible_to(staff).order_by("-pk").values_list("pk")
    bare = count(RANGE, [district.path, district.path + END])
    scoped = count(*everything.query.sql_with_params())
    walk = count(WALK, [district.pk])
    found = {bare(), scoped(), walk()}
    if len(found) > 1:
        raise BenchError(f"the three ways found different rows: {sorted(found)}")
    return [
        bench.times(
            Goal("G15", "scope of a district, its SQL / bare path range", at_most=1.3),
            bare,
            scoped,
            f"{found.pop()} of {Organisation.objects.count()} organisations",
        ),
        bench.times(
            Goal("G15", "scope of a street, its SQL / bare path range", at_most=1.3),
            count(RANGE, [street.path, street.path + END]),
            count(*street_rows.query.sql_with_params()),
        ),
        bench.times(
            # The gate of a list: also what is published in the street's alliance, so it answers more.
            Goal("G15", "50 listings within sight of a street, SQL / bare range and join", at_most=1.3),
            count(PAGE_OF_RANGE, [street.path, street.path + END]),
            count(*listings[:50].query.sql_with_params()),
        ),
        bench.times(Goal("G15", "recursive walk of a district / its scope, SQL", at_least=5), scoped, walk),
        bench.times(
            Goal("G15", "scope of a district, built and counted by the ORM / bare range"),
            bare,
            lambda: everything.all().count(),
        ),
    ]
