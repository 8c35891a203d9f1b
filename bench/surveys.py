"""What a resident meets: the first page of a survey and the post that seals the answers."""

from datetime import timedelta
from urllib.parse import urlencode

from django.utils import timezone

from assessments import rules
from assessments.actions.surveys import issue_codes, open_survey
from assessments.models import Envelope
from bench import data
from bench.compare import BenchError, Goal, Result
from bench.load import Bench, Plan, Visit
from members.states import Level

CODES = 10_000


def measure(bench: Bench) -> list[Result]:
    """One survey with ten thousand codes; each post seals the answers of a code of its own."""
    community = data.first(Level.COMMUNITY)
    staff = data.speaker(community)
    survey = open_survey(
        title="社区工作怎么样",
        questions=rules.COMMUNITY_QUESTIONS,
        closes_on=timezone.localdate() + timedelta(days=5),
        organisation=community,
        by=staff,
    )
    codes: list[str] = []
    while len(codes) < CODES:
        codes += issue_codes(survey=survey, count=rules.MAX_CODES_AT_ONCE, by=staff)
    page = f"/s/{survey.public_id}/"
    posts = Plan(bench.product, [Visit(page, _answers(code)) for code in codes])
    floor_posts = Plan(
        bench.floor, [Visit("/survey", _floor_answers(number)) for number in range(1, 2_500)]
    )
    results = [
        bench.rates(
            Goal("G5", "first page of a survey / bare template render of the floor", at_least=2.5),
            Plan(bench.floor, [Visit("/form")]),
            Plan(bench.product, [Visit(page)]),
        ),
        bench.rates(
            Goal("G4", "post that seals five answers / bare insert of ten", at_least=0.6),
            floor_posts,
            posts,
        ),
    ]
    kept = Envelope.objects.filter(code__survey=survey).count()
    if kept != min(posts.answers, CODES):
        raise BenchError(f"{posts.answers} answers left {kept} envelopes")
    return results


def _answers(code: str) -> str:
    last = len(rules.COMMUNITY_QUESTIONS) + 2
    choices = {f"q{number}": 1 + number % 5 for number in range(1, last - 1)}
    return urlencode({"code": code, **choices, "remark": "", "at": last, "go": "submit"})


def _floor_answers(unit: int) -> str:
    return urlencode({"s": 1 + unit % 40, "unit": unit, **{f"q{n}": 1 + n % 5 for n in range(1, 11)}})
