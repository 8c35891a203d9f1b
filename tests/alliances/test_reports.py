import pytest

from alliances.reports import work_for
from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_organisation, make_person

pytestmark = pytest.mark.django_db


def test_work_for_liaison_is_the_own_missing_contact(street):
    (work,) = work_for(street.liaison)
    assert street.unit.name in work.title
    street.membership.contact_name, street.membership.contact_phone = "李梅", "0500-00001234"
    street.membership.save()
    assert work_for(street.liaison) == []


def test_work_for_host_is_one_line_for_each_alliance(street):
    make_membership(alliance=street.alliance, organisation=street.newcomer)
    (work,) = work_for(street.admin)
    assert work.why.startswith("2 个成员单位")
    make_alliance(host=street.street, name="新联盟")
    assert [one.title for one in work_for(street.admin)][1] == "接纳第一个成员单位"
    assert work_for(street.stranger) == []


def test_work_for_is_constant_in_queries(street, django_assert_num_queries):
    for number in range(10):
        make_membership(
            alliance=street.alliance,
            organisation=make_organisation(parent=street.street, name=f"单位{number}"),
        )
    staff = make_person(Role.STAFF, street.street)
    with django_assert_num_queries(3):  # the person's grants, then one for each kind of work
        work_for(staff)
