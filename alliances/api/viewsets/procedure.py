"""The API of rules of procedure, kinds of meeting and terms of duty; an alliance's own acts are with the alliance."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.api.serializers import procedure as serializers
from alliances.models import DutyTerm, MeetingKind, Procedure
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=serializers.ProcedureSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.ProcedureSerializer),
)
class ProcedureViewSet(ScopedViewSet):
    """议事规则的各版；联盟的规则在联盟下修订。"""

    model = Procedure
    queryset = Procedure.objects.none()
    serializer_class = serializers.ProcedureSerializer
    filterset_fields = ["version"]
    columns = {
        "id": "id",
        "district": "district",
        "alliance": "alliance",
        "version": "version",
        "reason": "reason",
        "set_at": "set_at",
    }

    def get_queryset(self):
        return super().get_queryset().select_related("alliance__host")

    @extend_schema(
        request=serializers.SetDistrictProcedureInput, responses={201: serializers.ProcedureSerializer}
    )
    @action(detail=False, methods=["post"], url_path="set-district")
    def set_district(self, request):
        values = self.read(serializers.SetDistrictProcedureInput)
        return self.answer(actions.set_district_procedure(by=request.user, **values), status=201)


@extend_schema_view(
    list=extend_schema(responses=serializers.MeetingKindSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.MeetingKindSerializer),
)
class MeetingKindViewSet(ScopedViewSet):
    """会议类型：随系统提供的，和本区自己的。"""

    model = MeetingKind
    queryset = MeetingKind.objects.none()
    serializer_class = serializers.MeetingKindSerializer
    columns = {name: name for name in serializers.MeetingKindSerializer.Meta.fields}

    @extend_schema(
        request=serializers.AddMeetingKindInput, responses={201: serializers.MeetingKindSerializer}
    )
    def create(self, request):
        values = self.read(serializers.AddMeetingKindInput)
        return self.answer(actions.add_meeting_kind(by=request.user, **values), status=201)

    @extend_schema(request=serializers.ChangeMeetingKindInput, responses=serializers.MeetingKindSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request, pk=None):
        kind, values = self.get_object(), self.read(serializers.ChangeMeetingKindInput)
        return self.answer(actions.change_meeting_kind(kind=kind, by=request.user, **values))


@extend_schema_view(
    list=extend_schema(responses=serializers.DutyTermSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.DutyTermSerializer),
)
class DutyTermViewSet(ScopedViewSet):
    """轮值任期；新的任期在联盟下安排。"""

    model = DutyTerm
    queryset = DutyTerm.objects.none()
    serializer_class = serializers.DutyTermSerializer
    columns = {
        "id": "id",
        "alliance": "alliance",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "starts_on": "starts_on",
        "ends_on": "ends_on",
    }

    @extend_schema(request=serializers.EndDutyTermInput, responses=serializers.DutyTermSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request, pk=None):
        term, values = self.get_object(), self.read(serializers.EndDutyTermInput)
        return self.answer(actions.end_duty_term(term=term, by=request.user, **values))

    @extend_schema(request=serializers.CancelDutyTermInput, responses={204: None})
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        term, values = self.get_object(), self.read(serializers.CancelDutyTermInput)
        actions.cancel_duty_term(term=term, by=request.user, **values)
        return Response(status=status.HTTP_204_NO_CONTENT)
