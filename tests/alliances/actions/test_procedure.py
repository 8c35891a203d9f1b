import threading
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from alliances import actions
from alliances.actions import procedure as module
from alliances.models import MeetingKind, Procedure
from alliances.rules import RULES, Terms
from members.models import Change, Notification
from members.states import Role
from tests.factories.alliances import make_alliance
from tests.factories.meetings import make_meeting
from tests.factories.members import make_district, make_person, make_street
from tests.factories.procedure import make_district_procedure, make_meeting_kind, make_procedure
from tests.together import REFUSALS, at_once
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(street):
    """The district of the street, with its administrator as `admin`."""
    root = type(street.street).objects.get_root(street.street)
    root.admin = make_person(Role.DISTRICT_ADMIN, root)
    return root


def set_district(district, *, by=None, open_fields=RULES, reason="统一做法", **values):
    return actions.set_district_procedure(
        district=district,
        by=by or district.admin,
        values=values,
        open_fields=list(open_fields),
        reason=reason,
    )


def set_own(street, *, by=None, reason="单位多", based_on=None, **values):
    return actions.set_procedure(
        alliance=street.alliance, by=by or street.admin, values=values, reason=reason, based_on=based_on
    )


def test_set_procedure_makes_versions_and_tells_the_members(street):
    first = set_own(street, confirm_days=7, rhythm="fixed", months=[9, 3])
    assert (first.version, first.values) == (1, {"rhythm": "fixed", "months": [3, 9], "confirm_days": 7})
    second = set_own(street, confirm_days=8)
    assert (second.version, second.values) == (2, {"confirm_days": 8})
    assert Procedure.objects.terms_of(street.alliance) == Terms(confirm_days=8)
    told = Notification.objects.filter(kind="procedure_set", recipient=street.liaison)
    assert [one.params["version"] for one in told.order_by("pk")] == ["1", "2"]
    assert not Notification.objects.filter(kind="procedure_set", recipient=street.admin)
    assert Change.objects.about(second).get().user_id == street.admin.pk


def test_set_procedure_names_the_lists_of_the_alliance(street):
    set_own(street, needs_name=" 民需清单 ")
    street.alliance.refresh_from_db()
    assert (street.alliance.needs_name, street.alliance.resources_name) == ("民需清单", "资源清单")
    set_own(street, reason="改回")
    street.alliance.refresh_from_db()
    assert street.alliance.needs_name == "需求清单"


def test_set_procedure_keeps_no_value_that_the_district_has_too(street):
    version = set_own(street, confirm_days=5, minutes_days=9, rhythm="monthly", months=[])
    assert version.values == {"rhythm": "monthly", "minutes_days": 9}


def test_set_procedure_closed_rule_is_refused_by_name(street, district):
    set_district(district, open_fields=["confirm_days"])
    with pytest.raises(BadInput, match="法定人数") as refused:
        set_own(street, quorum_numerator=1, confirm_days=6)
    assert refused.value.field == "quorum_numerator"
    assert set_own(street, confirm_days=6).values == {"confirm_days": 6}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"confirm_days": 0}, "confirm_days"),
        ({"call_days": 5}, "call_days"),
        ({"needs_name": ""}, "needs_name"),
        ({"projects_name": "长" * 21}, "projects_name"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_set_procedure_wrong_value_names_the_field(street, values, field):
    with pytest.raises(BadInput) as refused:
        set_own(street, **values)
    assert refused.value.field == field
    assert not Procedure.objects.exists()


def test_set_procedure_nothing_new_or_without_a_reason(street):
    with pytest.raises(BadInput):
        set_own(street)
    with pytest.raises(BadInput):
        set_own(street, confirm_days=5)
    with pytest.raises(BadInput) as refused:
        set_own(street, confirm_days=6, reason=" ")
    assert refused.value.field == "reason"
    set_own(street, confirm_days=6)
    with pytest.raises(BadInput, match="现行规则相同"):
        set_own(street, confirm_days=6)


def test_set_procedure_wrong_person(street):
    for by in (street.liaison, street.stranger):
        with pytest.raises(NotPermitted):
            set_own(street, by=by, confirm_days=6)


def test_set_procedure_ended_alliance(street):
    actions.end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    with pytest.raises(InvalidTransition):
        set_own(street, confirm_days=6)


def test_set_procedure_based_on_an_older_version(street):
    set_own(street, confirm_days=6, based_on=0)
    with pytest.raises(Conflict, match="第 1 版"):
        set_own(street, confirm_days=7, based_on=0)
    assert set_own(street, confirm_days=7, based_on=1).version == 2


def test_set_district_procedure_keeps_what_is_left_out(street, district):
    set_district(district, confirm_days=7)
    second = set_district(district, minutes_days=4, open_fields=["minutes_days", "confirm_days"])
    assert (second.version, second.values["confirm_days"], second.values["minutes_days"]) == (2, 7, 4)
    assert second.open_fields == ["minutes_days", "confirm_days"]
    assert Procedure.objects.terms_of(street.alliance) == Terms(confirm_days=7, minutes_days=4)
    assert Notification.objects.filter(kind="district_procedure_set", recipient=street.admin).count() == 2


def test_set_district_procedure_renames_the_lists_of_those_without_own_names(street, district):
    other = make_alliance(host=make_street(district))
    foreign = make_alliance()
    set_own(street, needs_name="民需清单")
    set_district(district, needs_name="服务需求", projects_name="共建项目")
    names = {
        one.pk: (one.needs_name, one.resources_name, one.projects_name)
        for one in type(other).objects.filter(pk__in=[street.alliance.pk, other.pk, foreign.pk])
    }
    assert names == {
        street.alliance.pk: ("民需清单", "资源清单", "共建项目"),
        other.pk: ("服务需求", "资源清单", "共建项目"),
        foreign.pk: ("需求清单", "资源清单", "项目清单"),
    }


def test_set_district_procedure_closes_a_name(street, district):
    set_own(street, needs_name="民需清单")
    set_district(district, needs_name="服务需求", open_fields=[])
    street.alliance.refresh_from_db()
    assert street.alliance.needs_name == "服务需求"
    assert Procedure.objects.terms_of(street.alliance).needs_name == "服务需求"


def test_found_alliance_takes_the_names_of_the_district(street, district):
    set_district(district, needs_name="服务需求")
    alliance = actions.found_alliance(host=street.street, by=street.admin, name="楼宇联盟")
    assert (alliance.needs_name, alliance.projects_name) == ("服务需求", "项目清单")


def test_set_district_procedure_that_an_alliance_cannot_follow(street, district):
    set_own(street, close_days=10)
    with pytest.raises(BadInput, match="云溪街道党建联盟") as refused:
        set_district(district, call_days=8)
    assert refused.value.field == "call_days"
    assert set_district(district, call_days=8, open_fields=["rhythm"]).version == 1
    assert Procedure.objects.terms_of(street.alliance).close_days == 7


def test_set_district_procedure_nothing_new(district):
    set_district(district, confirm_days=7)
    with pytest.raises(BadInput, match="现行规则相同"):
        set_district(district, confirm_days=7)
    assert set_district(district, open_fields=[]).version == 2


def test_set_district_procedure_wrong_value(district):
    with pytest.raises(BadInput) as refused:
        set_district(district, open_fields=["nothing"])
    assert refused.value.field == "open_fields"
    with pytest.raises(BadInput) as refused:
        set_district(district, rhythm="yearly")
    assert refused.value.field == "rhythm"


def test_set_district_procedure_wrong_person(street, district):
    foreign = make_person(Role.DISTRICT_ADMIN, make_district())
    for by in (street.admin, street.liaison, make_person(Role.DISTRICT_READER, district), foreign):
        with pytest.raises(NotPermitted):
            set_district(district, by=by, confirm_days=7)
    with pytest.raises(NotPermitted):
        module.permissions.check_can_set_district_procedure(district.admin, street.street)


def test_procedure_versions_never_change(street):
    version = make_procedure(street.alliance)
    with pytest.raises(IntegrityError), transaction.atomic():
        Procedure.objects.filter(pk=version.pk).update(reason="别的")
    with pytest.raises(IntegrityError), transaction.atomic():
        Procedure.objects.filter(pk=version.pk).delete()


def test_add_meeting_kind(street, district):
    kind = actions.add_meeting_kind(
        district=district, by=district.admin, name="恳谈会", name_en="Talk", decides=False
    )
    assert (kind.district, kind.decides, kind.has_call, kind.is_used) == (district, False, True, True)
    assert MeetingKind.objects.usable_in(street.alliance).filter(pk=kind.pk).exists()
    assert not MeetingKind.objects.usable_in(make_alliance()).filter(pk=kind.pk).exists()
    with pytest.raises(BadInput) as refused:
        actions.add_meeting_kind(district=district, by=district.admin, name="恳谈会")
    assert refused.value.field == "name"
    with pytest.raises(BadInput):
        actions.add_meeting_kind(district=district, by=district.admin, name="听证会")
    with pytest.raises(NotPermitted):
        actions.add_meeting_kind(district=district, by=street.admin, name="茶话会")


def test_change_meeting_kind_until_the_first_meeting(street, district):
    kind = make_meeting_kind(district, name="恳谈会")
    change = partial(actions.change_meeting_kind, kind=kind, by=district.admin)
    assert change(has_call=False, name="议事会").has_call is False
    meeting = make_meeting(street.alliance)
    type(meeting).objects.filter(pk=meeting.pk).update(kind=kind)
    with pytest.raises(InvalidTransition):
        change(has_call=True)
    kind = change(name="圆桌会", has_call=False, is_used=False)
    assert (kind.name, kind.is_used) == ("圆桌会", False)
    assert not MeetingKind.objects.usable_in(street.alliance).filter(pk=kind.pk).exists()


def test_change_meeting_kind_shipped_or_foreign(street, district):
    shipped = MeetingKind.objects.get(code="joint")
    with pytest.raises(NotPermitted, match="随系统提供"):
        actions.change_meeting_kind(kind=shipped, by=district.admin, is_used=False)
    foreign = make_meeting_kind(make_district())
    with pytest.raises(NotPermitted):
        actions.change_meeting_kind(kind=foreign, by=district.admin, name="别的")


@pytest.mark.django_db(transaction=True)
def test_set_procedure_many_at_once_get_different_numbers(street):
    outcomes = at_once(
        *(partial(set_own, street, confirm_days=days) for days in range(6, 14)), refusals=REFUSALS
    )
    assert sorted(one.version for one in outcomes) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_set_procedure_broken_twin_without_locks_collides(street, monkeypatch):
    """Without the lock on the owner, two versions take one number, and a person gets an error page."""
    read = threading.Barrier(2)

    def look(rows, **owner):
        found = rows.filter(**owner).order_by("-version").first()
        if "alliance" in owner:
            read.wait(timeout=30)
        return found

    monkeypatch.setattr(module, "lock_district", lambda path: type(street.street).objects.get(path=path))
    monkeypatch.setattr(module, "lock_alliance", lambda alliance: alliance)
    monkeypatch.setattr(type(Procedure.objects.all()), "latest", look)
    monkeypatch.setattr(type(Procedure.objects), "latest", lambda rows, **owner: look(rows.all(), **owner))
    outcomes = at_once(*(partial(set_own, street, confirm_days=days) for days in (6, 7)), refusals=REFUSALS)
    assert sorted(type(one).__name__ for one in outcomes) == ["IntegrityError", "Procedure"]


@pytest.mark.django_db(transaction=True)
def test_set_procedure_while_the_district_closes_the_rule(street):
    """Whoever is first: rules in force can always be read, and a closed rule is never overridden."""
    district = type(street.street).objects.get_root(street.street)
    district.admin = make_person(Role.DISTRICT_ADMIN, district)
    make_district_procedure(district)
    outcomes = at_once(
        partial(set_own, street, close_days=12),
        partial(set_district, district, call_days=10),
        refusals=REFUSALS,
    )
    assert sum(isinstance(one, BadInput) for one in outcomes) == 1
    assert Procedure.objects.terms_of(street.alliance) in (Terms(close_days=12), Terms(call_days=10))
