"""Which of this room's viewsets answer under which name."""

from assessments.api.reports import ReportViewSet
from assessments.api.schemes import AdoptionViewSet, SchemeViewSet
from assessments.api.scores import ScoreRunViewSet, ScoreViewSet
from assessments.api.surveys import SurveyViewSet

ROUTES = [
    ("surveys", SurveyViewSet),
    ("schemes", SchemeViewSet),
    ("adoptions", AdoptionViewSet),
    ("score-runs", ScoreRunViewSet),
    ("scores", ScoreViewSet),
    ("reports", ReportViewSet),
]
