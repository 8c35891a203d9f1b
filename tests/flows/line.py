"""The people of the straight line and its stages one by one, through actions alone."""

import datetime as dt
from types import SimpleNamespace

from django.utils import timezone

from alliances.actions.alliances import found_alliance
from alliances.actions.memberships import admit_member
from assessments.actions.answers import answer_survey
from assessments.reports.residents import face
from members.states import Role
from projects.actions.listings import draft_listing, publish_listing
from projects.models import Category
from projects.states import Direction
from tests.factories import members as make


def make_people() -> SimpleNamespace:
    """A street with a community and a hospital in one alliance, and a person for each of the four sides."""
    district = make.make_district()
    street = make.make_street(district)
    people = SimpleNamespace(street=street, district=district)
    people.community = make.make_community(street)
    people.unit = make.make_organisation(
        parent=make.committee(street, "enterprise_committee"), unit_type="hospital"
    )
    people.staff = make.make_person(Role.STREET_ADMIN, street)
    people.community_staff = make.make_person(Role.STAFF, people.community)
    people.liaison = make.make_person(Role.LIAISON, people.unit)
    people.reader = make.make_person(Role.DISTRICT_READER, district)
    start = timezone.localdate().replace(month=1, day=1)
    people.alliance = found_alliance(host=street, by=people.staff, name="党建联盟", started_on=start)
    for organisation in (people.community, people.unit):
        admit_member(alliance=people.alliance, organisation=organisation, by=people.staff, starts_on=start)
    return people


def publish_need(people, *, quantity: int = 10):
    """A published need of the community."""
    need = draft_listing(
        alliance=people.alliance,
        organisation=people.community,
        by=people.community_staff,
        direction=Direction.NEED,
        category=Category.objects.get(code="health"),
        title="周末义诊",
        slots=[(None, None, quantity)],
    )
    return publish_listing(listing=need, by=people.community_staff)


def answer_all(survey, codes: list[str], *, satisfied: int) -> None:
    """One answer for each code: the first `satisfied` very satisfied, the rest dissatisfied."""
    public = face(survey.public_id)
    for number, code in enumerate(codes):
        value = 5 if number < satisfied else 2
        answer_survey(face=public, code=code, choices=[value] * len(survey.questions))


def in_ten_days() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=10)
