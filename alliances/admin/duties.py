"""The staff's registers of duties, reports, requests and flow-backs; every act is the room's own action."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from alliances import actions
from alliances.models import Appeal, Duty, DutyPartner, DutyReport, FlowBack
from members.admin import LinkedAdmin, ScopedInline


class _OfDutyAdmin(LinkedAdmin):
    """A register of rows that are met on the page of their duty."""

    list_select_related = ("duty", "organisation")
    search_fields = ("duty__title", "organisation__name", "organisation__search_key")


class PartnerInline(ScopedInline):
    model = DutyPartner
    fields = readonly_fields = ("organisation",)


class ReportInline(ScopedInline):
    model = DutyReport
    fields = readonly_fields = ("organisation", "text", "is_final", "reported_at")


@admin.register(Duty)
class DutyAdmin(_OfDutyAdmin):
    list_display = ("title", "lead", "decision", "due_on", "state", "reported_on", "closed_on", "page")
    list_select_related = ("lead", "decision")
    list_filter = ("state", "decision__alliance")
    search_fields = ("title", "lead__name", "lead__search_key")
    fields = (
        "decision", "title", "done_means", "lead", "due_on", "review_on", "state", "reported_on", "closed_on",
        "close_note", "page",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [PartnerInline, ReportInline]
    actions = ["finish_chosen"]

    def history_of(self, obj):
        return [obj, *obj.partners.all(), *obj.appeals.all(), *obj.flow_backs.all()]

    @admin.action(description=_("所选事项核对无误，销号"))
    def finish_chosen(self, request, rows):
        """Tick off each duty that was reported as done, and say why not for the others."""
        self.act_on_each(
            request, rows.with_parties(), lambda row: actions.finish_duty(duty=row, by=request.user)
        )


@admin.register(DutyReport)
class DutyReportAdmin(_OfDutyAdmin):
    list_display = ("duty", "organisation", "is_final", "reported_at", "page")
    list_filter = ("is_final", "duty__decision__alliance")
    fields = readonly_fields = ("duty", "organisation", "text", "is_final", "reported_at", "page")


@admin.register(Appeal)
class AppealAdmin(_OfDutyAdmin):
    list_display = ("duty", "kind", "organisation", "addressee", "state", "answer_by", "page")
    list_select_related = ("duty", "organisation", "addressee")
    list_filter = ("kind", "state", "duty__decision__alliance")
    fields = (
        "duty", "kind", "organisation", "addressee", "new_lead", "reason", "state", "answer_by", "answer",
        "asked_at", "answered_at", "page",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(FlowBack)
class FlowBackAdmin(_OfDutyAdmin):
    list_display = ("duty", "organisation", "to", "reason", "handed_back_on", "page")
    list_select_related = ("duty", "organisation", "to")
    list_filter = ("duty__decision__alliance",)
    fields = readonly_fields = ("duty", "organisation", "to", "reason", "handed_back_on", "page")
