"""The staff's second door to this room."""

from assessments.admin.reports import ReportAdmin
from assessments.admin.schemes import AdoptionAdmin, SchemeAdmin
from assessments.admin.scores import ScoreAdmin, ScoreRunAdmin
from assessments.admin.surveys import SurveyAdmin

__all__ = ["AdoptionAdmin", "ReportAdmin", "SchemeAdmin", "ScoreAdmin", "ScoreRunAdmin", "SurveyAdmin"]
