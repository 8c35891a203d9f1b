"""Many who act at once on real connections, and a database that has lost its last guard."""

from contextlib import contextmanager

from django.db import connection

from members.states import Role
from projects.models import Claim, Slot
from tests.factories.alliances import make_membership
from tests.factories.members import make_organisation, make_person


def claimants(circle, number):
    """Units of the alliance, each with its liaison."""
    for _ in range(number):
        unit = make_organisation(parent=circle.street)
        make_membership(alliance=circle.alliance, organisation=unit)
        yield unit, make_person(Role.LIAISON, unit)


@contextmanager
def without_check():
    """The CHECK on `taken` is gone meanwhile; afterwards every claim is, and the CHECK stands again."""
    constraint = next(c for c in Slot._meta.constraints if c.name == "slot_taken_within_quantity")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Slot, constraint)
    try:
        yield
    finally:
        Claim.objects.all().delete()
        Slot.objects.update(taken=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(Slot, constraint)
