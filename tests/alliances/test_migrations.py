"""What data steps of this room make of rows that are there already."""

from importlib import import_module

import pytest
from django.apps import apps

from alliances import actions
from alliances.models import Alliance, Procedure
from members.models import Organisation
from members.states import Role
from tests.factories.alliances import make_alliance
from tests.factories.members import make_person, make_street

pytestmark = pytest.mark.django_db

own_list_names = import_module("alliances.migrations.0006_own_list_names")


def test_own_list_names_outlive_a_version_of_the_district():
    street = make_street()
    alliance, usual = make_alliance(host=street), make_alliance(host=street)
    keeper = make_person(Role.STREET_ADMIN, street)
    Alliance.objects.filter(pk=alliance.pk).update(needs_name="民情清单")
    for _twice in range(2):
        own_list_names.keep(apps, None)
    assert list(Procedure.objects.values_list("alliance", "values")) == [
        (alliance.pk, {"needs_name": "民情清单"})
    ]
    assert Procedure.objects.get().set_by == keeper
    district = Organisation.objects.get(path=street.district_path)
    actions.set_district_procedure(
        district=district,
        by=make_person(Role.DISTRICT_ADMIN, district),
        values={"needs_name": "群众需求"},
        open_fields=["needs_name"],
        reason="统一名称",
    )
    names = dict(Alliance.objects.values_list("pk", "needs_name"))
    assert names == {alliance.pk: "民情清单", usual.pk: "群众需求"}
