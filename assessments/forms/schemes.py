"""The shape of HTML input about schemes; what the values may be, the actions say."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Scheme
from assessments.reports.receipts import category_names, measures
from members.models import Organisation
from workflow.forms import DateField, WholeNumberField

#: As many grades as practice uses.
GRADES = range(1, 5)


class DraftForm(forms.Form):
    """A new scheme of one's own, as a copy or empty."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("由谁制定"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("请选择"),
    )
    scheme = forms.ModelChoiceField(
        label=gettext_lazy("从哪个方案复制"),
        queryset=Scheme.objects.none(),
        required=False,
        empty_label=gettext_lazy("不复制，从空白开始"),
    )
    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=60,
        help_text=gettext_lazy("用过的名称会成为它的下一个版本。"),
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, owners, schemes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners
        self.fields["scheme"].queryset = schemes


class SchemeForm(forms.Form):
    """Name, note and grades of a draft; a grade without a start is not used."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=80, required=False)
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, grades=(), **kwargs):
        super().__init__(*args, **kwargs)
        found = sorted(grades, key=lambda grade: -grade["from"])
        for number in GRADES:
            grade = found[number - 1] if number <= len(found) else {}
            self.fields[f"grade_{number}"] = forms.CharField(
                label=_("等次 %(number)s 的名称") % {"number": number},
                max_length=20,
                required=False,
                initial=grade.get("name", ""),
            )
            start = WholeNumberField(
                label=_("等次 %(number)s 从可得分的百分之几起") % {"number": number},
                min_value=0,
                max_value=100,
                required=False,
                initial=grade.get("from"),
            )
            start.unit = "%"
            self.fields[f"from_{number}"] = start
        self._english = {grade["name"]: grade.get("name_en", "") for grade in found}

    def clean(self):
        values = super().clean()
        grades = []
        for number in GRADES:
            name, start = values.pop(f"grade_{number}", ""), values.pop(f"from_{number}", None)
            if name and start is None:
                self.add_error(f"from_{number}", _("请填写“%(name)s”从百分之几起。") % {"name": name})
            elif start is not None and not name:
                self.add_error(
                    f"grade_{number}", _("请填写从 %(start)s%% 起的等次名称。") % {"start": start}
                )
            elif name:
                grades.append({"from": start, "name": name, "name_en": self._english.get(name, "")})
        values["grades"] = grades
        return values


class IndicatorForm(forms.Form):
    """One line. The last three are read only by the measures that need them."""

    title = forms.CharField(label=gettext_lazy("指标"), max_length=60)
    title_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=80, required=False)
    points = WholeNumberField(label=gettext_lazy("分值"), min_value=1, max_value=100)
    measure = forms.ChoiceField(label=gettext_lazy("计分办法"), widget=forms.RadioSelect)
    minus = WholeNumberField(
        label=gettext_lazy("每个空白季度扣几分"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("只用于“每季度有活动”。"),
    )
    target = WholeNumberField(
        label=gettext_lazy("目标数"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("用于“某几类交付的次数”“认领并签约”“建议被采纳”：到了这个数得满分。"),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("哪几类"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只用于“某几类交付的次数”。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measures()
        self.fields["categories"].choices = list(category_names().items())

    @property
    def values(self) -> dict:
        """The cleaned values as `add_indicator` and `change_indicator` take them."""
        params = {name: self.cleaned_data[name] for name in ("minus", "target", "categories")}
        line = {name: self.cleaned_data[name] for name in ("title", "title_en", "points", "measure")}
        return {**line, "params": params}


class AdoptForm(forms.Form):
    """From which day which alliance is assessed by the scheme."""

    alliance = forms.ModelChoiceField(
        label=gettext_lazy("联盟"), queryset=None, empty_label=gettext_lazy("请选择")
    )
    starts_on = DateField(
        label=gettext_lazy("从哪天起采用"),
        help_text=gettext_lazy("例如 2026年10月1日。原来的方案用到前一天。"),
    )

    def __init__(self, *args, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alliance"].queryset = alliances
