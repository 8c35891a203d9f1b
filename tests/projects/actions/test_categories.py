import pytest
from django.db import IntegrityError, transaction

from members.models import Organisation
from members.states import Role
from projects.actions import add_category
from projects.models import Category
from tests.factories.members import make_person
from workflow.exceptions import BadInput, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(circle):
    return make_person(Role.DISTRICT_ADMIN, Organisation.objects.get(path=circle.street.district_path))


def test_shipped_categories_stand_in_groups():
    """Every type of domain.md 4.1 is there, in a group, and no group is empty."""
    grouped = dict(Category.objects.grouped())
    assert len(grouped) == 6
    assert all(grouped.values())
    assert Category.objects.leaves().count() == 18
    assert Category.objects.get(code="parking").parent.code == "surroundings"


def test_add_category_group_and_type(district):
    group = add_category(code="care", name="照护", parent=None, by=district)
    added = add_category(
        code="night-care", name="夜间照护", name_en="Night care", parent=group, by=district
    )
    assert (added.parent, added.name_en) == (group, "Night care")
    assert added in Category.objects.leaves()


def test_add_category_wrong_person(circle):
    with pytest.raises(NotPermitted):
        add_category(code="care", name="照护", parent=None, by=circle.street_staff)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "照护"}, "code"),
        ({"code": "parking"}, "code"),
        ({"name": "  "}, "name"),
        ({"parent": "parking"}, "parent"),
    ],
)
def test_add_category_bad_input(district, fields, field):
    values = {"code": "care", "name": "照护", "parent": None, **fields}
    if values["parent"]:
        values["parent"] = Category.objects.get(code=values["parent"])
    with pytest.raises(BadInput) as refusal:
        add_category(**values, by=district)
    assert refusal.value.field == field


def test_database_refuses_a_third_level():
    parking = Category.objects.get(code="parking")
    with pytest.raises(IntegrityError, match="two levels"), transaction.atomic():
        Category.objects.create(code="bikes", name="自行车", parent=parking)
    with pytest.raises(IntegrityError, match="two levels"), transaction.atomic():
        Category.objects.filter(code="surroundings").update(parent=Category.objects.get(code="other"))
