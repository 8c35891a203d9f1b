"""History is written by triggers whatever route a change takes, and nobody rewrites it."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from members.actions.organisations import change_organisation
from members.models import Change, Organisation
from members.states import Role
from tests.factories.members import make_organisation, make_person
from workflow.actions import request_id

pytestmark = pytest.mark.django_db


def run(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_record_raw_sql_insert_update_delete():
    run("INSERT INTO members_specialday (day, is_workday, note) VALUES ('2027-02-14', true, '调休')")
    run("UPDATE members_specialday SET note = '春节调休' WHERE day = '2027-02-14'")
    run("DELETE FROM members_specialday WHERE day = '2027-02-14'")
    first, second, third = Change.objects.filter(table_name="members_specialday").order_by("id")
    assert [one.operation for one in (first, second, third)] == ["insert", "update", "delete"]
    assert (first.before, first.after["note"]) == (None, "调休")
    assert (second.before, second.after) == ({"note": "调休"}, {"note": "春节调休"})
    assert (third.before["note"], third.after) == ("春节调休", None)
    assert {one.user_id for one in (first, second, third)} == {None}


def test_record_update_without_effect_leaves_no_row(community):
    count = Change.objects.count()
    run("UPDATE members_organisation SET name = name WHERE id = %s", community.pk)
    run("UPDATE members_organisation SET numchild = 7 WHERE id = %s", community.pk)
    assert Change.objects.count() == count


def test_record_carries_actor_request_and_reason(community, street_admin):
    token = request_id.set("4711")
    change_organisation(organisation=community, name="北园社区", reason="更名批复", by=street_admin)
    request_id.reset(token)
    change = Change.objects.about(community).first()
    assert (change.user_id, change.request, change.reason) == (street_admin.pk, "4711", "更名批复")
    assert (change.before, change.after) == ({"name": "南园社区"}, {"name": "北园社区"})


@pytest.mark.django_db(transaction=True)
def test_record_the_signature_ends_with_the_transaction():
    district = make_organisation(kind="district")
    admin = make_person(Role.DISTRICT_ADMIN, district)
    change_organisation(organisation=district, name="新区", by=admin)
    Organisation.objects.filter(pk=district.pk).update(name="旧区")
    last, before = Change.objects.about(district)[:2]
    assert (before.user_id, last.user_id) == (admin.pk, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE members_change SET reason = 'x'",
        "DELETE FROM members_change",
        "TRUNCATE members_change",
    ],
)
def test_append_only_the_database_refuses(statement, district):
    count = Change.objects.count()
    with pytest.raises((IntegrityError, InternalError), match="append-only"):
        run(statement)
    assert Change.objects.count() == count
