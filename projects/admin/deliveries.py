"""The register of deliveries."""

from django.contrib import admin

from projects.admin.asking import AskingAdmin
from projects.models import Delivery


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
