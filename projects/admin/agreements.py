"""The register of agreements."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.admin.asking import AskingAdmin, RowsInline
from projects.models import Agreement, AgreementClaim


class ClaimInline(RowsInline):
    model = AgreementClaim
    fields = readonly_fields = ("claim", "deliver_by")
    verbose_name_plural = _("协议事项")

    def get_queryset(self, request):
        parties = ("claim__organisation", "claim__slot__listing")
        return super().get_queryset(request).select_related(*parties)


@admin.register(Agreement)
class AgreementAdmin(AskingAdmin):
    list_display = ("party_a", "party_b", "alliance", "version", "state", "sign_due", "review_on", "page")
    list_select_related = ("party_a", "party_b", "alliance")
    list_filter = ("state", "alliance")
    search_fields = ("party_a__name", "party_a__search_key", "party_b__name", "party_b__search_key")
    fields = (
        "alliance", "party_a", "party_b", "version", "replaces", "change_reason", "state", "term_from",
        "term_until", "review_on", "extra", "text", "text_hash", "sign_due", "deliver_by",
        "party_a_signed_by", "party_a_signed_at", "party_b_signed_by", "party_b_signed_at",
        "reviewed_by", "reviewed_at", "review_note", "page",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [ClaimInline]
