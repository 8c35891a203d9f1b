"""Forms of a project: its words and days, its stages, its partners and its end."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.models import Alliance
from members.models import Organisation
from projects.models import Listing, Project, ProjectPartner, ProjectStage
from workflow.forms import DateField, sentences


def _words(model, name: str, **kwargs) -> forms.CharField:
    """A text field with label and length of the column."""
    column = model._meta.get_field(name)
    return forms.CharField(label=column.verbose_name, max_length=column.max_length, **kwargs)


class ProjectForm(forms.Form):
    """Everything about a draft but its stages; where there is one answer only, the view sets it.

    Of a running project the last day alone may be changed: `is_running`.
    """

    title = _words(Project, "title", help_text=gettext_lazy("一句话写清办什么，例如“2026年暑期托管”。"))
    owner = forms.ModelChoiceField(label=gettext_lazy("牵头单位"), queryset=Organisation.objects.none())
    alliance = forms.ModelChoiceField(label=gettext_lazy("联盟"), queryset=Alliance.objects.none())
    aim = _words(
        Project,
        "aim",
        required=False,
        help_text=gettext_lazy("为谁办、办到什么程度。请不要写居民的姓名、门牌和病情。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_on = DateField(label=gettext_lazy("开始日期"))
    ends_on = DateField(label=gettext_lazy("结束日期"))

    def __init__(self, *args, owners=None, alliances=None, is_running: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["aim"].seen_by = _("联盟成员看得到")
        for name, rows in (("owner", owners), ("alliance", alliances)):
            if rows is None:
                del self.fields[name]
            else:
                self.fields[name].queryset = rows
        if is_running:
            for name in ("title", "aim", "starts_on"):
                del self.fields[name]


#: As long as the column of a stage's title.
STAGE_CHARACTERS = ProjectStage._meta.get_field("title").max_length


class StageForm(forms.Form):
    """One stage. A row without words is left out."""

    title = forms.CharField(label=gettext_lazy("做什么"), max_length=STAGE_CHARACTERS, required=False)
    due_on = DateField(label=gettext_lazy("计划完成"), required=False)

    def clean(self):
        data = super().clean()
        if data.get("due_on") and not data.get("title") and "title" not in self.errors:
            self.add_error("title", _("写了计划日期的阶段也要写名称，例如“摸底”。"))
        return data


class StageForms(forms.BaseFormSet):
    """All stages that are not done, in their order."""

    def sentences(self) -> list[str]:
        """Every error of every row, for the summary on top."""
        found = [str(error) for error in self.non_form_errors()]
        for number, form in enumerate(self.forms, 1):
            for name in form.errors:
                for sentence in sentences(form[name]):
                    found.append(
                        _("阶段 %(number)s：%(sentence)s") % {"number": number, "sentence": sentence}
                    )
        return found

    def terms(self) -> list[tuple]:
        """Title and day of every filled row."""
        rows = (form.cleaned_data for form in self.forms)
        return [(row["title"], row.get("due_on")) for row in rows if row.get("title")]


StageFormSet = forms.formset_factory(StageForm, formset=StageForms, extra=3, max_num=12, absolute_max=15)


class CompleteStageForm(forms.Form):
    """When the stage was done, and a line about it."""

    done_on = DateField(label=gettext_lazy("完成日期"), initial=timezone.localdate)
    note = _words(ProjectStage, "note", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class FinishProjectForm(forms.Form):
    """What came of the project; with stages left, why."""

    result = _words(Project, "result", widget=forms.Textarea(attrs={"rows": 2}))
    reason = _words(Project, "reason", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, left: list[ProjectStage], **kwargs):
        super().__init__(*args, **kwargs)
        if left:
            self.fields["reason"].label = _("阶段没有完成的原因")
            self.fields["reason"].help_text = _("还有没完成的阶段：%(stages)s。") % {
                "stages": _("、").join(str(one) for one in left)
            }
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class PartnerForm(forms.Form):
    """Who takes part, and what it does."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("参与单位"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("请选择"),
    )
    part = _words(ProjectPartner, "part", required=False, help_text=gettext_lazy("例如“出场地”。"))

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


class GroupForm(forms.Form):
    """Which listing enters the project."""

    listing = forms.ModelChoiceField(
        label=gettext_lazy("需求或资源"),
        queryset=Listing.objects.none(),
        empty_label=gettext_lazy("请选择"),
    )

    def __init__(self, *args, listings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["listing"].queryset = listings
