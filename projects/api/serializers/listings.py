"""Listings, slots and categories, out and in."""

from rest_framework import serializers

from alliances.models import Alliance, Duty
from members.models import Organisation
from projects.models import Category, Listing, Slot
from projects.states import Direction
from workflow.api import Visible


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
