"""What residents said: one survey that is closed and counted, one that is open with codes to spare."""

import datetime as dt
import random

from django.utils import timezone

from assessments import rules
from assessments.actions.answers import answer_survey
from assessments.actions.surveys import close_survey, issue_codes, open_survey
from assessments.management.demo import clock
from assessments.management.demo.streets import Street
from assessments.models import Survey
from assessments.reports.residents import face
from assessments.states import Scale, SurveyState
from projects.models import Delivery

SCALE = (
    [Scale.VERY_SATISFIED] * 9
    + [Scale.SATISFIED] * 6
    + [Scale.FAIR] * 2
    + [Scale.DISSATISFIED, Scale.UNKNOWN]
)
REMARKS = (
    "修得快，开会终于听得清了。",
    "希望以后坏了也能这么快修。",
    "师傅很耐心，还教了怎么用。",
    "通知贴在楼道里，看到了。",
    "最好提前两天告诉大家。",
    "周末来修比较方便。",
    "话筒声音还是有点小。",
    "感谢社区和单位。",
    "多办一些这样的实事。",
    "会议室的灯也该换了。",
    "希望再添一支话筒。",
    "很好，没有意见。",
)


def play_closed(
    street: Street, delivery: Delivery, today: dt.date, *, codes: int = 46, answers: int = 38
) -> Survey:
    """A survey about `delivery`, answered by enough residents to be compared, and closed early."""
    community = delivery.claim.requester
    by = street.speaker(community)
    opened = delivery.done_on + dt.timedelta(days=4)
    with clock.on(opened):
        survey = open_survey(
            title="社区会议室音响维修：办得怎么样",
            about=f"{delivery.claim.provider}修好了社区会议室的功放和音响。",
            questions=rules.DELIVERY_QUESTIONS,
            # The database's own clock guards the envelopes, so the last day may not lie behind it.
            closes_on=today + dt.timedelta(days=1),
            delivery=delivery,
            by=by,
        )
        _answer(survey, issue_codes(survey=survey, count=codes, by=by)[:answers], REMARKS)
    with clock.on(opened + dt.timedelta(days=12)):
        return close_survey(survey=survey, by=by, reason="发出的信封大多已收回，提前结束。")


def play_open(street: Street, today: dt.date, *, codes: int = 60, answers: int = 14) -> Survey:
    """A survey about a community that still runs; most of its codes are unused."""
    community = street.communities[0]
    by = street.speaker(community)
    with clock.on(today - dt.timedelta(days=5)):
        survey = open_survey(
            title=f"{community.name}满意度测评",
            about="请您说说今年社区办的事办得怎么样，一分钟填完。",
            questions=rules.COMMUNITY_QUESTIONS,
            closes_on=today + dt.timedelta(days=25),
            organisation=community,
            by=by,
        )
        _answer(survey, issue_codes(survey=survey, count=codes, by=by)[:answers], ())
    return survey


def deal_code(by) -> tuple[Survey, str] | None:
    """One fresh code for the open survey, since no code can be read back; None when it is closed by now."""
    today = timezone.localdate()
    survey = Survey.objects.visible_to(by).filter(
        state=SurveyState.OPEN, closes_on__gte=today, delivery=None
    )
    first = survey.order_by("pk").first()
    return (first, issue_codes(survey=first, count=1, by=by)[0]) if first else None


def _answer(survey: Survey, codes: list[str], remarks: tuple[str, ...]) -> None:
    chance = random.Random(f"answers to {survey.title}")  # noqa: S311
    seen = face(survey.public_id)
    for number, code in enumerate(codes):
        answer_survey(
            face=seen,
            code=code,
            choices=[chance.choice(SCALE) for _question in survey.questions],
            remark=remarks[number // 3] if number % 3 == 0 and number // 3 < len(remarks) else "",
            is_assisted=chance.random() < 0.1,
        )
