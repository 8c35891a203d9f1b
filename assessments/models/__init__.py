from assessments.models.report import Report
from assessments.models.scheme import Adoption, Indicator, Scheme
from assessments.models.score import Score, ScoreRun
from assessments.models.survey import Answer, Code, Envelope, Remark, Survey

__all__ = [
    "Adoption",
    "Answer",
    "Code",
    "Envelope",
    "Indicator",
    "Remark",
    "Report",
    "Scheme",
    "Score",
    "ScoreRun",
    "Survey",
]
