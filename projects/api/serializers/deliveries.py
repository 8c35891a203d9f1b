"""Deliveries, out and in."""

from rest_framework import serializers

from projects.models import Delivery
from projects.states import Rating


class DeliverySerializer(serializers.ModelSerializer):
    class Meta:
        model = Delivery
        fields = (
            "id", "claim", "quantity", "done_on", "report", "state", "acknowledge_due", "reported_at",
            "accepted_quantity", "acknowledged_at", "rating", "remark",
        )  # fmt: skip
        read_only_fields = fields


class ReportInput(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)
    done_on = serializers.DateField()
    report = serializers.CharField(max_length=300, required=False, allow_blank=True)


class AcceptInput(serializers.Serializer):
    """Without a quantity: all of it."""

    quantity = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    rating = serializers.ChoiceField(choices=Rating.choices)
    remark = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RemarkInput(serializers.Serializer):
    remark = serializers.CharField(max_length=200)
