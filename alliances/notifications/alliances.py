"""Which event of this room tells whom."""

from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Membership
from members.models import User
from members.notifications import holders, notify, register, speakers
from workflow.templatetags.workflow import cn_date

MEMBER_ADMITTED = register(
    "member_admitted", _("%(organisation)s 已加入%(alliance)s，请核对联系人和电话。")
)
MEMBERSHIP_ENDED = register("membership_ended", _("%(organisation)s 退出%(alliance)s。原因：%(reason)s"))
ALLIANCE_ENDED = register("alliance_ended", _("%(alliance)s 自 %(day)s 起终止。原因：%(reason)s"))


def member_admitted(membership: Membership, *, by: User) -> None:
    """Tells the member's own people. Nobody is told of an act of their own."""
    _tell(MEMBER_ADMITTED, membership, by)


def membership_ended(membership: Membership, *, by: User, reason: str) -> None:
    """Tells the member's own people, once for every last day that is set."""
    _tell(MEMBERSHIP_ENDED, membership, by, reason=reason)


def alliance_ended(alliance: Alliance, memberships: list[Membership], *, by: User, reason: str) -> None:
    """Tells the people of every member; one query, however many members."""
    people = holders([membership.organisation_id for membership in memberships])
    recipients = [user for user in people if user != by]
    day = cn_date(alliance.ended_on)
    notify(ALLIANCE_ENDED, alliance, recipients, alliance=alliance, day=day, reason=reason)


def _tell(kind: str, membership: Membership, by: User, **params: object) -> None:
    notify(
        kind,
        membership,
        [user for user in speakers(membership.organisation) if user != by],
        due=membership.ends_on,
        url=membership.alliance.get_absolute_url(),
        organisation=membership.organisation,
        alliance=membership.alliance,
        **params,
    )
