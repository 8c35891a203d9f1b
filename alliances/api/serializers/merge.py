"""What the API reads and writes about merges of organisations."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliances.actions import NewOrganisation
from members.models import Kind, Organisation, StructureTemplate
from workflow.api import Visible


@extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
class Ids(serializers.Field):
    """Rows by their numbers, as the API names them."""

    def to_representation(self, value) -> list[int]:
        return [row.pk for row in value]


def _ids() -> Ids:
    return Ids(read_only=True)


class MergerSerializer(serializers.Serializer):
    """What one merge did, or would do: ids only."""

    organisation = serializers.IntegerField(source="organisation.pk", read_only=True)
    successor = serializers.IntegerField(source="successor.pk", read_only=True)
    moved = _ids()
    ended = _ids()
    left = _ids()
    joined = _ids()
    terms = _ids()
    hosted = _ids()


class ActInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
    day = serializers.DateField(required=False)
    rehearse = serializers.BooleanField(
        default=False, help_text="Answer what would happen, and change nothing."
    )


class MergeInput(ActInput):
    organisations = serializers.ListField(
        child=Visible(queryset=Organisation.objects.all()), min_length=1, max_length=20
    )
    into = Visible(queryset=Organisation.objects.all())


class OneMerge(serializers.Serializer):
    """An organisation with its successor: `into`, or a new one of `kind` and `name`."""

    organisation = Visible(queryset=Organisation.objects.all())
    into = Visible(queryset=Organisation.objects.all(), required=False)
    kind = Visible(queryset=Kind.objects.all(), required=False)
    name = serializers.CharField(max_length=100, required=False)

    def validate(self, attrs):
        if ("into" in attrs) == ("kind" in attrs) or ("kind" in attrs) != ("name" in attrs):
            raise serializers.ValidationError(
                {"into": _("请指明继承组织，或者指明新设组织的类型和名称，二者选一。")}
            )
        return attrs


class ReorganiseInput(ActInput):
    organisation = Visible(queryset=Organisation.objects.all())
    template = Visible(queryset=StructureTemplate.objects.all())
    merges = OneMerge(many=True, allow_empty=False)

    def validate_merges(self, rows):
        return [
            (row["organisation"], row.get("into") or NewOrganisation(row["kind"], row["name"]))
            for row in rows
        ]
