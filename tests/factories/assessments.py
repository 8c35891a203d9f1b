"""Surveys for tests, opened through the actions so that their keys lie where they belong."""

import datetime as dt

from django.utils import timezone

from assessments.actions.answers import answer_survey
from assessments.actions.surveys import issue_codes, open_survey
from assessments.models import Survey
from assessments.reports import residents
from assessments.states import Scale
from members.states import Role
from tests.factories import members as make

QUESTIONS = ("办得怎么样？", "来得及时吗？")


def make_community_with_staff():
    """A community of a new street, and a person of its staff."""
    community = make.make_community(make.make_street(name="柳河街道"), name="南园社区")
    return community, make.make_person(Role.STAFF, community)


def make_survey(*, organisation=None, by=None, days: int = 5, **fields) -> Survey:
    """An open survey of `organisation`, or of a new community, with its key on disk."""
    if organisation is None:
        organisation, _staff = make_community_with_staff()
    values = {"title": "2026年下半年满意度测评", "about": "", "questions": QUESTIONS, **fields}
    return open_survey(
        organisation=organisation, closes_on=timezone.localdate() + dt.timedelta(days=days), by=by, **values
    )


def make_answers(
    survey: Survey, count: int, *, choice: Scale = Scale.SATISFIED, remark: str = ""
) -> list[str]:
    """`count` fresh codes, each with an answer; `%s` in `remark` becomes a number. Returns the codes."""
    codes = issue_codes(survey=survey, count=count, by=None)
    face = residents.face(survey.public_id)
    for number, code in enumerate(codes):
        text = remark % number if "%s" in remark else remark
        answer_survey(face=face, code=code, choices=[choice] * len(face.questions), remark=text)
    return codes


def end(survey: Survey) -> Survey:
    """Move the survey's last day to yesterday, as time would."""
    Survey.objects.filter(pk=survey.pk).update(closes_on=timezone.localdate() - dt.timedelta(days=1))
    residents.forget(survey.public_id)
    survey.refresh_from_db()
    return survey
