"""What this room has for a person to do; read-only."""

from alliances.reports import alliances, duties, meetings, minutes, terms, votes
from workflow.work import Work


def work_for(user) -> list[Work]:
    """The work of every noun of this room, one after the other; a constant number of queries."""
    return [
        work
        for noun in (alliances, duties, meetings, minutes, terms, votes)
        for work in noun.work_for(user)
    ]
