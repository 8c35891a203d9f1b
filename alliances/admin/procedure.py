"""Registers of rules of procedure, kinds of meeting and terms of duty."""

from django.contrib import admin

from alliances import permissions
from alliances.actions import add_meeting_kind, change_meeting_kind, set_duty_term
from alliances.actions.procedure import FLAGS
from alliances.admin.alliances import ByDates
from alliances.models import DutyTerm, MeetingKind, Procedure
from members.admin import ScopedAdmin, works_here
from members.models import Organisation
from workflow.moves import allowed


@admin.register(Procedure)
class ProcedureAdmin(ScopedAdmin):
    """Read only: a version never changes, and a new one has its page."""

    list_display = ("__str__", "version", "set_at", "set_by", "reason")
    list_select_related = ("district", "alliance", "set_by")
    search_fields = ("alliance__name", "district__name", "reason")
    fields = ("district", "alliance", "version", "values", "open_fields", "reason", "set_at", "set_by")


@admin.register(MeetingKind)
class MeetingKindAdmin(ScopedAdmin):
    list_display = ("name", "district", *FLAGS, "is_used")
    list_select_related = ("district",)
    list_filter = ("is_used",)
    search_fields = ("name", "name_en")
    fields = ("district", "name", "name_en", *FLAGS, "is_used")

    def has_add_permission(self, request):
        return works_here(request) and _districts(request.user).exists()

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return works_here(request)
        return allowed(permissions.check_can_change_meeting_kind, request.user, obj).ok

    def get_fields(self, request, obj=None):
        return self.fields if obj else self.fields[:-1]

    def get_readonly_fields(self, request, obj=None):
        return ("district",) if obj else ()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "district":
            districts = _districts(request.user)
            kwargs |= {"queryset": districts, "initial": districts.first(), "required": True}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        values = dict(form.cleaned_data)
        if change:
            self.take_over(obj, change_meeting_kind(kind=obj, by=request.user, **values))
        else:
            self.take_over(obj, add_meeting_kind(by=request.user, **values))


@admin.register(DutyTerm)
class DutyTermAdmin(ScopedAdmin):
    """Terms are added here; their end is entered on the alliance's page, with a reason."""

    list_display = ("organisation", "alliance", "starts_on", "ends_on")
    list_select_related = ("organisation", "alliance")
    list_filter = (ByDates,)
    search_fields = ("organisation__name", "organisation__search_key", "alliance__name")
    fields = ("alliance", "organisation", "starts_on", "ends_on")
    autocomplete_fields = ("alliance", "organisation")

    def has_add_permission(self, request):
        return works_here(request)

    def save_model(self, request, obj, form, change):
        self.take_over(obj, set_duty_term(by=request.user, **form.cleaned_data))


def _districts(user):
    return Organisation.objects.open().districts_of(user)
