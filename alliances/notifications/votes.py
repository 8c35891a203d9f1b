"""Whom a vote and a decision tell."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from alliances.models import Decision, Motion
from members.models import User
from members.notifications import holders, notify, register

MOTION_OPENED = register("motion_opened", _("%(meeting)s正在表决“%(item)s”，请贵单位投票。"))
DECISION_MADE = register("decision_made", _("%(alliance)s作出%(number)s决议：%(item)s"))


def motion_opened(motion: Motion, places: Iterable, *, by: User) -> None:
    """Tells those who cast the ballots of these places: the units' own people, or those of the unit that represents them."""
    people = holders([place.speaker.pk for place in places])
    people = [one for one in people if one != by]
    notify(MOTION_OPENED, motion, people, meeting=motion.item.meeting, item=motion.item)


def decision_made(decision: Decision, *, by: User) -> None:
    """Tells the people of every member on the day of the meeting."""
    members = decision.alliance.memberships.current(decision.decided_on).values_list(
        "organisation", flat=True
    )
    people = [one for one in holders(members) if one != by]
    notify(
        DECISION_MADE,
        decision,
        people,
        alliance=decision.alliance,
        number=decision.number,
        item=decision.item,
    )
