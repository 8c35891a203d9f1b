import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members.actions.organisations import (
    add_organisation,
    change_organisation,
    close_organisation,
    move_organisation,
)
from members.exceptions import StillInUse, StructureBroken
from members.models import Change, Notification, Organisation
from members.states import Role
from tests.factories.members import (
    assign,
    committee,
    make_community,
    make_organisation,
    make_street,
    make_user,
    shipped_kind,
    shipped_structure,
)
from workflow.actions import action
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def add(parent, kind, by, name="新组织", **fields):
    return add_organisation(parent=parent, kind=shipped_kind(kind), name=name, by=by, **fields)


def test_add_organisation_stands_beneath_its_parent_and_is_signed(community, street_admin):
    unit = add(community, "unit", street_admin, "梧桐中学", unit_type="school", reason="新入驻")
    assert Organisation.objects.get_parent(unit) == community
    change = Change.objects.about(unit).get()
    assert (change.user_id, change.reason) == (street_admin.pk, "新入驻")
    assert unit.search_key.startswith("梧桐中学 wutong")


def test_add_organisation_structure_names_kind_parent_template_and_remedy(street, district_admin):
    with pytest.raises(StructureBroken) as refused:
        add(street, "community", district_admin)
    assert refused.value.field == "kind"
    for words in ("社区", "天宁街道", "街道党工委", "1+3 v1", "居民区综合党委", "成员单位"):
        assert words in str(refused.value)


def test_add_organisation_at_most_is_said(street, district_admin):
    with pytest.raises(StructureBroken, match="最多设 1 个“行政党组”"):
        add(street, "administrative_group", district_admin)


@pytest.mark.parametrize(
    ("structure", "parent", "kind"),
    [
        ("1+3", "residential_committee", "community"),
        ("1+3", "enterprise_committee", "unit"),
        ("1+2", "community_committee", "community"),
        ("1+2", "administrative_group", "unit"),
    ],
)
def test_add_organisation_shipped_structures_take_their_own(
    district, district_admin, structure, parent, kind
):
    street = make_street(district, structure=structure)
    assert add(committee(street, parent), kind, district_admin).pk


@pytest.mark.parametrize(
    ("structure", "parent", "kind"),
    [
        ("1+3", "enterprise_committee", "community"),
        ("1+3", "administrative_group", "grid"),
        ("1+2", "administrative_group", "community"),
        ("1+2", "community_committee", "grid"),
    ],
)
def test_add_organisation_shipped_structures_refuse_others(
    district, district_admin, structure, parent, kind
):
    street = make_street(district, structure=structure)
    with pytest.raises(StructureBroken):
        add(committee(street, parent), kind, district_admin)


def test_add_organisation_the_three_have_no_place_in_1_plus_2(district, district_admin):
    street = make_street(district, structure="1+2")
    with pytest.raises(StructureBroken, match="1\\+2 v1"):
        add(street, "residential_committee", district_admin)


def test_add_organisation_under_closed_parent(community, street_admin):
    close_organisation(organisation=community, closed_on=TODAY(), reason="并入", by=street_admin)
    with pytest.raises(InvalidTransition, match="已终止"):
        add(community, "unit", street_admin)


def test_add_organisation_wrong_person(street, community, staff, street_admin, foreign_admin):
    for person in (staff, foreign_admin, make_user()):
        with pytest.raises(NotPermitted):
            add(community, "unit", person)
    other = make_street(Organisation.objects.get_parent(street))
    with pytest.raises(NotPermitted):
        add(committee(other), "community", street_admin)
    with pytest.raises(NotPermitted, match="区级管理员设立"):
        add(street, "residential_committee", street_admin)


def test_add_organisation_same_name_beside(community, street_admin):
    add(community, "unit", street_admin, "梧桐中学")
    with pytest.raises(BadInput, match="已有名为") as refused:
        add(community, "unit", street_admin, "梧桐中学")
    assert refused.value.field == "name"


def test_add_organisation_unit_type_only_for_units(community, street_admin):
    with pytest.raises(BadInput, match="单位类别") as refused:
        add(community, "grid", street_admin, unit_type="school")
    assert refused.value.field == "unit_type"


def test_add_organisation_rolls_back_whole(community, street_admin):
    before = Organisation.objects.count(), Change.objects.count()

    @action
    def outer(*, by):
        add(community, "unit", by)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        outer(by=street_admin)
    assert (Organisation.objects.count(), Change.objects.count()) == before
    community.refresh_from_db()
    assert community.numchild == 0


# --- The second wall: raw SQL ---------------------------------------------------------------------------
def insert_raw(parent, kind_code):
    kind = shipped_kind(kind_code)
    last = Organisation.objects.get_children(parent).order_by("-path").first()
    path = last._inc_path() if last else parent.path + "0001"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_organisation (path, depth, numchild, kind_id, name, unit_type, address,"
            " opened_on, sort_key, search_key) VALUES (%s, %s, 0, %s, 'x', '', '', '2026-01-01', '', '')",
            [path, parent.depth + 1, kind.pk],
        )


def test_trigger_refuses_what_does_not_fit(street):
    with pytest.raises(IntegrityError) as refused:
        insert_raw(street, "grid")
    assert refused.value.__cause__.diag.constraint_name == "organisation_fits_structure"


def test_trigger_refuses_one_too_many(street):
    with pytest.raises(IntegrityError) as refused:
        insert_raw(street, "enterprise_committee")
    assert refused.value.__cause__.diag.constraint_name == "organisation_within_at_most"


def test_trigger_refuses_change_of_kind_and_place(street, community):
    unit = make_organisation(parent=community)
    for statement, values in (
        ("kind_id = %s", [shipped_kind("street").pk]),
        ("path = %s, depth = 3", [committee(street, "enterprise_committee").path + "0001"]),
    ):
        # A community may not stand beneath the enterprises' committee.
        target = community if "path" in statement else unit
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE members_organisation SET {statement} WHERE id = %s", [*values, target.pk]
            )


def test_trigger_lets_fitting_rows_pass(community):
    insert_raw(community, "unit")


def test_constraint_closed_before_opened(community):
    with pytest.raises(IntegrityError, match="organisation_dates_in_order"), transaction.atomic():
        Organisation.objects.filter(pk=community.pk).update(closed_on=dt.date(2000, 1, 1))


def test_constraint_successor_of_an_open_node(community, street):
    with (
        pytest.raises(IntegrityError, match="organisation_successor_only_when_closed"),
        transaction.atomic(),
    ):
        Organisation.objects.filter(pk=community.pk).update(successor=street)


def test_constraint_unit_type_unknown(community):
    with pytest.raises(IntegrityError, match="organisation_unit_type_known"), transaction.atomic():
        Organisation.objects.filter(pk=community.pk).update(unit_type="castle")


# --- Change, close, move --------------------------------------------------------------------------------
def test_change_organisation_keeps_keys_in_step(community, street_admin):
    changed = change_organisation(organisation=community, name="长安社区", by=street_admin)
    assert {"ca", "changan"} <= {word[:7] for word in changed.search_key.split()} | {"ca"}
    assert Organisation.objects.filter(search_key__contains="changan").get() == community


def test_change_organisation_wrong_person(community, staff):
    with pytest.raises(NotPermitted):
        change_organisation(organisation=community, name="x", by=staff)


def test_close_organisation_keeps_reason_and_tells_its_people(community, street_admin):
    person = make_user()
    assign(person, Role.STAFF, community)
    twin = make_community(Organisation.objects.get_ancestors(community).get(kind__code="street"))
    closed = close_organisation(
        organisation=community,
        closed_on=TODAY(),
        successor=twin,
        reason="并入北园社区",
        by=street_admin,
    )
    assert (closed.closed_on, closed.successor) == (TODAY(), twin)
    assert Change.objects.about(closed).first().reason == "并入北园社区"
    assert Notification.objects.get(recipient=person).kind == "organisation_closed"


def test_close_organisation_second_caller(community, street_admin):
    close_organisation(organisation=community, closed_on=TODAY(), reason="并入", by=street_admin)
    with pytest.raises(InvalidTransition):
        close_organisation(organisation=community, closed_on=TODAY(), reason="并入", by=street_admin)


def test_close_organisation_with_open_children_names_one(community, street_admin):
    make_organisation(parent=community, name="梧桐中学")
    with pytest.raises(StillInUse, match="梧桐中学"):
        close_organisation(organisation=community, closed_on=TODAY(), reason="并入", by=street_admin)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"closed_on": dt.date(2000, 1, 1)}, "closed_on"),
        ({"closed_on": dt.date(2999, 1, 1)}, "closed_on"),
    ],
)
def test_close_organisation_bad_input(community, street_admin, values, field):
    given = {"closed_on": TODAY(), "reason": "并入", **values}
    with pytest.raises(BadInput) as refused:
        close_organisation(organisation=community, by=street_admin, **given)
    assert refused.value.field == field


def test_close_organisation_successor_elsewhere(community, street_admin, foreign_admin):
    for successor in (community, foreign_admin.organisation):
        with pytest.raises(BadInput) as refused:
            close_organisation(
                organisation=community,
                closed_on=TODAY(),
                reason="并入",
                successor=successor,
                by=street_admin,
            )
        assert refused.value.field == "successor"


def test_close_organisation_wrong_person(street, community, staff, street_admin):
    with pytest.raises(NotPermitted):
        close_organisation(organisation=community, closed_on=TODAY(), reason="x", by=staff)
    with pytest.raises(NotPermitted, match="区级管理员终止"):
        close_organisation(organisation=street, closed_on=TODAY(), reason="x", by=street_admin)


def test_move_organisation_takes_what_stands_beneath(district, street, community, district_admin):
    unit = make_organisation(parent=community)
    other = make_street(district)
    moved = move_organisation(
        organisation=community, parent=committee(other), by=district_admin, reason="区划调整"
    )
    unit.refresh_from_db()
    assert unit.path.startswith(moved.path)
    assert moved.path.startswith(other.path)


def test_move_organisation_that_does_not_fit(street, community, district_admin):
    with pytest.raises(StructureBroken) as refused:
        move_organisation(
            organisation=community, parent=committee(street, "enterprise_committee"), by=district_admin
        )
    assert refused.value.field == "parent"


def test_move_organisation_beneath_itself(community, district_admin):
    grid = make_organisation(parent=community, kind="grid")
    with pytest.raises(BadInput, match="它自己"):
        move_organisation(organisation=community, parent=grid, by=district_admin)


def test_move_organisation_checks_the_nodes_beneath_by_the_new_rules(district, district_admin):
    old, new = make_street(district), make_street(district, structure="1+2")
    community = make_community(old)
    make_organisation(parent=make_organisation(parent=community, kind="grid"))
    moved = move_organisation(
        organisation=community, parent=committee(new, "community_committee"), by=district_admin
    )
    assert moved.structure_beneath() == shipped_structure("1+2")


def test_move_organisation_wrong_person(street, community, street_admin, foreign_admin):
    for person in (foreign_admin, make_user()):
        with pytest.raises(NotPermitted):
            move_organisation(organisation=community, parent=committee(street), by=person)


def test_add_organisation_name_of_unseen_characters(community, street_admin):
    with pytest.raises(BadInput, match="看不见") as refused:
        add(community, "unit", street_admin, "\u200b\u202e")
    assert refused.value.field == "name"


def test_change_organisation_name_of_unseen_characters(community, street_admin):
    with pytest.raises(BadInput, match="看不见") as refused:
        change_organisation(organisation=community, name="\u202e区社", by=street_admin)
    assert refused.value.field == "name"
