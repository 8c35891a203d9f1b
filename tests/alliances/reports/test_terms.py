import datetime as dt

import pytest
from django.utils import timezone

from alliances.reports.terms import work_for
from members.models import Organisation
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import committee, make_organisation
from tests.factories.procedure import make_district_procedure, make_duty_term, make_procedure

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAYS = dt.timedelta


def enterprise(street, **fields):
    unit = make_organisation(parent=committee(street.street, "enterprise_committee"))
    return make_membership(alliance=street.alliance, organisation=unit, **fields)


def test_work_for_the_next_duty_unit_in_the_last_thirty_days(street):
    term = make_duty_term(street.alliance, organisation=street.unit, ends_on=TODAY + DAYS(30))
    (work,) = work_for(street.admin)
    assert street.unit.name in work.why
    assert work.due == term.ends_on
    make_duty_term(street.alliance, starts_on=TODAY + DAYS(31), ends_on=TODAY + DAYS(90))
    assert work_for(street.admin) == []
    assert work_for(street.liaison) == []


def test_work_for_a_term_that_ends_later(street):
    make_duty_term(street.alliance, ends_on=TODAY + DAYS(31))
    assert work_for(street.admin) == []


def test_work_for_rules_with_a_duty_unit_and_none_there(street):
    assert work_for(street.admin) == []
    make_procedure(street.alliance, values={"convener": "duty"})
    (work,) = work_for(street.admin)
    assert "现在没有轮值单位" in work.why


def test_work_for_missing_fixed_contacts_counts_units_beneath_the_kind(street):
    enterprise(street)
    enterprise(street, committee_contact="周洁")
    # The body itself is no unit; the hospital stands directly beneath the street.
    make_membership(alliance=street.alliance, organisation=committee(street.street, "enterprise_committee"))
    (work,) = work_for(street.admin)
    assert work.why == "1 家企业还没有固定联系人。"
    assert work.url.endswith("?contact=missing")
    make_procedure(street.alliance, values={"contact_kinds": []})
    assert work_for(street.admin) == []


def test_work_for_follows_the_rules_of_each_alliance(street):
    other = make_alliance(host=street.street)
    make_membership(alliance=other, organisation=street.unit)
    make_procedure(other, values={"contact_kinds": ["street"]})
    (work,) = work_for(street.admin)
    assert str(other) in work.title
    make_district_procedure(Organisation.objects.get_root(street.street), open_fields=[])
    assert work_for(street.admin) == []


def test_work_for_an_ended_alliance(street):
    enterprise(street)
    street.alliance.ended_on = TODAY
    street.alliance.save()
    assert work_for(street.admin) == []
