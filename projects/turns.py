"""Whose turn it is at a slot: the one ranking of those who wait, and which slots the clock has to look after.

The rule and its reasons: docs/adr/0013-who-comes-next.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from projects.models import Claim, Slot
from projects.states import LIVE_CLAIM_STATES, WON_CLAIM_STATES, ClaimState, Overlap, SkipReason

#: What was won within half a year puts a unit behind one that won less: the two halves of a yearly plan are
#: weighed apart, and nobody stands back for years because of one busy season.
RECENT = timedelta(days=180)

#: Everybody who waits, in order, with what the rule looks at. `slots` and `alliances` may be null for all.
#: `why` is what stands against an offer whatever is left; `is_gone` says that there is nothing to wait for.
RANKED = """
    SELECT c.id, c.slot_id, c.organisation_id, c.quantity,
           row_number() OVER (PARTITION BY c.slot_id
                              ORDER BY c.priority DESC, w.wins, c.waited_since, c.id) AS place,
           w.wins, s.quantity - s.taken AS remaining,
           CASE WHEN o.closed_on IS NOT NULL OR (o.id <> a.host_id AND NOT EXISTS (
                     SELECT 1 FROM alliances_membership m
                      WHERE m.alliance_id = a.id AND m.organisation_id = o.id AND m.starts_on <= %(today)s
                        AND (m.ends_on IS NULL OR m.ends_on >= %(today)s))) THEN 'left'
                WHEN l.overlap = 'forbid' AND s.starts_at IS NOT NULL AND EXISTS (
                     SELECT 1 FROM projects_listing xl JOIN projects_slot xs ON xs.listing_id = xl.id
                       JOIN projects_claim x ON x.slot_id = xs.id AND x.state = ANY(%(live)s)
                      WHERE xl.organisation_id = l.organisation_id AND xl.occupies = l.occupies
                        AND xs.id <> s.id AND xs.starts_at < s.ends_at AND xs.ends_at > s.starts_at) THEN 'overlap'
                ELSE '' END AS why,
           l.state <> 'published' OR a.ended_on IS NOT NULL OR COALESCE(l.valid_until < %(today)s, false)
               OR COALESCE(s.ends_at <= %(now)s, false) AS is_gone,
           t.why AS last_why, t."left" AS last_left,
           l.title, o.name
      FROM projects_claim c
      JOIN projects_slot s ON s.id = c.slot_id
      JOIN projects_listing l ON l.id = s.listing_id
      JOIN alliances_alliance a ON a.id = l.alliance_id
      JOIN members_organisation o ON o.id = c.organisation_id
      CROSS JOIN LATERAL (
            SELECT count(*) AS wins FROM projects_claim b
              JOIN projects_slot bs ON bs.id = b.slot_id JOIN projects_listing bl ON bl.id = bs.listing_id
             WHERE b.organisation_id = c.organisation_id AND bl.alliance_id = l.alliance_id
               AND b.state = ANY(%(won)s) AND COALESCE(b.answered_at, b.claimed_at) > %(since)s) w
      LEFT JOIN LATERAL (
            SELECT p.why, p."left" FROM projects_turn p WHERE p.claim_id = c.id ORDER BY p.id DESC LIMIT 1) t ON true
     WHERE c.state = 'waiting'
       AND (%(slots)s::bigint[] IS NULL OR c.slot_id = ANY(%(slots)s))
       AND (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))
"""
_IN_ORDER = f"""
    SELECT id, slot_id, quantity, place, wins, why, is_gone, last_why, last_left
      FROM ({RANKED}) r ORDER BY slot_id, place
"""  # noqa: S608  # put together from our own text alone, here and below
_DUE = f"""
    SELECT c.slot_id FROM projects_claim c
     WHERE c.state IN ('held', 'requested') AND c.expires_at <= %(now)s
    UNION
    SELECT r.slot_id FROM ({RANKED}) r WHERE r.is_gone OR (r.why = '' AND r.quantity <= r.remaining)
     ORDER BY 1
"""  # noqa: S608


@dataclass(frozen=True)
class Waiting:
    """One who waits: its place, its recent wins, and what stands against an offer, whatever is left."""

    claim: int
    slot: int
    quantity: int
    place: int
    wins: int
    why: str
    is_gone: bool
    last_why: str | None
    last_left: int | None

    def hindrance(self, left: int) -> SkipReason | None:
        """Why this one cannot have what is `left`; None when it fits."""
        if self.why == SkipReason.LEFT:
            return SkipReason.LEFT
        if self.quantity > left:
            return SkipReason.SHORT
        return SkipReason(self.why) if self.why else None

    def was_told(self, why: SkipReason, left: int) -> bool:
        """Whether its last turn says the same already."""
        return (self.last_why, self.last_left) == (why, left)


def rank(slots: Iterable[int]) -> list[Waiting]:
    """Those who wait for `slots` (ids): priority first, then fewer recent wins, then who has waited longer."""
    return [Waiting(*row) for row in _rows(_IN_ORDER, list(slots))]


def due_slots() -> list[int]:
    """Slots where a hold is over, somebody waits for nothing, or what is free belongs to somebody who waits."""
    return [pk for (pk,) in _rows(_DUE, None)]


def overlapping(slot: Slot):
    """Live claims on other slots of the same owner that take the same venue or team at the same time.

    Intervals are half-open: what begins when the other ends does not overlap. "Any time" overlaps nothing.
    """
    return Claim.objects.live().filter(slot__in=_same_venue(slot))


def waiting_beside(slot: Slot) -> list[int]:
    """Ids of the other slots whose queue may move when `slot` frees its venue or team."""
    rivals = _same_venue(slot).filter(listing__overlap=Overlap.FORBID, claims__state=ClaimState.WAITING)
    return (
        list(rivals.order_by("pk").values_list("pk", flat=True).distinct()) if slot.listing.occupies else []
    )


def parameters(
    slots: list[int] | None, alliances: list[int] | None = None, now: datetime | None = None
) -> dict:
    """What `RANKED` asks for."""
    now = now or timezone.now()
    return {
        "slots": slots,
        "alliances": alliances,
        "now": now,
        "today": timezone.localdate(now),
        "since": now - RECENT,
        "won": [state.value for state in WON_CLAIM_STATES],
        "live": [state.value for state in LIVE_CLAIM_STATES],
    }


def _same_venue(slot: Slot):
    listing = slot.listing
    if not listing.occupies or slot.starts_at is None:
        return Slot.objects.none()
    return Slot.objects.filter(
        listing__organisation=listing.organisation_id,
        listing__occupies=listing.occupies,
        starts_at__lt=slot.ends_at,
        ends_at__gt=slot.starts_at,
    ).exclude(pk=slot.pk)


def _rows(sql: str, slots: list[int] | None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(slots))
        return cursor.fetchall()
