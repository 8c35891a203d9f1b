"""Refusals of this room."""

from workflow.exceptions import BadInput, Conflict


class StructureBroken(BadInput):
    """A node may not stand where it was put under the structure template in force."""


class StillInUse(Conflict):
    """Something beneath or around the object has to end first."""
