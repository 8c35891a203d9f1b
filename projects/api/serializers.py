"""What the API reads and writes about listings, claims, agreements and deliveries."""

from rest_framework import serializers

from alliances.models import Alliance, Duty
from members.models import Organisation
from projects.models import Agreement, Category, Claim, Delivery, Listing, Slot
from projects.states import NAMED_CAUSES, Direction, Rating
from workflow.api import Visible


# --- Out ------------------------------------------------------------------------------------------
class CategorySerializer(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ("id", "code", "name", "name_en", "parent")
        read_only_fields = fields


class SlotSerializer(serializers.ModelSerializer):
    left = serializers.IntegerField(read_only=True)

    class Meta:
        model = Slot
        fields = ("id", "starts_at", "ends_at", "quantity", "taken", "left")
        read_only_fields = fields


class ListingRowSerializer(serializers.ModelSerializer):
    """A row of the list."""

    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    category_name = serializers.CharField(source="category.name", read_only=True)
    total = serializers.IntegerField(read_only=True)
    taken = serializers.IntegerField(read_only=True)

    class Meta:
        model = Listing
        fields = (
            "id", "direction", "title", "alliance", "organisation", "organisation_name", "category",
            "category_name", "measure", "state", "published_at", "valid_until", "total", "taken",
        )  # fmt: skip
        read_only_fields = fields


class ListingSerializer(ListingRowSerializer):
    slots = SlotSerializer(many=True, read_only=True)

    class Meta(ListingRowSerializer.Meta):
        fields = (
            *ListingRowSerializer.Meta.fields,
            "audience", "place", "done_means", "note", "duty", "created_at", "slots",
        )  # fmt: skip
        read_only_fields = fields


class ClaimSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    listing = serializers.IntegerField(source="slot.listing_id", read_only=True)
    listing_title = serializers.CharField(source="slot.listing.title", read_only=True)

    class Meta:
        model = Claim
        fields = (
            "id", "listing", "listing_title", "slot", "organisation", "organisation_name", "quantity",
            "plan", "state", "claimed_at", "answer_due", "answered_at", "sign_due", "reason",
        )  # fmt: skip
        read_only_fields = fields


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


class DeliverySerializer(serializers.ModelSerializer):
    class Meta:
        model = Delivery
        fields = (
            "id", "claim", "quantity", "done_on", "report", "state", "acknowledge_due", "reported_at",
            "accepted_quantity", "acknowledged_at", "rating", "remark",
        )  # fmt: skip
        read_only_fields = fields


# --- In -------------------------------------------------------------------------------------------
class SlotInput(serializers.Serializer):
    """Without both times: any time."""

    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)


class FromDutyInput(serializers.Serializer):
    """Which duty becomes a draft need; every word is taken from it."""

    duty = Visible(queryset=Duty.objects.all())


class ListingChangeInput(serializers.Serializer):
    """What may be changed about a draft; words and slots left out stay, the validity is set anew."""

    category = Visible(queryset=Category.objects.all(), required=False)
    title = serializers.CharField(max_length=80, required=False)
    measure = serializers.CharField(max_length=10, required=False)
    audience = serializers.CharField(max_length=60, required=False, allow_blank=True)
    place = serializers.CharField(max_length=100, required=False, allow_blank=True)
    done_means = serializers.CharField(max_length=200, required=False, allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    slots = SlotInput(many=True, required=False)

    def validate_slots(self, slots):
        return [(slot["starts_at"], slot["ends_at"], slot["quantity"]) for slot in slots]


class ListingInput(ListingChangeInput):
    """A new draft."""

    alliance = Visible(queryset=Alliance.objects.all())
    organisation = Visible(queryset=Organisation.objects.all())
    direction = serializers.ChoiceField(choices=Direction.choices)
    category = Visible(queryset=Category.objects.all())
    title = serializers.CharField(max_length=80)


class ReasonInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class WithdrawInput(serializers.Serializer):
    cause = serializers.ChoiceField(choices=[(one.value, one.label) for one in NAMED_CAUSES])
    reason = serializers.CharField(max_length=200, required=False)


class ClaimInput(serializers.Serializer):
    slot = Visible(queryset=Slot.objects.all())
    organisation = Visible(queryset=Organisation.objects.all())
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)
    plan = serializers.CharField(max_length=300, required=False, allow_blank=True)


class SignInput(serializers.Serializer):
    text_hash = serializers.RegexField(r"^[0-9a-f]{64}$")


class ReportInput(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)
    done_on = serializers.DateField()
    report = serializers.CharField(max_length=300, required=False, allow_blank=True)


class AcceptInput(serializers.Serializer):
    """Without a quantity: all of it."""

    quantity = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    rating = serializers.ChoiceField(choices=Rating.choices)
    remark = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RemarkInput(serializers.Serializer):
    remark = serializers.CharField(max_length=200)
