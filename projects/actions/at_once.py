"""How a claim against which nothing stands is written in one statement, after one that looks.

Most claims are such: allowed, enough left, nobody waiting, no venue to share, to be answered by the owner. The
rules are asked as always, of what the look has found. Where anything may stand against it nothing is done, and
`claim_listing` takes the long way, which can say what.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from json import dumps

from django.db import DataError, connection, transaction
from django.utils import timezone

from alliances.models import Alliance
from members.models import Kind, Organisation
from members.models.assignment import CURRENT
from members.notifications import ACTING, HOLDERS, nearest
from projects import permissions, rules
from projects.actions import claims, taking
from projects.models import Claim, Listing, Slot
from projects.notifications.claims import LISTING_CLAIMED, claimed_words
from projects.states import ClaimState, Overlap
from workflow.actions import SIGN, signature
from workflow.exceptions import Refusal
from workflow.once import Once
from workflow.rows import Columns
from workflow.workdays import Calendar

_SLOT = Columns(Slot, "s")
_LISTING = Columns(
    Listing, "l", "id", "alliance", "organisation", "direction", "title", "measure", "valid_until",
    "claim_mode", "is_divisible", "overlap", "state",
)  # fmt: skip
_ALLIANCE = Columns(Alliance, "al", "id", "name", "host", "answer_days", "sign_days", "ended_on")
_OWNER = Columns(Organisation, "w", "id", "path", "name", "closed_on")
_CLAIMANT = Columns(Organisation, "c", "id", "path", "name", "kind", "closed_on")
_KIND = Columns(Kind, "k", "id", "level")

# Everything that the rules of claiming, the days to answer and the message ask for.
_LOOK = f"""
    SELECT EXISTS (SELECT FROM alliances_membership m
                    WHERE m.alliance_id = al.id AND m.organisation_id = c.id AND {CURRENT.format("m")}),
           ARRAY(SELECT ARRAY[o.path, a.user_id::text] FROM members_organisation o {HOLDERS}
                  WHERE o.path = ANY(ARRAY(SELECT left(w.path, n) FROM generate_series(1, length(w.path)) n))),
           ARRAY(SELECT ARRAY[day::text, is_workday::text] FROM members_specialday WHERE day > %(today)s),
           {_SLOT.sql}, {_LISTING.sql}, {_ALLIANCE.sql}, {_OWNER.sql}, {_CLAIMANT.sql}, {_KIND.sql}
      FROM projects_slot s
      JOIN projects_listing l ON l.id = s.listing_id
      JOIN alliances_alliance al ON al.id = l.alliance_id
      JOIN members_organisation w ON w.id = l.organisation_id
      JOIN members_organisation c ON c.id = %(organisation)s
      JOIN members_kind k ON k.id = c.kind_id
     WHERE s.id = %(slot)s AND s.listing_id = %(listing)s
"""  # noqa: S608 - only constants are put in

# The key is kept last, and only for a claim that was written: who sends the same twice at once waits at the
# slot, and then writes neither. The triggers write the history when all steps are done, in time to read the
# signature of the last one.
_WRITE = f"""
    WITH {taking.STEPS}, replay AS (
        INSERT INTO members_replay (user_id, key, digest, at, status, location, content_type, body)
        SELECT %(user)s, %(key)s::text, %(digest)s::bytea, %(now)s, 302,
               %(before)s::text || claim.id || %(after)s::text, 'text/html; charset=utf-8', ''::bytea
          FROM claim
        ON CONFLICT (user_id, key) DO NOTHING RETURNING id
    ), message AS (
        INSERT INTO members_notification (kind, table_name, row_id, recipient_id, params, url, created_at)
        SELECT %(kind)s::text, 'projects_claim', claim.id, recipient, %(params)s::jsonb,
               %(before)s::text || claim.id || %(after)s::text, %(now)s
          FROM claim, unnest(%(recipients)s::bigint[]) recipient
        ON CONFLICT DO NOTHING
    )
    SELECT (SELECT id FROM claim), {SIGN},
           -- No boolean: without a claim and its key the statement fails, and nothing of it stays.
           CASE WHEN NOT EXISTS (SELECT FROM replay)
                THEN ('nothing taken, ' || (SELECT count(*) FROM claim))::boolean END
"""  # noqa: S608 - only constants are put in


@dataclass(frozen=True)
class _Look:
    """The slot with its listing and alliance, the claimant, who speaks for the owner, and the calendar."""

    slot: Slot
    organisation: Organisation
    speakers: list[int]
    calendar: Calendar


def claim_at_once(
    *, slot: int, listing: int, organisation: int, quantity: int, by, once: Once, plan: str = ""
) -> Claim | None:
    """What `claim_listing` does, of rows given by number, with the key `once` of the post kept beside it.

    None, and nothing done, where anything may stand against it or the key is there already. Whoever may claim
    a listing sees it, so nobody learns of one that he does not see.
    """
    seen = _look(slot, listing, organisation)
    if seen is None:
        return None
    claim = Claim(slot=seen.slot, organisation=seen.organisation, quantity=quantity, claimed_by=by)
    try:
        permissions.check_can_claim_listing(by, claim.slot, claim.organisation)
        rules.check_part(
            quantity,
            total=claim.slot.quantity,
            measure=claim.listing.measure,
            is_divisible=claim.listing.is_divisible,
        )
        claim.plan = taking.read_plan(plan)
    except Refusal:
        return None
    claim.state = claims.set_course(claim, seen.calendar)
    is_plain = claim.state == ClaimState.REQUESTED and claim.listing.overlap == Overlap.ALLOW
    if not is_plain or claim.slot.left < quantity:
        return None
    return _write(claim, [user for user in seen.speakers if user != by.pk], once)


def _look(slot: int, listing: int, organisation: int) -> _Look | None:
    with connection.prepared() as cursor:
        cursor.execute(
            _LOOK,
            {
                "slot": slot,
                "listing": listing,
                "organisation": organisation,
                "today": timezone.localdate(),
                "roles": ACTING,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    is_member, holders, days, *rest = row
    columns = iter(rest)
    found, found.listing = _SLOT.read(columns), _LISTING.read(columns)
    found.listing.alliance, found.listing.organisation = _ALLIANCE.read(columns), _OWNER.read(columns)
    claimant = _CLAIMANT.read(columns)
    claimant.kind = _KIND.read(columns)
    found.listing.alliance.known_members[claimant.pk] = is_member
    return _Look(
        found,
        claimant,
        nearest((path, int(user)) for path, user in holders),
        Calendar({date.fromisoformat(day): is_workday == "true" for day, is_workday in days}),
    )


def _write(claim: Claim, recipients: list[int], once: Once) -> Claim | None:
    before, after = Claim(pk=0).get_absolute_url().split("0")
    values = {
        **taking.values(claim, is_settled=False),
        **signature(claim.claimed_by),
        "user": once.user_id,
        "key": once.key,
        "digest": once.digest,
        "kind": LISTING_CLAIMED,
        "params": dumps(claimed_words(claim)),
        "recipients": recipients,
        "before": before,
        "after": after,
    }
    # Alone, the statement is its own transaction. Within another, its failure must not end that one.
    inner = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with inner, connection.prepared() as cursor:
            cursor.execute(_WRITE, values)
            claim.pk = cursor.fetchone()[0]
    except DataError:
        return None
    claim._state.adding = False
    return claim
