"""Whom a merge of organisations tells in the alliances that it touches."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Membership
from members.models import Assignment, Organisation, User
from members.notifications import notify, register, speakers
from members.states import ACTING_ROLES

MEMBER_REPLACED = register(
    "member_replaced",
    _("%(organisation)s 已并入%(successor)s，由其自 %(day)s 起承接在%(alliance)s的席位。"),
)
ALLIANCE_REHOSTED = register(
    "alliance_rehosted",
    _("%(alliance)s自 %(day)s 起由%(successor)s主办，原主办组织%(organisation)s已并入它。"),
)


def member_replaced(
    membership: Membership, organisation: Organisation, successor: Organisation, *, day: date, by: User
) -> None:
    """Tells the people of the host, who keep the list of members."""
    people = speakers(membership.alliance.host)
    _tell(MEMBER_REPLACED, membership, membership.alliance, people, organisation, successor, day, by)


def alliance_rehosted(
    alliance: Alliance, organisation: Organisation, successor: Organisation, *, day: date, by: User
) -> None:
    """Tells the people of every member; one query, however many members."""
    members = alliance.memberships.current().values("organisation")
    holders = (
        Assignment.objects.current()
        .filter(organisation__in=members, role__in=ACTING_ROLES, user__is_active=True)
        .select_related("user")
    )
    people = [holder.user for holder in holders]
    _tell(ALLIANCE_REHOSTED, alliance, alliance, people, organisation, successor, day, by)


def _tell(
    kind: str,
    cause: Alliance | Membership,
    alliance: Alliance,
    people: Iterable[User],
    organisation: Organisation,
    successor: Organisation,
    day: date,
    by: User,
) -> None:
    notify(
        kind,
        cause,
        [one for one in people if one != by],
        # The alliance may change its host again on another day.
        due=day,
        url=alliance.get_absolute_url(),
        alliance=alliance,
        organisation=organisation,
        successor=successor,
        day=day,
    )
