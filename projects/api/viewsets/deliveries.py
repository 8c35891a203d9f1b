"""Deliveries: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action

from projects import actions
from projects.api import serializers as s
from projects.filters import DeliveryFilter
from projects.models import Delivery
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
