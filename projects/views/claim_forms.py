"""The card on a listing's page that claims it: in whose name, how much of which slot, with whom, or as one who waits."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from members.models import Organisation
from projects import actions, permissions
from projects.forms import ClaimForm
from projects.models import Claim, Listing, Slot
from projects.states import UNANSWERED_CLAIM_STATES, ClaimState
from workflow.moves import Verdict, allowed
from workflow.views import read_id


def claim_card(user, listing: Listing, slots: list[Slot], asked) -> dict:
    """What the card shows; `asked` may begin the form as a proposal does. Each slot learns how many wait for it."""
    claimants = list(claimants_of(user, listing))
    offered = [slot for slot in slots if slot.left and not slot.is_over()]
    context = {"claimants": claimants, "offered": offered, "may_claim": Verdict(False)}
    if not claimants or not slots:
        return context
    queued = Claim.objects.waiting().filter(slot__in=slots).order_by().values_list("slot")
    waiting = dict(queued.annotate(count=Count("pk")))
    for slot in slots:
        slot.waiting = waiting.get(slot.pk, 0)
    open_slots = [slot for slot in slots if not slot.is_over()]
    first = (offered or open_slots or slots)[0]
    return {
        **context,
        # Said before the form is filled in, not after: one slot bears one of these per organisation.
        "running": Claim.objects.filter(
            slot__in=slots, organisation__in=claimants, state__in=UNANSWERED_CLAIM_STATES
        ).with_parties(),
        "may_claim": allowed(permissions.check_can_claim_listing, user, first, claimants[0]),
        "may_wait": bool(open_slots),
        "claim_form": _begun_form(listing, offered or slots, claimants, asked),
    }


def bound_form(user, listing: Listing, data) -> ClaimForm:
    """The form as it was sent."""
    return _form(listing, claimants_of(user, listing), data)


def claimants_of(user, listing: Listing) -> QuerySet[Organisation]:
    """The organisations in whose name `user` may claim."""
    return eligible(listing).filter(pk__in=Organisation.objects.acted_for_by(user).order_by().values("pk"))


def eligible(listing: Listing) -> QuerySet[Organisation]:
    """Who may claim a listing: open members of the alliance and its host, not the owner."""
    return listing.alliance.organisations().exclude(pk=listing.organisation_id)


def _begun_form(listing: Listing, slots: list[Slot], claimants: list[Organisation], asked) -> ClaimForm:
    """Begun as the address asks, else with all that is left of the first slot."""
    slot = next((one for one in slots if one.pk == read_id(asked.get("slot"))), slots[0])
    wanted = read_id(asked.get("quantity")) or slot.left
    named = [one.pk for one in claimants if one.pk == read_id(asked.get("organisation"))]
    return _form(
        listing,
        Organisation.objects.filter(pk__in=[one.pk for one in claimants]),
        initial={
            "slot": slot.pk,
            "quantity": min(wanted, slot.left) or 1,
            "organisation": (named or [claimants[0].pk])[0],
        },
    )


def _form(listing: Listing, organisations: Iterable[Organisation], data=None, **kwargs) -> ClaimForm:
    return ClaimForm(
        data,
        slots=listing.slots.all(),
        organisations=organisations,
        partners=eligible(listing),
        is_divisible=listing.is_divisible,
        **kwargs,
    )


# --- What is done with it -------------------------------------------------------------------------
def is_alone(data) -> bool:
    """Whether the sent form names no partner and knows of no overlap: then it may be the plain case."""
    return not any(
        value and name.startswith(("partner_", "part_", "is_overlap")) for name, value in data.items()
    )


def claim_with(form: ClaimForm, user) -> Claim:
    """Claim what the form asks for, alone or with others. Raises what the actions raise."""
    data = dict(form.cleaned_data)
    shares = data.pop("shares")
    if not shares:
        return actions.claim_listing(by=user, **data)
    own = (data["organisation"], data.pop("quantity"))
    return actions.claim_together(by=user, shares=[own, *shares], **data)


def wait_with(form: ClaimForm, user) -> Claim:
    """Join the queue with what the form asks for; one waits alone."""
    names = ("slot", "organisation", "quantity", "plan")
    return actions.join_queue(by=user, **{name: form.cleaned_data[name] for name in names})


def instead(asked: dict, *, is_divisible: bool) -> dict | None:
    """What may be had where too little is left: the rest, unless it is enough for somebody who waits, and a place in the queue.

    `asked` are the values of a form that was refused; None when it was refused for anything else.
    """
    slot, shares = asked["slot"], asked["shares"]
    slot.refresh_from_db()
    wanted, waiting = asked["quantity"] + sum(part for _unit, part in shares), slot.claims.waiting().count()
    if slot.is_over() or (slot.left >= wanted and not waiting) or wanted > slot.quantity:
        return None
    is_spoken_for = slot.claims.waiting().filter(quantity__lte=slot.left).exists()
    may_take = slot.left and is_divisible and not is_spoken_for and not shares
    return {
        "slot": slot,
        "organisation": asked["organisation"],
        "plan": asked["plan"],
        "wanted": wanted,
        "left": slot.left if may_take else 0,
        "waiting": waiting,
        "is_joint": bool(shares),
    }


def said_of(claim: Claim) -> str:
    """What is said once a claim is made: what happens next."""
    if claim.state == ClaimState.HELD:
        return _("已替各单位留出数量，等他们确认分担。都确认后自动交给发布方。")
    if claim.state == ClaimState.ACCEPTED:
        return _("已对接，协议书已拟好。下一步：双方签署。")
    return _("已认领，等对方答复。到期前系统会提醒对方。")
