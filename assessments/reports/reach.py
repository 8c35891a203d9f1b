"""In whose name a person may write schemes, and whose alliances a person may have scored: what forms offer."""

from django.db.models import QuerySet

from alliances.models import Alliance
from members.models import Organisation, User
from members.states import Level, Role

STAFF = (Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF)


def owners_for(user: User) -> QuerySet[Organisation]:
    """Open districts and streets in whose name `user` may write a scheme."""
    levels = [Level.DISTRICT, Level.STREET]
    return (
        Organisation.objects.open()
        .filter(user.within("path", *STAFF), kind__level__in=levels)
        .order_by("path")
    )


def alliances_for(user: User) -> QuerySet[Alliance]:
    """Open alliances whose host `user` looks after."""
    return Alliance.objects.open().filter(user.within("host__path", *STAFF)).order_by("name")
