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
    notify(kind, obj, others, **plain_words(claim, amount, **params))


def plain_words(claim: Claim, amount: int | None = None, /, **params: object) -> dict[str, str]:
    """The params of a message about `claim`: title and quantity, and what else its sentence names."""
    quantity = f"{claim.quantity if amount is None else amount} {claim.listing.measure}"
    words = {"listing": claim.listing, "quantity": quantity, **params}
    return {name: str(value) for name, value in words.items()}
