"""Refusals of this room."""

from workflow.exceptions import Conflict


class AlreadyMember(Conflict):
    """The organisation is in the alliance on one of these days."""


class NameTaken(Conflict):
    """The host already has an alliance of this name."""
