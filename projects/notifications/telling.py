"""How an event of a claim is told to one of its sides."""

from members.models import Organisation, User
from members.notifications import notify, speakers
from projects.models import Claim


def tell(
    kind: str,
    obj,
    claim: Claim,
    organisation: Organisation,
    by: User | None,
    /,
    *,
    amount: int | None = None,
    **params: object,
) -> None:
    """Tell the speakers of `organisation`, but not the person who acted, if any; `amount` is that of the claim by default."""
    others = [user for user in speakers(organisation) if by is None or user.pk != by.pk]
    quantity = f"{claim.quantity if amount is None else amount} {claim.listing.measure}"
    notify(kind, obj, others, listing=claim.listing, quantity=quantity, **params)
