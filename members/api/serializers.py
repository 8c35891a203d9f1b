"""What the API of this room reads and writes."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from members.models import (
    Assignment,
    Kind,
    Notification,
    Organisation,
    StructureRule,
    StructureTemplate,
    User,
)
from members.notifications import sentence
from members.states import Level, Role, UnitType
from workflow.api import Visible


class OrganisationSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="kind.name", read_only=True)
    level = serializers.ChoiceField(source="kind.level", choices=Level.choices, read_only=True)

    class Meta:
        model = Organisation
        fields = [
            "id",
            "name",
            "kind",
            "kind_name",
            "level",
            "unit_type",
            "address",
            "opened_on",
            "closed_on",
            "successor",
            "structure",
        ]
        read_only_fields = fields


class NewOrganisation(serializers.Serializer):
    parent = Visible(queryset=Organisation.objects.all())
    kind = Visible(queryset=Kind.objects.all())
    name = serializers.CharField(max_length=100)
    unit_type = serializers.ChoiceField(choices=UnitType.choices, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    opened_on = serializers.DateField(required=False)


class OrganisationChange(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    unit_type = serializers.ChoiceField(choices=UnitType.choices, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Closing(serializers.Serializer):
    closed_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)
    successor = Visible(queryset=Organisation.objects.all(), required=False, allow_null=True)


class Moving(serializers.Serializer):
    parent = Visible(queryset=Organisation.objects.all())
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Adoption(serializers.Serializer):
    template = Visible(queryset=StructureTemplate.objects.all())
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class KindSerializer(serializers.ModelSerializer):
    class Meta:
        model = Kind
        fields = ["id", "code", "name", "name_en", "level", "owner"]
        read_only_fields = fields


class NewKind(serializers.Serializer):
    district = Visible(queryset=Organisation.objects.all())
    name = serializers.CharField(max_length=60)
    name_en = serializers.CharField(max_length=80, required=False, allow_blank=True)
    level = serializers.ChoiceField(choices=Level.choices)


class RuleSerializer(serializers.ModelSerializer):
    class Meta:
        model = StructureRule
        fields = ["id", "parent_kind", "kind", "at_most"]
        read_only_fields = fields


class StructureRow(serializers.ModelSerializer):
    class Meta:
        model = StructureTemplate
        fields = ["id", "name", "version", "note", "state", "owner"]
        read_only_fields = fields


class StructureSerializer(StructureRow):
    rules = RuleSerializer(many=True, read_only=True)

    class Meta(StructureRow.Meta):
        fields = [*StructureRow.Meta.fields, "rules"]
        read_only_fields = fields


class NewStructure(serializers.Serializer):
    district = Visible(queryset=Organisation.objects.all())
    name = serializers.CharField(max_length=40)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    copy_of = Visible(queryset=StructureTemplate.objects.all(), required=False, allow_null=True)


class NewRule(serializers.Serializer):
    parent_kind = Visible(queryset=Kind.objects.all())
    kind = Visible(queryset=Kind.objects.all())
    at_most = serializers.IntegerField(min_value=1, max_value=999, required=False, allow_null=True)


class RuleChoice(serializers.Serializer):
    rule = serializers.IntegerField(min_value=1)


class AssignmentSerializer(serializers.ModelSerializer):
    user_name = serializers.CharField(source="user.name", read_only=True)
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "id",
            "user",
            "user_name",
            "role",
            "organisation",
            "organisation_name",
            "is_recursive",
            "starts_on",
            "ends_on",
        ]
        read_only_fields = fields


class NewAssignment(serializers.Serializer):
    user = Visible(queryset=User.objects.all())
    role = serializers.ChoiceField(choices=Role.choices)
    organisation = Visible(queryset=Organisation.objects.all())
    is_recursive = serializers.BooleanField(required=False, default=True)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)


class Ending(serializers.Serializer):
    ends_on = serializers.DateField()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NotificationSerializer(serializers.ModelSerializer):
    text = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ["id", "kind", "text", "url", "due", "created_at", "read_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_text(self, notification):
        return sentence(notification)


class UpTo(serializers.Serializer):
    up_to = serializers.IntegerField(min_value=0)


class Count(serializers.Serializer):
    count = serializers.IntegerField()
