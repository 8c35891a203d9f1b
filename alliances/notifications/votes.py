"""Whom a vote and a decision tell."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from alliances.models import Decision, Motion
from members.models import Assignment, User
from members.notifications import notify, register
from members.states import ACTING_ROLES

MOTION_OPENED = register("motion_opened", _("%(meeting)s正在表决“%(item)s”，请贵单位投票。"))
DECISION_MADE = register("decision_made", _("%(alliance)s作出%(number)s决议：%(item)s"))


def motion_opened(motion: Motion, places: Iterable, *, by: User) -> None:
    """Tells those who cast the ballots of these places: the units' own people, or those of the unit that represents them."""
    holders = _people(place.speaker.pk for place in places)
    people = [one for one in holders if one != by]
    notify(MOTION_OPENED, motion, people, meeting=motion.item.meeting, item=motion.item)


def decision_made(decision: Decision, *, by: User) -> None:
    """Tells the people of every member on the day of the meeting."""
    members = decision.alliance.memberships.current(decision.decided_on).values_list(
        "organisation", flat=True
    )
    people = [one for one in _people(members) if one != by]
    notify(
        DECISION_MADE,
        decision,
        people,
        alliance=decision.alliance,
        number=decision.number,
        item=decision.item,
    )


def _people(organisations: Iterable[int]) -> list[User]:
    """Who acts in their own organisation's name; one query, however many organisations."""
    holders = (
        Assignment.objects.current()
        .filter(organisation__in=list(organisations), role__in=ACTING_ROLES, user__is_active=True)
        .select_related("user")
    )
    return [holder.user for holder in holders]
