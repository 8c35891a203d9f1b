"""What a closed survey says: every share with its doubt, nothing below the floors, no end of the scale laid bare."""

import pytest

from assessments.actions.answers import answer_survey
from assessments.actions.surveys import close_survey, issue_codes
from assessments.models import Survey
from assessments.reports import residents
from assessments.reports.surveys import result, with_participation, work_for
from assessments.states import Scale
from members.states import Role
from tests.factories import assessments as make
from tests.factories import members

pytestmark = pytest.mark.django_db
V, S, F, D, U = Scale.VERY_SATISFIED, Scale.SATISFIED, Scale.FAIR, Scale.DISSATISFIED, Scale.UNKNOWN


def closed(*answers, sent: int = 0, **fields) -> Survey:
    """A closed survey of two questions with these answers, and `sent` codes that came to nothing."""
    survey = make.make_survey(**fields)
    codes = issue_codes(survey=survey, count=len(answers), by=None)
    if sent:
        issue_codes(survey=survey, count=sent, by=None)
    face = residents.face(survey.public_id)
    for code, choices in zip(codes, answers, strict=True):
        answer_survey(face=face, code=code, choices=choices)
    return close_survey(survey=make.end(survey), by=None)


def test_result_counts_unknown_and_skipped_apart(django_assert_num_queries):
    survey = closed(*[(V, S)] * 6, *[(F, U)] * 4, *[(D, None)] * 5, *[(U, D)] * 5, sent=20)
    with django_assert_num_queries(1):
        found = result(survey)
    assert (found.sent, found.returned, found.opened, found.response_rate) == (40, 20, 20, 50)
    first, second = found.lines
    assert first is found.headline
    assert (first.valid, first.satisfied.words, first.unknown.words) == (15, "40%", "25%")
    assert [bar.words for bar in first.bars] == ["40%", "≤5%", "27%", "33%", "≤5%"]
    assert (second.valid, second.satisfied.words, second.unknown.words) == (11, "55%", "27%")
    assert not found.is_comparable


def test_result_gives_an_interval_to_random_samples_alone():
    answers = [(S, S)] * 30 + [(F, F)] * 10
    coded = result(closed(*answers)).headline
    assert (coded.low, coded.high) == (None, None)
    sample = result(closed(*answers, grade="sample")).headline
    assert (sample.low, sample.high) == (59.8, 85.8)


def test_result_veils_a_unanimous_survey():
    """Everybody the same would tell what each one said."""
    found = result(closed(*[(V, V)] * 12, grade="sample"))
    line = found.headline
    assert line.satisfied.words == "≥95%"
    assert line.satisfied.percent == 95
    assert {bar.words for bar in line.bars} == {"≥95%", "≤5%"}
    assert (line.low, line.high) == (None, None)


def test_result_hides_a_question_with_few_valid_answers():
    found = result(closed(*[(S, U)] * 8, *[(S, S)] * 4))
    assert found.is_shown
    assert not found.lines[1].is_shown
    assert found.lines[1].unknown is None


def test_result_below_the_floor_says_nothing():
    found = result(closed(*[(S, S)] * 9))
    assert not found.is_shown
    assert (found.returned, found.opened, found.was_opened) == (None, None, False)


def test_result_of_an_open_survey_says_nothing():
    survey = make.make_survey()
    make.make_answers(survey, 12)
    assert not result(survey).is_shown


def test_result_does_not_depend_on_the_order_of_arrival():
    answers = [(V, S)] * 5 + [(D, U)] * 6 + [(F, None)] * 4
    assert result(closed(*answers)) == result(closed(*reversed(answers)))


def test_remarks_stay_hidden_below_ten():
    survey = make.make_survey()
    make.make_answers(survey, 9, remark="意见%s")
    make.make_answers(survey, 5)
    assert not result(close_survey(survey=make.end(survey), by=None)).shows_remarks


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (4, 0), (5, 5), (9, 5)])
def test_participation_is_told_in_fives_while_open(count, shown):
    survey = make.make_survey()
    if count:
        make.make_answers(survey, count)
    assert with_participation(Survey.objects).get(pk=survey.pk).took_part == shown


def test_participation_of_too_few_is_never_told():
    survey = closed(*[(S, S)] * 9)
    assert with_participation(Survey.objects).get(pk=survey.pk).took_part is None


def test_work_for_asks_staff_to_deal_codes(django_assert_max_num_queries):
    community, staff = make.make_community_with_staff()
    survey = make.make_survey(organisation=community)
    stranger = members.make_person(Role.STAFF, members.make_street())
    with django_assert_max_num_queries(2):
        (work,) = work_for(staff)
    assert work.due == survey.closes_on
    assert work_for(stranger) == []
    issue_codes(survey=survey, count=1, by=None)
    assert work_for(staff) == []
