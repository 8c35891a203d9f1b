"""The API of alliances and members: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.api import serializers
from alliances.api.serializers import procedure
from alliances.filters import AllianceFilter, MembershipFilter
from alliances.models import Alliance, Membership
from alliances.reports.procedure import in_force
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=serializers.AllianceSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.AllianceSerializer),
)
class AllianceViewSet(ScopedViewSet):
    """联盟"""

    model = Alliance
    queryset = Alliance.objects.none()
    serializer_class = serializers.AllianceSerializer
    filterset_class = AllianceFilter
    columns = {
        "id": "id",
        "name": "name",
        "host": "host",
        "host_name": "host__name",
        "started_on": "started_on",
        "ended_on": "ended_on",
    }

    @extend_schema(request=serializers.FoundInput, responses={201: serializers.AllianceSerializer})
    def create(self, request):
        values = self.read(serializers.FoundInput)
        return self.answer(actions.found_alliance(by=request.user, **values), status=201)

    @extend_schema(request=serializers.ChangeInput, responses=serializers.AllianceSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request, pk=None):
        alliance, values = self.get_object(), self.read(serializers.ChangeInput)
        return self.answer(actions.change_alliance(alliance=alliance, by=request.user, **values))

    @extend_schema(request=serializers.EndAllianceInput, responses=serializers.AllianceSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request, pk=None):
        alliance, values = self.get_object(), self.read(serializers.EndAllianceInput)
        return self.answer(actions.end_alliance(alliance=alliance, by=request.user, **values))

    @extend_schema(request=serializers.AdmitInput, responses={201: serializers.MembershipSerializer})
    @action(detail=True, methods=["post"])
    def admit(self, request, pk=None):
        alliance, values = self.get_object(), self.read(serializers.AdmitInput)
        membership = actions.admit_member(alliance=alliance, by=request.user, **values)
        self.serializer_class = serializers.MembershipSerializer
        return self.answer(membership, status=201)

    @extend_schema(responses=procedure.TermSerializer(many=True))
    @action(detail=True, methods=["get"])
    def rules(self, request, pk=None):
        """The rules of procedure in force, line by line with their sources; none of an ended alliance."""
        alliance = self.get_object()
        lines = in_force(alliance) if alliance.is_open else []
        return Response(procedure.TermSerializer(lines, many=True).data)

    @extend_schema(request=procedure.SetProcedureInput, responses={201: procedure.ProcedureSerializer})
    @action(detail=True, methods=["post"], url_path="set-procedure")
    def set_procedure(self, request, pk=None):
        alliance, values = self.get_object(), self.read(procedure.SetProcedureInput)
        made = actions.set_procedure(alliance=alliance, by=request.user, **values)
        return Response(procedure.ProcedureSerializer(made).data, status=201)

    @extend_schema(request=procedure.SetDutyTermInput, responses={201: procedure.DutyTermSerializer})
    @action(detail=True, methods=["post"], url_path="set-duty-term")
    def set_duty_term(self, request, pk=None):
        alliance, values = self.get_object(), self.read(procedure.SetDutyTermInput)
        term = actions.set_duty_term(alliance=alliance, by=request.user, **values)
        return Response(procedure.DutyTermSerializer(term).data, status=201)


@extend_schema_view(
    list=extend_schema(responses=serializers.MembershipSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.MembershipSerializer),
)
class MembershipViewSet(ScopedViewSet):
    """成员关系：现在的成员；`when` 另取已退出的或全部。"""

    model = Membership
    queryset = Membership.objects.none()
    serializer_class = serializers.MembershipSerializer
    columns = {
        "id": "id",
        "alliance": "alliance",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "role": "role",
        "starts_on": "starts_on",
        "ends_on": "ends_on",
        "contact_name": "contact_name",
        "contact_phone": "contact_phone",
        "committee_contact": "committee_contact",
        "committee_phone": "committee_phone",
    }
    filterset_class = MembershipFilter

    @extend_schema(request=serializers.ContactInput, responses=serializers.MembershipSerializer)
    @action(detail=True, methods=["post"], url_path="change-contact")
    def change_contact(self, request, pk=None):
        membership, values = self.get_object(), self.read(serializers.ContactInput)
        return self.answer(actions.change_contact(membership=membership, by=request.user, **values))

    @extend_schema(request=procedure.CommitteeContactInput, responses=serializers.MembershipSerializer)
    @action(detail=True, methods=["post"], url_path="set-committee-contact")
    def set_committee_contact(self, request, pk=None):
        membership, values = self.get_object(), self.read(procedure.CommitteeContactInput)
        return self.answer(actions.set_committee_contact(membership=membership, by=request.user, **values))

    @extend_schema(request=serializers.EndMembershipInput, responses=serializers.MembershipSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request, pk=None):
        membership, values = self.get_object(), self.read(serializers.EndMembershipInput)
        return self.answer(actions.end_membership(membership=membership, by=request.user, **values))
