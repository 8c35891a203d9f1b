"""What the API reads and writes about votes, minority opinions and decisions."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliances.models import Ballot, Decision, Motion, Opinion, Tally
from alliances.permissions.votes import check_can_return_paper_count
from alliances.states import BallotValue, ItemOutcome, MotionForm
from members.models import Organisation
from workflow.api import Visible
from workflow.moves import allowed


class BallotSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Ballot
        fields = ("organisation", "organisation_name", "value", "cast_at")
        read_only_fields = fields


class TallySerializer(serializers.ModelSerializer):
    """The frozen count; `inputs`: everything that `result` is counted from."""

    class Meta:
        model = Tally
        fields = (
            "entitled", "present", "favour", "against", "abstain", "not_voting", "absent", "needed",
            "is_quorate", "is_passed", "inputs", "result", "counted_at",
        )  # fmt: skip
        read_only_fields = fields


class MotionSerializer(serializers.ModelSerializer):
    """A vote. `ballots`: one's own while it runs, all once it is counted; `totals`: for those who check them."""

    item_title = serializers.CharField(source="item.title", read_only=True)
    meeting = serializers.PrimaryKeyRelatedField(source="item.meeting", read_only=True)
    tally = serializers.SerializerMethodField()
    ballots = serializers.SerializerMethodField()
    totals = serializers.SerializerMethodField()

    class Meta:
        model = Motion
        fields = (
            "id", "item", "item_title", "meeting", "form", "state", "opened_at", "closed_at",
            "text", "tally", "ballots", "totals",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TallySerializer(allow_null=True))
    def get_tally(self, motion: Motion):
        tally = getattr(motion, "tally", None)
        return TallySerializer(tally).data if tally else None

    @extend_schema_field(BallotSerializer(many=True))
    def get_ballots(self, motion: Motion):
        rows = Ballot.objects.visible_to(self.context["request"].user).filter(motion=motion)
        rows = rows.select_related("organisation__kind").order_by("organisation__path")
        return BallotSerializer(rows, many=True).data

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField(), allow_null=True))
    def get_totals(self, motion: Motion):
        return (
            motion.totals
            if allowed(check_can_return_paper_count, self.context["request"].user, motion)
            else None
        )


class OpinionSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Opinion
        fields = ("id", "item", "organisation", "organisation_name", "given_at", "text")
        read_only_fields = fields


class DecisionSerializer(serializers.ModelSerializer):
    """`number` as printed; `superseded_by`: the decision that took its place."""

    item_title = serializers.CharField(source="item.title", read_only=True)
    meeting = serializers.PrimaryKeyRelatedField(source="item.meeting", read_only=True)
    number = serializers.CharField(read_only=True)
    superseded_by = serializers.SerializerMethodField()
    opinions = OpinionSerializer(source="item.opinions", many=True, read_only=True)

    class Meta:
        model = Decision
        fields = (
            "id", "alliance", "year", "serial", "decided_on", "item", "item_title", "meeting", "supersedes", "text",
            "number", "superseded_by", "opinions",
        )  # fmt: skip
        read_only_fields = fields

    def get_superseded_by(self, decision: Decision) -> int | None:
        later = getattr(decision, "superseded_by", None)
        return later.pk if later else None


class OpenVoteInput(serializers.Serializer):
    text = serializers.CharField(max_length=1000)
    form = serializers.ChoiceField(choices=MotionForm.choices, default=MotionForm.OPEN)


class CastInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())
    value = serializers.ChoiceField(choices=BallotValue.choices)


class HandsInput(serializers.Serializer):
    """The hands of several units, as they were counted in the room."""

    ballots = CastInput(many=True, allow_empty=False, max_length=1000)

    def validate_ballots(self, ballots):
        values = {one["organisation"]: one["value"] for one in ballots}
        if len(values) < len(ballots):
            raise serializers.ValidationError(_("有单位列了两次。请每个单位只填一票。"))
        return values


class CountInput(serializers.Serializer):
    favour = serializers.IntegerField(min_value=0, max_value=9999)
    against = serializers.IntegerField(min_value=0, max_value=9999)
    abstain = serializers.IntegerField(min_value=0, max_value=9999)
    not_voting = serializers.IntegerField(min_value=0, max_value=9999)


class VoteReasonInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class OpinionInput(serializers.Serializer):
    organisation = Visible(queryset=Organisation.objects.all())
    text = serializers.CharField(max_length=1000)


class ReviseOpinionInput(serializers.Serializer):
    text = serializers.CharField(max_length=1000)


class ConcludeInput(serializers.Serializer):
    """`resolution` may stay empty for 已通报 alone; `referred_to` goes with 转交, `supersedes` with a decision."""

    outcome = serializers.ChoiceField(choices=ItemOutcome.choices)
    resolution = serializers.CharField(max_length=1000, allow_blank=True, default="")
    referred_to = Visible(queryset=Organisation.objects.all(), required=False, allow_null=True)
    supersedes = Visible(queryset=Decision.objects.all(), required=False, allow_null=True)
