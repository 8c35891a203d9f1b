"""The shape of this room's HTML input; what the values may be, the actions say."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.rules import DAYS
from alliances.states import MemberRole
from members.models import Organisation
from workflow.forms import DateField, WholeNumberField

#: How many organisations a selection offers at once; the search above it narrows them.
OFFERED = 100


def _days(label) -> WholeNumberField:
    field = WholeNumberField(label=label, min_value=DAYS[0], max_value=DAYS[-1])
    field.unit = _("个工作日")
    return field


class AllianceForm(forms.Form):
    """Name, purpose and working days."""

    name = forms.CharField(label=_("联盟名称"), max_length=100)
    purpose = forms.CharField(
        label=_("宗旨"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    answer_days = _days(_("多少天内答复认领"))
    sign_days = _days(_("对接后多少天内签约"))
    acknowledge_days = _days(_("多少天内确认交付"))


class FoundForm(AllianceForm):
    """A new alliance: also its host and first day."""

    host = forms.ModelChoiceField(
        label=_("主办组织"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )
    started_on = DateField(label=_("成立日期"), help_text=_("例如 2026年11月21日。"))

    field_order = ["host", "name", "purpose", "started_on"]

    def __init__(self, *args, hosts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = hosts


class EndAllianceForm(forms.Form):
    ended_on = DateField(
        label=_("终止日期"), help_text=_("这一天仍有效，第二天起终止。"), initial=timezone.localdate
    )
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("全体成员单位看得到")


class ContactForm(forms.Form):
    contact_name = forms.CharField(label=_("联系人"), max_length=30, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        required=False,
        help_text=_("例如 0500-00001234 或 0500-00001234转8。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact_phone"].seen_by = _("本联盟的成员单位和主办组织看得到，不公开")


class AdmitForm(ContactForm):
    """A new member. `candidates` are offered; any of `organisations` is accepted."""

    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )
    role = forms.ChoiceField(label=_("身份"), choices=MemberRole.choices, initial=MemberRole.MEMBER)
    starts_on = DateField(label=_("加入日期"), initial=timezone.localdate)

    field_order = ["organisation", "role", "starts_on", "contact_name", "contact_phone"]

    def __init__(self, *args, organisations, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = organisations
        field.widget.choices = [("", field.empty_label), *((one.pk, str(one)) for one in candidates)]


class EndMembershipForm(forms.Form):
    ends_on = DateField(
        label=_("退出日期"), help_text=_("这一天仍是成员，第二天起退出。"), initial=timezone.localdate
    )
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("该单位和本联盟工作人员看得到")
