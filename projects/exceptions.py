"""Refusals of this room."""

from workflow.exceptions import Conflict, InvalidTransition


class SlotFull(Conflict):
    """The slot has less left than was asked for."""


class VenueTaken(Conflict):
    """The venue or the team is taken at that time, and the listing forbids to take it twice."""


class OverlapWarning(Conflict):
    """The venue or the team is taken at that time; whoever knows it may claim all the same."""


class ListingHasClaims(InvalidTransition):
    """Open claims still bind the owner of the listing."""


class QuantityDiffers(Conflict):
    """The requester counts another quantity than was reported: that is a dispute, with words."""


class TextChanged(Conflict):
    """The text that was read is no longer the text that stands."""


class AlreadyListed(Conflict):
    """The organisation has a listing from this duty that is written or on the list."""


class ProjectHasClaims(InvalidTransition):
    """Open claims on listings of the project still bind somebody."""
