"""One district with a street and its people, for the tests of this room."""

import pytest

from members.states import Role
from tests.factories import members as make


@pytest.fixture
def district(db):
    return make.make_district(name="清河区")


@pytest.fixture
def street(district):
    return make.make_street(district, name="天宁街道")


@pytest.fixture
def community(street):
    return make.make_community(street, name="南园社区")


@pytest.fixture
def district_admin(district):
    return make.make_person(Role.DISTRICT_ADMIN, district, name="区管理")


@pytest.fixture
def street_admin(street):
    return make.make_person(Role.STREET_ADMIN, street, name="街道管理")


@pytest.fixture
def staff(street):
    return make.make_person(Role.STAFF, street, name="街道干事")


@pytest.fixture
def foreign_admin(db):
    """The administrator of another district."""
    return make.make_person(Role.DISTRICT_ADMIN, make.make_district(name="外区"), name="外区管理")
