"""What stands on the page of an agreement: its items in both directions, its versions, what may come in."""

from dataclasses import dataclass
from datetime import date

from members.models import Organisation
from projects.models import Agreement, Claim
from projects.reports.stages import agreement_chip, claim_chip
from projects.states import LIVE_CLAIM_STATES, ClaimState
from workflow.stages import Chip

# From any version up to the first one, then down to all that replaced it.
_CHAIN = """
    WITH RECURSIVE up AS (
        SELECT id, replaces_id FROM projects_agreement WHERE id = %s
        UNION ALL SELECT a.id, a.replaces_id FROM projects_agreement a JOIN up ON a.id = up.replaces_id
    ), down AS (
        SELECT id FROM up WHERE replaces_id IS NULL
        UNION ALL SELECT a.id FROM projects_agreement a JOIN down ON a.replaces_id = down.id
    ) SELECT a.* FROM projects_agreement a JOIN down USING (id) ORDER BY a.version DESC, a.id DESC
"""


@dataclass(frozen=True)
class Item:
    """One claim under an agreement: who gives it to whom, until when, and where it stands."""

    claim: Claim
    giver: Organisation
    taker: Organisation
    deliver_by: date | None
    chip: Chip

    @property
    def is_gone(self) -> bool:
        """Left after both had signed: the text still names it."""
        return self.claim.state == ClaimState.REVOKED

    @property
    def is_live(self) -> bool:
        return self.claim.state in LIVE_CLAIM_STATES


def items_of(agreement: Agreement) -> list[Item]:
    """The claims under the agreement in the order of its text. One query."""
    days = dict(agreement.lines.values_list("claim", "deliver_by"))
    claims = Claim.objects.filter(pk__in=days).with_parties().order_by("pk")
    return [
        Item(claim, claim.provider, claim.requester, days[claim.pk], claim_chip(claim)) for claim in claims
    ]


def versions_of(agreement: Agreement) -> list[Agreement]:
    """Every version of the agreement, newest first, dropped ones too, each with its `chip`. One query."""
    versions = list(Agreement.objects.raw(_CHAIN, [agreement.pk]))
    for version in versions:
        version.chip = agreement_chip(version)
    return versions


def claims_to_add(agreement: Agreement) -> list[Claim]:
    """Accepted claims between the same two, each under a draft of its own that nobody has signed. One query."""
    drafts = Agreement.objects.unsigned().filter(
        alliance=agreement.alliance_id,
        party_a__in=[agreement.party_a_id, agreement.party_b_id],
        party_b__in=[agreement.party_a_id, agreement.party_b_id],
        party_a_signed_at=None,
        party_b_signed_at=None,
    )
    claims = Claim.objects.filter(state=ClaimState.ACCEPTED, agreements__in=drafts.exclude(pk=agreement.pk))
    return list(claims.with_parties().order_by("pk"))
