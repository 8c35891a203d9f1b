import pytest

from alliances.reports.alliances import work_for
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


def test_work_for_is_constant_in_queries(street, django_assert_max_num_queries):
    def grow(names):
        for name in names:
            make_membership(
                alliance=street.alliance, organisation=make_organisation(parent=street.street, name=name)
            )
            make_alliance(host=street.street, name=name)

    grow(["甲", "乙"])
    one, other = (make_person(Role.STAFF, street.street) for _ in range(2))
    with django_assert_max_num_queries(40) as few:
        work_for(one)
    grow(f"单位{number}" for number in range(50))
    with django_assert_max_num_queries(len(few)):
        work_for(other)
