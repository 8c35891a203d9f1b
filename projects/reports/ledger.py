"""Whether the ledger of claims adds up: what no single constraint can see.

Foreign keys keep every claim's slot, listing, alliance and organisations from going; what can be left
behind is a claim that still binds somebody after one of them has ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.states import OPEN_CLAIM_STATES
from projects.turns import RANKED, parameters
from workflow.templatetags.workflow import cn_datetime, cn_period

#: Faults of one kind on the page; the count and the command know all of them.
MOST = 100
#: A hold that is over is no fault at once: whoever comes next ends it, and so does the clock, which rings every ten
#: minutes. After an hour it rang six times in vain.
LATE = timedelta(hours=1)

# `alliances` is nothing for all of them, `most` nothing for every row; the last column counts all that are found.
_COUNTS = """
    SELECT (SELECT count(*) FROM projects_slot s JOIN projects_listing l ON l.id = s.listing_id
             WHERE (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))),
           (SELECT count(*) FROM projects_claim c JOIN projects_slot s ON s.id = c.slot_id
              JOIN projects_listing l ON l.id = s.listing_id
             WHERE c.state = ANY(%(live)s) AND (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))),
           (SELECT count(*) FROM projects_agreement a
             WHERE a.state IN ('draft', 'signed') AND (%(alliances)s::bigint[] IS NULL OR a.alliance_id = ANY(%(alliances)s))),
           (SELECT count(*) FROM projects_claim c JOIN projects_slot s ON s.id = c.slot_id
              JOIN projects_listing l ON l.id = s.listing_id JOIN projects_delivery d ON d.claim_id = c.id
             WHERE d.state <> 'returned' AND (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s)))
"""
_SLOTS = """
    SELECT s.id, s.listing_id, l.title, s.starts_at, s.ends_at, s.quantity, s.taken,
           COALESCE(sum(c.quantity), 0), count(*) OVER ()
      FROM projects_slot s JOIN projects_listing l ON l.id = s.listing_id
      LEFT JOIN projects_claim c ON c.slot_id = s.id AND c.state = ANY(%(live)s)
     WHERE (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))
     GROUP BY s.id, l.id
    HAVING s.taken <> COALESCE(sum(c.quantity), 0) OR s.taken > s.quantity
     ORDER BY 1 LIMIT %(most)s
"""
# A claim waits under one draft or stands under one signed text. The draft of a new version holds signed claims
# beside those it adds; a revoked claim stays named in the text that both signed over others as well.
_AGREEMENTS_OF_CLAIMS = """
    SELECT c.id, l.title, o.name, count(*) OVER ()
      FROM projects_claim c JOIN projects_slot s ON s.id = c.slot_id
      JOIN projects_listing l ON l.id = s.listing_id
      JOIN members_organisation o ON o.id = c.organisation_id
      LEFT JOIN projects_agreementclaim n ON n.claim_id = c.id
      LEFT JOIN projects_agreement a ON a.id = n.agreement_id AND a.state IN ('draft', 'signed')
     WHERE (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))
     GROUP BY c.id, l.id, o.id
    HAVING count(a.id) FILTER (WHERE a.state = 'draft'
                                 AND (a.replaces_id IS NULL OR c.state NOT IN ('agreed', 'delivered')))
           <> CASE WHEN c.state = 'accepted' THEN 1 ELSE 0 END
        OR count(a.id) FILTER (WHERE a.state = 'signed' AND c.state <> 'revoked')
           <> CASE WHEN c.state IN ('agreed', 'delivered') THEN 1 ELSE 0 END
     ORDER BY 1 LIMIT %(most)s
"""
_DELIVERIES_OF_CLAIMS = """
    SELECT c.id, l.title, o.name, count(*) OVER ()
      FROM projects_claim c JOIN projects_slot s ON s.id = c.slot_id
      JOIN projects_listing l ON l.id = s.listing_id
      JOIN members_organisation o ON o.id = c.organisation_id
      LEFT JOIN projects_delivery d ON d.claim_id = c.id AND d.state <> 'returned'
     WHERE (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))
     GROUP BY c.id, l.id, o.id
    HAVING (c.state = 'delivered') <> (COALESCE(sum(d.accepted_quantity), 0) >= c.quantity)
        OR COALESCE(sum(CASE WHEN d.state = 'reported' THEN d.quantity ELSE d.accepted_quantity END), 0) > c.quantity
        OR (c.state NOT IN ('agreed', 'delivered') AND count(d.id) > 0)
     ORDER BY 1 LIMIT %(most)s
"""
_LEFT_BEHIND = """
    SELECT c.id, l.title, o.name,
           CASE WHEN a.ended_on IS NOT NULL THEN a.name WHEN o.closed_on IS NOT NULL THEN o.name
                WHEN w.closed_on IS NOT NULL THEN w.name END,
           count(*) OVER ()
      FROM projects_claim c JOIN projects_slot s ON s.id = c.slot_id
      JOIN projects_listing l ON l.id = s.listing_id
      JOIN members_organisation o ON o.id = c.organisation_id
      JOIN alliances_alliance a ON a.id = l.alliance_id
      JOIN members_organisation w ON w.id = l.organisation_id
     WHERE c.state = ANY(%(open)s) AND (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))
       AND (a.ended_on IS NOT NULL OR o.closed_on IS NOT NULL OR w.closed_on IS NOT NULL
            OR l.state NOT IN ('published', 'expired'))
     ORDER BY 1 LIMIT %(most)s
"""
_WITHOUT_CLAIM = """
    SELECT a.id, p.name, r.name, count(*) OVER ()
      FROM projects_agreement a
      JOIN members_organisation p ON p.id = a.party_a_id
      JOIN members_organisation r ON r.id = a.party_b_id
     WHERE a.state IN ('draft', 'signed') AND (%(alliances)s::bigint[] IS NULL OR a.alliance_id = ANY(%(alliances)s))
       AND NOT EXISTS (SELECT 1 FROM projects_agreementclaim n JOIN projects_claim c ON c.id = n.claim_id
                        WHERE n.agreement_id = a.id AND c.state = ANY(%(live)s))
     ORDER BY 1 LIMIT %(most)s
"""
_HOLDS = """
    SELECT c.id, l.title, o.name, c.expires_at, count(*) OVER ()
      FROM projects_claim c JOIN projects_slot s ON s.id = c.slot_id
      JOIN projects_listing l ON l.id = s.listing_id
      JOIN members_organisation o ON o.id = c.organisation_id
     WHERE c.state IN ('held', 'requested') AND c.expires_at <= %(late)s
       AND (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))
     ORDER BY 1 LIMIT %(most)s
"""
_SHARES = """
    SELECT c.id, l.title, o.name, c.quantity, COALESCE(sum(p.quantity) FILTER (WHERE p.state <> 'declined'), 0),
           count(*) OVER ()
      FROM projects_claim c JOIN projects_share p ON p.claim_id = c.id
      JOIN projects_slot s ON s.id = c.slot_id
      JOIN projects_listing l ON l.id = s.listing_id
      JOIN members_organisation o ON o.id = c.organisation_id
     WHERE c.state = ANY(%(live)s) AND (%(alliances)s::bigint[] IS NULL OR l.alliance_id = ANY(%(alliances)s))
     GROUP BY c.id, l.id, o.id
    HAVING c.quantity <> COALESCE(sum(p.quantity) FILTER (WHERE p.state <> 'declined'), 0)
     ORDER BY 1 LIMIT %(most)s
"""
_QUEUE = f"""
    SELECT r.id, r.title, r.name, r.quantity, r.remaining, count(*) OVER ()
      FROM ({RANKED}) r
     WHERE NOT r.is_gone AND r.why = '' AND r.quantity <= r.remaining
     ORDER BY 1 LIMIT %(most)s
"""  # noqa: S608  # put together from our own text alone


@dataclass(frozen=True)
class Fault:
    """One difference: its kind, the page (`noun`, `pk`) where it shows, what it is, what to do."""

    kind: str
    noun: str
    pk: int
    sentence: str
    remedy: str

    @property
    def url(self) -> str:
        return reverse(f"{self.noun}-detail", args=[self.pk])


@dataclass(frozen=True)
class Ledger:
    """What was compared, at which moment, and the faults; `total` counts those that are not listed too."""

    checked_at: datetime
    slots: int
    claims: int
    agreements: int
    deliveries: int
    faults: list[Fault]
    total: int

    @property
    def is_clean(self) -> bool:
        return not self.total


def read_ledger(alliances: list[int]) -> Ledger:
    """The ledger of these alliances, up to `MOST` faults of each kind. Nine queries, whatever its size.

    Each comparison is one statement and sees one moment, so that acts in between make no difference.
    """
    found = list(_find(alliances, MOST))
    slots, claims, agreements, deliveries = _rows(_COUNTS, alliances, None)[0]
    return Ledger(
        checked_at=timezone.now(),
        slots=slots,
        claims=claims,
        agreements=agreements,
        deliveries=deliveries,
        faults=[fault for faults, _total in found for fault in faults],
        total=sum(total for _faults, total in found),
    )


def ledger_faults() -> list[str]:
    """The sentence of every fault of every alliance; empty when all is well. Eight queries."""
    return [fault.sentence for fault in find_faults()]


def find_faults() -> list[Fault]:
    """Every fault of every alliance. Eight queries."""
    return [fault for faults, _total in _find(None, None) for fault in faults]


def _find(alliances: list[int] | None, most: int | None) -> Iterator[tuple[list[Fault], int]]:
    """For each comparison its faults and how many there are beyond `most`."""
    for sql, tell in (
        (_SLOTS, _slot),
        (_AGREEMENTS_OF_CLAIMS, _agreement_of_claim),
        (_DELIVERIES_OF_CLAIMS, _deliveries_of_claim),
        (_LEFT_BEHIND, _left_behind),
        (_WITHOUT_CLAIM, _without_claim),
        (_HOLDS, _hold),
        (_SHARES, _shares),
        (_QUEUE, _missed_turn),
    ):
        rows = _rows(sql, alliances, most)
        yield [tell(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def _slot(pk, listing, title, starts_at, ends_at, quantity, taken, live) -> Fault:
    words = {
        "title": title,
        "pk": pk,
        "when": cn_period(starts_at, ends_at),
        "quantity": quantity,
        "taken": taken,
        "sum": live,
    }
    if max(taken, live) > quantity:
        return Fault(
            "over",
            "listing",
            listing,
            _(
                "“%(title)s”时段 %(pk)s（%(when)s）共 %(quantity)s，记为已认领 %(taken)s，有效认领合计 %(sum)s，超出了数量。"
            )
            % words,
            _("请发布单位与认领单位商量，退回或撤销多出的认领，并告诉系统管理员。"),
        )
    return Fault(
        "taken",
        "listing",
        listing,
        _("“%(title)s”时段 %(pk)s（%(when)s）记为已认领 %(taken)s，有效认领合计却是 %(sum)s。") % words,
        _("请把这一条和检查时间告诉系统管理员，由管理员对照变更记录更正。"),
    )


def _agreement_of_claim(pk, title, organisation) -> Fault:
    return Fault(
        "agreement",
        "claim",
        pk,
        _("%(organisation)s 对“%(title)s”的认领 %(pk)s，状态与它的协议不一致。")
        % {"organisation": organisation, "title": title, "pk": pk},
        _("请先不要签署或交付，把这一条和检查时间告诉系统管理员。"),
    )


def _deliveries_of_claim(pk, title, organisation) -> Fault:
    return Fault(
        "delivery",
        "claim",
        pk,
        _("%(organisation)s 对“%(title)s”的认领 %(pk)s，状态或数量与交付不一致。")
        % {"organisation": organisation, "title": title, "pk": pk},
        _("请与双方核对实际交付的数量，再把结果和检查时间告诉系统管理员。"),
    )


def _left_behind(pk, title, organisation, ended) -> Fault:
    words = {"organisation": organisation, "title": title, "pk": pk, "ended": ended}
    return Fault(
        "orphan",
        "claim",
        pk,
        (
            _("%(organisation)s 对“%(title)s”的认领 %(pk)s 还没有办结，%(ended)s 却已终止。")
            if ended
            else _("%(organisation)s 对“%(title)s”的认领 %(pk)s 还没有办结，条目却已不在清单上。")
        )
        % words,
        _("请联系双方：能办的办完并确认交付，办不了的由发布单位退回或撤销，或者由认领单位撤回。"),
    )


def _without_claim(pk, provider, requester) -> Fault:
    return Fault(
        "stray",
        "agreement",
        pk,
        _("%(provider)s 与 %(requester)s 的协议 %(pk)s 没有有效的认领。")
        % {"provider": provider, "requester": requester, "pk": pk},
        _("请先不要签署，把这一条和检查时间告诉系统管理员。"),
    )


def _hold(pk, title, organisation, expires_at) -> Fault:
    return Fault(
        "hold",
        "claim",
        pk,
        _("%(organisation)s 对“%(title)s”的认领 %(pk)s 保留到 %(until)s，早已到期，却还占着数量。")
        % {"organisation": organisation, "title": title, "pk": pk, "until": cn_datetime(expires_at)},
        _("到期的保留由系统每十分钟收回一次。请告诉系统管理员查看定时任务是否在运行。"),
    )


def _shares(pk, title, organisation, quantity, shared) -> Fault:
    words = {"organisation": organisation, "title": title, "pk": pk, "quantity": quantity, "shared": shared}
    return Fault(
        "share",
        "claim",
        pk,
        _(
            "%(organisation)s 对“%(title)s”的共同认领 %(pk)s 数量是 %(quantity)s，各单位分担合计却是 %(shared)s。"
        )
        % words,
        _("请先不要签署，把这一条和检查时间告诉系统管理员，由管理员对照变更记录更正。"),
    )


def _missed_turn(pk, title, organisation, quantity, left) -> Fault:
    words = {"organisation": organisation, "title": title, "pk": pk, "quantity": quantity, "left": left}
    return Fault(
        "queue",
        "claim",
        pk,
        _("%(organisation)s 在候补“%(title)s”的 %(quantity)s（候补 %(pk)s），还剩 %(left)s 却没有轮到它。")
        % words,
        _("系统每十分钟补办一次。过后重新核对仍在的，请把这一条和检查时间告诉系统管理员。"),
    )


def _rows(sql: str, alliances: list[int] | None, most: int | None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                **parameters(None, alliances),
                "most": most,
                "open": [state.value for state in OPEN_CLAIM_STATES],
                "late": timezone.now() - LATE,
            },
        )
        return cursor.fetchall()
