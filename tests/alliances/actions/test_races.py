"""Two people at once in the alliance room; each broken twin shows what the lock prevents."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from alliances.actions import (
    admit_member,
    alliances,
    change_alliance,
    end_membership,
    found_alliance,
    memberships,
    merge_organisations,
)
from alliances.models import Alliance, Membership
from members.models import Organisation
from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_community, make_organisation, make_person, make_street
from tests.together import what_became_of
from workflow.exceptions import Conflict

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = timezone.localdate
DAY = timedelta(days=1)


def meanwhile(act):
    """`act` from beginning to end, as another person's request."""
    assert what_became_of(act) == ["done"]


def meet_after(monkeypatch, module, name):
    """Both callers of `module.name` have looked before one of them goes on."""
    looked, look = threading.Barrier(2), getattr(module, name)

    def look_and_wait(*args, **kwargs):
        look(*args, **kwargs)
        looked.wait(10)

    monkeypatch.setattr(module, name, look_and_wait)


@pytest.fixture
def world():
    street = make_street()
    alliance = make_alliance(host=street)
    unit = make_organisation(parent=street)
    return SimpleNamespace(
        street=street,
        alliance=alliance,
        second=make_alliance(host=street),
        unit=unit,
        membership=make_membership(alliance=alliance, organisation=unit, ends_on=TODAY() + 5 * DAY),
        admin=make_person(Role.STREET_ADMIN, street),
    )


def renamers(world):
    return [
        lambda one=one: change_alliance(alliance=one, by=world.admin, name="同名联盟")
        for one in (world.alliance, world.second)
    ]


def test_change_alliance_two_to_one_name_renames_one(world):
    assert what_became_of(*renamers(world)) == ["NameTaken", "done"]


def test_change_alliance_while_one_of_the_name_is_founded(world):
    found = [lambda: found_alliance(host=world.street, by=world.admin, name="同名联盟")]
    assert what_became_of(renamers(world)[0], *found) == ["NameTaken", "done"]


def test_change_alliance_twin_without_the_hosts_lock_fails_in_the_database(world, monkeypatch):
    monkeypatch.setattr(alliances, "_lock_host", lambda alliance: alliance.host)
    meet_after(monkeypatch, alliances, "_rename")
    assert what_became_of(*renamers(world)) == ["IntegrityError", "done"]


def test_change_alliance_while_its_host_changes_says_so(world, monkeypatch):
    lock = alliances._lock_host

    def lock_late(alliance):
        host = lock(alliance)
        Alliance.objects.filter(pk=alliance.pk).update(host=world.unit)
        return host

    monkeypatch.setattr(alliances, "_lock_host", lock_late)
    with pytest.raises(Conflict, match="主办组织"):
        renamers(world)[0]()


def extend_and_admit(world):
    """Each alone is fine: the end moves over days that a new term takes at the same moment."""
    return [
        lambda: end_membership(
            membership=world.membership, by=world.admin, reason="延期", ends_on=TODAY() + 9 * DAY
        ),
        lambda: admit_member(
            alliance=world.alliance, organisation=world.unit, by=world.admin, starts_on=TODAY() + 6 * DAY
        ),
    ]


def test_end_membership_while_the_member_is_admitted_again(world):
    assert what_became_of(*extend_and_admit(world)) == ["AlreadyMember", "done"]


def test_end_membership_twin_without_the_alliances_lock_fails_in_the_database(world, monkeypatch):
    monkeypatch.setattr(memberships, "lock_alliance", lambda alliance: Alliance.objects.get(pk=alliance.pk))
    meet_after(monkeypatch, memberships, "_check_is_free")
    assert what_became_of(*extend_and_admit(world))[0] in {"IntegrityError", "OperationalError"}


@pytest.fixture
def pair(world):
    """A community that is admitted while it is merged into another."""
    old, new = make_community(world.street), make_community(world.street)
    return SimpleNamespace(
        old=old,
        admit=lambda: admit_member(alliance=world.alliance, organisation=old, by=world.admin),
        merge=lambda: merge_organisations(organisations=[old], into=new, by=world.admin, reason="合并"),
    )


def members_that_are_closed(old):
    """Memberships of the closed node that go on after the day of the merge."""
    assert Organisation.objects.get(pk=old.pk).closed_on
    return Membership.objects.filter(organisation=old).exclude(ends_on__lte=TODAY())


def test_admit_member_while_it_is_merged(pair):
    assert what_became_of(pair.admit, pair.merge) in (["BadInput", "done"], ["done", "done"])
    assert not members_that_are_closed(pair.old).exists()


def test_admit_member_twin_without_the_organisations_lock_admits_a_closed_one(pair, monkeypatch):
    check = memberships._check_may_join

    def check_and_wait(*args):
        check(*args)
        meanwhile(pair.merge)

    monkeypatch.setattr(memberships, "lock_organisation", lambda one: Organisation.objects.get(pk=one.pk))
    monkeypatch.setattr(memberships, "lock_alliance", lambda one: Alliance.objects.get(pk=one.pk))
    monkeypatch.setattr(memberships, "_check_may_join", check_and_wait)
    pair.admit()
    assert members_that_are_closed(pair.old).exists()
