"""Pictures beside a listing, out and in."""

from rest_framework import serializers

from projects.models import Attachment


class AttachmentSerializer(serializers.ModelSerializer):
    """`url` leads to the bytes."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Attachment
        fields = ("id", "listing", "position", "caption", "width", "height", "url")
        read_only_fields = fields


class AttachmentInput(serializers.Serializer):
    picture = serializers.FileField(allow_empty_file=True, max_length=200)
    caption = serializers.CharField(max_length=60, required=False, allow_blank=True)
