"""Every state and legal move of surveys and schemes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SurveyState(models.TextChoices):
    OPEN = "open", _("进行中")
    CLOSED = "closed", _("已结束")


SURVEY_MOVES = {SurveyState.OPEN: {SurveyState.CLOSED}, SurveyState.CLOSED: set()}


class SurveyGrade(models.TextChoices):
    """How people came to answer; decides what may be said of the result."""

    SAMPLE = "sample", _("甲级：抽样测评")
    CODED = "coded", _("乙级：凭码测评")


class Scale(models.IntegerChoices):
    """The five answers, good to bad, and 不了解, which never counts as dissatisfied."""

    VERY_SATISFIED = 5, _("非常满意")
    SATISFIED = 4, _("满意")
    FAIR = 3, _("一般")
    DISSATISFIED = 2, _("不满意")
    VERY_DISSATISFIED = 1, _("非常不满意")
    UNKNOWN = 0, _("不了解")


class SchemeState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")


SCHEME_MOVES = {SchemeState.DRAFT: {SchemeState.PUBLISHED}, SchemeState.PUBLISHED: set()}
