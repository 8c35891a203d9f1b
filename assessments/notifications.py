"""Which event of this room tells whom."""

from django.utils.translation import gettext_lazy as _

from assessments.models import Survey
from members.notifications import notify, register, speakers

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
