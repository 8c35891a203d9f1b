"""The API of minutes: reads within sight, and the acts on them and on their meeting as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.api.serializers.minutes import (
    ConfirmInput,
    MinutesSerializer,
    ReviseMinutesInput,
)
from alliances.filters.minutes import MinutesFilter
from alliances.models import Minutes
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=MinutesSerializer(many=True)),
    retrieve=extend_schema(responses=MinutesSerializer),
)
class MinutesViewSet(ScopedViewSet):
    """会议纪要：每一稿的全文、校验值和各单位的答复。"""

    model = Minutes
    queryset = Minutes.objects.none()
    serializer_class = MinutesSerializer
    filterset_class = MinutesFilter
    columns = {
        "id": "id",
        "meeting": "meeting",
        "meeting_title": "meeting__title",
        "version": "version",
        "sha256": "sha256",
        "confirm_by": "confirm_by",
        "circulated_at": "circulated_at",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.select_related(
            "meeting__alliance__host__kind", "meeting__convener__kind"
        ).prefetch_related("confirmations__organisation")

    @extend_schema(request=ConfirmInput, responses=MinutesSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        minutes, values = self.get_object(), self.read(ConfirmInput)
        actions.confirm_minutes(minutes=minutes, by=request.user, **values)
        return self.answer(self.get_object())


class MinutesActs:
    """What is done to the minutes of a meeting and to the meeting itself; part of its viewset."""

    @extend_schema(request=None, responses={201: MinutesSerializer})
    @action(detail=True, methods=["post"], url_path="circulate-minutes")
    def circulate_minutes(self, request, pk=None):
        minutes = actions.circulate_minutes(meeting=self.get_object(), by=request.user)
        context = self.get_serializer_context()
        return Response(MinutesSerializer(minutes, context=context).data, status=201)

    @extend_schema(request=ReviseMinutesInput)
    @action(detail=True, methods=["post"], url_path="revise-minutes")
    def revise_minutes(self, request, pk=None):
        meeting, values = self.get_object(), self.read(ReviseMinutesInput)
        return self.answer(actions.revise_minutes(meeting=meeting, by=request.user, **values))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        return self.answer(actions.close_meeting(meeting=self.get_object(), by=request.user))
