"""Claims, out and in."""

from rest_framework import serializers

from members.models import Organisation
from projects.models import Claim, Share, Slot
from projects.states import NAMED_CAUSE_CHOICES
from workflow.api import Visible


class ClaimShareSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Share
        fields = (
            "id",
            "claim",
            "organisation",
            "organisation_name",
            "quantity",
            "state",
            "reason",
            "answered_at",
        )
        read_only_fields = fields


class ClaimRowSerializer(serializers.ModelSerializer):
    """A row of the list; shares are read one by one, or with `/shares/?claim=`."""

    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    listing = serializers.IntegerField(source="slot.listing_id", read_only=True)
    listing_title = serializers.CharField(source="slot.listing.title", read_only=True)

    class Meta:
        model = Claim
        fields = (
            "id", "listing", "listing_title", "slot", "organisation", "organisation_name", "quantity",
            "plan", "state", "claimed_at", "answer_due", "answered_at", "sign_due", "reason",
            "cause", "expires_at", "waited_since", "priority", "priority_reason",
        )  # fmt: skip
        read_only_fields = fields


class ClaimSerializer(ClaimRowSerializer):
    """`shares` are those of all units of a joint claim, the claimant's own among them; empty for one claimant."""

    shares = ClaimShareSerializer(many=True, read_only=True, source="shares.with_organisation")

    class Meta(ClaimRowSerializer.Meta):
        fields = (*ClaimRowSerializer.Meta.fields, "shares")
        read_only_fields = fields


class WithdrawInput(serializers.Serializer):
    cause = serializers.ChoiceField(choices=NAMED_CAUSE_CHOICES)
    reason = serializers.CharField(max_length=200, required=False)


class WaitInput(serializers.Serializer):
    """What joins the queue of a slot that has too little left."""

    slot = Visible(queryset=Slot.objects.all())
    organisation = Visible(queryset=Organisation.objects.all())
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)
    plan = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ShareInput(serializers.Serializer):
    """What another unit takes on."""

    organisation = Visible(queryset=Organisation.objects.all())
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)


class ClaimInput(WaitInput):
    """`is_overlap_known`: claim all the same where the listing only warns of a venue or team taken at that time.

    `shares` are those of the other units; `quantity` is then the claimant's own, and the claim is their sum.
    """

    is_overlap_known = serializers.BooleanField(required=False)
    shares = ShareInput(many=True, required=False)

    def validate_shares(self, shares):
        return [(share["organisation"], share["quantity"]) for share in shares]


class PassInput(WithdrawInput):
    to = Visible(queryset=Organisation.objects.all())


class PriorityInput(serializers.Serializer):
    """0 takes the priority away; any other number wants a reason."""

    priority = serializers.IntegerField(min_value=0, max_value=9)
    reason = serializers.CharField(max_length=100, required=False, allow_blank=True)
