"""How what was delivered of a joint claim falls to the units that share it."""

from collections.abc import Sequence


def apportion(shares: Sequence[int], deliveries: Sequence[int]) -> list[list[int]]:
    """What each share is counted for of each delivery, in the order in which they were confirmed.

    Nobody writes down which unit brought which part, so the parts follow the shares: whole numbers by the
    largest remainders, the earlier share first when two are equal. A delivery carries on from those before
    it: each is counted once, whatever the period, nobody's part is negative or beyond the share, and when
    all is delivered every unit has exactly its share.
    """
    whole, done, got = sum(shares), 0, [0] * len(shares)
    found = []
    for quantity in deliveries:
        done += quantity
        # In parts of `whole`, so that nothing is rounded.
        lacks = [share * done - whole * had for share, had in zip(shares, got, strict=True)]
        parts = _largest_first(lacks, whole, quantity)
        got = [had + part for had, part in zip(got, parts, strict=True)]
        found.append(parts)
    return found


def _largest_first(lacks: list[int], whole: int, quantity: int) -> list[int]:
    """`quantity` handed out one by one, each to whoever lacks most; `lacks` are in parts of `whole`."""
    # Nobody ends up lacking as many as there are shares: all but those few are handed out at once.
    parts = [max(0, lack // whole - len(lacks)) for lack in lacks]
    for _rest in range(quantity - sum(parts)):
        most = max(range(len(lacks)), key=lambda one: (lacks[one] - whole * parts[one], -one))
        parts[most] += 1
    return parts
