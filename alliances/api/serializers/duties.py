"""What the API reads and writes about duties, requests and flow-backs."""

from rest_framework import serializers

from alliances.models import Appeal, Decision, Duty, DutyReport, FlowBack
from members.models import Organisation
from workflow.api import Visible


def _organisation(**kwargs) -> Visible:
    return Visible(queryset=Organisation.objects.all(), **kwargs)


def _reason(most: int = 500) -> serializers.CharField:
    return serializers.CharField(max_length=most)


# --- Out ------------------------------------------------------------------------------------------
class DutyRowSerializer(serializers.ModelSerializer):
    """A row of the list."""

    alliance = serializers.IntegerField(source="decision.alliance_id", read_only=True)
    lead_name = serializers.CharField(source="lead.name", read_only=True)

    class Meta:
        model = Duty
        fields = (
            "id", "alliance", "decision", "title", "done_means", "lead", "lead_name", "due_on", "review_on",
            "state", "reported_on", "closed_on", "close_note",
        )  # fmt: skip
        read_only_fields = fields


class DutyReportSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = DutyReport
        fields = ("id", "organisation", "organisation_name", "text", "is_final", "reported_at")
        read_only_fields = fields


class DutySerializer(DutyRowSerializer):
    """One duty with who helps and what was reported."""

    partners = serializers.SlugRelatedField(slug_field="organisation_id", many=True, read_only=True)
    reports = DutyReportSerializer(many=True, read_only=True)

    class Meta(DutyRowSerializer.Meta):
        fields = (*DutyRowSerializer.Meta.fields, "partners", "reports")
        read_only_fields = fields


class AppealSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    addressee_name = serializers.CharField(source="addressee.name", read_only=True)

    class Meta:
        model = Appeal
        fields = (
            "id", "duty", "kind", "organisation", "organisation_name", "addressee", "addressee_name",
            "new_lead", "reason", "state", "answer_by", "answer", "asked_at", "answered_at",
        )  # fmt: skip
        read_only_fields = fields


class FlowBackSerializer(serializers.ModelSerializer):
    alliance = serializers.IntegerField(source="duty.decision.alliance_id", read_only=True)
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    to_name = serializers.CharField(source="to.name", read_only=True)

    class Meta:
        model = FlowBack
        fields = (
            "id", "alliance", "duty", "organisation", "organisation_name", "to", "to_name", "reason",
            "handed_back_on",
        )  # fmt: skip
        read_only_fields = fields


# --- In -------------------------------------------------------------------------------------------
class DutyInput(serializers.Serializer):
    """A new duty under a decision."""

    decision = Visible(queryset=Decision.objects.all())
    lead = _organisation()
    title = serializers.CharField(max_length=80)
    done_means = serializers.CharField(max_length=200)
    due_on = serializers.DateField()
    review_on = serializers.DateField(required=False, allow_null=True)
    partners = _organisation(many=True, required=False)


class ReportProgressInput(serializers.Serializer):
    organisation = _organisation()
    text = serializers.CharField(max_length=500)
    is_final = serializers.BooleanField(required=False, default=False)


class FinishInput(serializers.Serializer):
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DutyReasonInput(serializers.Serializer):
    reason = _reason(200)


class ExtendInput(serializers.Serializer):
    due_on = serializers.DateField()
    reason = _reason(200)


class ReassignInput(serializers.Serializer):
    lead = _organisation()
    reason = _reason()


class HandBackInput(serializers.Serializer):
    to = _organisation()
    reason = _reason()


class HelpInput(serializers.Serializer):
    addressee = _organisation()
    reason = _reason()


class TransferInput(serializers.Serializer):
    new_lead = _organisation()
    reason = _reason()


class EscalateInput(serializers.Serializer):
    reason = _reason()


class AppealAnswerInput(serializers.Serializer):
    granted = serializers.BooleanField()
    answer = serializers.CharField(max_length=500)
