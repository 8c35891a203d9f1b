"""The check of the ledger, read by machines."""

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from projects import permissions
from projects.reports import read_ledger


class FaultSerializer(serializers.Serializer):
    """`noun` and `id` name the row on whose page the difference shows."""

    kind = serializers.ChoiceField(
        choices=["taken", "over", "agreement", "delivery", "orphan", "stray", "hold", "share", "queue"]
    )
    noun = serializers.ChoiceField(choices=["listing", "claim", "agreement"])
    id = serializers.IntegerField(source="pk")
    sentence = serializers.CharField()
    remedy = serializers.CharField()


class LedgerSerializer(serializers.Serializer):
    """How much was compared at which moment; `total` counts the faults that are not listed too."""

    checked_at = serializers.DateTimeField()
    is_clean = serializers.BooleanField()
    slots = serializers.IntegerField()
    claims = serializers.IntegerField()
    agreements = serializers.IntegerField()
    deliveries = serializers.IntegerField()
    total = serializers.IntegerField()
    faults = FaultSerializer(many=True)


class LedgerViewSet(viewsets.ViewSet):
    """认领对账"""

    @extend_schema(responses=forced_singular_serializer(LedgerSerializer))
    def list(self, request):
        """核对所负责联盟的时段、认领、协议和交付。"""
        ledger = read_ledger(permissions.alliances_of_ledger(request.user))
        return Response(LedgerSerializer(ledger).data)
