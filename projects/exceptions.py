"""Refusals of this room."""

from workflow.exceptions import Conflict, InvalidTransition


class SlotFull(Conflict):
    """The slot has less left than was asked for."""


class ListingHasClaims(InvalidTransition):
    """Open claims still bind the owner of the listing."""


class TextChanged(Conflict):
    """The text that was read is no longer the text that stands."""
