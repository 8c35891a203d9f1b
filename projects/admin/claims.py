"""The register of claims."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects import actions
from projects.admin.asking import AskingAdmin, RowsInline
from projects.models import AgreementClaim, Claim, Delivery, Share, Turn


class AgreementLineInline(RowsInline):
    model = AgreementClaim
    fields = readonly_fields = ("agreement",)
    verbose_name_plural = _("共建协议书")


class ShareInline(RowsInline):
    model = Share
    fields = readonly_fields = ("organisation", "quantity", "state", "answered_by", "answered_at", "reason")


class DeliveryInline(RowsInline):
    model = Delivery
    fields = readonly_fields = ("quantity", "done_on", "state", "accepted_quantity", "rating", "remark")


class TurnInline(RowsInline):
    model = Turn
    fields = readonly_fields = ("at", "outcome", "why", "place", "left", "wins")


@admin.register(Claim)
class ClaimAdmin(AskingAdmin):
    list_display = ("listing", "organisation", "quantity", "state", "claimed_at", "answer_due", "page")
    list_filter = ("state", "slot__listing__alliance")
    search_fields = ("slot__listing__title", "organisation__name", "organisation__search_key")
    fields = (
        "listing", "organisation", "quantity", "plan", "state", "claimed_at", "claimed_by", "answer_due",
        "answered_at", "answered_by", "expires_at", "waited_since", "priority", "priority_reason", "sign_due",
        "cause", "reason", "page",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [ShareInline, AgreementLineInline, DeliveryInline, TurnInline]
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
