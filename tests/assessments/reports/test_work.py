import pytest

from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.models import Adoption
from assessments.reports.work import figures_for, work_for
from assessments.states import SchemeState
from members.states import Role
from tests.factories.members import make_person
from tests.factories.scores import ENDS, STARTS, make_scheme, make_scored_street

pytestmark = pytest.mark.django_db


def titles(user):
    return [work.title for work in work_for(user)]


def test_staff_publish_the_last_run_of_each_period():
    w = make_scored_street()
    for _ in range(2):
        run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    works = work_for(w.staff)
    assert [work.url for work in works] == [run.get_absolute_url()]
    for other in (w.liaison, make_person(Role.DISTRICT_READER, w.district), make_scored_street().staff):
        assert work_for(other) == []
    publish_report(run=run, by=w.staff)
    assert work_for(w.staff) == []


def test_staff_finish_drafts_and_choose_a_scheme():
    w = make_scored_street()
    draft = make_scheme(owner=w.street, state=SchemeState.DRAFT)
    Adoption.objects.all().delete()
    assert titles(w.staff) == [f"发布考核方案：{draft}", f"为 {w.alliance} 选定考核方案"]


def test_district_counts_its_reports():
    w = make_scored_street()
    reader = make_person(Role.DISTRICT_READER, w.district)
    assert [figure.value for figure in figures_for(reader)] == [0]
    run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    first = publish_report(run=run, by=w.staff)
    publish_report(run=run, by=w.staff, replaces=first, reason="更正")
    assert [figure.value for figure in figures_for(reader)] == [1]
    assert figures_for(w.staff) == []


@pytest.mark.parametrize("count", [1, 8])
def test_work_asks_as_often_for_one_as_for_eight(count, django_assert_num_queries):
    w = make_scored_street()
    for _ in range(count):
        make_scheme(owner=w.street, state=SchemeState.DRAFT)
    w.staff.grants  # noqa: B018  loaded once for a request
    with django_assert_num_queries(3):
        work_for(w.staff)
