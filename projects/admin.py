"""The staff's registers of listings, claims, agreements and deliveries; every act is the room's own action."""

from collections.abc import Callable

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.admin import LinkedAdmin, ScopedAdmin, ScopedInline, works_here
from projects import actions, permissions
from projects.forms import OffForm
from projects.models import Agreement, AgreementClaim, Category, Claim, Delivery, Listing, Slot
from workflow.forms import MomentField, WholeNumberField
from workflow.moves import allowed

WORDS = ("title", "measure", "audience", "place", "done_means", "note", "valid_until")


class AskingAdmin(LinkedAdmin):
    """A register with acts that ask once for a reason."""

    def ask_reason(
        self, request, rows, *, name: str, title: str, act: Callable[[object, str], object]
    ) -> TemplateResponse | None:
        """Ask once for a reason, then do `act(row, reason)` for each row."""
        form = OffForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self.act_on_each(request, rows, lambda row: act(row, form.cleaned_data["reason"]))
            return None
        return TemplateResponse(
            request,
            "projects/admin_reason.html",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "form": form,
                "rows": rows,
                "opts": self.opts,
                "action": name,
                "checkbox": helpers.ACTION_CHECKBOX_NAME,
            },
        )


@admin.register(Category)
class CategoryAdmin(ScopedAdmin):
    list_display = ("name", "name_en", "code", "parent")
    list_select_related = ("parent",)
    search_fields = ("name", "name_en", "code")


class RowsInline(ScopedInline):
    """Rows beneath an object, without a door of their own."""

    view_on_site = False


class SlotInline(RowsInline):
    model = Slot
    fields = readonly_fields = ("starts_at", "ends_at", "quantity", "taken")


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
    inlines = [SlotInline]
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
        return (*first, "state", "category", *WORDS, "published_at", "published_by", "page")

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        return ("alliance", "organisation", "direction", "state", "published_at", "published_by", "page")

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

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


class AgreementLineInline(RowsInline):
    model = AgreementClaim
    fields = readonly_fields = ("agreement",)
    verbose_name_plural = _("共建协议书")


class DeliveryInline(RowsInline):
    model = Delivery
    fields = readonly_fields = ("quantity", "done_on", "state", "accepted_quantity", "rating", "remark")


@admin.register(Claim)
class ClaimAdmin(AskingAdmin):
    list_display = ("listing", "organisation", "quantity", "state", "claimed_at", "answer_due", "page")
    list_filter = ("state", "slot__listing__alliance")
    search_fields = ("slot__listing__title", "organisation__name", "organisation__search_key")
    fields = (
        "listing", "organisation", "quantity", "plan", "state", "claimed_at", "claimed_by", "answer_due",
        "answered_at", "answered_by", "sign_due", "reason", "page",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [AgreementLineInline, DeliveryInline]
    actions = ["accept_chosen", "decline_chosen"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_parties()

    @admin.display(description=_("清单条目"))
    def listing(self, obj):
        return obj.listing

    def history_of(self, obj):
        return [obj, *obj.agreements.all(), *obj.deliveries.all()]

    @admin.action(description=_("接受所选认领"))
    def accept_chosen(self, request, rows):
        """Accept each claim that may be accepted, and say why not for the others."""
        self.act_on_each(request, rows, lambda row: actions.accept_claim(claim=row, by=request.user))

    @admin.action(description=_("退回所选认领"))
    def decline_chosen(self, request, rows):
        """Ask for the reason, then decline each claim."""
        return self.ask_reason(
            request,
            rows,
            name="decline_chosen",
            title=gettext("退回所选认领"),
            act=lambda row, reason: actions.decline_claim(claim=row, by=request.user, reason=reason),
        )


class ClaimInline(RowsInline):
    model = AgreementClaim
    fields = readonly_fields = ("claim",)
    verbose_name_plural = _("协议事项")

    def get_queryset(self, request):
        parties = ("claim__organisation", "claim__slot__listing")
        return super().get_queryset(request).select_related(*parties)


@admin.register(Agreement)
class AgreementAdmin(AskingAdmin):
    list_display = ("party_a", "party_b", "alliance", "state", "sign_due", "deliver_by", "page")
    list_select_related = ("party_a", "party_b", "alliance")
    list_filter = ("state", "alliance")
    search_fields = ("party_a__name", "party_a__search_key", "party_b__name", "party_b__search_key")
    fields = (
        "alliance", "party_a", "party_b", "version", "state", "text", "text_hash", "sign_due",
        "deliver_by", "party_a_signed_by", "party_a_signed_at", "party_b_signed_by",
        "party_b_signed_at", "page",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [ClaimInline]


@admin.register(Delivery)
class DeliveryAdmin(AskingAdmin):
    list_display = ("claim", "quantity", "done_on", "state", "accepted_quantity", "rating", "page")
    list_filter = ("state", "rating")
    search_fields = ("claim__slot__listing__title", "claim__organisation__name")
    fields = (
        "claim", "quantity", "done_on", "report", "state", "reported_by", "reported_at", "acknowledge_due",
        "accepted_quantity", "rating", "remark", "acknowledged_by", "acknowledged_at", "page",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).with_parties()
