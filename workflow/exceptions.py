"""In which four ways an act is refused. A refusal always carries a sentence with the remedy; no HTTP here."""


class Refusal(Exception):
    """An act did not happen, and `sentence` says why and what to do. `field` names the input, if one is at fault."""

    def __init__(self, sentence, *, field: str = ""):
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPermitted(Refusal):
    """This person may not do this to this object."""


class InvalidTransition(Refusal):
    """The object's state does not allow the act."""


class Conflict(Refusal):
    """Somebody else was faster, or the same request came with another body."""


class BadInput(Refusal):
    """A value is wrong; `field` names it."""
