"""Two administrators at once: the structure holds, and without its locks it would not."""

import threading

import pgtrigger
import pytest
from django.db import connection

from members.actions import organisations, structures
from members.models import Organisation
from members.states import Role
from tests.factories.members import (
    make_district,
    make_organisation,
    make_person,
    shipped_kind,
    shipped_structure,
)
from workflow.exceptions import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 6


def race(*acts):
    """Run `acts` at once; the refusals they met."""
    start, refused = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait()
            act()
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.fixture
def bare_street():
    """A street without its committees, and the administrator of its district."""
    district = make_district()
    street = make_organisation(parent=district, kind="street", structure=shipped_structure())
    return street, make_person(Role.DISTRICT_ADMIN, district)


def adders(street, admin):
    kind = shipped_kind("administrative_group")
    return [
        lambda number=number: organisations.add_organisation(
            parent=street, kind=kind, name=f"行政党组{number}", by=admin
        )
        for number in range(RACERS)
    ]


def test_add_organisation_at_once_keeps_at_most(bare_street):
    street, admin = bare_street
    refused = race(*adders(street, admin))
    assert len(refused) == RACERS - 1
    assert Organisation.objects.filter(kind__code="administrative_group").count() == 1


def test_add_organisation_broken_twin_without_lock_and_trigger(bare_street, monkeypatch):
    street, admin = bare_street
    everybody_checked = threading.Barrier(RACERS)
    check = organisations.check_fits

    def check_and_wait(*args, **kwargs):
        check(*args, **kwargs)
        everybody_checked.wait()

    monkeypatch.setattr(organisations, "check_fits", check_and_wait)
    monkeypatch.setattr(organisations, "_lock", lambda one: Organisation.objects.get(pk=one.pk))

    def unguarded(act):
        def run():
            with pgtrigger.ignore("members.Organisation:fits_structure"):
                act()

        return run

    race(*[unguarded(act) for act in adders(street, admin)])
    assert Organisation.objects.filter(kind__code="administrative_group").count() > 1


def test_adopt_structure_while_somebody_adds_leaves_nothing_that_does_not_fit(bare_street):
    street, admin = bare_street
    place = {"parent": street, "by": admin}
    kind = shipped_kind("enterprise_committee")  # has a place in 1+3 and none in 1+2
    refused = race(
        lambda: organisations.add_organisation(kind=kind, name="非公企业联合党委", **place),
        lambda: structures.adopt_structure(
            organisation=street, template=shipped_structure("1+2"), by=admin
        ),
    )
    assert len(refused) == 1
    street.refresh_from_db()
    has_committee = Organisation.objects.under(street).filter(kind=kind).exists()
    assert has_committee == (street.structure == shipped_structure())


@pytest.fixture
def two_streets():
    """Two streets of a district without a structure, and its administrator."""
    district = make_organisation(kind="district")
    streets = [make_organisation(parent=district, kind="street") for _each in range(2)]
    return *streets, make_person(Role.DISTRICT_ADMIN, district)


def test_move_organisation_towards_each_other_waits_instead_of_blocking(two_streets):
    street, _other, admin = two_streets
    one, other = (make_organisation(parent=street, kind="community") for _each in range(2))
    refused = race(
        lambda: organisations.move_organisation(organisation=one, parent=other, by=admin),
        lambda: organisations.move_organisation(organisation=other, parent=one, by=admin),
    )
    assert [refusal.field for refusal in refused] == ["parent"]
    assert Organisation.objects.under(street).count() == 3


def test_move_organisation_while_somebody_adds_leaves_nobody_behind(two_streets):
    old, new, admin = two_streets
    community = make_organisation(parent=old, kind="community")
    grid = make_organisation(parent=community, kind="grid")
    unit = shipped_kind("unit")
    race(
        lambda: organisations.move_organisation(organisation=community, parent=new, by=admin),
        *[
            lambda number=number: organisations.add_organisation(
                parent=grid, kind=unit, name=f"单位{number}", by=admin
            )
            for number in range(RACERS)
        ],
    )
    assert Organisation.objects.under(old).count() == 1
    assert Organisation.objects.under(new).count() == 3 + RACERS
