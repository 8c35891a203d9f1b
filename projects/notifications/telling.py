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
    _tell(kind, obj, speakers(organisation), by, plain_words(claim, amount, **params))


def tell_claimants(kind: str, obj, claim: Claim, by: User | None, /, **params: object) -> None:
    """Tell the claimant, or every unit that shares a joint claim; who speaks for several of them is told once."""
    people = [user for unit, _quantity in claim.claimants for user in speakers(unit)]
    _tell(kind, obj, people, by, plain_words(claim, **params))


def tell_partners(kind: str, obj, claim: Claim, by: User, /, **params: object) -> None:
    """Tell the units that share a joint claim with the claimant, but nobody who speaks for the claimant as well."""
    partners = [unit for unit, _quantity in claim.claimants if unit.pk != claim.organisation_id]
    if partners:
        own = {user.pk for user in speakers(claim.organisation)}
        people = [user for unit in partners for user in speakers(unit) if user.pk not in own]
        _tell(kind, obj, people, by, plain_words(claim, **params))


def _tell(kind: str, obj, people: list[User], by: User | None, words: dict[str, str]) -> None:
    notify(kind, obj, [user for user in people if by is None or user.pk != by.pk], **words)


def plain_words(claim: Claim, amount: int | None = None, /, **params: object) -> dict[str, str]:
    """The params of a message about `claim`: title and quantity, and what else its sentence names."""
    quantity = f"{claim.quantity if amount is None else amount} {claim.listing.measure}"
    words = {"listing": claim.listing, "quantity": quantity, **params}
    return {name: str(value) for name, value in words.items()}
