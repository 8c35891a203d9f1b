"""Deliveries and disputes: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action

from projects import actions
from projects.api import serializers as s
from projects.filters import DeliveryFilter, DisputeFilter
from projects.models import Delivery, Dispute
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=s.DeliverySerializer(many=True)),
    retrieve=extend_schema(responses=s.DeliverySerializer),
)
class DeliveryViewSet(ScopedViewSet):
    """交付"""

    model = Delivery
    queryset = Delivery.objects.none()
    serializer_class = s.DeliverySerializer
    filterset_class = DeliveryFilter
    columns = {name: name for name in s.DeliverySerializer.Meta.fields}

    @extend_schema(request=s.AcceptInput, responses=s.DeliverySerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """确认并评议"""
        delivery, values = self.get_object(), self.read(s.AcceptInput)
        return self.answer(actions.accept_delivery(delivery=delivery, by=request.user, **values))

    # `return` is a word of the language, so the method bears the noun's name too.
    @extend_schema(request=s.RemarkInput, responses=s.DeliverySerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_delivery(self, request, pk=None):
        """退回"""
        delivery, values = self.get_object(), self.read(s.RemarkInput)
        return self.answer(actions.return_delivery(delivery=delivery, by=request.user, **values))

    @extend_schema(request=s.DisputeInput, responses={201: s.DisputeSerializer})
    @action(detail=True, methods=["post"])
    def dispute(self, request, pk=None):
        """对数量提出异议，写明情况。"""
        delivery, values = self.get_object(), self.read(s.DisputeInput)
        dispute = actions.dispute_delivery(delivery=delivery, by=request.user, **values)
        self.serializer_class = s.DisputeSerializer
        return self.answer(dispute, status=201)

    @extend_schema(request=s.RatingInput, responses=s.DeliverySerializer)
    @action(detail=True, methods=["post"])
    def rate(self, request, pk=None):
        """评议已认定数量的交付"""
        delivery, values = self.get_object(), self.read(s.RatingInput)
        return self.answer(actions.rate_delivery(delivery=delivery, by=request.user, **values))

    # `answer` is how the viewset gives its answer.
    @extend_schema(request=s.AnswerInput, responses=s.DeliverySerializer)
    @action(detail=True, methods=["post"], url_path="answer", url_name="answer")
    def answer_rating(self, request, pk=None):
        """回应评议"""
        delivery, values = self.get_object(), self.read(s.AnswerInput)
        return self.answer(actions.answer_rating(delivery=delivery, by=request.user, **values))


@extend_schema_view(
    list=extend_schema(responses=s.DisputeSerializer(many=True)),
    retrieve=extend_schema(responses=s.DisputeSerializer),
)
class DisputeViewSet(ScopedViewSet):
    """数量异议"""

    model = Dispute
    queryset = Dispute.objects.none()
    serializer_class = s.DisputeSerializer
    filterset_class = DisputeFilter
    columns = {name: name for name in s.DisputeSerializer.Meta.fields}

    @extend_schema(request=s.StatementInput, responses=s.DisputeSerializer)
    @action(detail=True, methods=["post"])
    def state(self, request, pk=None):
        """提供方说明情况"""
        return self._settle(actions.state_side, s.StatementInput)

    @extend_schema(request=s.AgreeInput, responses=s.DisputeSerializer)
    @action(detail=True, methods=["post"], url_path="agree-requester", url_name="agree-requester")
    def agree_with_requester(self, request, pk=None):
        """提供方同意需求方的数量"""
        return self._settle(actions.agree_with_requester, s.AgreeInput)

    @extend_schema(request=s.RatingInput, responses=s.DisputeSerializer)
    @action(detail=True, methods=["post"], url_path="agree-provider", url_name="agree-provider")
    def agree_with_provider(self, request, pk=None):
        """需求方同意报告的数量，并评议"""
        return self._settle(actions.agree_with_provider, s.RatingInput)

    @extend_schema(request=s.DecisionInput, responses=s.DisputeSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request, pk=None):
        """召集方认定数量"""
        return self._settle(actions.decide_dispute, s.DecisionInput)

    def _settle(self, act, words):
        dispute, values = self.get_object(), self.read(words)
        return self.answer(act(dispute=dispute, by=self.request.user, **values))
