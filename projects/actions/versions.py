"""How signed terms change: a new version for both to sign; and how the two look back on an agreement."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import SpecialDay
from projects import notifications, permissions
from projects.actions.agreements import draft_alone, locked, new_draft, set_terms
from projects.models import Agreement
from projects.states import AGREEMENT_MOVES, LIVE_CLAIM_STATES, AgreementState, ClaimState
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_reason, read_words


@action
def draft_new_version(
    *,
    agreement: Agreement,
    by,
    reason: str,
    term_from: date | None = None,
    term_until: date | None = None,
    review_on: date | None = None,
    extra: str = "",
) -> Agreement:
    """The draft that is to replace a signed agreement, over its claims that still bind, with other terms.

    Either side; tells the other one. The signed one stays in force until both have signed the new one.
    Raises `NotPermitted`, `InvalidTransition`, `Conflict` while another draft is open, `BadInput`.
    """
    agreement, claims = locked(agreement)
    permissions.check_can_draft_new_version(by, agreement)
    version = Agreement(
        alliance=agreement.alliance,
        party_a=agreement.party_a,
        party_b=agreement.party_b,
        version=agreement.version + 1,
        replaces=agreement,
        change_reason=read_reason(reason),
        sign_due=SpecialDay.objects.calendar().add(timezone.localdate(), agreement.alliance.sign_days),
    )
    set_terms(version, term_from=term_from, term_until=term_until, review_on=review_on, extra=extra)
    version = new_draft([claim for claim in claims if claim.state in LIVE_CLAIM_STATES], version)
    notifications.version_drafted(version, claims[0], by=by)
    return version


@action
def drop_version(*, agreement: Agreement, by, reason: str) -> Agreement:
    """Draft of a new version → cancelled; the signed version goes on. Either side; tells the other one.

    A claim that was to come in with it has a draft of its own again.
    """
    agreement, claims = locked(agreement)
    permissions.check_can_drop_version(by, agreement)
    reason = read_reason(reason)
    agreement.state = move(AGREEMENT_MOVES, agreement.state, AgreementState.CANCELLED)
    agreement.save(update_fields=["state"])
    for claim in claims:
        if claim.state == ClaimState.ACCEPTED:
            draft_alone(agreement, claim)
    notifications.version_dropped(agreement, claims[0], by=by, reason=reason)
    return agreement


@action
def review_agreement(*, agreement: Agreement, by, note: str, review_on: date | None = None) -> Agreement:
    """Writes down what both found when they looked back, and the day of the next time, if there is one.

    Either side of a signed agreement; tells the other one. The signed text stays as it is.
    """
    agreement, claims = locked(agreement)
    permissions.check_can_review_agreement(by, agreement)
    if review_on and review_on <= timezone.localdate():
        raise BadInput(_("下次回顾的日期要晚于今天。请改为以后的日期，或者不填。"), field="review_on")
    column = Agreement._meta.get_field("review_note")
    agreement.review_note = read_words(
        note, field="note", label=str(column.verbose_name), most=column.max_length, required=True
    )
    agreement.reviewed_at, agreement.reviewed_by, agreement.review_on = timezone.now(), by, review_on
    agreement.save(update_fields=["review_note", "reviewed_at", "reviewed_by", "review_on"])
    notifications.agreement_reviewed(agreement, claims[0], by=by)
    return agreement
