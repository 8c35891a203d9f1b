"""A street with its alliance, one member unit, and the people around them."""

from types import SimpleNamespace

import pytest

from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_organisation, make_person, make_street


@pytest.fixture
def street():
    street = make_street(name="云溪街道")
    alliance = make_alliance(host=street, name="云溪街道党建联盟")
    unit = make_organisation(parent=street, name="梧桐医院")
    return SimpleNamespace(
        street=street,
        alliance=alliance,
        unit=unit,
        membership=make_membership(alliance=alliance, organisation=unit),
        newcomer=make_organisation(parent=street, name="长安学校"),
        admin=make_person(Role.STREET_ADMIN, street),
        liaison=make_person(Role.LIAISON, unit),
        stranger=make_person(Role.STREET_ADMIN, make_street()),
    )
