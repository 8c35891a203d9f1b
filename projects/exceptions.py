"""Refusals of this room."""

from workflow.exceptions import Conflict


class SlotFull(Conflict):
    """The slot has less left than was asked for."""
