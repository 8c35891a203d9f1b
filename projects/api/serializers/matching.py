"""What the API reads and writes about proposals."""

from rest_framework import serializers

from projects.models import Dismissal, Listing
from projects.models.dismissal import DismissalCause
from workflow.api import Visible


# --- Out ------------------------------------------------------------------------------------------
class ReasonSerializer(serializers.Serializer):
    """One phrase; a gap is where the candidate falls short."""

    aspect = serializers.CharField()
    words = serializers.CharField()
    is_gap = serializers.BooleanField()


class MatchSerializer(serializers.Serializer):
    """A candidate, the best first; no score: the order and the reasons are all there is to say."""

    listing = serializers.IntegerField(source="listing.pk")
    title = serializers.CharField(source="listing.title")
    organisation = serializers.IntegerField(source="listing.organisation_id")
    organisation_name = serializers.CharField(source="listing.organisation.name")
    free = serializers.IntegerField()
    measure = serializers.CharField(source="listing.measure")
    reasons = ReasonSerializer(many=True)
    claim = serializers.IntegerField(source="claim.pk", default=None, allow_null=True)


class DismissalSerializer(serializers.ModelSerializer):
    class Meta:
        model = Dismissal
        fields = ("id", "listing", "other", "cause", "words", "said_at")
        read_only_fields = fields


# --- In -------------------------------------------------------------------------------------------
class DismissInput(serializers.Serializer):
    """Which proposal does not suit, and why; other causes need words."""

    other = Visible(queryset=Listing.objects.all())
    cause = serializers.ChoiceField(choices=DismissalCause.choices)
    words = serializers.CharField(max_length=100, required=False, allow_blank=True)


class RestoreInput(serializers.Serializer):
    other = Visible(queryset=Listing.objects.all())
