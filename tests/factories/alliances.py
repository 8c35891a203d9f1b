"""Alliances and memberships for tests, made through the ORM."""

import itertools

from django.utils import timezone

from alliances.models import Alliance, Membership
from alliances.states import MemberRole
from members.models import Organisation
from tests.factories.members import make_organisation, make_street

_numbers = itertools.count(1)


def make_alliance(*, host: Organisation | None = None, **fields) -> Alliance:
    """A running alliance of `host`, a new street by default, with the host as its leading member."""
    fields.setdefault("name", f"联盟{next(_numbers)}")
    fields.setdefault("started_on", timezone.localdate().replace(month=1, day=1))
    alliance = Alliance.objects.create(host=host or make_street(), **fields)
    make_membership(alliance=alliance, organisation=alliance.host, role=MemberRole.LEAD)
    return alliance


def make_membership(
    *, alliance: Alliance | None = None, organisation: Organisation | None = None, **fields
) -> Membership:
    """`organisation`, a new unit below the host by default, in `alliance`."""
    alliance = alliance or make_alliance()
    fields.setdefault("starts_on", alliance.started_on)
    return Membership.objects.create(
        alliance=alliance, organisation=organisation or make_organisation(parent=alliance.host), **fields
    )
