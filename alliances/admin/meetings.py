"""The staff's registers of meetings, agenda items and attendance; every change goes through the room's actions."""

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.actions import accept_item, return_item
from alliances.models import AgendaItem, Attendance, Meeting, StepOut
from members.admin import ScopedAdmin, ScopedInline


class AttendanceInline(ScopedInline):
    model = Attendance
    fields = readonly_fields = ("organisation", "has_vote", "presence", "represented_by", "attendee")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("organisation", "represented_by").order_by("organisation__path")


@admin.register(Meeting)
class MeetingAdmin(ScopedAdmin):
    list_display = ("title", "alliance", "kind", "convener", "starts_at", "place", "state")
    list_select_related = ("alliance", "kind", "convener")
    list_filter = ("state", "kind", "alliance")
    search_fields = ("title", "place", "convener__search_key")
    date_hierarchy = "starts_at"
    # Without the code shown in the room: it is read there.
    fields = (
        "alliance", "kind", "title", "convener", "starts_at", "ends_at", "place", "state", "closes_on",
        "notice_on", "minutes_on", "chair", "recorder", "opening", "cancel_reason", "called_by",
    )  # fmt: skip
    inlines = [AttendanceInline]


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("退回原因"), max_length=200)


@admin.register(AgendaItem)
class AgendaItemAdmin(ScopedAdmin):
    list_display = ("title", "alliance", "meeting", "proposer", "source", "state", "outcome")
    list_select_related = ("alliance", "meeting", "proposer")
    list_filter = ("state", "source", "outcome", "alliance")
    search_fields = ("title", "proposer__name", "proposer__search_key")
    fields = (
        "alliance", "meeting", "proposer", "title", "body", "source", "source_note", "state",
        "return_reason", "position", "duration", "discussion", "outcome", "resolution", "referred_to",
        "proposed_by",
    )  # fmt: skip
    actions = ["accept_selected", "return_selected"]

    @admin.action(description=_("受理所选议题"))
    def accept_selected(self, request, rows):
        """Each item by its action; a refused one leaves the others alone."""
        self.act_on_each(request, rows, lambda item: accept_item(item=item, by=request.user))

    @admin.action(description=_("退回所选议题"))
    def return_selected(self, request, rows):
        """Asks once for the reason, then returns each item by its action."""
        form = ReturnForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            self.act_on_each(
                request, rows, lambda item: return_item(item=item, by=request.user, reason=reason)
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("退回所选议题"),
            "form": form,
            "rows": rows,
            "opts": self.opts,
            "action": "return_selected",
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "alliances/admin_return_selected.html", context)


@admin.register(Attendance)
class AttendanceAdmin(ScopedAdmin):
    list_display = ("organisation", "meeting", "has_vote", "presence", "represented_by")
    list_select_related = ("organisation", "meeting", "represented_by")
    list_filter = ("presence", "has_vote")
    search_fields = ("organisation__name", "organisation__search_key", "meeting__title")
    fields = ("meeting", "organisation", "has_vote", "presence", "represented_by", "attendee")


@admin.register(StepOut)
class StepOutAdmin(ScopedAdmin):
    list_display = ("organisation", "item", "kind")
    list_select_related = ("organisation", "item")
    list_filter = ("kind",)
    search_fields = ("organisation__name", "organisation__search_key", "item__title")
    fields = ("item", "organisation", "kind")
