"""Claims: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action

from projects import actions
from projects.api import serializers as s
from projects.filters import ClaimFilter
from projects.models import Claim
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=s.ClaimRowSerializer(many=True)),
    retrieve=extend_schema(responses=s.ClaimSerializer),
)
class ClaimViewSet(ScopedViewSet):
    """认领"""

    model = Claim
    queryset = Claim.objects.none()
    serializer_class = s.ClaimSerializer
    filterset_class = ClaimFilter
    columns = {
        "id": "id",
        "listing": "slot__listing",
        "listing_title": "slot__listing__title",
        "slot": "slot",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "quantity": "quantity",
        "plan": "plan",
        "state": "state",
        "claimed_at": "claimed_at",
        "answer_due": "answer_due",
        "answered_at": "answered_at",
        "sign_due": "sign_due",
        "reason": "reason",
        "cause": "cause",
        "expires_at": "expires_at",
        "waited_since": "waited_since",
        "priority": "priority",
        "priority_reason": "priority_reason",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.with_parties()

    @extend_schema(request=None, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """接受认领，同时拟好共建协议书。"""
        return self.answer(actions.accept_claim(claim=self.get_object(), by=request.user))

    @extend_schema(request=None, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        """确认为认领方保留的数量；过时由下一个候补单位接上。"""
        return self.answer(actions.confirm_hold(claim=self.get_object(), by=request.user))

    @extend_schema(request=s.PriorityInput, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def prioritise(self, request, pk=None):
        """给候补单位设优先，写明原因。"""
        claim, values = self.get_object(), self.read(s.PriorityInput)
        return self.answer(actions.prioritise_claim(claim=claim, by=request.user, **values))

    @extend_schema(request=s.ReasonInput, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        """退回"""
        return self._leave(actions.decline_claim)

    @extend_schema(request=s.WithdrawInput, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """撤回，写明原因。"""
        claim, values = self.get_object(), self.read(s.WithdrawInput)
        return self.answer(actions.withdraw_claim(claim=claim, by=request.user, **values))

    @extend_schema(request=s.PassInput, responses={201: s.ClaimSerializer})
    @action(detail=True, methods=["post"], url_path="pass", url_name="pass")
    def pass_on(self, request, pk=None):
        """转交给另一个单位，答复是新的认领。"""
        claim, values = self.get_object(), self.read(s.PassInput)
        return self.answer(actions.pass_claim(claim=claim, by=request.user, **values), status=201)

    @extend_schema(request=s.ReasonInput, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request, pk=None):
        """撤销"""
        return self._leave(actions.revoke_claim)

    @extend_schema(request=s.ReportInput, responses={201: s.DeliverySerializer})
    @action(detail=True, methods=["post"])
    def report(self, request, pk=None):
        """报告交付"""
        claim, values = self.get_object(), self.read(s.ReportInput)
        delivery = actions.report_delivery(claim=claim, by=request.user, **values)
        self.serializer_class = s.DeliverySerializer
        return self.answer(delivery, status=201)

    def _leave(self, act):
        claim, values = self.get_object(), self.read(s.ReasonInput)
        return self.answer(act(claim=claim, by=self.request.user, **values))
