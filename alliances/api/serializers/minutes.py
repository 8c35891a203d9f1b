"""What the API reads and writes about minutes and the units' words on them."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from alliances.models import Confirmation, Minutes
from alliances.states import MinutesVerdict
from members.models import Organisation
from workflow.api import Visible


class ConfirmationSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Confirmation
        fields = ("id", "organisation", "organisation_name", "verdict", "note", "given_at")
        read_only_fields = fields


class MinutesSerializer(serializers.ModelSerializer):
    meeting_title = serializers.CharField(source="meeting.title", read_only=True)
    content = serializers.JSONField(read_only=True, help_text="纪要全文，一稿定下后不再改变。")
    confirmations = ConfirmationSerializer(many=True, read_only=True)
    word = serializers.SerializerMethodField(help_text="Word 文件的地址。")

    class Meta:
        model = Minutes
        fields = (
            "id", "meeting", "meeting_title", "version", "sha256", "confirm_by", "circulated_at", "content",
            "confirmations", "word",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_word(self, minutes: Minutes) -> str:
        return reverse("minutes-word", args=[minutes.pk], request=self.context.get("request"))


class ConfirmInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())
    verdict = serializers.ChoiceField(choices=MinutesVerdict.choices)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ReviseMinutesInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
