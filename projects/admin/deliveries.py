"""The registers of deliveries and of disputes over them."""

from django.contrib import admin

from projects.admin.asking import AskingAdmin
from projects.models import Delivery, Dispute


@admin.register(Delivery)
class DeliveryAdmin(AskingAdmin):
    list_display = ("claim", "quantity", "done_on", "state", "accepted_quantity", "rating", "page")
    list_filter = ("state", "rating")
    search_fields = ("claim__slot__listing__title", "claim__organisation__name")
    fields = (
        "claim", "quantity", "done_on", "report", "state", "reported_by", "reported_at", "acknowledge_due",
        "accepted_quantity", "rating", "remark", "acknowledged_by", "acknowledged_at", "answer", "answered_by",
        "answered_at", "page",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).with_parties()


@admin.register(Dispute)
class DisputeAdmin(AskingAdmin):
    list_display = ("delivery", "counted", "settle_by", "outcome", "settled_quantity", "page")
    list_filter = ("outcome",)
    search_fields = ("delivery__claim__slot__listing__title", "delivery__claim__organisation__name")
    fields = (
        "delivery", "counted", "requester_statement", "opened_by", "opened_at", "settle_by",
        "provider_statement", "stated_by", "stated_at", "outcome", "settled_quantity", "decision",
        "settled_by", "settled_at", "page",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).with_parties()
