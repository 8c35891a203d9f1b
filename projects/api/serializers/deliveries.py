"""Deliveries, out and in."""

from rest_framework import serializers

from projects.models import Delivery, Dispute
from projects.states import Rating


class DeliverySerializer(serializers.ModelSerializer):
    class Meta:
        model = Delivery
        fields = (
            "id", "claim", "quantity", "done_on", "report", "state", "acknowledge_due", "reported_at",
            "accepted_quantity", "acknowledged_at", "rating", "remark", "answer", "answered_at",
        )  # fmt: skip
        read_only_fields = fields


class ReportInput(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)
    done_on = serializers.DateField()
    report = serializers.CharField(max_length=300, required=False, allow_blank=True)


class DisputeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Dispute
        fields = (
            "id", "delivery", "counted", "requester_statement", "opened_at", "settle_by",
            "provider_statement", "stated_at", "outcome", "settled_quantity", "decision", "settled_at",
        )  # fmt: skip
        read_only_fields = fields


class DisputeInput(serializers.Serializer):
    counted = serializers.IntegerField(min_value=0, max_value=100_000)
    statement = serializers.CharField(max_length=300)


class StatementInput(serializers.Serializer):
    statement = serializers.CharField(max_length=300)


class AgreeInput(serializers.Serializer):
    """The statement may be left out when it was given before."""

    statement = serializers.CharField(max_length=300, required=False)


class RatingInput(serializers.Serializer):
    rating = serializers.ChoiceField(choices=Rating.choices)
    remark = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DecisionInput(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=0, max_value=100_000)
    decision = serializers.CharField(max_length=300)


class AnswerInput(serializers.Serializer):
    answer = serializers.CharField(max_length=200)


class AcceptInput(serializers.Serializer):
    """Without a quantity: all of it. Another quantity than the reported one is a dispute."""

    quantity = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    rating = serializers.ChoiceField(choices=Rating.choices)
    remark = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RemarkInput(serializers.Serializer):
    remark = serializers.CharField(max_length=200)
