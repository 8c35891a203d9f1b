"""Accounts of the demo: one password for everybody, hashed once."""

import datetime as dt
import functools

from django.contrib.auth.hashers import make_password

from members.actions.people import assign_role
from members.models import Assignment, Organisation, User
from members.states import Role

PASSWORD = "alliance-demo-2026"  # noqa: S105 - the demo tells it to everybody


@functools.cache
def hashed_password() -> str:
    """`PASSWORD` as the database keeps it. Argon2 takes a fifth of a second: once, not three hundred times."""
    return make_password(PASSWORD)


def make_user(username: str, name: str) -> User:
    """An account that signs in with `PASSWORD`, without a role."""
    return User.objects.create(username=username, name=name, password=hashed_password())


def make_person(username: str, name: str, role: Role, organisation: Organisation, *, by: User) -> User:
    """An account with its role, given by `by`; liaisons speak for their own organisation alone."""
    user = make_user(username, name)
    assign_role(user=user, role=role, organisation=organisation, by=by, is_recursive=role != Role.LIAISON)
    return user


def make_first_admin(username: str, name: str, district: Organisation, starts_on: dt.date) -> User:
    """The administrator of a new district: the one account that nobody could give."""
    user = make_user(username, name)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    Assignment.objects.create(
        user=user, role=Role.DISTRICT_ADMIN, organisation=district, is_recursive=True, starts_on=starts_on
    )
    return user
