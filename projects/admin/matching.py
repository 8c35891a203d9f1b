"""The register of what was called unsuitable."""

from django.contrib import admin

from members.admin import LinkedAdmin
from projects.models import Dismissal


@admin.register(Dismissal)
class DismissalAdmin(LinkedAdmin):
    list_display = ("listing", "other", "cause", "words", "said_at", "page")
    list_filter = ("cause",)
    search_fields = ("listing__title", "other__title", "listing__organisation__name")
    fields = ("listing", "other", "cause", "words", "said_at", "said_by", "page")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("listing", "other", "said_by")
