"""Who may open a survey, deal its codes and close it. `by` None is the clock."""

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Survey
from assessments.states import SURVEY_MOVES, SurveyState
from members.models import Organisation
from members.states import Level
from workflow.exceptions import BadInput, NotPermitted
from workflow.moves import check_move


def check_can_open_survey(by, organisation: Organisation) -> None:
    """The staff of the community or street in whose name residents are asked, or the clock; units never ask."""
    if organisation.level == Level.UNIT:
        raise NotPermitted(_("居民满意度测评由社区或街道组织，成员单位不能发起。请联系所在社区。"))
    _check_is_staff(by, organisation)


def check_can_issue_codes(by, survey: Survey) -> None:
    """The same staff, while residents can still answer."""
    _check_is_staff(by, survey.organisation)
    if survey.state != SurveyState.OPEN or survey.closes_on < timezone.localdate():
        raise BadInput(_("测评已经截止，不能再发码。请另开一次测评。"))


def check_can_close_survey(by, survey: Survey) -> None:
    """The same staff, or the clock once the last day is over."""
    check_move(SURVEY_MOVES, survey.state, SurveyState.CLOSED)
    if by is None and survey.closes_on >= timezone.localdate():
        raise NotPermitted(_("截止日期还没有过，系统不会提前结束测评。"))
    _check_is_staff(by, survey.organisation)


def check_is_not_kept(request_key: str | None) -> None:
    """Codes are not dealt to a request with a key: its stored answer would hold them in the database."""
    if request_key:
        raise BadInput(_("测评码只显示一次，不为重复请求保存。请去掉 Idempotency-Key 后再试。"))


def _check_is_staff(by, organisation: Organisation) -> None:
    if by is not None and not by.manages(organisation):
        raise NotPermitted(
            _("只有%(organisation)s或其上级街道的工作人员可以办理测评。") % {"organisation": organisation}
        )
