"""How an agenda item is proposed, answered, revised and written down."""

from alliances.models import AgendaItem, Alliance, Meeting
from alliances.states import ItemSource
from members.models import Organisation
from workflow.actions import action


@action
def propose_item(
    *,
    alliance: Alliance,
    proposer: Organisation,
    by,
    title: str,
    body: str = "",
    source_note: str = "",
    meeting: Meeting | None = None,
    source: ItemSource | None = None,
) -> AgendaItem:
    """A proposed item of `proposer`, for `meeting` or the next one. Its speakers; people of the host for the host.

    `by` None is the clock, whose items come from a record (`source` RECORD). Tells those who answer.
    """
    raise NotImplementedError


@action
def accept_item(*, item: AgendaItem, by) -> AgendaItem:
    """Proposed → accepted; those who run its meeting, or its alliance's next one. Tells the proposer."""
    raise NotImplementedError


@action
def return_item(*, item: AgendaItem, by, reason: str) -> AgendaItem:
    """Proposed or accepted → returned with a reason; the same people. Tells the proposer."""
    raise NotImplementedError


@action
def withdraw_item(*, item: AgendaItem, by) -> AgendaItem:
    """Proposed or accepted → withdrawn; the proposer's speakers. Tells those who answer."""
    raise NotImplementedError


@action
def revise_item(*, item: AgendaItem, by, title: str, body: str, version: int) -> AgendaItem:
    """New words, a version later. The proposer until it is accepted, those who answer until it is put to the vote.

    Raises `ItemChanged` when the words are no longer those of `version`.
    """
    raise NotImplementedError


@action
def note_discussion(*, item: AgendaItem, by, text: str, version: int | None = None) -> AgendaItem:
    """What was said, as the minutes print it; those who run the meeting, from its session until the minutes go round.

    Raises `ItemChanged` when `version` is given and no longer the item's.
    """
    raise NotImplementedError
