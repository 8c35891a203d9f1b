"""Refusals of this room."""

from workflow.exceptions import BadInput


class StructureBroken(BadInput):
    """A node may not stand where it was put under the structure template in force."""
