"""What the API reads and writes about meetings, their agenda and attendance."""

from rest_framework import serializers

from alliances.models import Alliance, Attendance, Meeting, MeetingKind
from alliances.states import Presence
from members.models import Organisation
from workflow.api import Visible


class MeetingSerializer(serializers.ModelSerializer):
    """The code shown in the room is no part of it: it is read in the room."""

    alliance_name = serializers.CharField(source="alliance.name", read_only=True)
    kind_name = serializers.CharField(source="kind.name", read_only=True)
    convener_name = serializers.CharField(source="convener.name", read_only=True)
    terms = serializers.JSONField(read_only=True, help_text="召集时的议事规则，之后不再改变。")

    class Meta:
        model = Meeting
        fields = (
            "id", "alliance", "alliance_name", "kind", "kind_name", "title", "convener", "convener_name",
            "starts_at", "ends_at", "place", "state", "closes_on", "notice_on", "minutes_on", "sequence",
            "agenda_version", "chair", "recorder", "opening", "cancel_reason", "number", "terms",
        )  # fmt: skip
        read_only_fields = fields


class AttendanceSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Attendance
        fields = (
            "organisation", "organisation_name", "has_vote", "presence", "represented_by", "attendee",
        )  # fmt: skip
        read_only_fields = fields


class PeopleInput(serializers.Serializer):
    chair = serializers.CharField(max_length=60, allow_blank=True)
    recorder = serializers.CharField(max_length=60, allow_blank=True)
    opening = serializers.CharField(max_length=2000, allow_blank=True)


class WhenInput(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=100)


class RescheduleInput(WhenInput):
    reason = serializers.CharField(max_length=200)


class CallInput(WhenInput):
    alliance = Visible(queryset=Alliance.objects.all())
    kind = Visible(queryset=MeetingKind.objects.all())
    title = serializers.CharField(max_length=80)
    convener = Visible(queryset=Organisation.objects.all(), required=False)
    chair = serializers.CharField(max_length=60, required=False, allow_blank=True)
    recorder = serializers.CharField(max_length=60, required=False, allow_blank=True)


class CancelInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class OpenInput(serializers.Serializer):
    room_code = serializers.BooleanField(default=False, help_text="在会场出示到会码，由各单位自行签到。")


class AgendaLineInput(serializers.Serializer):
    item = serializers.IntegerField(min_value=1)
    duration = serializers.IntegerField(min_value=1, max_value=480)


class AgendaInput(serializers.Serializer):
    """The whole agenda in its new order, on top of `version`."""

    version = serializers.IntegerField(min_value=1)
    items = AgendaLineInput(many=True, max_length=200)


class AttendanceLineInput(serializers.Serializer):
    """Units by id: the action knows those that are due, and asks for none of them one by one."""

    organisation = serializers.IntegerField(min_value=1)
    presence = serializers.ChoiceField(choices=Presence.choices)
    represented_by = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    attendee = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class AttendanceInput(serializers.Serializer):
    rows = AttendanceLineInput(many=True, max_length=1000)


class OrganisationInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())


class ExcuseInput(OrganisationInput):
    represented_by = Visible(queryset=Organisation.objects.all(), required=False, allow_null=True)


class CheckInInput(OrganisationInput):
    code = serializers.CharField(max_length=12)


class RoomCodeSerializer(serializers.Serializer):
    room_code = serializers.CharField()
