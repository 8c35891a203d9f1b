"""The world of a drill: one street, its alliance, one need with one slot, and units that want it."""

import secrets
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from alliances.models import Alliance, Membership
from alliances.states import MemberRole
from members.models import Assignment, Kind, Organisation, StructureTemplate, User
from members.states import Role
from projects.actions import draft_listing, publish_listing
from projects.models import Category, Listing
from projects.states import Direction


@dataclass
class Liaison:
    """Who signs in, and the units in whose name this person claims, one attempt each."""

    username: str
    units: list[int] = field(default_factory=list)


@dataclass
class Street:
    """What the clients need to know."""

    listing: Listing
    liaisons: list[Liaison]
    password: str


@transaction.atomic
def build(*, capacity: int, clients: int, attempts: int) -> Street:
    """One unit for each attempt: a unit with an unanswered claim would be refused for that, not for the guard."""
    today, password = timezone.localdate(), secrets.token_urlsafe(16)
    secret = make_password(password)
    structure = StructureTemplate.objects.get(name="1+3", owner=None)
    kinds = {kind.code: kind for kind in Kind.objects.filter(owner=None)}

    def organisation(code: str, name: str, parent: Organisation | None = None, **fields) -> Organisation:
        values = {"kind": kinds[code], "name": name, "opened_on": today, **fields}
        if parent is None:
            return Organisation.objects.add_root(values)
        return Organisation.objects.add_child(parent, values)

    district = organisation("district", "演练区", structure=structure)
    street = organisation("street", "演练街道", district, structure=structure)
    committee = organisation("residential_committee", "演练居民区综合党委", street)
    alliance = Alliance.objects.create(host=street, name="演练联盟", started_on=today)
    Membership.objects.create(alliance=alliance, organisation=street, role=MemberRole.LEAD, starts_on=today)

    def person(username: str, role: Role, *places: Organisation) -> User:
        user = User.objects.create(username=username, name=username, password=secret)
        for place in places:
            Assignment.objects.create(user=user, role=role, organisation=place, starts_on=today)
        return user

    owner = person("drill-street", Role.STREET_ADMIN, street)
    units = [organisation("unit", f"演练单位{number}", committee) for number in range(attempts)]
    for unit in units:
        Membership.objects.create(alliance=alliance, organisation=unit, starts_on=today)
    liaisons = []
    for number in range(clients):
        own = units[number::clients]
        user = person(f"drill-{number}", Role.LIAISON, *own)
        liaisons.append(Liaison(user.username, [unit.pk for unit in own]))
    listing = draft_listing(
        alliance=alliance,
        organisation=street,
        direction=Direction.NEED,
        category=Category.objects.get(code="parking"),
        title="演练停车位",
        measure="个",
        slots=[(None, None, capacity)],
        by=owner,
    )
    return Street(publish_listing(listing=listing, by=owner), liaisons, password)


def drop_check() -> None:
    """Take the database's own word on `taken` away; of the scratch database, so for good."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_slot DROP CONSTRAINT slot_taken_within_quantity")
