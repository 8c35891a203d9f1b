"""What a closed survey says: shares with their doubt, and never so little that it points at a person."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, Count, F, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import rules
from assessments.models import Envelope, Survey
from assessments.states import Scale, SurveyGrade, SurveyState
from members.models import Organisation
from members.states import Level, Role
from workflow.stages import Chip
from workflow.work import Work

#: Below this many answers the ends of the scale are not told apart: 0 % and 100 % speak of everybody.
VEILED_BELOW = 100
ENDS = (5, 95)


@dataclass(frozen=True)
class Share:
    """One answer's part of a question. `percent` is what may be drawn, `words` what may be read.

    `is_veiled`: only that the share lies at an end of the scale is told.
    """

    label: str
    percent: int
    words: str
    is_veiled: bool = False


@dataclass(frozen=True)
class Line:
    """A question's result. `bars` run from good to bad and are empty below the floor.

    `valid` counts the answers on the scale: neither skipped nor 不了解, of which `unknown` tells the
    share. `satisfied` is 满意率; `low` and `high` its 95 % interval in percent, where one may be given.
    """

    question: str
    valid: int
    bars: tuple[Share, ...] = ()
    satisfied: Share | None = None
    unknown: Share | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_shown(self) -> bool:
        return bool(self.bars)


@dataclass(frozen=True)
class Result:
    """`sent` codes dealt, `returned` envelopes, `opened` valid answers.

    Below the floor `lines` is empty and the two counts are null; `was_opened` tells whether too few
    envelopes came, or too few valid answers lay in them.
    """

    sent: int
    was_opened: bool
    returned: int | None
    opened: int | None
    lines: tuple[Line, ...]
    assisted: int | None
    remarks: int

    @property
    def is_shown(self) -> bool:
        return bool(self.lines)

    @property
    def headline(self) -> Line | None:
        return self.lines[0] if self.lines else None

    @property
    def response_rate(self) -> int | None:
        """Opened answers of a hundred codes dealt (AAPOR's RR1)."""
        return round(100 * self.opened / self.sent) if self.opened and self.sent else None

    @property
    def is_comparable(self) -> bool:
        return (self.opened or 0) >= rules.COMPARISON_FLOOR

    @property
    def is_low(self) -> bool:
        """So few of those asked that silence may mean something else than the answers do."""
        return (self.response_rate or 0) < rules.LOW_RESPONSE

    @property
    def shows_remarks(self) -> bool:
        return self.remarks >= rules.REMARK_FLOOR


def result(survey: Survey) -> Result:
    """The numbers of a closed survey in one query; below the floors what would be there is left out."""
    counts, assisted, remarks = _count(survey)
    lines: tuple[Line, ...] = ()
    if survey.state == SurveyState.CLOSED and (survey.answers_opened or 0) >= rules.OPENING_FLOOR:
        lines = tuple(
            _line(question, counts.get(position, {}), survey.grade)
            for position, question in enumerate(survey.questions, start=1)
        )
    return Result(
        sent=survey.codes_issued,
        was_opened=(survey.envelopes_counted or 0) >= rules.OPENING_FLOOR,
        returned=survey.envelopes_counted if lines else None,
        opened=survey.answers_opened if lines else None,
        lines=lines,
        assisted=assisted if lines and assisted >= rules.COUNT_STEP else None,
        remarks=remarks,
    )


def _count(survey: Survey) -> tuple[dict[int, dict[int | None, int]], int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.position, line.choice, count(*) FROM assessments_answer,"
            " unnest(choices) WITH ORDINALITY AS line(choice, position)"
            " WHERE survey_id = %(survey)s GROUP BY 1, 2"
            " UNION ALL SELECT 0, NULL, count(*) FROM assessments_answer"
            "  WHERE survey_id = %(survey)s AND is_assisted"
            " UNION ALL SELECT -1, NULL, count(*) FROM assessments_remark WHERE survey_id = %(survey)s",
            {"survey": survey.pk},
        )
        counts: dict[int, dict[int | None, int]] = {}
        for position, choice, count in cursor.fetchall():
            counts.setdefault(position, {})[choice] = count
    return counts, counts.pop(0)[None], counts.pop(-1)[None]


def _line(question: str, counts: dict[int | None, int], grade: str) -> Line:
    scale = [choice for choice in Scale if choice != Scale.UNKNOWN]
    valid = sum(counts.get(choice, 0) for choice in scale)
    if valid < rules.OPENING_FLOOR:
        return Line(question, valid=0)
    good = counts.get(Scale.VERY_SATISFIED, 0) + counts.get(Scale.SATISFIED, 0)
    satisfied = _share(_("满意率"), good, valid)
    low = high = None
    # Only a random sample has a margin of error, and where the share itself is veiled its interval would tell.
    if grade == SurveyGrade.SAMPLE and not satisfied.is_veiled:
        low, high = (round(100 * end, 1) for end in rules.wilson(good, valid))
    unknown = counts.get(Scale.UNKNOWN, 0)
    return Line(
        question,
        valid=valid,
        bars=tuple(_share(choice.label, counts.get(choice, 0), valid) for choice in scale),
        satisfied=satisfied,
        unknown=_share(Scale.UNKNOWN.label, unknown, valid + unknown),
        low=low,
        high=high,
    )


def _share(label, count: int, of: int) -> Share:
    percent = round(100 * count / of)
    lowest, highest = ENDS
    if of < VEILED_BELOW and percent <= lowest:
        return Share(label, lowest, f"≤{lowest}%", is_veiled=True)
    if of < VEILED_BELOW and percent >= highest:
        return Share(label, highest, f"≥{highest}%", is_veiled=True)
    return Share(label, percent, f"{percent}%")


def askers(user):
    """Open organisations in whose name `user` may ask residents."""
    roles = (Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF)
    return Organisation.objects.open().filter(user.within("path", *roles)).exclude(kind__level=Level.UNIT)


def chip(survey: Survey) -> Chip:
    """The survey's state; one whose end has passed waits for the clock."""
    if survey.state == SurveyState.CLOSED:
        return Chip("", "lock", SurveyState.CLOSED.label)
    if survey.closes_on < timezone.localdate():
        return Chip("warn", "clock", _("待启封"))
    return Chip("go", "circle", SurveyState.OPEN.label)


def with_participation(surveys):
    """`surveys` with `took_part`: in whole fives while open, exact once published, null for too few."""
    envelopes = (
        Envelope.objects.filter(code__survey=OuterRef("pk"))
        .order_by()
        .values("code__survey")
        .annotate(count=Count("*"))
        .values("count")
    )
    arrived = Coalesce(Subquery(envelopes), 0)
    return surveys.annotate(
        took_part=Case(
            When(state=SurveyState.OPEN, then=arrived - arrived % rules.COUNT_STEP),
            When(answers_opened__gte=rules.OPENING_FLOOR, then=F("envelopes_counted")),
            output_field=IntegerField(),
        )
    )


def work_for(user) -> list[Work]:
    """Open surveys of which no code was dealt yet."""
    found = Survey.objects.open().filter(
        user.within("organisation__path", Role.STREET_ADMIN, Role.STAFF), codes_issued=0
    )
    today = timezone.localdate()
    return [
        Work(
            title=_("发测评码：%(survey)s") % {"survey": survey.title},
            why=_("%(organisation)s的居民还没有收到测评码，到期后不能再填。")
            % {"organisation": survey.organisation},
            url=reverse("survey-detail", args=[survey.pk]),
            act=_("发测评码"),
            due=survey.closes_on,
        )
        for survey in found.filter(closes_on__gte=today).select_related("organisation")
    ]
