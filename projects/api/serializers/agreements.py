"""Agreements, out and in."""

from rest_framework import serializers

from projects.models import Agreement, Claim
from workflow.api import Visible


class AgreementRowSerializer(serializers.ModelSerializer):
    """A row of the list; the text is read one by one."""

    party_a_name = serializers.CharField(source="party_a.name", read_only=True)
    party_b_name = serializers.CharField(source="party_b.name", read_only=True)

    class Meta:
        model = Agreement
        fields = (
            "id", "alliance", "party_a", "party_a_name", "party_b", "party_b_name", "version",
            "state", "text_hash", "sign_due", "deliver_by", "term_from", "term_until", "review_on",
            "created_at", "party_a_signed_at", "party_b_signed_at",
        )  # fmt: skip
        read_only_fields = fields


class AgreementSerializer(AgreementRowSerializer):
    class Meta(AgreementRowSerializer.Meta):
        fields = (
            *AgreementRowSerializer.Meta.fields, "replaces", "change_reason", "extra", "reviewed_at",
            "review_note", "text", "claims",
        )  # fmt: skip
        read_only_fields = fields


class SignInput(serializers.Serializer):
    text_hash = serializers.RegexField(r"^[0-9a-f]{64}$")


class TermInput(serializers.Serializer):
    """What both add to the words that come from the claims; what is missing is empty."""

    term_from = serializers.DateField(required=False, allow_null=True, default=None)
    term_until = serializers.DateField(required=False, allow_null=True, default=None)
    review_on = serializers.DateField(required=False, allow_null=True, default=None)
    extra = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class NewVersionInput(TermInput):
    reason = serializers.CharField(max_length=200)


class DropVersionInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class ReviewInput(serializers.Serializer):
    note = serializers.CharField(max_length=300)
    review_on = serializers.DateField(required=False, allow_null=True, default=None)


class AgreementClaimInput(serializers.Serializer):
    claim = Visible(queryset=Claim.objects.all())
