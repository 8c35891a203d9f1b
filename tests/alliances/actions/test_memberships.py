import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from alliances.actions import (
    admit_member,
    change_contact,
    end_alliance,
    end_membership,
    set_committee_contact,
)
from alliances.exceptions import AlreadyMember
from alliances.models import Membership
from alliances.states import MemberRole
from members.models import Change, Notification
from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_organisation, make_person, make_street
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def admit(street, **fields):
    return admit_member(
        **{"alliance": street.alliance, "organisation": street.newcomer, "by": street.admin, **fields}
    )


def test_admit_member_keeps_contact_and_tells_its_people(street):
    liaison = make_person(Role.LIAISON, street.newcomer)
    membership = admit(
        street, role=MemberRole.LEAD, contact_name=" 李梅 ", contact_phone="０500-0000 1234转8"
    )
    membership.refresh_from_db()
    assert (membership.contact_name, membership.contact_phone) == ("李梅", "0500-0000 1234转8")
    assert membership.contact_tel == "050000001234,8"
    assert membership.role == MemberRole.LEAD
    assert Notification.objects.filter(kind="member_admitted", recipient=liaison).count() == 1


def test_admit_member_wrong_person(street):
    for by in (street.liaison, street.stranger, None):
        with pytest.raises(NotPermitted):
            admit(street, by=by)


def test_admit_member_ended_alliance(street):
    end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    with pytest.raises(InvalidTransition):
        admit(street)


@pytest.mark.parametrize("phone", ["电话", "12", "1" * 31, "0500-0000x"])
def test_admit_member_wrong_phone_names_the_field(street, phone):
    with pytest.raises(BadInput) as refused:
        admit(street, contact_phone=phone)
    assert refused.value.field == "contact_phone"


def test_admit_member_before_the_alliance_began(street):
    with pytest.raises(BadInput) as refused:
        admit(street, starts_on=street.alliance.started_on - timedelta(days=1))
    assert refused.value.field == "starts_on"


def test_admit_member_of_another_district(street):
    with pytest.raises(BadInput) as refused:
        admit(street, organisation=make_organisation(parent=make_street()))
    assert refused.value.field == "organisation"


def test_admit_member_closed_organisation(street):
    street.newcomer.closed_on = timezone.localdate()
    street.newcomer.save()
    with pytest.raises(BadInput):
        admit(street)


def test_admit_member_twice_is_refused_with_a_sentence(street):
    with pytest.raises(AlreadyMember, match="不用重复加入"):
        admit(street, organisation=street.unit)
    with pytest.raises(AlreadyMember):
        admit(street, organisation=street.unit, starts_on=timezone.localdate() + timedelta(days=90))


def test_admit_member_again_after_it_left(street):
    today = timezone.localdate()
    end_membership(membership=street.membership, by=street.admin, reason="搬迁")
    with pytest.raises(AlreadyMember, match="之后"):
        admit(street, organisation=street.unit)
    again = admit(street, organisation=street.unit, starts_on=today + timedelta(days=1))
    assert street.alliance.memberships.filter(organisation=street.unit).count() == 2
    assert again.ends_on is None


def test_change_contact_by_the_own_liaison_and_by_the_host(street):
    for by, name in ((street.liaison, "王强"), (street.admin, "赵敏")):
        change_contact(membership=street.membership, by=by, contact_name=name, contact_phone="")
        street.membership.refresh_from_db()
        assert street.membership.contact_name == name
        assert Change.objects.about(street.membership).first().user_id == by.pk


def test_change_contact_wrong_person(street):
    other = make_person(Role.LIAISON, street.newcomer)
    for by in (other, street.stranger, None):
        with pytest.raises(NotPermitted):
            change_contact(membership=street.membership, by=by, contact_name="", contact_phone="")


def test_change_contact_after_the_end(street):
    Membership.objects.filter(pk=street.membership.pk).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(InvalidTransition):
        change_contact(membership=street.membership, by=street.liaison, contact_name="", contact_phone="")


def test_end_membership_keeps_the_last_day_and_tells_its_people(street):
    end_membership(membership=street.membership, by=street.admin, reason="搬离本街道")
    street.membership.refresh_from_db()
    assert street.membership.ends_on == timezone.localdate()
    assert not street.membership.is_over()
    assert Change.objects.about(street.membership).first().reason == "搬离本街道"
    assert Notification.objects.get(recipient=street.liaison).params["reason"] == "搬离本街道"


def test_end_membership_wrong_person(street):
    for by in (street.liaison, street.stranger):
        with pytest.raises(NotPermitted):
            end_membership(membership=street.membership, by=by, reason="搬离")


def test_end_membership_wrong_day_or_reason(street):
    early = street.membership.starts_on - timedelta(days=1)
    for wrong, field in (({"ends_on": early, "reason": "搬离"}, "ends_on"), ({"reason": ""}, "reason")):
        with pytest.raises(BadInput) as refused:
            end_membership(membership=street.membership, by=street.admin, **wrong)
        assert refused.value.field == field
    street.membership.refresh_from_db()
    assert street.membership.ends_on is None


def test_end_membership_over_already(street):
    Membership.objects.filter(pk=street.membership.pk).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(InvalidTransition):
        end_membership(membership=street.membership, by=street.admin, reason="搬离")


def test_end_membership_moved_over_a_later_one(street):
    today = timezone.localdate()
    end_membership(membership=street.membership, by=street.admin, reason="搬离")
    admit(street, organisation=street.unit, starts_on=today + timedelta(days=5))
    with pytest.raises(AlreadyMember):
        end_membership(
            membership=street.membership, by=street.admin, reason="改期", ends_on=today + timedelta(days=9)
        )


def test_membership_constraint_refuses_an_overlap(street):
    with pytest.raises(IntegrityError, match="membership_once_at_a_time"), transaction.atomic():
        make_membership(alliance=street.alliance, organisation=street.unit)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("membership_role_known", {"role": "x"}),
        ("membership_dates_in_order", {"ends_on": timezone.localdate() - timedelta(days=9999)}),
    ],
)
def test_membership_constraint_refuses(street, constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Membership.objects.filter(pk=street.membership.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_admit_member_by_two_at_once_admits_once():
    alliance = make_alliance()
    by = make_person(Role.STREET_ADMIN, alliance.host)
    newcomer = make_organisation(parent=alliance.host)
    outcomes = _at_once(lambda: admit_member(alliance=alliance, organisation=newcomer, by=by))
    assert sorted(outcomes) == ["AlreadyMember", "done"]
    # The broken twin: without the lock and the check both write, and only the database refuses one,
    # by its constraint or, when each waits for the other's row, as a deadlock.
    other = make_organisation(parent=alliance.host)
    outcomes = _at_once(lambda: make_membership(alliance=alliance, organisation=other))
    assert "AlreadyMember" not in outcomes


def _at_once(act):
    """The outcomes of two threads that call `act` at the same moment."""
    start, outcomes = threading.Barrier(2), []

    def run():
        try:
            start.wait(5)
            act()
            outcomes.append("done")
        except (Conflict, IntegrityError, OperationalError) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return outcomes


def test_set_committee_contact_and_tell_the_unit(street):
    membership = set_committee_contact(
        membership=street.membership, by=street.admin, name=" 周洁 ", phone="0500-00001234"
    )
    assert (membership.committee_contact, membership.committee_phone) == ("周洁", "0500-00001234")
    told = Notification.objects.get(recipient=street.liaison)
    assert told.kind == "committee_contact_set"
    assert "周洁" not in str(told.params)
    cleared = set_committee_contact(membership=membership, by=street.admin, name="", phone="")
    assert cleared.committee_contact == ""


@pytest.mark.parametrize(
    ("name", "phone", "field"),
    [("", "0500-00001234", "name"), ("周洁", "电话", "phone"), ("长" * 31, "", "name")],
)
def test_set_committee_contact_wrong_value(street, name, phone, field):
    with pytest.raises(BadInput) as refused:
        set_committee_contact(membership=street.membership, by=street.admin, name=name, phone=phone)
    assert refused.value.field == field


def test_set_committee_contact_wrong_person_or_past_member(street):
    for by in (street.liaison, street.stranger):
        with pytest.raises(NotPermitted):
            set_committee_contact(membership=street.membership, by=by, name="周洁", phone="")
    street.membership.ends_on = street.membership.starts_on
    street.membership.save()
    with pytest.raises(InvalidTransition):
        set_committee_contact(membership=street.membership, by=street.admin, name="周洁", phone="")
