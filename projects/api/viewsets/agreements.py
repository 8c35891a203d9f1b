"""Agreements: reads within sight, acts as named posts."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action

from projects import actions, documents
from projects.api import serializers as s
from projects.filters import AgreementFilter
from projects.models import Agreement
from workflow.api import ScopedViewSet
from workflow.downloads import word_answer
from workflow.official import CONTENT_TYPE


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
        "term_from": "term_from",
        "term_until": "term_until",
        "review_on": "review_on",
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

    @extend_schema(request=None, responses=s.AgreementSerializer)
    @action(detail=True, methods=["post"], url_path="withdraw-signature")
    def withdraw_signature(self, request, pk=None):
        """对方签署以前，撤回己方的签署。"""
        return self.answer(actions.withdraw_signature(agreement=self.get_object(), by=request.user))

    @extend_schema(request=s.TermInput, responses=s.AgreementSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request, pk=None):
        """草稿的期限、回顾日期和补充约定；正文随之重新写好。"""
        agreement, values = self.get_object(), self.read(s.TermInput)
        return self.answer(actions.change_draft(agreement=agreement, by=request.user, **values))

    @extend_schema(request=s.AgreementClaimInput, responses=s.AgreementSerializer)
    @action(detail=True, methods=["post"], url_path="add-claim")
    def add_claim(self, request, pk=None):
        """把双方另一条已对接的认领并入草稿。"""
        agreement, values = self.get_object(), self.read(s.AgreementClaimInput)
        return self.answer(actions.add_claim_to_agreement(agreement=agreement, by=request.user, **values))

    @extend_schema(request=s.AgreementClaimInput, responses={201: s.AgreementSerializer})
    @action(detail=True, methods=["post"], url_path="take-claim-out")
    def take_claim_out(self, request, pk=None):
        """移出一条认领，另拟一份协议；答复新拟的那一份。"""
        agreement, values = self.get_object(), self.read(s.AgreementClaimInput)
        draft = actions.take_claim_out(agreement=agreement, by=request.user, **values)
        return self.answer(draft, status=201)

    @extend_schema(request=s.NewVersionInput, responses={201: s.AgreementSerializer})
    @action(detail=True, methods=["post"], url_path="new-version")
    def new_version(self, request, pk=None):
        """拟一份替代已签协议的新版本；答复新版本。"""
        agreement, values = self.get_object(), self.read(s.NewVersionInput)
        version = actions.draft_new_version(agreement=agreement, by=request.user, **values)
        return self.answer(version, status=201)

    @extend_schema(request=s.DropVersionInput, responses=s.AgreementSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request, pk=None):
        """放弃还没有签署的新版本。"""
        agreement, values = self.get_object(), self.read(s.DropVersionInput)
        return self.answer(actions.drop_version(agreement=agreement, by=request.user, **values))

    @extend_schema(request=s.ReviewInput, responses=s.AgreementSerializer)
    @action(detail=True, methods=["post"])
    def review(self, request, pk=None):
        """记下回顾情况和下次回顾日期。"""
        agreement, values = self.get_object(), self.read(s.ReviewInput)
        return self.answer(actions.review_agreement(agreement=agreement, by=request.user, **values))

    @extend_schema(responses={(200, CONTENT_TYPE): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def word(self, request, pk=None):
        """协议书的 Word 文件。"""
        agreement = self.get_object()
        return word_answer(documents.word_file(agreement), documents.file_name(agreement))
