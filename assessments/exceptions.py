"""Refusals of this room."""

from workflow.exceptions import BadInput, Conflict, InvalidTransition


class BadSurveyCode(BadInput):
    """The code is mistyped or belongs to no open survey."""


class SurveyClosed(InvalidTransition):
    """The survey takes no more answers."""


class KeyMissing(Conflict):
    """The survey's private key is not in its folder; the envelopes cannot be opened."""
