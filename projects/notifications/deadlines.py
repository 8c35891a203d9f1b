"""Which deadlines of this room are called to mind."""

from django.utils.translation import gettext_lazy as _

from members.notifications import Deadline, register
from projects.models import Agreement, Claim, Delivery, Dispute, Listing, Share
from projects.models.listing import ROLL_OVER_AHEAD
from projects.notifications.agreements import AGREEMENT_DEADLINES
from projects.notifications.projects import PROJECT_STAGE_DEADLINE, PROJECT_STAGE_DUE

LISTING_ENDS = register(
    "listing_ends", _("“%(title)s”到 %(day)s 期满。还接着提供的话，请确认下一期，一次就好。")
)
CLAIM_UNANSWERED = register("claim_unanswered", _("对“%(title)s”的认领快到答复期限了，请尽快答复。"))
HOLD_UNCONFIRMED = register(
    "hold_unconfirmed", _("为贵单位保留的“%(title)s”快到期了，请尽快确认；过时让给下一个单位。")
)
SHARE_UNCONFIRMED = register(
    "share_unconfirmed",
    _("“%(title)s”的共同认领还等贵单位确认分担，%(day)s 到期，请尽快确认；过时整条认领失效。"),
)
AGREEMENT_UNSIGNED = register(
    "agreement_unsigned", _("“%(title)s”的共建协议书快到签约期限了，请尽快签署。")
)
DELIVERY_UNACKNOWLEDGED = register(
    "delivery_unacknowledged", _("“%(title)s”的交付快到确认期限了，请尽快确认和评议。")
)
DISPUTE_UNSETTLED = register("dispute_unsettled", _("“%(title)s”的交付异议快到处理期限了，请尽快处理。"))
DEADLINES = {
    # A fortnight ahead, for the reason told at `ROLL_OVER_AHEAD`; the next working day would be too late.
    LISTING_ENDS: Deadline(
        Listing,
        "listing-roll-over",
        f"""
        SELECT l.id AS row_id, l.id AS page_id, l.valid_until AS due, o.path, l.title
          FROM projects_listing l
          JOIN members_organisation o ON o.id = l.organisation_id
         WHERE l.state = 'published' AND l.is_standing
           AND l.valid_until BETWEEN %(today)s AND %(today)s::date + {ROLL_OVER_AHEAD.days}
           AND NOT EXISTS (SELECT FROM projects_listing n WHERE n.continues_id = l.id)
           AND NOT EXISTS (SELECT FROM projects_listing b WHERE b.id = l.continues_id AND b.state = 'published')
        """,  # noqa: S608 - put together from a constant
    ),
    CLAIM_UNANSWERED: Deadline(
        Claim,
        "claim-detail",
        """
        SELECT c.id AS row_id, c.id AS page_id, c.answer_due AS due, o.path, l.title
          FROM projects_claim c
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
          JOIN members_organisation o ON o.id = l.organisation_id
         WHERE c.state = 'requested' AND c.answer_due <= %(until)s
        """,
    ),
    # A joint claim waits for its partners, who are reminded of their shares.
    HOLD_UNCONFIRMED: Deadline(
        Claim,
        "claim-detail",
        """
        SELECT c.id AS row_id, c.id AS page_id, h.due, o.path, l.title
          FROM projects_claim c
          CROSS JOIN LATERAL (
            SELECT ((c.expires_at - interval '1 microsecond') AT TIME ZONE %(zone)s)::date AS due) h
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
          JOIN members_organisation o ON o.id = c.organisation_id
         WHERE c.state = 'held' AND h.due <= %(until)s
           AND NOT EXISTS (SELECT 1 FROM projects_share p WHERE p.claim_id = c.id AND p.state = 'invited')
        """,
    ),
    SHARE_UNCONFIRMED: Deadline(
        Share,
        "claim-detail",
        """
        SELECT p.id AS row_id, c.id AS page_id, h.due, o.path, l.title
          FROM projects_share p
          JOIN projects_claim c ON c.id = p.claim_id
          CROSS JOIN LATERAL (
            SELECT ((c.expires_at - interval '1 microsecond') AT TIME ZONE %(zone)s)::date AS due) h
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
          JOIN members_organisation o ON o.id = p.organisation_id
         WHERE p.state = 'invited' AND c.state = 'held' AND h.due <= %(until)s
        """,
    ),
    AGREEMENT_UNSIGNED: Deadline(
        Agreement,
        "agreement-detail",
        """
        SELECT a.id AS row_id, a.id AS page_id, a.sign_due AS due, o.path, t.title
          FROM projects_agreement a
          JOIN members_organisation o
            ON (o.id = a.party_a_id AND a.party_a_signed_at IS NULL)
            OR (o.id = a.party_b_id AND a.party_b_signed_at IS NULL)
          CROSS JOIN LATERAL (
            SELECT l.title FROM projects_agreementclaim ac
              JOIN projects_claim c ON c.id = ac.claim_id
              JOIN projects_slot s ON s.id = c.slot_id
              JOIN projects_listing l ON l.id = s.listing_id
             WHERE ac.agreement_id = a.id ORDER BY ac.id LIMIT 1
          ) t
         WHERE a.state = 'draft' AND a.sign_due <= %(until)s
        """,
    ),
    DELIVERY_UNACKNOWLEDGED: Deadline(
        Delivery,
        "delivery-detail",
        """
        SELECT d.id AS row_id, d.id AS page_id, d.acknowledge_due AS due, o.path, l.title
          FROM projects_delivery d
          JOIN projects_claim c ON c.id = d.claim_id
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
          JOIN members_organisation o
            ON o.id = CASE l.direction WHEN 'need' THEN l.organisation_id ELSE c.organisation_id END
         WHERE d.state = 'reported' AND d.acknowledge_due <= %(until)s
        """,
    ),
    # The doer while he has not spoken; then, or when the date has passed, who looks after the alliance.
    DISPUTE_UNSETTLED: Deadline(
        Dispute,
        "delivery-detail",
        """
        SELECT x.id AS row_id, d.id AS page_id, x.settle_by AS due, o.path, l.title
          FROM projects_dispute x
          JOIN projects_delivery d ON d.id = x.delivery_id
          JOIN projects_claim c ON c.id = d.claim_id
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
          JOIN alliances_alliance a ON a.id = l.alliance_id
          JOIN members_organisation o
            ON (x.provider_statement = ''
                AND o.id = CASE l.direction WHEN 'need' THEN c.organisation_id ELSE l.organisation_id END)
            OR ((x.provider_statement <> '' OR x.settle_by < %(today)s) AND o.id = a.host_id)
         WHERE x.outcome = '' AND x.settle_by <= %(until)s
        """,
    ),
    PROJECT_STAGE_DUE: PROJECT_STAGE_DEADLINE,
    **AGREEMENT_DEADLINES,
}
