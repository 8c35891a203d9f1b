"""Refusals of this room."""

from workflow.exceptions import Conflict, InvalidTransition


class SlotFull(Conflict):
    """The slot has less left than was asked for."""


class ListingHasClaims(InvalidTransition):
    """Open claims still bind the owner of the listing."""


class QuantityDiffers(Conflict):
    """The requester counts another quantity than was reported: that is a dispute, with words."""


class TextChanged(Conflict):
    """The text that was read is no longer the text that stands."""


class AlreadyListed(Conflict):
    """The organisation has a listing from this duty that is written or on the list."""
