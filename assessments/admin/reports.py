"""The staff's register of reports: published and corrected on their pages, frozen here as everywhere."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import Report
from members.admin import ScopedAdmin


@admin.register(Report)
class ReportAdmin(ScopedAdmin):
    list_display = ("title", "organisation", "year", "serial", "version", "published_at")
    list_select_related = ("organisation",)
    list_filter = ("year",)
    search_fields = ("title", "organisation__search_key")
    fields = (
        "page", "organisation", "alliance", "run", "year", "serial", "version", "replaces", "reason",
        "published_at", "published_by", "check_value",
    )  # fmt: skip
    readonly_fields = ("page",)

    @admin.display(description=_("报告页"))
    def page(self, report):
        return format_html('<a href="{}">{}</a>', report.get_absolute_url(), gettext("看报告，下载，更正"))
