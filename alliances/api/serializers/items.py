"""What the API reads and writes about agenda items."""

from rest_framework import serializers

from alliances.models import AgendaItem, Alliance, Meeting, StepOut
from alliances.states import StepOutKind
from members.models import Organisation
from workflow.api import Visible


class ItemSerializer(serializers.ModelSerializer):
    alliance_name = serializers.CharField(source="alliance.name", read_only=True)
    proposer_name = serializers.CharField(source="proposer.name", read_only=True)

    class Meta:
        model = AgendaItem
        fields = (
            "id", "alliance", "alliance_name", "meeting", "proposer", "proposer_name", "title", "source",
            "state", "position", "duration", "outcome", "version", "body", "source_note", "source_duty",
            "source_item", "return_reason", "discussion", "resolution", "referred_to", "proposed_at",
        )  # fmt: skip
        read_only_fields = fields


class StepOutSerializer(serializers.ModelSerializer):
    class Meta:
        model = StepOut
        fields = ("id", "item", "organisation", "kind")
        read_only_fields = fields


class ProposeInput(serializers.Serializer):
    alliance = Visible(queryset=Alliance.objects.all())
    proposer = Visible(queryset=Organisation.objects.all())
    title = serializers.CharField(max_length=80)
    body = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    source_note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    meeting = Visible(queryset=Meeting.objects.all(), required=False, allow_null=True)


class ReturnItemInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class ReviseItemInput(serializers.Serializer):
    title = serializers.CharField(max_length=80)
    body = serializers.CharField(max_length=1000, allow_blank=True)
    version = serializers.IntegerField(min_value=1)


class NoteInput(serializers.Serializer):
    text = serializers.CharField(max_length=2000, allow_blank=True)
    version = serializers.IntegerField(min_value=1, required=False)


class ScheduleInput(serializers.Serializer):
    meeting = Visible(queryset=Meeting.objects.all())


class StepInInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())


class StepOutInput(StepInInput):
    kind = serializers.ChoiceField(choices=StepOutKind.choices)
