"""What is told about a listing."""

from django.utils.translation import gettext_lazy as _

from alliances.models import Membership
from members.models import Assignment, User
from members.notifications import notify, register
from members.states import Role
from projects.models import Listing

LISTING_PUBLISHED = register("listing_published", _("%(organisation)s 发布了“%(listing)s”，可以认领。"))


def listing_published(listing: Listing) -> None:
    """Tells the liaisons of the alliance's other members: one query and one insert, however many."""
    members = Membership.objects.current().filter(alliance=listing.alliance_id)
    others = members.exclude(organisation=listing.organisation_id).values("organisation")
    posts = Assignment.objects.current().filter(role=Role.LIAISON, organisation__in=others)
    liaisons = User.objects.filter(is_active=True, pk__in=posts.values("user"))
    notify(LISTING_PUBLISHED, listing, liaisons, organisation=listing.organisation, listing=listing)
