"""Agreements, out and in."""

from rest_framework import serializers

from projects.models import Agreement


class AgreementRowSerializer(serializers.ModelSerializer):
    """A row of the list; the text is read one by one."""

    party_a_name = serializers.CharField(source="party_a.name", read_only=True)
    party_b_name = serializers.CharField(source="party_b.name", read_only=True)

    class Meta:
        model = Agreement
        fields = (
            "id", "alliance", "party_a", "party_a_name", "party_b", "party_b_name", "version",
            "state", "text_hash", "sign_due", "deliver_by", "created_at", "party_a_signed_at",
            "party_b_signed_at",
        )  # fmt: skip
        read_only_fields = fields


class AgreementSerializer(AgreementRowSerializer):
    class Meta(AgreementRowSerializer.Meta):
        fields = (*AgreementRowSerializer.Meta.fields, "text", "claims")
        read_only_fields = fields


class SignInput(serializers.Serializer):
    text_hash = serializers.RegexField(r"^[0-9a-f]{64}$")
