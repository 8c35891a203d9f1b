"""The shape of a merge: who goes into whom, since when, why, and the name typed as a yes."""

from copy import deepcopy

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.actions import NewOrganisation
from members.models import Kind, Organisation, StructureTemplate
from workflow.forms import DateField


class TwoStepForm(forms.Form):
    """First the questions; then, beside what will happen, the name of the organisation typed as a yes."""

    day = DateField(
        label=_("合并日期"), help_text=_("从这一天起由继承组织承接。"), initial=timezone.localdate
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入变更记录。"),
    )
    typed = forms.CharField(label=_("输入组织名称确认"), required=False, max_length=100)

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.fields["typed"].help_text = _("请输入“%(name)s”。") % {"name": organisation.name}
        if "typed" not in self.data:
            del self.fields["typed"]

    def is_confirmed(self) -> bool:
        """Whether the name was typed; a wrong one becomes an error of its field."""
        if "typed" not in self.fields:
            return False
        if self.cleaned_data["typed"].strip() == self.organisation.name:
            return True
        self.add_error(
            "typed", gettext("名称与“%(name)s”不一致。请原样输入。") % {"name": self.organisation.name}
        )
        return False

    def ask_for_the_name(self) -> None:
        """The answers go along unseen, and the name is asked for, again after a wrong one."""
        for name, field in self.fields.items():
            if name != "typed":
                field.widget = field.hidden_widget()
        typed = self.fields.setdefault("typed", deepcopy(self.base_fields["typed"]))
        typed.widget = forms.TextInput(attrs={"autocomplete": "off"})
        typed.required = True
        typed.help_text = _("请输入“%(name)s”。") % {"name": self.organisation.name}

    def ask_again(self) -> None:
        """The questions once more, without the name."""
        self.fields.pop("typed", None)


class MergeForm(TwoStepForm):
    """`candidates` are offered; any of `successors` is accepted."""

    into = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("并入哪个组织"), empty_label=_("请选择")
    )
    field_order = ["into", "day", "reason", "typed"]

    def __init__(self, *args, successors, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        field.queryset = successors
        field.widget.choices = [("", field.empty_label), *((one.pk, str(one)) for one in candidates)]


class TemplateForm(forms.Form):
    template = forms.ModelChoiceField(
        StructureTemplate.objects.none(), label=_("新的组织架构"), empty_label=_("请选择")
    )

    def __init__(self, *args, templates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates


class ReorganiseForm(TwoStepForm):
    """A successor for each of `misfits`, which has no place under the new structure: one that has, or a new one."""

    def __init__(self, *args, misfits, fitting, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.misfits, self.into = misfits, {}
        for misfit in misfits:
            choices = [("", _("请选择"))]
            for one in fitting:
                if one.level == misfit.level:
                    choices.append((f"organisation-{one.pk}", str(one)))
                    self.into[f"organisation-{one.pk}"] = one
            for kind in kinds:
                if kind.level == misfit.level:
                    choices.append((f"kind-{kind.pk}", gettext("新设%(kind)s") % {"kind": kind}))
                    self.into[f"kind-{kind.pk}"] = kind
            self.fields[f"into_{misfit.pk}"] = forms.ChoiceField(
                label=_("“%(name)s”并入") % {"name": misfit}, choices=choices
            )
        for kind in kinds:
            if f"kind-{kind.pk}" in self.into:
                self.fields[f"name_{kind.pk}"] = forms.CharField(
                    label=_("新设%(kind)s的名称") % {"kind": kind},
                    max_length=100,
                    required=False,
                    initial=_proposed_name(kind, misfits),
                    help_text=_("没有选新设时不用改。"),
                )
        self.order_fields(
            [
                *(name for name in self.fields if name.startswith(("into_", "name_"))),
                "day",
                "reason",
                "typed",
            ]
        )

    def clean(self):
        values = super().clean()
        for misfit in self.misfits:
            kind = self.into.get(values.get(f"into_{misfit.pk}", ""))
            name = f"name_{kind.pk}" if isinstance(kind, Kind) else ""
            if name and not values.get(name) and name not in self.errors:
                self.add_error(name, gettext("请填写新设组织的名称。"))
        return values

    def merges(self) -> list[tuple[Organisation, Organisation | NewOrganisation]]:
        """Each misfit with the successor that was chosen."""
        chosen = []
        for misfit in self.misfits:
            into = self.into[self.cleaned_data[f"into_{misfit.pk}"]]
            if isinstance(into, Kind):
                into = NewOrganisation(into, self.cleaned_data[f"name_{into.pk}"])
            chosen.append((misfit, into))
        return chosen


def _proposed_name(kind: Kind, misfits: list[Organisation]) -> str:
    """The name of a misfit with the new kind's word instead of its own, where it ends in that."""
    for misfit in misfits:
        if misfit.level == kind.level and misfit.name.endswith(misfit.kind.name):
            return misfit.name.removesuffix(misfit.kind.name) + kind.name
    return kind.name
