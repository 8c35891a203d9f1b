"""Listings, slots and categories, out and in."""

from rest_framework import serializers

from alliances.models import Alliance, Duty
from members.models import Organisation
from projects.api.serializers.attachments import AttachmentSerializer
from projects.models import Category, Listing, Recurrence, Slot
from projects.recurrence import Rule, in_words
from projects.states import ClaimMode, Direction, OnHoliday, Overlap, Pattern
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


class RecurrenceSerializer(serializers.ModelSerializer):
    """The rule behind the slots; `words` say it in the reader's language."""

    words = serializers.SerializerMethodField()

    class Meta:
        model = Recurrence
        fields = (
            "pattern", "weekdays", "month_day", "from_time", "until_time", "first_on", "last_on", "on_holiday",
            "quantity", "words",
        )  # fmt: skip
        read_only_fields = fields

    def get_words(self, row) -> str:
        return in_words(row.rule)


class ListingSerializer(ListingRowSerializer):
    """`continued_by` is the listing of the next period, `continues` that of the one before."""

    slots = SlotSerializer(many=True, read_only=True)
    recurrence = RecurrenceSerializer(read_only=True, default=None)
    attachments = AttachmentSerializer(many=True, read_only=True)
    continued_by = serializers.SerializerMethodField()

    class Meta(ListingRowSerializer.Meta):
        fields = (
            *ListingRowSerializer.Meta.fields,
            "audience", "place", "done_means", "note", "duty", "created_at", "claim_mode", "is_divisible",
            "occupies", "overlap", "is_standing", "exit_reason", "continues", "continued_by", "slots",
            "recurrence", "attachments",
        )  # fmt: skip
        read_only_fields = fields

    def get_continued_by(self, row) -> int | None:
        later = getattr(row, "continued_by", None)
        return later and later.pk


class SlotInput(serializers.Serializer):
    """Without both times: any time."""

    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)


class RuleInput(serializers.Serializer):
    """Weekly on `weekdays` (Monday is 1) or monthly on `month_day`; from day to day, both included."""

    pattern = serializers.ChoiceField(choices=Pattern.choices)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), required=False, default=list
    )
    month_day = serializers.IntegerField(min_value=1, max_value=31, required=False, allow_null=True)
    from_time = serializers.TimeField()
    until_time = serializers.TimeField()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    on_holiday = serializers.ChoiceField(choices=OnHoliday.choices, default=OnHoliday.SKIP)
    quantity = serializers.IntegerField(min_value=1, max_value=100_000, default=1)

    def validate(self, data):
        is_weekly = data["pattern"] == Pattern.WEEKLY
        data["weekdays"] = frozenset(data["weekdays"]) if is_weekly else frozenset()
        data["month_day"] = None if is_weekly else data.get("month_day")
        return data


class CategoryInput(serializers.Serializer):
    """Without a parent: a group."""

    code = serializers.SlugField(max_length=30)
    name = serializers.CharField(max_length=20)
    name_en = serializers.CharField(max_length=40, required=False, allow_blank=True)
    parent = Visible(queryset=Category.objects.all(), required=False, allow_null=True, default=None)


class FromDutyInput(serializers.Serializer):
    """Which duty becomes a draft need; every word is taken from it."""

    duty = Visible(queryset=Duty.objects.all())


class ListingChangeInput(serializers.Serializer):
    """What may be changed about a draft; what is left out stays. A new rule sets the validity, unless it is given."""

    category = Visible(queryset=Category.objects.all(), required=False)
    title = serializers.CharField(max_length=80, required=False)
    measure = serializers.CharField(max_length=10, required=False)
    audience = serializers.CharField(max_length=60, required=False, allow_blank=True)
    place = serializers.CharField(max_length=100, required=False, allow_blank=True)
    done_means = serializers.CharField(max_length=200, required=False, allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    claim_mode = serializers.ChoiceField(choices=ClaimMode.choices, required=False)
    is_divisible = serializers.BooleanField(required=False)
    occupies = serializers.CharField(max_length=60, required=False, allow_blank=True)
    overlap = serializers.ChoiceField(choices=Overlap.choices, required=False)
    is_standing = serializers.BooleanField(required=False)
    slots = SlotInput(many=True, required=False)
    rule = RuleInput(required=False)

    def validate_slots(self, slots):
        return [(slot["starts_at"], slot["ends_at"], slot["quantity"]) for slot in slots]

    def validate_rule(self, values):
        return Rule(**values)


class ListingInput(ListingChangeInput):
    """A new draft."""

    alliance = Visible(queryset=Alliance.objects.all())
    organisation = Visible(queryset=Organisation.objects.all())
    direction = serializers.ChoiceField(choices=Direction.choices)
    category = Visible(queryset=Category.objects.all())
    title = serializers.CharField(max_length=80)
