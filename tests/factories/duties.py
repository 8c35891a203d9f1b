"""The people and rows that tests of duties share."""

from types import SimpleNamespace

from members.models import Organisation
from members.states import Role
from tests.factories import members as make
from tests.factories.alliances import make_membership
from tests.factories.meetings import make_decision, make_duty, make_table


def make_case() -> SimpleNamespace:
    """A table; `unit` leads `duty`, `other` is another member, `community` a member community.

    `liaison`, `liaison2`, `community_staff` and `district_admin` speak for them, `auditor` only reads.
    """
    w = make_table(units=1)
    w.unit, w.other = w.members[:2]
    w.liaison, w.liaison2 = w.liaisons[w.unit.pk], w.liaisons[w.other.pk]
    w.community = make.make_community(w.street)
    make_membership(alliance=w.alliance, organisation=w.community)
    w.community_staff = make.make_person(Role.STAFF, w.community)
    w.district = Organisation.objects.get(path=w.street.district_path)
    w.district_admin = make.make_person(Role.DISTRICT_ADMIN, w.district)
    w.auditor = make.make_person(Role.AUDITOR, w.street)
    w.decision = make_decision(w.alliance)
    w.duty = make_duty(w.alliance, lead=w.unit, decision=w.decision, title="车库夜间开放")
    return w
