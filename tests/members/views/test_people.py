import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import Assignment, User
from members.states import Role
from tests.factories.members import PASSWORD, assign, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db
GOOD = "梧桐树下的三把旧椅子"


def test_person_new_then_sign_in_then_change_password(client, community, street_admin):
    unit = make_organisation(parent=community)
    client.force_login(street_admin)
    page = client.get(reverse("person-new"), {"organisation": unit.pk}).content.decode()
    assert f'<option value="{unit.pk}" selected>' in page
    given = {"name": "王芳", "username": "wangfang", "password": GOOD}
    response = client.post(
        reverse("person-new"), {**given, "organisation": unit.pk, "role": "liaison"}, follow=True
    )
    assert "王芳" in response.content.decode()
    client.logout()
    assert client.login(username="wangfang", password=GOOD)
    change = reverse("password-change")
    wrong = client.post(change, {"old_password": "x", "password": GOOD + "新", "again": GOOD})
    assert wrong.status_code == 400
    assert "两次输入的新密码不同" in wrong.content.decode()
    done = client.post(change, {"old_password": GOOD, "password": GOOD + "新", "again": GOOD + "新"})
    assert done.status_code == 302
    assert client.get(change).status_code == 200, "the session survives"
    assert User.objects.get(username="wangfang").check_password(GOOD + "新")


def test_person_new_refusals_name_the_field(client, community, street_admin):
    make_user("taken")
    client.force_login(street_admin)
    response = client.post(
        reverse("person-new"),
        {
            "name": "王芳",
            "username": "taken",
            "password": GOOD,
            "organisation": community.pk,
            "role": "staff",
        },
    )
    assert response.status_code == 400
    assert "登录名“taken”已被使用。请换一个。" in response.content.decode()
    assert GOOD not in response.content.decode()


def test_person_assign_and_end(client, community, street_admin):
    person = make_person(Role.STAFF, community, name="李干事")
    grid = make_organisation(parent=community, kind="grid")
    client.force_login(street_admin)
    client.post(
        reverse("person-assign"),
        {"user": person.pk, "organisation": grid.pk, "role": "staff", "starts_on": "今天"},
    )
    made = Assignment.objects.get(user=person, organisation=grid)
    assert not made.is_recursive
    end = reverse("person-end", args=[made.pk])
    assert client.get(end).status_code == 200
    client.post(end, {"ends_on": "今天", "reason": "轮岗"})
    made.refresh_from_db()
    assert made.ends_on == timezone.localdate()


def test_person_list_filters_and_costs_a_constant(
    client, community, street_admin, django_assert_max_num_queries
):
    for number in range(40):
        assign(make_user(name=f"联络{number}"), Role.LIAISON, make_organisation(parent=community))
    client.force_login(street_admin)
    with django_assert_max_num_queries(9):
        page = client.get(reverse("person-list"))
    assert page.content.decode().count("联络员") > 40
    found = client.get(reverse("person-list"), {"q": "联络7", "state": "current"}).content.decode()
    assert "联络7" in found
    assert "联络8" not in found


def test_person_pages_show_a_reader_only_themselves(client, community, staff):
    other = make_person(Role.LIAISON, make_organisation(parent=community), name="王联络")
    client.force_login(staff)
    page = client.get(reverse("person-list")).content.decode()
    assert staff.name in page
    assert "王联络" not in page
    assert client.get(reverse("person-new")).status_code == 403
    assert client.get(reverse("person-assign")).status_code == 403
    held = other.assignments.get()
    assert client.post(reverse("person-end", args=[held.pk])).status_code == 404


def test_person_assign_offers_only_people_in_reach(client, street_admin, foreign_admin):
    client.force_login(street_admin)
    page = client.get(reverse("person-assign")).content.decode()
    assert street_admin.name in page
    assert foreign_admin.name not in page
    response = client.post(
        reverse("person-assign"),
        {
            "user": foreign_admin.pk,
            "organisation": street_admin.organisation.pk,
            "role": "staff",
            "starts_on": "今天",
        },
    )
    assert response.status_code == 400
    assert PASSWORD not in response.content.decode()


def test_person_new_with_a_number_beyond_all_rows(client, street_admin):
    client.force_login(street_admin)
    response = client.post(reverse("person-new"), {"organisation": "9" * 5000})
    assert response.status_code == 400
