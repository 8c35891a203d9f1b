"""The shape of HTML input about rules of procedure, kinds of meeting, terms of duty and fixed contacts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.reports.procedure import LINES, Difference, share_words
from alliances.rules import DAYS, Terms
from alliances.rules.procedure import DAYS_BEFORE, LEAST, NAME_LENGTH, TERM_MONTHS
from members.models import Kind, Organisation
from workflow.forms import DateField, WholeNumberField

#: Cards of the form and the rules in them, in the order of reading.
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("开会周期"), ("rhythm", "months", "convener")),
    (
        gettext_lazy("期限"),
        ("call_days", "close_days", "notice_days", "minutes_days", "confirm_days", "duty_answer_days"),
    ),
    (
        gettext_lazy("法定人数"),
        ("quorum_numerator", "quorum_denominator", "quorum_strict", "quorum_parts"),
    ),
    (gettext_lazy("表决"), ("consensus_first", "majority", "base", "proxies")),
    (gettext_lazy("轮值"), ("term_months",)),
    (gettext_lazy("清单名称"), ("needs_name", "resources_name", "projects_name")),
    (gettext_lazy("固定联系人"), ("contact_kinds",)),
)
SHARE = ("quorum_numerator", "quorum_denominator", "quorum_strict")
#: Shares that practice uses; any other comes through the API and is offered while it is in force.
SHARES = ((1, 2, True), (1, 2, False), (2, 3, False), (3, 4, False), (1, 1, False))


@dataclass
class Group:
    """One card of the form: its fields, and the sentences of rules that are closed."""

    title: str
    fields: list[forms.BoundField]
    closed: list[tuple[str, str]]


class ProcedureForm(forms.Form):
    """The rules that may be set here, grouped; `terms` are in force, `kinds` may have a place in the quorum.

    A share of the quorum is one choice, and each kind has a row with its least number. `values()` gives
    what the actions take.
    """

    #: What the newest version says otherwise than the one this form began with, after a refusal for its sake.
    differences: Sequence[Difference] = ()

    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("修订原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        *args,
        terms: Terms,
        kinds: Iterable[Kind],
        open_fields: Collection[str],
        based_on: int,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.terms, self.kinds, self.open_fields = terms, list(kinds), open_fields
        self.initial["based_on"] = based_on
        for _title, rules in GROUPS:
            for rule in rules:
                if rule in open_fields:
                    self.fields |= self._fields_of(rule)
        self.order_fields([name for name in self.fields if name != "reason"])
        self.fields["reason"].seen_by = _("全体成员单位看得到")

    def groups(self, sentences: Iterable[tuple[str, str, str]] = ()) -> list[Group]:
        """The cards in order, closed rules as their `sentences`."""
        said = {field: (label, text) for field, label, text in sentences}
        groups = []
        for title, rules in GROUPS:
            names = [name for rule in rules if rule in self.open_fields for name in self._fields_of(rule)]
            closed = [
                said[line]
                for line, (_label, spoken) in LINES.items()
                if line in said and line in rules and not set(spoken) & set(self.open_fields)
            ]
            groups.append(Group(str(title), [self[name] for name in names], closed))
        return groups

    def values(self) -> dict[str, Any]:
        """What was entered, as rules."""
        entered = self.cleaned_data
        values = {rule: entered[rule] for rule in self.open_fields if rule in entered}
        if "months" in values:
            chosen = values.get("rhythm", self.terms.rhythm) == "fixed"
            values["months"] = [int(month) for month in values["months"]] if chosen else []
        if "quorum_share" in entered:
            share = [int(part) for part in entered["quorum_share"].split("-")]
            values |= {SHARE[0]: share[0], SHARE[1]: share[1], SHARE[2]: bool(share[2])}
        if "quorum_parts" in self.open_fields:
            values["quorum_parts"] = [
                {"kind": kind.code, "least": entered[f"least_{kind.code}"]}
                for kind in self.kinds
                if entered.get(f"least_{kind.code}")
            ]
        return values

    def take_newest(self, version: int) -> None:
        """After a refusal because of a newer version: what was entered stays, to be sent on top of that one."""
        self.data = self.data.copy()
        self.data["based_on"] = str(version)

    def _fields_of(self, rule: str) -> dict[str, forms.Field]:
        """The form's fields for one rule, by name."""
        terms = self.terms
        if rule in SHARE:
            # One choice stands for the three; it appears when all of them are open.
            whole = rule == SHARE[0] and set(SHARE) <= set(self.open_fields)
            return {"quorum_share": self._share()} if whole else {}
        if rule == "quorum_parts":
            return {f"least_{kind.code}": self._least(kind) for kind in self.kinds}
        if rule == "contact_kinds":
            return {rule: self._contact_kinds()}
        if rule == "months":
            return {rule: _months(terms)}
        if rule in _CHOICES:
            return {rule: _choice(rule, getattr(terms, rule))}
        if rule in _FLAGS:
            return {
                rule: forms.BooleanField(
                    label=str(_FLAGS[rule]), required=False, initial=getattr(terms, rule)
                )
            }
        if rule in _NAMES:
            return {
                rule: forms.CharField(
                    label=str(_NAMES[rule]), max_length=NAME_LENGTH, initial=getattr(terms, rule)
                )
            }
        return {rule: _number(rule, getattr(terms, rule))}

    def _share(self) -> forms.ChoiceField:
        now = tuple(getattr(self.terms, rule) for rule in SHARE)
        shares = SHARES if now in SHARES else (now, *SHARES)
        choices = [
            (_key(share), share_words(replace(self.terms, **dict(zip(SHARE, share, strict=True)))))
            for share in shares
        ]
        return forms.ChoiceField(
            label=_("至少要有多少单位到会"), choices=choices, widget=forms.RadioSelect, initial=_key(now)
        )

    def _least(self, kind: Kind) -> WholeNumberField:
        least = {part.kind: part.least for part in self.terms.quorum_parts}.get(kind.code)
        field = WholeNumberField(
            label=_("其中%(kind)s至少") % {"kind": kind},
            min_value=0,
            max_value=LEAST[-1],
            required=False,
            initial=least,
        )
        field.unit = _("家到会；不要求就空着")
        return field

    def _contact_kinds(self) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            label=_("哪些组织所属的单位，每家有一名固定联系人"),
            choices=[(kind.code, str(kind)) for kind in self.kinds],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=list(self.terms.contact_kinds),
        )


class DistrictProcedureForm(ProcedureForm):
    """All rules of the district's defaults, and which lines alliances may set themselves."""

    open_lines = forms.MultipleChoiceField(
        label=gettext_lazy("各联盟可以自己定的规则"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("没有选的由区里统一，各联盟不能另设。"),
    )

    def __init__(self, *args, opened: Collection[str], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["open_lines"]
        field.choices = [(line, str(label)) for line, (label, _rules) in LINES.items()]
        field.is_short = True
        field.initial = [line for line, (_label, rules) in LINES.items() if set(rules) <= set(opened)]
        self.fields["reason"].seen_by = _("本区各联盟看得到")

    def opened(self) -> list[str]:
        """The rules behind the lines that were ticked."""
        return [rule for line in self.cleaned_data["open_lines"] for rule in LINES[line][1]]


class MeetingKindForm(forms.Form):
    """A kind of meeting of the district's own."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=30)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=60, required=False)
    is_regular = forms.BooleanField(
        label=gettext_lazy("按周期召开"),
        required=False,
        help_text=gettext_lazy("到期没有召集时，会提醒召集单位。"),
    )
    has_call = forms.BooleanField(label=gettext_lazy("先征集议题"), required=False, initial=True)
    members_may_call = forms.BooleanField(label=gettext_lazy("成员单位可以召集"), required=False)
    decides = forms.BooleanField(
        label=gettext_lazy("可以表决和作出决议"),
        required=False,
        initial=True,
        help_text=gettext_lazy("听证会、述职评议等只记录意见的会议不选。"),
    )


class NewMeetingKindForm(MeetingKindForm):
    district = forms.ModelChoiceField(
        label=gettext_lazy("区"), queryset=Organisation.objects.none(), empty_label=None
    )

    field_order = ["district"]

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts


class ChangeMeetingKindForm(MeetingKindForm):
    is_used = forms.BooleanField(
        label=gettext_lazy("使用中"), required=False, help_text=gettext_lazy("停用后不能再召集这类会议。")
    )


class TermForm(forms.Form):
    """A term of duty of one of the members."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("轮值单位"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("请选择"),
    )
    starts_on = DateField(label=gettext_lazy("开始日期"), initial=timezone.localdate)
    ends_on = DateField(label=gettext_lazy("结束日期"), required=False)

    def __init__(self, *args, members, months: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = members
        self.fields["ends_on"].help_text = _("空着就按规则，从开始日期起 %(count)s 个月。") % {
            "count": months
        }


class EndTermForm(forms.Form):
    ends_on = DateField(
        label=gettext_lazy("结束日期"),
        help_text=gettext_lazy("这一天仍在任，第二天起不再轮值。"),
        initial=timezone.localdate,
    )
    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("该单位和本联盟工作人员看得到")


class CancelTermForm(EndTermForm):
    ends_on = None


class CommitteeContactForm(forms.Form):
    """Who looks after the unit; both empty takes the contact away."""

    name = forms.CharField(label=gettext_lazy("固定联系人"), max_length=30, required=False)
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("例如 0500-00001234 或 0500-00001234转8。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].seen_by = _("本联盟的成员单位和主办组织看得到，不公开")


_CHOICES: dict[str, tuple[Promise, list[tuple[str, Promise]]]] = {
    "rhythm": (
        gettext_lazy("多久开一次"),
        [
            ("monthly", gettext_lazy("每月一次")),
            ("quarterly", gettext_lazy("每季度一次")),
            ("half_yearly", gettext_lazy("每半年一次（3 月和 12 月）")),
            ("fixed", gettext_lazy("固定月份，在下面选")),
        ],
    ),
    "convener": (
        gettext_lazy("由谁召集"),
        [("host", gettext_lazy("主办组织")), ("duty", gettext_lazy("当期轮值单位"))],
    ),
    "majority": (
        gettext_lazy("赞成要有多少"),
        [
            ("simple", gettext_lazy("过半数")),
            ("two_thirds", gettext_lazy("达到三分之二")),
            ("three_quarters", gettext_lazy("达到四分之三")),
        ],
    ),
    "base": (
        gettext_lazy("按什么算"),
        [
            ("present", gettext_lazy("实到单位")),
            ("entitled", gettext_lazy("应到单位")),
            ("cast", gettext_lazy("有效表决：赞成、反对、弃权之和")),
        ],
    ),
}
_FLAGS = {
    "consensus_first": gettext_lazy("先协商，协商不成再表决"),
    "proxies": gettext_lazy("可以委托其他到会的成员单位代为表决"),
}
_NAMES = {
    "needs_name": gettext_lazy("需求清单名称"),
    "resources_name": gettext_lazy("资源清单名称"),
    "projects_name": gettext_lazy("项目清单名称"),
}
_NUMBERS: dict[str, tuple[Promise, Promise, range]] = {
    "call_days": (gettext_lazy("会前多少天开始征集议题"), gettext_lazy("天"), DAYS_BEFORE),
    "close_days": (gettext_lazy("会前多少天截止征集"), gettext_lazy("天"), DAYS_BEFORE),
    "notice_days": (gettext_lazy("会前多少天发会议通知"), gettext_lazy("天"), DAYS_BEFORE),
    "minutes_days": (gettext_lazy("会后多少天内形成纪要"), gettext_lazy("个工作日"), DAYS),
    "confirm_days": (gettext_lazy("多少天内确认纪要"), gettext_lazy("个工作日"), DAYS),
    "duty_answer_days": (gettext_lazy("求助、转交、提请协调多少天内答复"), gettext_lazy("个工作日"), DAYS),
    "term_months": (gettext_lazy("每期轮值多长"), gettext_lazy("个月"), TERM_MONTHS),
}


def _choice(rule: str, now: str) -> forms.ChoiceField:
    label, choices = _CHOICES[rule]
    return forms.ChoiceField(label=str(label), choices=choices, widget=forms.RadioSelect, initial=now)


def _number(rule: str, now: int) -> WholeNumberField:
    label, unit, among = _NUMBERS[rule]
    field = WholeNumberField(label=str(label), min_value=among[0], max_value=among[-1], initial=now)
    field.unit = unit
    return field


def _months(terms: Terms) -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(
        label=_("固定月份"),
        choices=[(str(month), _("%(month)s 月") % {"month": month}) for month in range(1, 13)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=[str(month) for month in terms.months],
        help_text=_("只有按固定月份开会才选。"),
    )
    field.is_short = True
    return field


def _key(share: tuple[int, int, bool]) -> str:
    return "-".join(str(int(part)) for part in share)
