"""Refusals of this room."""

from workflow.exceptions import BadInput, Conflict, InvalidTransition


class AlreadyMember(Conflict):
    """The organisation is in the alliance on one of these days."""


class NameTaken(Conflict):
    """The host already has an alliance of this name."""


class BallotCast(Conflict):
    """The unit's ballot is in; it counts and stays."""


class QuorumMissing(InvalidTransition):
    """Too few units are at the meeting, in all or of one of the organisations."""


class AlreadyCalled(Conflict):
    """The alliance already meets on that day for a meeting of that kind."""


class AgendaChanged(Conflict):
    """Somebody else put the agenda in another order, or put items on it or off it."""


class ItemChanged(Conflict):
    """Somebody else changed the words of the item."""


class WrongCode(BadInput):
    """Not the code shown in the room."""


class AppealWaiting(Conflict):
    """The same request to the same organisation still waits for its answer."""
