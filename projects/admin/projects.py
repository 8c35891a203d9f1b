"""The register of projects."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members.admin import LinkedAdmin
from projects.admin.asking import RowsInline
from projects.models import Project, ProjectPartner, ProjectStage


class PartnerInline(RowsInline):
    model = ProjectPartner
    fields = readonly_fields = ("organisation", "part")
    verbose_name_plural = _("参与单位")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organisation")


class StageInline(RowsInline):
    model = ProjectStage
    fields = readonly_fields = ("position", "title", "due_on", "done_on", "note")
    verbose_name_plural = _("项目阶段")


@admin.register(Project)
class ProjectAdmin(LinkedAdmin):
    list_display = ("title", "owner", "alliance", "state", "starts_on", "ends_on", "page")
    list_select_related = ("owner", "alliance")
    list_filter = ("state", "alliance")
    search_fields = ("title", "owner__name", "owner__search_key")
    fields = (
        "alliance", "owner", "title", "aim", "starts_on", "ends_on", "state", "reason", "result", "duty",
        "copied_from", "created_at", "proposed_at", "decided_at", "decided_by", "ended_at", "page",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [StageInline, PartnerInline]
