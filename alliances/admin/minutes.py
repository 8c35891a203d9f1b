"""The staff's registers of minutes and of the units' words on them; nothing is changed here."""

from django.contrib import admin

from alliances.models import Confirmation, Minutes
from members.admin import ScopedAdmin


@admin.register(Minutes)
class MinutesAdmin(ScopedAdmin):
    list_display = ("meeting", "version", "confirm_by", "circulated_at", "circulated_by")
    list_select_related = ("meeting", "circulated_by")
    search_fields = ("meeting__title",)
    fields = ("meeting", "version", "sha256", "confirm_by", "circulated_at", "circulated_by")


@admin.register(Confirmation)
class ConfirmationAdmin(ScopedAdmin):
    list_display = ("minutes", "organisation", "verdict", "note", "given_at")
    list_select_related = ("minutes__meeting", "organisation")
    list_filter = ("verdict",)
    search_fields = ("organisation__name", "organisation__search_key", "minutes__meeting__title")
    fields = ("minutes", "organisation", "verdict", "note", "given_at", "given_by")
