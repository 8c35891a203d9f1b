"""History in plain words, at a constant number of queries."""

import datetime as dt

import pytest
from django.db import connection, transaction

from members import reports
from members.models import Change, Organisation
from members.states import Role, UnitType
from tests.factories.members import (
    assign,
    make_community,
    make_district,
    make_organisation,
    make_street,
    make_user,
)
from workflow.actions import attribute

pytestmark = pytest.mark.django_db


def test_history_creation_names_the_noun_and_the_fields():
    district = make_district(name="清河区")
    (entry,) = reports.history(district)
    assert entry.who == "系统（定时任务）"
    assert entry.what == "新建了组织"
    lines = {line.label: line.after for line in entry.lines}
    assert lines["名称"] == "清河区"
    assert lines["类型"] == "区委组织部"
    assert lines["架构模板"] == "1+3"
    assert "路径" not in lines


def test_history_update_tells_who_from_what_to_what_and_why():
    user = make_user(name="陈嘉")
    unit = make_organisation(parent=make_street(), name="梧桐中学", unit_type=UnitType.SCHOOL)
    with transaction.atomic():
        attribute(by=user, reason="校区合并")
        unit.name, unit.unit_type = "梧桐实验中学", UnitType.OTHER
        unit.closed_on = dt.date(2026, 11, 21)
        unit.save()
    entry = reports.history(unit)[0]
    assert (entry.who, entry.what, entry.reason) == ("陈嘉", "修改了组织", "校区合并")
    assert entry.sentences == [
        "把“名称”从“梧桐中学”改为“梧桐实验中学”",
        "把“单位类别”从“学校”改为“其他”",
        "“终止日期”填为“2026年11月21日”",
    ]


def test_history_is_newest_first_over_several_objects():
    street = make_street()
    assignment = assign(make_user(name="李明"), Role.STAFF, street)
    entries = reports.history(street, assignment)
    assert entries[0].what == "新建了任职"
    assert {line.label: line.after for line in entries[0].lines}["用户"] == "李明"
    assert entries[-1].what == "新建了组织"


def test_history_queries_do_not_grow_with_changes(django_assert_num_queries):
    street = make_street()
    one, many = make_community(street), make_community(street)
    for number in range(30):
        with transaction.atomic():
            attribute(by=make_user())
            Organisation.objects.filter(pk=many.pk).update(name=f"社区{number}")
    with django_assert_num_queries(2):
        reports.history(one)
    with django_assert_num_queries(3):
        assert len(reports.history(one, many)) == 32


def test_history_never_holds_a_password():
    user = make_user()
    user.set_password("another long password")
    user.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_user SET password = 'x', last_login = now() WHERE id = %s", [user.pk]
        )
    kept = Change.objects.filter(table_name="members_user", row_id=user.pk)
    assert kept.count() == 1
    assert not {"password", "last_login"} & kept.get().after.keys()
