"""What several acts are told."""

from rest_framework import serializers


class ReasonInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
