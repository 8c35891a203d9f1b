import pytest
from django.db import IntegrityError, connection, transaction

from members.actions.structures import (
    add_kind,
    add_rule,
    adopt_structure,
    draft_structure,
    publish_structure,
    remove_rule,
)
from members.exceptions import StructureBroken
from members.models import Kind, StructureRule, StructureTemplate
from members.states import Level, TemplateState
from tests.factories.members import (
    make_community,
    make_organisation,
    make_street,
    shipped_kind,
    shipped_structure,
)
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(district, district_admin):
    return draft_structure(district=district, name="1+6", by=district_admin)


def test_draft_structure_copies_rules_and_counts_versions(district, district_admin):
    first = draft_structure(district=district, name="1+3", copy_of=shipped_structure(), by=district_admin)
    assert (first.version, first.rules.count()) == (1, shipped_structure().rules.count())
    publish_structure(template=first, by=district_admin)
    second = draft_structure(district=district, name="1+3", copy_of=first, by=district_admin)
    assert (second.version, second.state) == (2, TemplateState.DRAFT)


def test_draft_structure_beside_another_draft(draft, district, district_admin):
    with pytest.raises(BadInput, match="已有一份草稿"):
        draft_structure(district=district, name="1+6", by=district_admin)


def test_draft_structure_wrong_person(district, street, street_admin, foreign_admin, district_admin):
    for person in (street_admin, foreign_admin):
        with pytest.raises(NotPermitted):
            draft_structure(district=district, name="x", by=person)
    with pytest.raises(NotPermitted):
        draft_structure(district=street, name="x", by=district_admin)


def test_add_rule_and_remove_rule(draft, district_admin):
    rule = add_rule(
        template=draft,
        parent_kind=shipped_kind("street"),
        kind=shipped_kind("grid"),
        at_most=3,
        by=district_admin,
    )
    assert rule.at_most == 3
    remove_rule(rule=rule, by=district_admin)
    with pytest.raises(Conflict):
        remove_rule(rule=rule, by=district_admin)


def test_add_rule_bad_input(draft, district_admin, foreign_admin):
    street, grid = shipped_kind("street"), shipped_kind("grid")
    add_rule(template=draft, parent_kind=street, kind=grid, by=district_admin)
    foreign = add_kind(
        district=foreign_admin.organisation, name="外区类型", level=Level.GRID, by=foreign_admin
    )
    for values, field in (
        ({"parent_kind": street, "kind": grid}, "kind"),
        ({"parent_kind": street, "kind": shipped_kind("district")}, "kind"),
        ({"parent_kind": grid, "kind": grid, "at_most": 0}, "at_most"),
        ({"parent_kind": foreign, "kind": grid}, "parent_kind"),
    ):
        with pytest.raises(BadInput) as refused:
            add_rule(template=draft, by=district_admin, **values)
        assert refused.value.field == field


def test_add_rule_to_published_or_shipped(draft, district_admin):
    kinds = {"parent_kind": shipped_kind("street"), "kind": shipped_kind("unit")}
    add_rule(template=draft, by=district_admin, **kinds)
    publish_structure(template=draft, by=district_admin)
    with pytest.raises(InvalidTransition, match="新版本"):
        add_rule(template=draft, by=district_admin, **kinds)
    with pytest.raises(NotPermitted, match="复制"):
        add_rule(template=shipped_structure(), by=district_admin, **kinds)


def test_publish_structure_without_rules(draft, district_admin):
    with pytest.raises(BadInput, match="还没有规则"):
        publish_structure(template=draft, by=district_admin)


def test_publish_structure_second_caller_and_wrong_person(draft, district_admin, foreign_admin):
    add_rule(
        template=draft,
        parent_kind=shipped_kind("street"),
        kind=shipped_kind("unit"),
        by=district_admin,
    )
    with pytest.raises(NotPermitted):
        publish_structure(template=draft, by=foreign_admin)
    publish_structure(template=draft, by=district_admin)
    with pytest.raises(InvalidTransition):
        publish_structure(template=draft, by=district_admin)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE members_structurerule SET at_most = 9 WHERE template_id = %(pk)s",
        "DELETE FROM members_structurerule WHERE template_id = %(pk)s",
        "INSERT INTO members_structurerule (template_id, parent_kind_id, kind_id) VALUES (%(pk)s, 1, 1)",
        "UPDATE members_structuretemplate SET state = 'draft' WHERE id = %(pk)s",
        "UPDATE members_structuretemplate SET note = 'x' WHERE id = %(pk)s",
    ],
)
def test_trigger_published_structure_is_frozen(statement):
    with pytest.raises(IntegrityError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, {"pk": shipped_structure().pk})


def test_trigger_rule_may_not_be_carried_out_of_a_published_structure(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        StructureRule.objects.filter(template=shipped_structure()).update(template=draft)


def test_constraint_rule_once(draft):
    kinds = {"parent_kind": shipped_kind("street"), "kind": shipped_kind("unit")}
    StructureRule.objects.create(template=draft, **kinds)
    with pytest.raises(IntegrityError, match="rule_once"), transaction.atomic():
        StructureRule.objects.create(template=draft, **kinds)


def test_constraint_rule_at_most_positive(draft):
    with pytest.raises(IntegrityError, match="rule_at_most_positive"), transaction.atomic():
        StructureRule.objects.create(
            template=draft,
            parent_kind=shipped_kind("street"),
            kind=shipped_kind("unit"),
            at_most=0,
        )


def test_constraint_template_version_once(draft, district):
    with pytest.raises(IntegrityError, match="template_version_once"), transaction.atomic():
        StructureTemplate.objects.create(name=draft.name, version=1, owner=district)


def test_constraint_template_state_known(draft):
    with pytest.raises(IntegrityError, match="template_state_known"), transaction.atomic():
        StructureTemplate.objects.filter(pk=draft.pk).update(state="lost")


def test_constraint_kind_level_known():
    with pytest.raises(IntegrityError, match="kind_level_known"), transaction.atomic():
        Kind.objects.create(code="x", name="x", level="galaxy")


def test_adopt_structure_takes_an_empty_street_over(district, district_admin):
    street = make_organisation(parent=district, kind="street")
    adopted = adopt_structure(organisation=street, template=shipped_structure("1+2"), by=district_admin)
    assert adopted.structure == shipped_structure("1+2")


def test_adopt_structure_names_the_first_node_without_a_place(street, district_admin):
    make_community(street, name="南园社区")
    with pytest.raises(StructureBroken) as refused:
        adopt_structure(organisation=street, template=shipped_structure("1+2"), by=district_admin)
    assert refused.value.field == "template"
    assert "居民区综合党委" in str(refused.value)
    street.refresh_from_db()
    assert street.structure == shipped_structure("1+3")


def test_adopt_structure_counts_at_most(district, district_admin):
    street = make_street(district)
    residential = street.__class__.objects.under(street).get(kind__code="residential_committee")
    make_organisation(parent=residential, kind="community", name="一")
    make_organisation(parent=residential, kind="community", name="二")
    narrow = draft_structure(district=district, name="窄", copy_of=shipped_structure(), by=district_admin)
    rule = narrow.rules.get(parent_kind__code="residential_committee", kind__code="community")
    remove_rule(rule=rule, by=district_admin)
    add_rule(
        template=narrow,
        parent_kind=rule.parent_kind,
        kind=rule.kind,
        at_most=1,
        by=district_admin,
    )
    publish_structure(template=narrow, by=district_admin)
    with pytest.raises(StructureBroken, match="最多设 1 个“社区”"):
        adopt_structure(organisation=street, template=narrow, by=district_admin)


def test_adopt_structure_leaves_streets_with_their_own_alone(district, district_admin):
    make_community(make_street(district, structure="1+3"))
    adopt_structure(organisation=district, template=shipped_structure("1+2"), by=district_admin)


def test_adopt_structure_bad_template(street, draft, district_admin, foreign_admin):
    with pytest.raises(BadInput, match="还没有发布"):
        adopt_structure(organisation=street, template=draft, by=district_admin)
    foreign = draft_structure(
        district=foreign_admin.organisation,
        name="外",
        copy_of=shipped_structure(),
        by=foreign_admin,
    )
    foreign = publish_structure(template=foreign, by=foreign_admin)
    with pytest.raises(BadInput, match="本区"):
        adopt_structure(organisation=street, template=foreign, by=district_admin)


def test_adopt_structure_wrong_person(street, street_admin, foreign_admin):
    for person in (street_admin, foreign_admin):
        with pytest.raises(NotPermitted):
            adopt_structure(organisation=street, template=shipped_structure(), by=person)


def test_add_kind_is_the_districts_own(district, district_admin, foreign_admin):
    kind = add_kind(district=district, name="片区党委", level=Level.COMMITTEE, by=district_admin)
    assert kind.owner == district
    assert Kind.objects.visible_to(district_admin).filter(pk=kind.pk).exists()
    assert not Kind.objects.visible_to(foreign_admin).filter(pk=kind.pk).exists()
    twin = add_kind(
        district=foreign_admin.organisation, name="片区党委", level=Level.COMMITTEE, by=foreign_admin
    )
    assert twin.code != kind.code


def test_add_kind_bad_input_and_wrong_person(district, district_admin, street_admin):
    for values, field in (
        ({"name": "社区", "level": Level.COMMUNITY}, "name"),
        ({"name": "大区", "level": Level.DISTRICT}, "level"),
    ):
        with pytest.raises(BadInput) as refused:
            add_kind(district=district, by=district_admin, **values)
        assert refused.value.field == field
    with pytest.raises(NotPermitted):
        add_kind(district=district, name="x", level=Level.GRID, by=street_admin)


def test_add_kind_and_draft_structure_name_of_unseen_characters(district, district_admin):
    with pytest.raises(BadInput, match="看不见"):
        add_kind(district=district, name="\u200b", level=Level.COMMITTEE, by=district_admin)
    with pytest.raises(BadInput, match="看不见"):
        draft_structure(district=district, name="1+\u200b3", by=district_admin)
