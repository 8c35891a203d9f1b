"""How the text of an agreement comes about, changes while it is a draft, and is signed by both sides.

Lock order: the claims by id, then the agreements by id.
"""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from projects import notifications, permissions, rules
from projects.documents import agreement_text, finished_by, text_hash
from projects.exceptions import TextChanged
from projects.models import Agreement, AgreementClaim, Claim
from projects.states import AGREEMENT_MOVES, CLAIM_MOVES, AgreementState, ClaimState
from workflow.actions import action
from workflow.moves import move
from workflow.text import read_words

SIGNATURE = ("signed_at", "signed_by")


@action
def draft_agreement(*, claim: Claim, by) -> Agreement:
    """The draft over one accepted claim, every word of it taken from the claim. Part of `accept_claim`.

    甲方 is the doer. Claims between the same two may be put together afterwards: `add_claim_to_agreement`.
    """
    permissions.check_can_draft_agreement(by, claim)
    return _draft_for(claim, claim.sign_due)


@action
def change_draft(
    *,
    agreement: Agreement,
    by,
    term_from: date | None = None,
    term_until: date | None = None,
    review_on: date | None = None,
    extra: str = "",
) -> Agreement:
    """Sets the term, both days included, the first review and the extra terms of a draft that nobody has signed.

    Either side; tells the other one. Raises `NotPermitted`, `InvalidTransition`, `BadInput`.
    """
    agreement, claims = locked(agreement)
    permissions.check_can_change_draft(by, agreement)
    set_terms(agreement, term_from=term_from, term_until=term_until, review_on=review_on, extra=extra)
    write(agreement, claims)
    notifications.agreement_changed(agreement, claims[0], by=by)
    return agreement


@action
def add_claim_to_agreement(*, agreement: Agreement, claim: Claim, by) -> Agreement:
    """Puts an accepted claim between the same two under this draft, and out of its own one, which nobody has signed.

    Either side; tells the other one. A draft that loses its last item is cancelled.
    """
    agreement, claims, source = _locked_with_source(agreement, claim)
    claim = next(one for one in claims if one.pk == claim.pk)
    permissions.check_can_add_claim(by, agreement, claim, source)
    rest = [one for one in claims if one.pk in _claim_ids(source) and one.pk != claim.pk]
    _take_line(source, claim, rest)
    _add_lines(agreement, [claim])
    # Nobody gets less time to sign than he had.
    agreement.sign_due = max(agreement.sign_due, source.sign_due)
    own = [one for one in claims if one.pk in _claim_ids(agreement)]
    write(agreement, own)
    notifications.agreement_changed(agreement, claim, by=by)
    return agreement


@action
def take_claim_out(*, agreement: Agreement, claim: Claim, by) -> Agreement:
    """Takes one of several accepted claims out of a draft that nobody has signed, into a draft of its own, which is returned.

    Either side; tells the other one.
    """
    agreement, claims = locked(agreement)
    permissions.check_can_take_claim_out(by, agreement, claim)
    claim = next(one for one in claims if one.pk == claim.pk)
    _take_line(agreement, claim, [one for one in claims if one.pk != claim.pk])
    draft = draft_alone(agreement, claim)
    notifications.agreement_changed(agreement, claim, by=by)
    return draft


@action
def sign_agreement(*, agreement: Agreement, by, text_hash: str) -> Agreement:
    """Puts the name of `by` beside the text whose hash was read; with both names draft → signed.

    A person signs for one side only. With the second name the claims become agreed, the version before is
    replaced, and both sides are told. Raises `TextChanged`, `NotPermitted`, `InvalidTransition`.
    """
    agreement, claims = locked(agreement)
    permissions.check_can_sign_agreement(by, agreement)
    if text_hash != agreement.text_hash:
        raise TextChanged(_("协议正文已有变化。请重新阅读现在的正文，再签署。"), field="text_hash")
    side = permissions.side_to_sign(by, agreement)
    setattr(agreement, f"{side}_signed_at", timezone.now())
    setattr(agreement, f"{side}_signed_by", by)
    if agreement.party_a_signed_at and agreement.party_b_signed_at:
        _bring_into_force(agreement, claims)
        notifications.agreement_signed(agreement, claims[0], by=by)
    agreement.save(update_fields=["state", f"{side}_signed_at", f"{side}_signed_by"])
    return agreement


@action
def withdraw_signature(*, agreement: Agreement, by) -> Agreement:
    """Takes back the name of one side as long as the other one has not signed; the text may be changed again.

    Whoever acts for the side that signed.
    """
    agreement, _claims = locked(agreement)
    side = permissions.side_to_withdraw(by, agreement)
    setattr(agreement, f"{side}_signed_at", None)
    setattr(agreement, f"{side}_signed_by", None)
    agreement.save(update_fields=[f"{side}_{part}" for part in SIGNATURE])
    return agreement


def leave_agreements(claim: Claim) -> None:
    """What becomes of the standing agreements of a claim that leaves. The claim is locked by the caller.

    A draft goes on with its other claims under a text made anew, to be signed anew; what both have signed
    stays as it is for the others. Without any other live claim → cancelled.
    """
    rows = Agreement.objects.standing().filter(lines__claim=claim).with_parties()
    for agreement in rows.select_for_update(of=("self",)).order_by("pk"):
        others = Claim.objects.live().filter(lines__agreement=agreement).exclude(pk=claim.pk)
        rest = list(others.with_parties())
        if rest and agreement.state == AgreementState.SIGNED:
            continue
        if rest:
            _void_signatures(agreement, claim)
        _take_line(agreement, claim, rest)


def locked(agreement: Agreement) -> tuple[Agreement, list[Claim]]:
    """The agreement and its claims, locked in the order of this room, with the version that it replaces.

    Raises `TextChanged` when an item came or went in between.
    """
    claims = _lock_claims(lines__agreement=agreement)
    rows = Agreement.objects.select_for_update(of=("self",)).with_parties()
    found = {
        one.pk: one for one in rows.filter(pk__in=[agreement.pk, agreement.replaces_id]).order_by("pk")
    }
    agreement = found[agreement.pk]
    agreement.replaces = found.get(agreement.replaces_id)
    _check_items({claim.pk for claim in claims}, agreement)
    return agreement, claims


def new_draft(claims: list[Claim], agreement: Agreement) -> Agreement:
    """`agreement` saved as a draft over locked claims, with its text."""
    _word(agreement, claims)
    agreement.save()
    _add_lines(agreement, claims)
    return agreement


def draft_alone(agreement: Agreement, claim: Claim) -> Agreement:
    """A first draft for an accepted claim that is no longer under `agreement`, with the same days to sign."""
    return _draft_for(claim, agreement.sign_due)


def set_terms(agreement: Agreement, *, term_from, term_until, review_on, extra: str) -> None:
    """Reads term, review and extra terms into `agreement`; raises `BadInput`."""
    rules.check_term(term_from, term_until, review_on)
    column = Agreement._meta.get_field("extra")
    agreement.term_from, agreement.term_until, agreement.review_on = term_from, term_until, review_on
    agreement.extra = read_words(
        extra, field="extra", label=str(column.verbose_name), most=column.max_length
    )


def write(agreement: Agreement, claims: list[Claim]) -> None:
    """The text of a draft made anew over `claims`, and saved with the terms."""
    _word(agreement, claims)
    agreement.save(
        update_fields=[
            "text", "text_hash", "deliver_by", "term_from", "term_until", "review_on", "extra", "sign_due"
        ]
    )  # fmt: skip


def _word(agreement: Agreement, claims: list[Claim]) -> None:
    agreement.text = agreement_text(agreement, claims)
    agreement.text_hash = text_hash(agreement.text)
    agreement.deliver_by = max(filter(None, map(finished_by, claims)), default=None)


def _draft_for(claim: Claim, sign_due: date) -> Agreement:
    draft = Agreement(
        alliance=claim.listing.alliance,
        party_a=claim.provider,
        party_b=claim.requester,
        sign_due=sign_due,
    )
    return new_draft([claim], draft)


def _bring_into_force(agreement: Agreement, claims: list[Claim]) -> None:
    before = agreement.replaces
    # All that stood under the version before may have left meanwhile, and ended it.
    if before and before.state == AgreementState.SIGNED:
        before.state = move(AGREEMENT_MOVES, before.state, AgreementState.REPLACED)
        before.save(update_fields=["state"])
    agreement.state = move(AGREEMENT_MOVES, agreement.state, AgreementState.SIGNED)
    for claim in claims:
        if claim.state == ClaimState.ACCEPTED:
            claim.state = move(CLAIM_MOVES, claim.state, ClaimState.AGREED)
            claim.save(update_fields=["state"])


def _void_signatures(agreement: Agreement, claim: Claim) -> None:
    """Nobody's name stays beside a text that is no longer there."""
    signers = [one for one in (agreement.party_a_signed_by, agreement.party_b_signed_by) if one]
    if signers:
        fields = [f"{side}_{part}" for side in ("party_a", "party_b") for part in SIGNATURE]
        for field in fields:
            setattr(agreement, field, None)
        agreement.save(update_fields=fields)
        notifications.agreement_unsigned_by_exit(agreement, claim, signers)


def _take_line(agreement: Agreement, claim: Claim, rest: list[Claim]) -> None:
    """The claim goes; with the last one the agreement is cancelled and keeps it, as the record of what it was."""
    if rest:
        agreement.lines.filter(claim=claim).delete()
        write(agreement, rest)
    else:
        agreement.state = move(AGREEMENT_MOVES, agreement.state, AgreementState.CANCELLED)
        agreement.save(update_fields=["state"])


def _add_lines(agreement: Agreement, claims: Iterable[Claim]) -> None:
    for claim in claims:
        AgreementClaim.objects.create(agreement=agreement, claim=claim, deliver_by=finished_by(claim))


def _lock_claims(**lookup) -> list[Claim]:
    rows = Claim.objects.select_for_update(of=("self",)).with_parties()
    return list(rows.filter(**lookup).order_by("pk"))


def _claim_ids(agreement: Agreement) -> set[int]:
    return set(agreement.lines.values_list("claim", flat=True))


def _check_items(seen: set[int], *agreements: Agreement) -> None:
    if seen != set().union(*map(_claim_ids, agreements)):
        raise TextChanged(_("协议事项刚有变化。请刷新页面，看过现在的正文再办理。"))


def _locked_with_source(agreement: Agreement, claim: Claim) -> tuple[Agreement, list[Claim], Agreement]:
    """A draft, the claims of it and of the draft under which `claim` stands now, and that draft; all locked."""
    source = Agreement.objects.unsigned().filter(lines__claim=claim).exclude(pk=agreement.pk).first()
    if source is None:
        raise TextChanged(_("这条认领没有别的待签协议。请刷新页面，看它现在在哪份协议里。"))
    pairs = AgreementClaim.objects.filter(agreement__in=[agreement, source])
    claims = _lock_claims(pk__in=pairs.values("claim"))
    wanted = [agreement.pk, agreement.replaces_id, source.pk, source.replaces_id]
    rows = Agreement.objects.select_for_update(of=("self",)).with_parties()
    found = {one.pk: one for one in rows.filter(pk__in=filter(None, wanted)).order_by("pk")}
    for one in found.values():
        one.replaces = found.get(one.replaces_id)
    agreement, source = found[agreement.pk], found[source.pk]
    _check_items({one.pk for one in claims}, agreement, source)
    return agreement, claims, source
