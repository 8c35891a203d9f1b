"""Whether the ledger of claims adds up: what no single constraint can see."""

from django.db import connection
from django.utils.translation import gettext as _

from projects.states import LIVE_CLAIM_STATES


def ledger_faults() -> list[str]:
    """One sentence for each fault: a slot whose `taken` is not the sum of its live claims, a claim whose
    state disagrees with its agreements or deliveries. Empty when all is well; three queries."""
    return [*_slots(), *_claims(), *_deliveries()]


def _slots() -> list[str]:
    rows = _rows(
        """
        SELECT s.id, s.taken, COALESCE(sum(c.quantity), 0)
          FROM projects_slot s LEFT JOIN projects_claim c ON c.slot_id = s.id AND c.state = ANY(%s)
         GROUP BY s.id HAVING s.taken <> COALESCE(sum(c.quantity), 0) ORDER BY s.id
        """,
        [[state.value for state in LIVE_CLAIM_STATES]],
    )
    return [
        _("时段 %(pk)s 记为已认领 %(taken)s，有效认领合计却是 %(sum)s。")
        % {"pk": pk, "taken": taken, "sum": total}
        for pk, taken, total in rows
    ]


def _claims() -> list[str]:
    rows = _rows(
        """
        SELECT c.id FROM projects_claim c
          LEFT JOIN projects_agreementclaim l ON l.claim_id = c.id
          LEFT JOIN projects_agreement a ON a.id = l.agreement_id AND a.state <> 'cancelled'
         GROUP BY c.id, c.state
        HAVING count(a.id) <> CASE WHEN c.state IN ('accepted', 'agreed', 'delivered') THEN 1 ELSE 0 END
            OR (c.state = 'accepted') <> COALESCE(bool_or(a.state = 'draft'), false)
         ORDER BY c.id
        """
    )
    return [_("认领 %(pk)s 的状态与它的协议不一致。") % {"pk": pk} for (pk,) in rows]


def _deliveries() -> list[str]:
    rows = _rows(
        """
        SELECT c.id FROM projects_claim c
          LEFT JOIN projects_delivery d ON d.claim_id = c.id AND d.state = 'accepted'
         GROUP BY c.id, c.state, c.quantity
        HAVING (c.state = 'delivered') <> (COALESCE(sum(d.accepted_quantity), 0) >= c.quantity)
            OR COALESCE(sum(d.accepted_quantity), 0) > c.quantity
         ORDER BY c.id
        """
    )
    return [_("认领 %(pk)s 的状态与确认的交付数量不一致。") % {"pk": pk} for (pk,) in rows]


def _rows(sql: str, params: list | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
