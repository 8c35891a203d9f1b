"""What is told about an agreement."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.notifications import Deadline, notify, register, speakers
from projects.models import Agreement, Claim, Share
from projects.models.agreement import ENDS_AHEAD
from projects.notifications.telling import tell, tell_claimants

AGREEMENT_SIGNED = register("agreement_signed", _("“%(listing)s”的共建协议书已由双方签署，可以开始实施。"))
AGREEMENT_CHANGED = register(
    "agreement_changed", _("“%(listing)s”的共建协议书草稿有改动，请重新阅读后签署。")
)
AGREEMENT_VOID = register(
    "agreement_void",
    _("“%(listing)s”已退出共建协议书，正文已改，您原来的签署不再有效。请重新阅读后签署。"),
)
VERSION_DRAFTED = register(
    "version_drafted", _("“%(listing)s”的共建协议书拟了新版本，请阅读后签署。原因：%(reason)s")
)
VERSION_DROPPED = register(
    "version_dropped", _("“%(listing)s”的共建协议书新版本已放弃，原来的一版继续有效。原因：%(reason)s")
)
AGREEMENT_REVIEWED = register("agreement_reviewed", _("“%(listing)s”的共建协议书已回顾：%(note)s"))
AGREEMENT_TO_REVIEW = register(
    "agreement_to_review", _("“%(title)s”的共建协议书到回顾日期了，请和对方一起回顾履行情况。")
)
AGREEMENT_ENDS = register(
    "agreement_ends", _("“%(title)s”的共建协议书 %(day)s 期满。还要继续的，请另订新版本。")
)

# Both sides are asked: looking back, and going on, is the business of either.
_BOTH = """
    SELECT a.id AS row_id, a.id AS page_id, a.{day} AS due, o.path, t.title
      FROM projects_agreement a
      JOIN members_organisation o ON o.id IN (a.party_a_id, a.party_b_id)
      CROSS JOIN LATERAL (
        SELECT l.title FROM projects_agreementclaim ac
          JOIN projects_claim c ON c.id = ac.claim_id
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
         WHERE ac.agreement_id = a.id ORDER BY ac.id LIMIT 1
      ) t
     WHERE a.state = 'signed' AND {when}
"""
AGREEMENT_DEADLINES = {
    AGREEMENT_TO_REVIEW: Deadline(
        Agreement, "agreement-detail", _BOTH.format(day="review_on", when="a.review_on <= %(until)s")
    ),
    AGREEMENT_ENDS: Deadline(
        Agreement,
        "agreement-detail",
        _BOTH.format(
            day="term_until",
            when=f"a.term_until BETWEEN %(today)s AND %(today)s::date + {ENDS_AHEAD.days}"
            " AND NOT EXISTS (SELECT FROM projects_agreement n WHERE n.replaces_id = a.id AND n.state = 'draft')",
        ),
    ),
}


def agreement_signed(agreement: Agreement, claim: Claim, *, by: User) -> None:
    """Tells both sides, once both have signed; `claim` is the one that gives the title.

    Who shares one of the claims is told as well, under the title of that claim.
    """
    _tell_both(AGREEMENT_SIGNED, agreement, claim, by)
    joint = Claim.objects.filter(
        lines__agreement=agreement, pk__in=Share.objects.order_by().values("claim")
    )
    for one in joint.with_parties().order_by("pk"):
        tell_claimants(AGREEMENT_SIGNED, agreement, one, by)


def agreement_changed(agreement: Agreement, claim: Claim, *, by: User) -> None:
    """Tells both sides but the person who changed the draft; `claim` gives the title. News again on another day."""
    _tell_again(AGREEMENT_CHANGED, agreement, by, listing=claim.listing)


def agreement_unsigned_by_exit(agreement: Agreement, claim: Claim, signers: list[User]) -> None:
    """Tells whoever had signed that `claim` left and took the signed text with it."""
    notify(AGREEMENT_VOID, claim, signers, url=agreement.get_absolute_url(), listing=claim.listing)


def version_drafted(version: Agreement, claim: Claim, *, by: User) -> None:
    """Tells both sides."""
    _tell_both(VERSION_DRAFTED, version, claim, by, reason=version.change_reason)


def version_dropped(version: Agreement, claim: Claim, *, by: User, reason: str) -> None:
    """Tells both sides."""
    _tell_both(VERSION_DROPPED, version, claim, by, reason=reason)


def agreement_reviewed(agreement: Agreement, claim: Claim, *, by: User) -> None:
    """Tells both sides. News again on another day."""
    _tell_again(AGREEMENT_REVIEWED, agreement, by, listing=claim.listing, note=agreement.review_note)


def _tell_both(kind: str, agreement: Agreement, claim: Claim, by: User, **params: object) -> None:
    for side in (agreement.party_a, agreement.party_b):
        tell(kind, agreement, claim, side, by, **params)


def _tell_again(kind: str, agreement: Agreement, by: User, **params: object) -> None:
    people = [*speakers(agreement.party_a), *speakers(agreement.party_b)]
    others = [one for one in people if one.pk != by.pk]
    notify(kind, agreement, others, due=timezone.localdate(), **params)
