"""What the API reads and writes about alliances and members."""

from rest_framework import serializers

from alliances.models import Alliance, Membership
from alliances.rules import DAYS
from alliances.states import MemberRole
from members.models import Organisation
from workflow.api import Visible


def _days() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=DAYS[0], max_value=DAYS[-1], required=False)


class AllianceSerializer(serializers.ModelSerializer):
    host_name = serializers.CharField(source="host.name", read_only=True)

    class Meta:
        model = Alliance
        fields = (
            "id", "name", "host", "host_name", "started_on", "ended_on", "purpose", "needs_name",
            "resources_name", "projects_name", "answer_days", "sign_days", "acknowledge_days",
        )  # fmt: skip
        read_only_fields = fields


class MembershipSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Membership
        fields = (
            "id", "alliance", "organisation", "organisation_name", "role", "starts_on", "ends_on",
            "contact_name", "contact_phone", "committee_contact", "committee_phone",
        )  # fmt: skip
        read_only_fields = fields


class ChangeInput(serializers.Serializer):
    """What may be changed about an alliance; what is left out stays."""

    name = serializers.CharField(max_length=100, required=False)
    purpose = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    answer_days = _days()
    sign_days = _days()
    acknowledge_days = _days()


class FoundInput(ChangeInput):
    """A new alliance: host and name are needed."""

    host = Visible(queryset=Organisation.objects.all())
    name = serializers.CharField(max_length=100)
    started_on = serializers.DateField(required=False)


class EndAllianceInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
    ended_on = serializers.DateField(required=False)


class ContactInput(serializers.Serializer):
    contact_name = serializers.CharField(max_length=30, allow_blank=True)
    contact_phone = serializers.CharField(max_length=30, allow_blank=True)


class AdmitInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())
    role = serializers.ChoiceField(choices=MemberRole.choices, required=False)
    contact_name = serializers.CharField(max_length=30, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False)


class EndMembershipInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
    ends_on = serializers.DateField(required=False)
