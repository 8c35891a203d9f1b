"""Whoever is signed in is asked for anew with every request, with today's roles, in one statement."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import Assignment, User
from members.states import Role
from tests.factories.members import (
    assign,
    make_community,
    make_district,
    make_person,
    make_street,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return make_street(make_district())


def test_with_grants_are_the_grants_of_the_person(street):
    person, today = make_user(), timezone.localdate()
    assign(person, Role.STAFF, street, is_recursive=True)
    assign(person, Role.AUDITOR, make_community(street))
    assign(
        person,
        Role.LIAISON,
        street,
        starts_on=today - dt.timedelta(days=9),
        ends_on=today - dt.timedelta(days=1),
    )
    assign(person, Role.EXPERT, street, starts_on=today + dt.timedelta(days=1))
    assign(make_user(), Role.EXPERT, street)
    with CaptureQueriesContext(connection) as queries:
        found = User.objects.with_grants(person.pk)
        assert len(found.grants) == 2
    assert len(queries) == 1
    assert found.grants == User.objects.get(pk=person.pk).grants
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(person, field.attname)


def test_with_grants_of_nobody(street):
    assert User.objects.with_grants(0) is None
    assert User.objects.with_grants(make_user().pk).grants == ()


def test_a_role_that_ended_counts_no_more_on_the_next_click(client, street):
    staff = make_person(Role.STAFF, street)
    client.force_login(staff)
    page = reverse("organisation-detail", args=[street.pk])
    assert client.get(page).status_code == 200
    Assignment.objects.all().delete()
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_a_session_ends_with_the_account_and_with_the_password(client, street, change):
    staff = make_person(Role.STAFF, street)
    client.force_login(staff)
    assert client.get(reverse("home")).status_code == 200
    User.objects.filter(pk=staff.pk).update(**change)
    assert client.get(reverse("home")).status_code == 302
