"""Which viewsets answer under /api/, and how a refusal is said there."""

from rest_framework import routers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from alliances.api.routes import ROUTES as ALLIANCES
from assessments.api.routes import ROUTES as ASSESSMENTS
from members.api.routes import ROUTES as MEMBERS
from projects.api.routes import ROUTES as PROJECTS
from workflow.exceptions import BadInput, NotPermitted, Refusal

router = routers.DefaultRouter()
for prefix, viewset in [*MEMBERS, *ALLIANCES, *PROJECTS, *ASSESSMENTS]:
    router.register(prefix, viewset, basename=f"api-{prefix}")


def explain(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler: a refusal becomes 403, 400 or 409 with its sentence under its field."""
    if not isinstance(error, Refusal):
        return exception_handler(error, context)
    if isinstance(error, NotPermitted):
        code = status.HTTP_403_FORBIDDEN
    elif isinstance(error, BadInput):
        code = status.HTTP_400_BAD_REQUEST
    else:
        code = status.HTTP_409_CONFLICT
    body = {error.field: [str(error.sentence)]} if error.field else {"detail": str(error.sentence)}
    return Response(body, status=code)
