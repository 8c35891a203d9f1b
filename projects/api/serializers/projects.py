"""Projects, out and in."""

from rest_framework import serializers

from alliances.models import Alliance, Duty
from members.models import Organisation
from projects.models import Listing, Project, ProjectPartner, ProjectStage
from workflow.api import Visible


class ProjectStageSerializer(serializers.ModelSerializer):
    class Meta:
        model = ProjectStage
        fields = ("id", "position", "title", "due_on", "done_on", "note")
        read_only_fields = fields


class ProjectPartnerSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = ProjectPartner
        fields = ("organisation", "organisation_name", "part")
        read_only_fields = fields


class ProjectRowSerializer(serializers.ModelSerializer):
    """A row of the list; stages and partners are read one by one."""

    owner_name = serializers.CharField(source="owner.name", read_only=True)

    class Meta:
        model = Project
        fields = (
            "id", "alliance", "owner", "owner_name", "title", "starts_on", "ends_on", "state", "duty",
            "copied_from", "created_at", "proposed_at", "decided_at", "ended_at",
        )  # fmt: skip
        read_only_fields = fields


class ProjectSerializer(ProjectRowSerializer):
    stages = ProjectStageSerializer(many=True, read_only=True)
    partners = ProjectPartnerSerializer(many=True, read_only=True)

    class Meta(ProjectRowSerializer.Meta):
        fields = (*ProjectRowSerializer.Meta.fields, "aim", "reason", "result", "stages", "partners")
        read_only_fields = fields


class StageInput(serializers.Serializer):
    title = serializers.CharField(max_length=40)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class ProjectChangeInput(serializers.Serializer):
    """What may be changed; what is left out stays. Stages are those that are not done."""

    title = serializers.CharField(max_length=80, required=False)
    aim = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    stages = StageInput(many=True, required=False)

    def validate_stages(self, stages):
        return [(stage["title"], stage["due_on"]) for stage in stages]


class ProjectInput(ProjectChangeInput):
    """A new draft."""

    alliance = Visible(queryset=Alliance.objects.all())
    owner = Visible(queryset=Organisation.objects.all())
    title = serializers.CharField(max_length=80)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class ProjectFromDutyInput(serializers.Serializer):
    """Which duty becomes a draft project; every word is taken from it."""

    duty = Visible(queryset=Duty.objects.all())


class FinishProjectInput(serializers.Serializer):
    result = serializers.CharField(max_length=300)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class CompleteStageInput(serializers.Serializer):
    stage = serializers.IntegerField(min_value=1)
    done_on = serializers.DateField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ReopenStageInput(serializers.Serializer):
    stage = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=200)


class RemovePartnerInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())


class AddPartnerInput(RemovePartnerInput):
    part = serializers.CharField(max_length=100, required=False, allow_blank=True)


class GroupInput(serializers.Serializer):
    listing = Visible(queryset=Listing.objects.all())
