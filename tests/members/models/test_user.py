"""How far a person's assignments reach: the one gate of pages, API, admin and exports."""

import datetime as dt

import pytest
from django.utils import timezone

from members.models import Assignment, Kind, Organisation, StructureTemplate, User
from members.states import Role
from tests.factories.members import (
    assign,
    committee,
    make_community,
    make_organisation,
    make_person,
    make_street,
    make_user,
    shipped_kind,
)

pytestmark = pytest.mark.django_db


def names(rows):
    return {str(row) for row in rows}


def test_visible_to_organisations_of_the_own_district(street, community, staff, foreign_admin):
    seen = Organisation.objects.visible_to(staff)
    assert {"清河区", "天宁街道", "南园社区"} <= names(seen)
    assert "外区" not in names(seen)
    assert not Organisation.objects.visible_to(make_user()).exists()
    assert not Organisation.objects.visible_to(make_user(is_superuser=True)).exists()


def test_visible_to_ends_with_the_assignment(street):
    person, today = make_user(), timezone.localdate()
    assign(person, Role.STAFF, street, ends_on=today)
    assert Organisation.objects.visible_to(person).exists()
    Assignment.objects.update(ends_on=today - dt.timedelta(days=1))
    assert not Organisation.objects.visible_to(User.objects.get(pk=person.pk)).exists()
    Assignment.objects.update(starts_on=today + dt.timedelta(days=1), ends_on=None)
    assert not Organisation.objects.visible_to(User.objects.get(pk=person.pk)).exists()


def test_visible_to_people_only_for_managers_of_their_reach(district, street, community, staff):
    liaison = make_person(Role.LIAISON, make_organisation(parent=community), name="王联络")
    manager = make_person(Role.STREET_ADMIN, street)
    neighbour = make_person(Role.STREET_ADMIN, make_street(district))
    assert liaison in User.objects.visible_to(manager)
    assert liaison not in User.objects.visible_to(neighbour)
    assert list(User.objects.visible_to(staff)) == [staff]
    assert list(User.objects.visible_to(liaison)) == [liaison]


def test_visible_to_kinds_and_structures_shipped_or_of_the_district(district, staff, foreign_admin):
    own = Kind.objects.create(code="own", name="本区类型", level="grid", owner=district)
    template = StructureTemplate.objects.create(name="本区架构", owner=district)
    for rows, row in (
        (Kind.objects.visible_to, own),
        (StructureTemplate.objects.visible_to, template),
    ):
        assert row in rows(staff)
        assert row not in rows(foreign_admin)
        assert rows(foreign_admin).filter(owner=None).exists()


def test_within_without_recursion_is_the_node_alone(street, community):
    person = make_user()
    assign(person, Role.STREET_ADMIN, street, is_recursive=False)
    reach = Organisation.objects.filter(person.within("path", Role.STREET_ADMIN))
    assert list(reach) == [street]
    assert not person.manages(community)


def test_within_takes_no_sibling_with_a_longer_path(district):
    streets = [make_street(district) for _number in range(3)]
    person = make_person(Role.STREET_ADMIN, streets[1])
    reach = Organisation.objects.filter(person.within("path"))
    assert {one.path[: len(streets[1].path)] for one in reach} == {streets[1].path}


def test_acts_for_units_only_through_their_own(street, community, staff):
    unit = make_organisation(parent=community)
    liaison = make_person(Role.LIAISON, unit)
    reader = make_person(Role.DISTRICT_READER, Organisation.objects.get_root(street))
    assert staff.acts_for(street)
    assert staff.acts_for(community)
    assert not staff.acts_for(unit)
    assert liaison.acts_for(unit)
    assert not liaison.acts_for(community)
    assert not reader.acts_for(street)
    for person in (staff, liaison, reader):
        rows = set(Organisation.objects.acted_for_by(person))
        assert rows == {one for one in Organisation.objects.all() if person.acts_for(one)}


def test_administered_by_and_districts_of(district, street, community, district_admin, street_admin):
    assert list(Organisation.objects.districts_of(district_admin)) == [district]
    assert not Organisation.objects.districts_of(street_admin).exists()
    assert community in Organisation.objects.administered_by(street_admin)
    assert district not in Organisation.objects.administered_by(street_admin)


def test_structure_beneath_is_the_nearest_above(district, street):
    community = make_community(street)
    assert str(community.structure_beneath()) == "1+3 v1"
    other = make_street(district, structure="1+2")
    assert str(committee(other, "community_committee").structure_beneath()) == "1+2 v1"
    lone = make_organisation(kind=shipped_kind("district"))
    assert lone.structure_beneath() is None


def test_ancestor_at_level(street, community):
    assert community.ancestor_at("street") == street
    assert street.ancestor_at("street") == street
    assert street.ancestor_at("grid") is None
