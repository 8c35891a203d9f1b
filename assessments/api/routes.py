"""Which of this room's viewsets answer under which name."""

from assessments.api.surveys import SurveyViewSet

ROUTES = [("surveys", SurveyViewSet)]
