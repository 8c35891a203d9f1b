"""What a person has to do today: the answers of all rooms put together, one order for everybody."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

import alliances.reports
import assessments.reports
import members.reports
import projects.reports
from workflow.work import Figure, Work, in_order

ROOMS = (members.reports, alliances.reports, projects.reports, assessments.reports)


@dataclass(frozen=True)
class Group:
    """One block of 今天要办. `tone` and `icon` mark urgency; `note` stands behind the count."""

    title: str
    tasks: list[Work]
    tone: str = ""
    icon: str = ""
    note: str = ""


def work_for(user) -> list[Group]:
    """The user's work in four groups: overdue, due today, later, and what lies with others. Empty ones are left out."""
    today = timezone.localdate()
    works = in_order(work for room in ROOMS for work in room.work_for(user))
    own = [work for work in works if not work.waits]
    groups = [
        Group(_("已逾期"), [w for w in own if w.due and w.due < today], "bad", "warning"),
        Group(_("今天到期"), [w for w in own if w.due == today], "warn", "clock"),
        Group(_("接下来"), [w for w in own if not w.due or w.due > today]),
        Group(
            _("在等对方"),
            [work for work in works if work.waits],
            note=_("到期自动提醒，现在不用管"),
        ),
    ]
    return [group for group in groups if group.tasks]


def figures_for(user) -> list[Figure]:
    """The numbers beside the day's work, each a door to its list."""
    return [figure for room in (projects.reports, assessments.reports) for figure in room.figures_for(user)]
