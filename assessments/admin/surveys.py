"""The staff's register of surveys: opened and closed through the room's actions, never edited.

Codes, envelopes, answers and remarks have no register: a list of any of them, read by whoever may
open the admin, would lead from a slip to an answer or show what the floors hide.
"""

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.actions.surveys import close_survey, open_survey
from assessments.forms.surveys import OpenSurveyForm
from assessments.models import Survey
from assessments.reports import surveys as reports
from assessments.rules import COMMUNITY_QUESTIONS
from members.admin import ScopedAdmin, works_here
from workflow.forms import DateField


class AddSurveyForm(forms.ModelForm):
    """What the page asks, with the questions one on a line."""

    questions = forms.CharField(
        label=_("问题"),
        widget=OpenSurveyForm.base_fields["questions"].widget,
        initial="\n".join(COMMUNITY_QUESTIONS),
        help_text=OpenSurveyForm.base_fields["questions"].help_text,
    )
    closes_on = DateField(label=_("截止日期"), help_text=OpenSurveyForm.base_fields["closes_on"].help_text)

    class Meta:
        model = Survey
        fields = ("organisation", "title", "about", "questions", "grade", "closes_on")

    def clean_questions(self):
        return self.cleaned_data["questions"].splitlines()


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"), max_length=200, required=False, help_text=_("还没到截止日期的，要写明原因。")
    )


@admin.register(Survey)
class SurveyAdmin(ScopedAdmin):
    list_display = ("title", "organisation", "state", "closes_on", "codes_issued", "took_part")
    list_select_related = ("organisation",)
    list_filter = ("state", "grade", "organisation")
    search_fields = ("title", "organisation__name", "organisation__search_key")
    fields = (
        "page", "organisation", "delivery", "title", "about", "question_lines", "grade", "state",
        "opened_at", "closes_on", "closed_at", "codes_issued", "took_part",
    )  # fmt: skip
    readonly_fields = ("page", "question_lines", "took_part")
    actions = ["close_selected"]
    form = AddSurveyForm

    def get_queryset(self, request):
        return reports.with_participation(super().get_queryset(request))

    def has_add_permission(self, request):
        return works_here(request) and reports.askers(request.user).exists()

    def get_fields(self, request, obj=None):
        return AddSurveyForm.Meta.fields if obj is None else self.fields

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None else self.readonly_fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organisation":
            kwargs["queryset"] = reports.askers(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        obj.pk = open_survey(by=request.user, **form.cleaned_data).pk

    # --- What a row shows ------------------------------------------------------------------------------
    @admin.display(description=_("参加人数"))
    def took_part(self, survey):
        """In fives while open, nothing for too few."""
        return _("不公布") if survey.took_part is None else survey.took_part

    @admin.display(description=_("问题"))
    def question_lines(self, survey):
        return "\n".join(survey.questions)

    @admin.display(description=_("测评页"))
    def page(self, survey):
        return format_html(
            '<a href="{}">{}</a>', survey.get_absolute_url(), gettext("发码、打印海报、看结果")
        )

    # --- Acts ------------------------------------------------------------------------------------------
    @admin.action(description=_("结束所选测评并启封"))
    def close_selected(self, request, rows):
        """Asks once for the reason, then closes each survey by its action."""
        rows = rows.select_related("organisation__kind")
        form = CloseForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            self.act_on_each(
                request, rows, lambda row: close_survey(survey=row, by=request.user, reason=reason)
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("结束所选测评并启封"),
            "form": form,
            "rows": rows,
            "opts": self.opts,
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "assessments/admin_close_selected.html", context)
