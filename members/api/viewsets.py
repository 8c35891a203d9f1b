"""The room's API: reads within sight, and the verbs of its actions."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from members.actions import notifications, organisations, people, structures
from members.api import serializers
from members.filters import AssignmentFilter, OrganisationFilter
from members.models import Assignment, Kind, Notification, Organisation, StructureTemplate
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=serializers.OrganisationSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.OrganisationSerializer),
)
class OrganisationViewSet(ScopedViewSet):
    """组织"""

    model = Organisation
    queryset = Organisation.objects.none()
    serializer_class = serializers.OrganisationSerializer
    filterset_class = OrganisationFilter
    columns = {
        "id": "id",
        "name": "name",
        "kind": "kind",
        "kind_name": "kind__name",
        "level": "kind__level",
        "unit_type": "unit_type",
        "address": "address",
        "opened_on": "opened_on",
        "closed_on": "closed_on",
        "successor": "successor",
        "structure": "structure",
    }

    @extend_schema(request=serializers.NewOrganisation, responses={201: serializers.OrganisationSerializer})
    def create(self, request):
        values = self.read(serializers.NewOrganisation)
        return self.answer(organisations.add_organisation(**values, by=request.user), status=201)

    @extend_schema(request=serializers.OrganisationChange, responses=serializers.OrganisationSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request, pk=None):
        organisation, values = self.get_object(), self.read(serializers.OrganisationChange)
        return self.answer(
            organisations.change_organisation(organisation=organisation, **values, by=request.user)
        )

    @extend_schema(request=serializers.Closing, responses=serializers.OrganisationSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        organisation, values = self.get_object(), self.read(serializers.Closing)
        return self.answer(
            organisations.close_organisation(organisation=organisation, **values, by=request.user)
        )

    @extend_schema(request=serializers.Moving, responses=serializers.OrganisationSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk=None):
        organisation, values = self.get_object(), self.read(serializers.Moving)
        return self.answer(
            organisations.move_organisation(organisation=organisation, **values, by=request.user)
        )

    @extend_schema(request=serializers.Adoption, responses=serializers.OrganisationSerializer)
    @action(detail=True, methods=["post"])
    def adopt(self, request, pk=None):
        organisation, values = self.get_object(), self.read(serializers.Adoption)
        return self.answer(structures.adopt_structure(organisation=organisation, **values, by=request.user))


@extend_schema_view(
    list=extend_schema(responses=serializers.StructureRow(many=True)),
    retrieve=extend_schema(responses=serializers.StructureSerializer),
)
class StructureViewSet(ScopedViewSet):
    """组织架构模板"""

    model = StructureTemplate
    queryset = StructureTemplate.objects.none()
    serializer_class = serializers.StructureSerializer
    columns = {name: name for name in serializers.StructureRow.Meta.fields}

    @extend_schema(request=serializers.NewStructure, responses={201: serializers.StructureSerializer})
    def create(self, request):
        values = self.read(serializers.NewStructure)
        return self.answer(structures.draft_structure(**values, by=request.user), status=201)

    @extend_schema(request=serializers.NewRule, responses={201: serializers.StructureSerializer})
    @action(detail=True, methods=["post"], url_path="add-rule")
    def add_rule(self, request, pk=None):
        template, values = self.get_object(), self.read(serializers.NewRule)
        rule = structures.add_rule(template=template, **values, by=request.user)
        return self.answer(rule.template, status=201)

    @extend_schema(request=serializers.RuleChoice, responses=serializers.StructureSerializer)
    @action(detail=True, methods=["post"], url_path="remove-rule")
    def remove_rule(self, request, pk=None):
        template, values = self.get_object(), self.read(serializers.RuleChoice)
        rule = get_object_or_404(template.rules, pk=values["rule"])
        return self.answer(structures.remove_rule(rule=rule, by=request.user))

    @extend_schema(request=None, responses=serializers.StructureSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        return self.answer(structures.publish_structure(template=self.get_object(), by=request.user))


@extend_schema_view(
    list=extend_schema(responses=serializers.KindSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.KindSerializer),
)
class KindViewSet(ScopedViewSet):
    """组织类型"""

    model = Kind
    queryset = Kind.objects.none()
    serializer_class = serializers.KindSerializer
    columns = {name: name for name in serializers.KindSerializer.Meta.fields}

    @extend_schema(request=serializers.NewKind, responses={201: serializers.KindSerializer})
    def create(self, request):
        values = self.read(serializers.NewKind)
        return self.answer(structures.add_kind(**values, by=request.user), status=201)


@extend_schema_view(
    list=extend_schema(responses=serializers.AssignmentSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.AssignmentSerializer),
)
class AssignmentViewSet(ScopedViewSet):
    """任职"""

    model = Assignment
    queryset = Assignment.objects.none()
    serializer_class = serializers.AssignmentSerializer
    filterset_class = AssignmentFilter
    columns = {
        "id": "id",
        "user": "user",
        "user_name": "user__name",
        "role": "role",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "is_recursive": "is_recursive",
        "starts_on": "starts_on",
        "ends_on": "ends_on",
    }

    @extend_schema(request=serializers.NewAssignment, responses={201: serializers.AssignmentSerializer})
    def create(self, request):
        values = self.read(serializers.NewAssignment)
        return self.answer(people.assign_role(**values, by=request.user), status=201)

    @extend_schema(request=serializers.Ending, responses=serializers.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request, pk=None):
        assignment, values = self.get_object(), self.read(serializers.Ending)
        return self.answer(people.end_assignment(assignment=assignment, **values, by=request.user))


@extend_schema_view(
    list=extend_schema(responses=serializers.NotificationSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.NotificationSerializer),
)
class NotificationViewSet(ScopedViewSet):
    """通知"""

    model = Notification
    queryset = Notification.objects.none()
    serializer_class = serializers.NotificationSerializer

    def list(self, request):
        # The sentence is put together in the reader's language, so these rows are objects.
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    # `read` is the base class's reader of bodies; the verb's name is its address.
    @extend_schema(request=None, responses=serializers.NotificationSerializer)
    @action(detail=True, methods=["post"], url_path="read", url_name="read")
    def mark(self, request, pk=None):
        return self.answer(notifications.mark_read(notification=self.get_object(), by=request.user))

    @extend_schema(request=serializers.UpTo, responses=serializers.Count)
    @action(detail=False, methods=["post"], url_path="read-all", url_name="read-all")
    def mark_all(self, request):
        values = self.read(serializers.UpTo)
        return Response({"count": notifications.mark_all_read(**values, by=request.user)})
