"""Read-only answers of this room."""

from assessments.reports import surveys, work
from members.models import User
from workflow.work import Figure, Work


def work_for(user: User) -> list[Work]:
    """Surveys, schemes, scores and reports that wait for the person."""
    return [*surveys.work_for(user), *work.work_for(user)]


def figures_for(user: User) -> list[Figure]:
    """The numbers of this room beside the day's work."""
    return work.figures_for(user)
