"""The staff's registers of computations and scores: computed and published by the room's actions, never edited."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.models import Scheme, Score, ScoreRun
from assessments.reports.reach import alliances_for
from members.admin import ScopedAdmin, works_here
from workflow.forms import DateField


class RunForm(forms.ModelForm):
    starts_on = DateField(label=_("起始日期"), help_text=_("例如 2026年7月1日。"))
    ends_on = DateField(label=_("截止日期"), help_text=_("这一天也算在内。"))

    class Meta:
        model = ScoreRun
        fields = ("alliance", "starts_on", "ends_on", "scheme")

    def _post_clean(self):
        """The number of the run is the action's to give; the constraint on it speaks only after that."""


@admin.register(ScoreRun)
class ScoreRunAdmin(ScopedAdmin):
    list_display = ("alliance", "scheme", "starts_on", "ends_on", "number", "computed_at")
    list_select_related = ("alliance", "scheme")
    list_filter = ("starts_on",)
    search_fields = ("alliance__name", "alliance__host__search_key")
    fields = ("page", "alliance", "scheme", "starts_on", "ends_on", "number", "computed_at", "computed_by")
    readonly_fields = ("page",)
    actions = ["publish_chosen"]
    form = RunForm

    def has_add_permission(self, request):
        return works_here(request) and alliances_for(request.user).exists()

    def get_fields(self, request, obj=None):
        return self.fields if obj else RunForm.Meta.fields

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else ()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "alliance":
            kwargs["queryset"] = alliances_for(request.user).select_related("host__kind")
        if db_field.name == "scheme":
            kwargs |= {
                "queryset": Scheme.objects.visible_to(request.user).published(),
                "required": False,
                "empty_label": gettext("截止日期当天采用的方案"),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        self.take_over(obj, compute_score(by=request.user, **form.cleaned_data))

    @admin.display(description=_("计分页"))
    def page(self, run):
        return format_html('<a href="{}">{}</a>', run.get_absolute_url(), gettext("看各单位得分"))

    @admin.action(description=_("发布所选计分的报告"))
    def publish_chosen(self, request, rows):
        self.act_on_each(request, rows, lambda row: publish_report(run=row, by=request.user))


@admin.register(Score)
class ScoreAdmin(ScopedAdmin):
    list_display = ("organisation", "run", "points", "possible")
    list_select_related = ("organisation", "run__alliance")
    search_fields = ("organisation__name", "organisation__search_key")
    fields = ("page", "organisation", "run", "points", "possible", "check_value")
    readonly_fields = ("page",)

    @admin.display(description=_("计分收据"))
    def page(self, score):
        return format_html('<a href="{}">{}</a>', score.get_absolute_url(), gettext("看每一分的来历"))
