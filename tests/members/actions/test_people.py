import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.actions.people import add_user, assign_role, change_password, end_assignment
from members.models import Assignment, Change, Notification, User
from members.states import Role
from tests.factories.members import (
    PASSWORD,
    assign,
    committee,
    make_organisation,
    make_person,
    make_street,
    make_user,
)
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db
GOOD = "梧桐树下的三把旧椅子"


@pytest.fixture
def unit(community):
    return make_organisation(parent=community, name="梧桐中学")


def test_add_user_can_sign_in_and_holds_the_role(client, unit, street_admin):
    user = add_user(
        username="wutong",
        name="王芳",
        password=GOOD,
        role=Role.LIAISON,
        organisation=unit,
        is_recursive=False,
        by=street_admin,
    )
    assert client.login(username="wutong", password=GOOD)
    assert not user.is_staff
    assert [grant.role for grant in user.grants] == [Role.LIAISON]
    assert Notification.objects.get(recipient=user).kind == "role_assigned"


def test_add_user_bad_input_leaves_nothing(unit, street_admin):
    make_user("taken")
    before = User.objects.count()
    given = {"username": "new", "name": "王芳", "password": GOOD, "role": Role.LIAISON}
    for values, field in (
        ({"name": "王\u200b芳"}, "name"),
        ({"username": "taken"}, "username"),
        ({"password": "短"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "new-new-new", "username": "new-new-new1"}, "password"),
        ({"role": Role.STAFF}, "role"),
    ):
        with pytest.raises(BadInput) as refused:
            add_user(organisation=unit, by=street_admin, **{**given, **values})
        assert refused.value.field == field
    assert User.objects.count() == before


def test_assign_role_opens_the_admin_for_staff_alone(community, unit, street_admin):
    person = make_user()
    assign_role(user=person, role=Role.LIAISON, organisation=unit, by=street_admin)
    assert not person.is_staff
    assign_role(user=person, role=Role.STAFF, organisation=community, by=street_admin)
    person.refresh_from_db()
    assert person.is_staff


def test_assign_role_only_what_one_may_give(street, street_admin, district, district_admin):
    for role, place in ((Role.STREET_ADMIN, street), (Role.DISTRICT_ADMIN, district)):
        with pytest.raises(NotPermitted):
            assign_role(user=make_user(), role=role, organisation=place, by=street_admin)
        assert assign_role(user=make_user(), role=role, organisation=place, by=district_admin).pk


def test_assign_role_out_of_reach(unit, staff, foreign_admin):
    for person in (staff, foreign_admin, make_user()):
        with pytest.raises(NotPermitted):
            assign_role(user=make_user(), role=Role.LIAISON, organisation=unit, by=person)


def test_assign_role_twice_at_a_time(unit, street_admin):
    person = make_user()
    first = assign_role(user=person, role=Role.LIAISON, organisation=unit, by=street_admin)
    with pytest.raises(BadInput, match="已是") as refused:
        assign_role(user=person, role=Role.LIAISON, organisation=unit, by=street_admin)
    assert refused.value.field == "starts_on"
    end_assignment(assignment=first, ends_on=timezone.localdate(), by=street_admin)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert assign_role(
        user=person, role=Role.LIAISON, organisation=unit, starts_on=tomorrow, by=street_admin
    )


def test_assign_role_dates_out_of_order(unit, street_admin):
    with pytest.raises(BadInput) as refused:
        assign_role(
            user=make_user(),
            role=Role.LIAISON,
            organisation=unit,
            ends_on=dt.date(2000, 1, 1),
            by=street_admin,
        )
    assert refused.value.field == "ends_on"


def test_end_assignment_once_and_not_for_oneself(unit, street_admin, staff):
    held = assign(make_user(), Role.LIAISON, unit)
    with pytest.raises(NotPermitted):
        end_assignment(assignment=held, ends_on=timezone.localdate(), by=staff)
    end_assignment(assignment=held, ends_on=timezone.localdate(), reason="调离", by=street_admin)
    assert Change.objects.about(held).first().reason == "调离"
    with pytest.raises(InvalidTransition):
        end_assignment(assignment=held, ends_on=timezone.localdate(), by=street_admin)
    own = assign(street_admin, Role.STAFF, unit)
    with pytest.raises(NotPermitted, match="自己"):
        end_assignment(assignment=own, ends_on=timezone.localdate(), by=street_admin)


def test_end_assignment_before_it_began(unit, street_admin):
    held = assign(make_user(), Role.LIAISON, unit)
    with pytest.raises(BadInput) as refused:
        end_assignment(assignment=held, ends_on=dt.date(2000, 1, 1), by=street_admin)
    assert refused.value.field == "ends_on"


def test_end_assignment_sooner_than_planned_but_not_later(unit, street_admin):
    today, day = timezone.localdate(), dt.timedelta(days=1)
    held = assign_role(
        user=make_user(), role=Role.LIAISON, organisation=unit, ends_on=today + 9 * day, by=street_admin
    )
    with pytest.raises(BadInput) as refused:
        end_assignment(assignment=held, ends_on=today + 10 * day, by=street_admin)
    assert refused.value.field == "ends_on"
    ended = end_assignment(assignment=held, ends_on=today, by=street_admin)
    assert ended.ends_on == today


def test_end_assignment_takes_the_sight_away_the_day_after(unit, street_admin):
    person = make_person(Role.LIAISON, unit)
    held = person.assignments.get()
    end_assignment(assignment=held, ends_on=timezone.localdate() - dt.timedelta(days=1), by=street_admin)
    assert User.objects.get(pk=person.pk).grants == ()


def test_change_password(client, staff):
    change_password(user=staff, old_password=PASSWORD, password=GOOD, by=staff)
    assert client.login(username=staff.username, password=GOOD)
    for old, new, field in ((PASSWORD, GOOD, "old_password"), (GOOD, "short", "password")):
        with pytest.raises(BadInput) as refused:
            change_password(user=staff, old_password=old, password=new, by=staff)
        assert refused.value.field == field
    with pytest.raises(NotPermitted):
        change_password(user=staff, old_password=GOOD, password=GOOD + "2", by=make_user())


def test_constraint_assignment_once_at_a_time(unit):
    held = assign(make_user(), Role.LIAISON, unit)
    values = {"user": held.user, "role": held.role, "organisation": unit}
    with pytest.raises(IntegrityError, match="assignment_once_at_a_time"), transaction.atomic():
        Assignment.objects.create(starts_on=timezone.localdate(), **values)
    # Another role, and the time before, are free.
    Assignment.objects.create(**{**values, "role": Role.STAFF})
    Assignment.objects.create(
        starts_on=dt.date(2020, 1, 1), ends_on=held.starts_on - dt.timedelta(days=1), **values
    )


def test_constraint_assignment_dates_in_order(unit):
    with pytest.raises(IntegrityError, match="assignment_dates_in_order"), transaction.atomic():
        assign(make_user(), Role.LIAISON, unit, ends_on=dt.date(2000, 1, 1))


def test_constraint_assignment_role_known(unit):
    with pytest.raises(IntegrityError, match="assignment_role_known"), transaction.atomic():
        assign(make_user(), "emperor", unit)


def test_assign_role_nobody_gives_himself_one(db):
    street = make_street()
    unit = make_organisation(parent=committee(street, "enterprise_committee"))
    admin = make_person(Role.STREET_ADMIN, street)
    with pytest.raises(NotPermitted):
        assign_role(user=admin, role=Role.LIAISON, organisation=unit, by=admin)
