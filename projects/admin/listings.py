"""The registers of listings and categories."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.admin import ScopedAdmin, works_here
from projects import actions, permissions
from projects.admin.asking import AskingAdmin, RowsInline
from projects.models import Attachment, Category, Listing, Recurrence, Slot
from workflow.forms import MomentField, WholeNumberField
from workflow.moves import allowed

WORDS = ("title", "measure", "audience", "place", "done_means", "note", "valid_until")
#: Asked on the page of the draft, where they are explained.
TERMS = ("claim_mode", "is_divisible", "occupies", "overlap", "is_standing", "continues")


@admin.register(Category)
class CategoryAdmin(ScopedAdmin):
    list_display = ("name", "name_en", "code", "parent")
    list_select_related = ("parent",)
    search_fields = ("name", "name_en", "code")
    fields = ("code", "name", "name_en", "parent")

    def has_add_permission(self, request):
        return works_here(request) and bool(allowed(permissions.check_can_add_category, request.user))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Category.objects.groups()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        self.take_over(obj, actions.add_category(by=request.user, **form.cleaned_data))


class SlotInline(RowsInline):
    model = Slot
    fields = readonly_fields = ("starts_at", "ends_at", "quantity", "taken")


class RecurrenceInline(RowsInline):
    model = Recurrence
    fields = readonly_fields = (
        "pattern", "weekdays", "month_day", "from_time", "until_time", "first_on", "last_on", "on_holiday",
        "quantity",
    )  # fmt: skip


class AttachmentInline(RowsInline):
    model = Attachment
    fields = readonly_fields = ("position", "caption", "width", "height", "added_by", "added_at")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")


class ListingAdminForm(forms.ModelForm):
    """A draft with its first slot; further ones are added on the page."""

    quantity = WholeNumberField(label=_("数量"), min_value=1, max_value=100_000, initial=1)
    starts_at = MomentField(label=_("从"), required=False)
    ends_at = MomentField(label=_("到"), required=False)

    class Meta:
        model = Listing
        fields = ("alliance", "organisation", "direction", "category", *WORDS)


@admin.register(Listing)
class ListingAdmin(AskingAdmin):
    form = ListingAdminForm
    list_display = (
        "title",
        "direction",
        "organisation",
        "alliance",
        "category",
        "state",
        "published_at",
        "page",
    )
    list_select_related = ("organisation", "alliance", "category")
    list_filter = ("direction", "state", "category", "alliance")
    search_fields = ("title", "organisation__name", "organisation__search_key")
    autocomplete_fields = ("organisation",)
    inlines = [RecurrenceInline, SlotInline, AttachmentInline]
    actions = ["publish_chosen", "withdraw_chosen"]

    def has_add_permission(self, request):
        return works_here(request)

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return works_here(request)
        return bool(allowed(permissions.check_can_change_listing, request.user, obj))

    def get_form(self, request, obj=None, **kwargs):
        # Slots are asked for once, with the new draft.
        return super().get_form(request, obj, **kwargs, **({"form": forms.ModelForm} if obj else {}))

    def get_fields(self, request, obj=None):
        first = ("alliance", "organisation", "direction")
        if obj is None:
            return (*first, "category", *WORDS, "quantity", "starts_at", "ends_at")
        return (
            *first,
            "state",
            "exit_reason",
            "category",
            *WORDS,
            *TERMS,
            "published_at",
            "published_by",
            "page",
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        first = ("alliance", "organisation", "direction", "state", "exit_reason")
        return (*first, *TERMS, "published_at", "published_by", "page")

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "category":
            kwargs["queryset"] = Category.objects.leaves()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        values = {name: data[name] for name in ("category", *WORDS)}
        if change:
            made = actions.change_listing(listing=obj, by=request.user, **values)
        else:
            values |= {name: data[name] for name in ("alliance", "organisation", "direction")}
            slots = [(data["starts_at"], data["ends_at"], data["quantity"])]
            made = actions.draft_listing(by=request.user, slots=slots, **values)
        self.take_over(obj, made)

    @admin.action(description=_("发布所选条目"))
    def publish_chosen(self, request, rows):
        """Publish each draft that may be published, and say why not for the others."""
        self.act_on_each(request, rows, lambda row: actions.publish_listing(listing=row, by=request.user))

    @admin.action(description=_("撤回所选条目"))
    def withdraw_chosen(self, request, rows):
        """Ask for the reason, then withdraw each listing."""
        return self.ask_reason(
            request,
            rows.with_parties(),
            name="withdraw_chosen",
            title=gettext("撤回所选条目"),
            act=lambda row, reason: actions.withdraw_listing(listing=row, by=request.user, reason=reason),
        )
