"""Shares of joint claims: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action

from projects import actions
from projects.api import serializers as s
from projects.filters import ShareFilter
from projects.models import Share
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=s.ClaimShareSerializer(many=True)),
    retrieve=extend_schema(responses=s.ClaimShareSerializer),
)
class ShareViewSet(ScopedViewSet):
    """分担"""

    model = Share
    queryset = Share.objects.none()
    serializer_class = s.ClaimShareSerializer
    filterset_class = ShareFilter
    columns = {
        "id": "id",
        "claim": "claim",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "quantity": "quantity",
        "state": "state",
        "reason": "reason",
        "answered_at": "answered_at",
    }

    @extend_schema(request=None, responses=s.ClaimShareSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        """确认分担"""
        return self.answer(actions.confirm_share(share=self.get_object(), by=request.user))

    @extend_schema(request=s.ReasonInput, responses=s.ClaimShareSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        """不参加"""
        share, values = self.get_object(), self.read(s.ReasonInput)
        return self.answer(actions.decline_share(share=share, by=request.user, **values))
