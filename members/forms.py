"""The shape of what people type in this room; what is allowed, the actions say."""

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Kind, Organisation, StructureTemplate, User
from members.states import Level, Role, UnitType
from workflow.forms import DateField, WholeNumberField

DATE_HINT = _("例如 2026年11月21日，或 2026-11-21。")


def offer(field: forms.ModelChoiceField, *, accepted, offered) -> None:
    """Show `offered` and accept `accepted`: a choice that no longer fits reaches the action, which says why."""
    field.queryset = accepted
    field.widget.choices = [("", field.empty_label), *((one.pk, str(one)) for one in offered)]


class OrganisationFacts(forms.Form):
    """What may change about a node."""

    name = forms.CharField(label=_("名称"), max_length=100)
    unit_type = forms.ChoiceField(
        label=_("单位类别"),
        required=False,
        choices=[("", _("不填")), *UnitType.choices],
        help_text=_("只有成员单位填写。"),
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].seen_by = _("本区的人员看得到")


class NewOrganisationForm(OrganisationFacts):
    kind = forms.ModelChoiceField(Kind.objects.none(), label=_("类型"), empty_label=_("请选择"))
    opened_on = DateField(label=_("成立日期"), initial=timezone.localdate, help_text=DATE_HINT)
    field_order = ["kind", "name", "unit_type", "address", "opened_on"]

    def __init__(self, *args, accepted, offered, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["kind"], accepted=accepted, offered=offered)


class ChangeOrganisationForm(OrganisationFacts):
    reason = forms.CharField(label=_("变更原因"), max_length=200, required=False)


class CloseOrganisationForm(forms.Form):
    closed_on = DateField(label=_("终止日期"), initial=timezone.localdate, help_text=DATE_HINT)
    successor = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("由谁继承"),
        required=False,
        empty_label=_("没有继承组织"),
        help_text=_("合并时，选择接手的组织。"),
    )
    reason = forms.CharField(
        label=_("终止原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入变更记录。"),
    )

    def __init__(self, *args, successors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = successors


class AdoptForm(forms.Form):
    template = forms.ModelChoiceField(
        StructureTemplate.objects.none(), label=_("组织架构"), empty_label=_("请选择")
    )
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def __init__(self, *args, templates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates


class OwnedForm(forms.Form):
    """Something that belongs to a district the person administers."""

    district = forms.ModelChoiceField(Organisation.objects.none(), label=_("所属区"), empty_label=None)

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts


class StructureForm(OwnedForm):
    name = forms.CharField(
        label=_("名称"),
        max_length=40,
        help_text=_("例如 1+6+7+X。名称已有时，自动成为它的下一个版本。"),
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    copy_of = forms.ModelChoiceField(
        StructureTemplate.objects.none(),
        label=_("从哪个架构复制规则"),
        required=False,
        empty_label=_("不复制，从空白开始"),
    )
    field_order = ["district", "name", "note", "copy_of"]

    def __init__(self, *args, templates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["copy_of"].queryset = templates


class KindForm(OwnedForm):
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如 片区党委。"))
    name_en = forms.CharField(label=_("英文名称"), max_length=80, required=False)
    level = forms.ChoiceField(
        label=_("层级"),
        choices=[(level.value, level.label) for level in Level if level != Level.DISTRICT],
        help_text=_("层级决定它在认领、统计中算作哪一类。"),
    )


class RuleForm(forms.Form):
    parent_kind = forms.ModelChoiceField(Kind.objects.none(), label=_("上级类型"), empty_label=_("请选择"))
    kind = forms.ModelChoiceField(Kind.objects.none(), label=_("之下可以设"), empty_label=_("请选择"))
    at_most = WholeNumberField(
        label=_("最多个数"), required=False, min_value=1, max_value=999, help_text=_("不限个数就留空。")
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at_most"].unit = _("个")
        self.fields["parent_kind"].queryset = kinds
        self.fields["kind"].queryset = kinds.exclude(level=Level.DISTRICT)


class RoleForm(forms.Form):
    """A role somewhere. `offered` are the organisations listed, `places` all that are accepted."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("组织"),
        empty_label=_("请选择"),
        help_text=_("给网格和成员单位安排人员，请从该组织的页面进入。"),
    )
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *Role.choices])
    is_recursive = forms.BooleanField(
        label=_("含下级"), required=False, initial=True, help_text=_("能看到并办理该组织以下各级的事。")
    )

    def __init__(self, *args, places, offered, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["organisation"], accepted=places, offered=offered)


class NewPersonForm(RoleForm):
    name = forms.CharField(label=_("姓名"), max_length=30)
    username = forms.CharField(
        label=_("登录名"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("字母、数字和 @ . + - _ ，也可以用汉字。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("初始密码"),
        strip=False,
        help_text=_("至少 10 位。当面或电话告诉本人，请其登录后修改。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ["name", "username", "password", "organisation", "role", "is_recursive"]


class AssignForm(RoleForm):
    user = forms.ModelChoiceField(User.objects.none(), label=_("人员"), empty_label=_("请选择"))
    starts_on = DateField(label=_("开始日期"), initial=timezone.localdate, help_text=DATE_HINT)
    ends_on = DateField(label=_("结束日期"), required=False, help_text=_("当天仍有效。长期任职就留空。"))
    field_order = ["user", "organisation", "role", "is_recursive", "starts_on", "ends_on"]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people


class EndAssignmentForm(forms.Form):
    ends_on = DateField(
        label=_("最后一天"), initial=timezone.localdate, help_text=_("当天仍有效，第二天起失效。")
    )
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class PasswordForm(forms.Form):
    old_password = forms.CharField(
        label=_("原密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少 10 位，不用常见的词和登录名。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self):
        if self.cleaned_data["again"] != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("两次输入的新密码不同。请重新输入。"))
        return self.cleaned_data["again"]
