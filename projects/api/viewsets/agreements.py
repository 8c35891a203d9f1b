"""Agreements: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action

from projects import actions
from projects.api import serializers as s
from projects.filters import AgreementFilter
from projects.models import Agreement
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=s.AgreementRowSerializer(many=True)),
    retrieve=extend_schema(responses=s.AgreementSerializer),
)
class AgreementViewSet(ScopedViewSet):
    """共建协议书"""

    model = Agreement
    queryset = Agreement.objects.none()
    serializer_class = s.AgreementSerializer
    filterset_class = AgreementFilter
    columns = {
        "id": "id",
        "alliance": "alliance",
        "party_a": "party_a",
        "party_a_name": "party_a__name",
        "party_b": "party_b",
        "party_b_name": "party_b__name",
        "version": "version",
        "state": "state",
        "text_hash": "text_hash",
        "sign_due": "sign_due",
        "deliver_by": "deliver_by",
        "created_at": "created_at",
        "party_a_signed_at": "party_a_signed_at",
        "party_b_signed_at": "party_b_signed_at",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.with_parties()

    @extend_schema(request=s.SignInput, responses=s.AgreementSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request, pk=None):
        """签署读到的正文：校验值要与现在的正文一致。"""
        agreement, values = self.get_object(), self.read(s.SignInput)
        return self.answer(actions.sign_agreement(agreement=agreement, by=request.user, **values))
