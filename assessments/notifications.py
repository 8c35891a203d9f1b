"""Which event of this room tells whom."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models import Report, ScoreRun, Survey
from members.models import Assignment, Organisation, User
from members.notifications import notify, register, speakers
from members.states import Role

SURVEY_OPENED = register(
    "survey_opened", _("已建立满意度测评“%(survey)s”，到%(closes_on)s截止。请打印测评码，发给居民。")
)
SURVEY_CLOSED = register("survey_closed", _("满意度测评“%(survey)s”已结束，可以查看结果。"))


def survey_opened(survey: Survey) -> None:
    """The asking organisation's people deal the codes."""
    notify(
        SURVEY_OPENED,
        survey,
        speakers(survey.organisation),
        due=survey.closes_on,
        survey=survey.title,
        closes_on=survey.closes_on.isoformat(),
    )


def survey_closed(survey: Survey) -> None:
    """The asking organisation's people read the result."""
    notify(SURVEY_CLOSED, survey, speakers(survey.organisation), survey=survey.title)


SCORE_COMPUTED = register(
    "score_computed",
    _("%(alliance)s %(starts_on)s 至 %(ends_on)s 的得分已算出，每一分都写明从哪条记录来，请查看。"),
)
REPORT_PUBLISHED = register("report_published", _("%(organisation)s 报送了考核报告 %(number)s，请查阅。"))


def score_computed(run: ScoreRun, units: Iterable[Organisation]) -> None:
    """Every unit's own liaisons, in two statements whatever their number."""
    liaisons = (
        Assignment.objects.current()
        .filter(organisation__in=[unit.pk for unit in units], role=Role.LIAISON, user__is_active=True)
        .select_related("user")
    )
    notify(
        SCORE_COMPUTED,
        run,
        [liaison.user for liaison in liaisons],
        url=reverse("score-list"),
        alliance=run.alliance.name,
        starts_on=run.starts_on.isoformat(),
        ends_on=run.ends_on.isoformat(),
    )


def report_published(report: Report) -> None:
    """The district's administrators and readers."""
    readers = User.objects.filter(
        pk__in=Assignment.objects.current()
        .filter(
            organisation__path=report.organisation.district_path,
            role__in=[Role.DISTRICT_ADMIN, Role.DISTRICT_READER],
        )
        .values("user"),
        is_active=True,
    )
    notify(
        REPORT_PUBLISHED,
        report,
        readers,
        organisation=report.organisation.name,
        number=report.number,
    )
