"""What the API reads and writes about rules of procedure, kinds of meeting and terms of duty."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliances.models import DutyTerm, MeetingKind, Procedure
from alliances.reports import procedure as report
from alliances.rules import RULES
from members.models import Organisation
from workflow.api import Visible


class TermLineSerializer(serializers.Serializer):
    """One line of the rules in words."""

    field = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()


class TermSerializer(TermLineSerializer):
    """One line of the rules in force, and who set it."""

    source = serializers.ChoiceField(choices=report.Source.choices)
    is_open = serializers.BooleanField()


class ProcedureSerializer(serializers.ModelSerializer):
    """`values`: all rules of a district, the own ones of an alliance; `sentences`: the rules when it was set."""

    sentences = serializers.SerializerMethodField()

    class Meta:
        model = Procedure
        fields = (
            "id", "district", "alliance", "version", "reason", "set_at", "values", "open_fields", "sentences",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TermLineSerializer(many=True))
    def get_sentences(self, procedure):
        lines = report.sentences(report.frozen_terms(procedure))
        return [line._asdict() for line in lines]


class SetProcedureInput(serializers.Serializer):
    """`values`: the rules that the alliance sets itself, all of them; the rest follows the district."""

    values = serializers.DictField()
    reason = serializers.CharField(max_length=200)
    based_on = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class SetDistrictProcedureInput(SetProcedureInput):
    """`values`: what changes; a rule left out stays. `open_fields`: the rules that alliances may set."""

    district = Visible(queryset=Organisation.objects.filter(depth=1))
    open_fields = serializers.ListField(child=serializers.ChoiceField(choices=RULES))


class MeetingKindSerializer(serializers.ModelSerializer):
    class Meta:
        model = MeetingKind
        fields = (
            "id", "district", "code", "name", "name_en", "is_regular", "has_call", "members_may_call",
            "decides", "is_used",
        )  # fmt: skip
        read_only_fields = fields


class ChangeMeetingKindInput(serializers.Serializer):
    """What is left out stays."""

    name = serializers.CharField(max_length=30, required=False)
    name_en = serializers.CharField(max_length=60, required=False, allow_blank=True)
    is_regular = serializers.BooleanField(required=False)
    has_call = serializers.BooleanField(required=False)
    members_may_call = serializers.BooleanField(required=False)
    decides = serializers.BooleanField(required=False)
    is_used = serializers.BooleanField(required=False)


class AddMeetingKindInput(serializers.Serializer):
    district = Visible(queryset=Organisation.objects.filter(depth=1))
    name = serializers.CharField(max_length=30)
    name_en = serializers.CharField(max_length=60, required=False, allow_blank=True)
    is_regular = serializers.BooleanField(required=False)
    has_call = serializers.BooleanField(required=False)
    members_may_call = serializers.BooleanField(required=False)
    decides = serializers.BooleanField(required=False)


class DutyTermSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = DutyTerm
        fields = ("id", "alliance", "organisation", "organisation_name", "starts_on", "ends_on")
        read_only_fields = fields


class SetDutyTermInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False)


class CancelDutyTermInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class EndDutyTermInput(CancelDutyTermInput):
    ends_on = serializers.DateField(required=False)


class CommitteeContactInput(serializers.Serializer):
    """Both empty: the unit has no fixed contact any more."""

    name = serializers.CharField(max_length=30, allow_blank=True)
    phone = serializers.CharField(max_length=30, allow_blank=True)
