"""What the clock does: reminders of thousands of due claims, and the scores of 2,500 units."""

import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from alliances.models import Alliance
from assessments.actions.scores import compute_score
from assessments.models import Indicator, Scheme, Score
from assessments.states import SchemeState
from bench import data
from bench.compare import BenchError, Goal, Result
from bench.load import Bench
from members.notifications import remind
from projects import notifications
from projects.models import Claim

UNITS, LISTINGS, CLAIMS = 2_500, 5_000, 50_000
# The recipients are given: what is left is finding the due rows and writing one message each.
BARE_REMINDER = """
    INSERT INTO members_notification (kind, table_name, row_id, recipient_id, due, params, url, created_at)
    SELECT 'bench', 'projects_claim', c.id, %s, c.answer_due, '{}', '', now()
      FROM projects_claim c WHERE c.state = 'requested' AND c.answer_due <= %s
    ON CONFLICT DO NOTHING
"""
SCHEME = [
    ("活动", "active_quarters", 20, {"minus": 5}),
    ("学习", "deliveries_in_categories", 10, {"categories": ["education"], "target": 2}),
    ("认领", "agreed_claims", 15, {"target": 4}),
    ("办结", "delivered_share", 10, {}),
    ("按期", "delivered_on_time", 10, {}),
    ("评议", "requester_rating", 15, {}),
    ("资源", "resources_used", 20, {}),
]
# Four aggregations by hand, without ORM, rules, receipts or the ids of the records behind a line.
BARE_SCORES = (
    """SELECT c.organisation_id, l.category_id, d.rating, count(*) FROM projects_delivery d
         JOIN projects_claim c ON c.id = d.claim_id JOIN projects_slot s ON s.id = c.slot_id
         JOIN projects_listing l ON l.id = s.listing_id
        WHERE l.alliance_id = %(alliance)s AND d.state = 'accepted' GROUP BY 1, 2, 3""",
    """SELECT c.organisation_id, count(*), count(*) FILTER (WHERE c.state IN ('agreed', 'delivered'))
         FROM projects_claim c JOIN projects_slot s ON s.id = c.slot_id JOIN projects_listing l ON l.id = s.listing_id
        WHERE l.alliance_id = %(alliance)s AND l.direction = 'need' GROUP BY 1""",
    """SELECT a.party_a_id, count(*), count(*) FILTER (WHERE c.state = 'delivered') FROM projects_agreement a
         JOIN projects_agreementclaim ac ON ac.agreement_id = a.id JOIN projects_claim c ON c.id = ac.claim_id
        WHERE a.alliance_id = %(alliance)s AND a.state = 'signed' GROUP BY 1""",
    """SELECT l.organisation_id, count(*), count(*) FILTER (WHERE s.taken > 0) FROM projects_slot s
         JOIN projects_listing l ON l.id = s.listing_id
        WHERE l.alliance_id = %(alliance)s AND l.direction = 'resource' GROUP BY 1""",
)


def reminders(bench: Bench) -> list[Result]:
    """Thousands of unanswered claims are due; each turn is rolled back, so that every turn finds them all."""
    today = timezone.localdate()
    due = Claim.objects.unanswered().filter(answer_due__lte=today).count()
    recipient = data.speaker(data.district()).pk
    kind = notifications.CLAIM_UNANSWERED
    deadline = notifications.DEADLINES[kind]
    again: list[float] = []

    def bare() -> float:
        with rolled_back():
            return _seconds(lambda: _check(data.run(BARE_REMINDER, [recipient, today]), due))

    def product() -> float:
        with rolled_back():
            first = _seconds(lambda: _check(remind(kind, deadline, today=today, until=today), due))
            second = _seconds(lambda: _check(remind(kind, deadline, today=today, until=today), 0))
            again.append(second / first)
            return first

    goal = Goal("G16", f"reminders of {due} due claims / bare INSERT … SELECT (goal: 1.5)")
    result = bench.spans(goal, bare, product)
    note = f"a second run writes nothing and lasts {statistics.median(again):.2f} of the first (goal: 0.6)"
    return [Result(result.goal, result.base, result.target, result.unit, notes=(note,))]


def scores(bench: Bench) -> list[Result]:
    """One alliance of 2,500 units with 50,000 claims, computed whole, receipts and history included."""
    alliance = _big_alliance()
    scheme = _scheme()
    year = timezone.localdate().year
    days = {"starts_on": date(year, 1, 1), "ends_on": timezone.localdate()}

    def bare() -> float:
        with rolled_back(), connection.cursor() as cursor:
            began = time.perf_counter()
            for statement in BARE_SCORES:
                cursor.execute(statement, {"alliance": alliance.pk})
                cursor.fetchall()
            cursor.execute(
                "CREATE TEMPORARY TABLE bench_score (unit int, line int, points int) ON COMMIT DROP"
            )
            with cursor.copy("COPY bench_score FROM STDIN") as copy:
                for number in range(UNITS * len(SCHEME)):
                    copy.write_row((number // len(SCHEME), number % len(SCHEME), 1))
            return time.perf_counter() - began

    def product() -> float:
        with rolled_back():
            taken = _seconds(lambda: compute_score(alliance=alliance, scheme=scheme, by=None, **days))
            _check(Score.objects.filter(run__alliance=alliance).count(), UNITS)
            return taken

    goal = Goal("G7", f"scores of {UNITS} units / four bare aggregations and a COPY (goal: 1.25)")
    return [bench.spans(goal, bare, product)]


@contextmanager
def rolled_back():
    """A transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _check(found: int, expected: int) -> None:
    if found != expected:
        raise BenchError(f"{found} rows instead of {expected}")


def _big_alliance() -> Alliance:
    """One more district, of a single street whose alliance has all the units."""
    data.generate(streets=1, units=UNITS, listings=LISTINGS, claims=CLAIMS)
    data.tidy()
    return Alliance.objects.order_by("pk").last()


def _scheme() -> Scheme:
    scheme = Scheme.objects.create(name="BENCH", grades=[{"from": 0, "name": "一般"}])
    for position, (title, measure, points, params) in enumerate(SCHEME, 1):
        Indicator.objects.create(
            scheme=scheme, position=position, title=title, measure=measure, points=points, params=params
        )
    scheme.state = SchemeState.PUBLISHED
    scheme.save()
    return scheme
