"""Organisations, people and their roles for tests, made through the ORM."""

import importlib
import itertools

from django.apps import apps
from django.utils import timezone

from members.models import Assignment, Kind, Organisation, StructureTemplate, User
from members.states import Role, TemplateState

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)
_shipped = importlib.import_module("members.migrations.0002_shipped_structures")


def ship_defaults() -> None:
    """Bring back the shipped kinds and structures, which the flush after a transactional test removes."""
    if not Kind.objects.filter(owner=None).exists():
        _shipped.ship(apps, None)


def shipped_kind(code: str) -> Kind:
    """A kind that ships: district, street, administrative_group, …, community, grid, unit."""
    ship_defaults()
    return Kind.objects.get(code=code)


def shipped_structure(name: str = "1+3") -> StructureTemplate:
    """The published "1+3" or "1+2"."""
    ship_defaults()
    return StructureTemplate.objects.get(name=name, owner=None, state=TemplateState.PUBLISHED)


def make_user(username: str = "", **fields) -> User:
    """A person who can sign in with `PASSWORD`."""
    number = next(_numbers)
    fields.setdefault("name", f"用户{number}")
    return User.objects.create_user(username or f"user{number}", password=PASSWORD, **fields)


def make_organisation(
    *, parent: Organisation | None = None, kind: str | Kind = "unit", **fields
) -> Organisation:
    """A node below `parent`, or a root without one; the structure in force must allow it."""
    kind = shipped_kind(kind) if isinstance(kind, str) else kind
    fields.setdefault("name", f"{kind.name}{next(_numbers)}")
    # Dated back, so that a test may close it or date memberships before today.
    fields.setdefault("opened_on", timezone.localdate().replace(month=1, day=1))
    if parent is None:
        return Organisation.objects.add_root({"kind": kind, **fields})
    return Organisation.objects.add_child(parent, {"kind": kind, **fields})


def make_district(**fields) -> Organisation:
    """A root with the shipped structure "1+3" in force."""
    fields.setdefault("structure", shipped_structure())
    return make_organisation(kind="district", **fields)


def make_street(district: Organisation | None = None, *, structure: str = "1+3", **fields) -> Organisation:
    """A street with its committees: the three of "1+3" or the two of "1+2"."""
    district = district or make_district()
    street = make_organisation(
        parent=district, kind="street", structure=shipped_structure(structure), **fields
    )
    for parent, kind, at_most in _shipped.TEMPLATES[structure]:
        if parent == "street" and at_most == 1:
            make_organisation(parent=street, kind=kind)
    return street


def committee(street: Organisation, kind: str = "residential_committee") -> Organisation:
    """The committee of that kind below `street`."""
    return Organisation.objects.under(street).get(kind__code=kind)


def make_community(street: Organisation, **fields) -> Organisation:
    """A community below the residential committee (1+3) or the community committee (1+2) of `street`."""
    parent = Organisation.objects.under(street).get(
        kind__code__in=["residential_committee", "community_committee"]
    )
    return make_organisation(parent=parent, kind="community", **fields)


def assign(
    user: User, role: Role, organisation: Organisation, *, is_recursive: bool | None = None, **dates
) -> Assignment:
    """Give `user` the role; administrators, readers and staff reach beneath the node unless told otherwise."""
    if is_recursive is None:
        is_recursive = role != Role.LIAISON
    dates.setdefault("starts_on", timezone.localdate().replace(month=1, day=1))
    assignment = Assignment.objects.create(
        user=user, role=role, organisation=organisation, is_recursive=is_recursive, **dates
    )
    # The user's grants are kept for a request; a test's object lives longer.
    for kept in ("grants", "organisation"):
        user.__dict__.pop(kept, None)
    return assignment


def make_person(role: Role, organisation: Organisation, **fields) -> User:
    """A user with one assignment; people of the street and district may open the admin."""
    fields.setdefault("is_staff", role != Role.LIAISON)
    user = make_user(**fields)
    assign(user, role, organisation)
    return user
