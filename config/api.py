"""Which viewsets answer under /api/, and how a refusal is said there."""

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import routers, status
from rest_framework.exceptions import NotFound, ParseError
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
    # DRF says these two in English, whatever the reader's language, and names our classes.
    if isinstance(error, Http404):
        error = NotFound(_("没有这条记录，或不归您看。请检查地址里的编号。"))
    elif isinstance(error, (ParseError, RecursionError)):  # brackets nested beyond any use
        error = ParseError(_("请求的内容不是有效的 JSON。请检查引号、逗号和括号后再发。"))
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
