"""The shape of what people fill in: a listing with its slots, a claim, a reason, a delivery, a signature."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.models import Alliance
from members.models import Organisation
from projects.models import Category, Claim, Delivery, Listing
from projects.reports.periods import Period
from projects.states import NAMED_CAUSES, Rating
from workflow.forms import DateField, MomentField, WholeNumberField, sentences

#: Why a claim ends without being done: the causes that practice names.
CAUSES = [
    (cause, cause)
    for cause in (
        gettext_lazy("经费"),
        gettext_lazy("人员"),
        gettext_lazy("场地"),
        gettext_lazy("需求变化"),
        gettext_lazy("联系不上"),
        gettext_lazy("不可抗力"),
        gettext_lazy("其他"),
    )
]


def _words(name: str, **kwargs) -> forms.CharField:
    """A text field with label and length of the listing's column."""
    column = Listing._meta.get_field(name)
    return forms.CharField(label=column.verbose_name, max_length=column.max_length, **kwargs)


class ListingForm(forms.Form):
    """Everything about a listing but its slots. What is not asked for has one answer only and is set by the view."""

    title = _words("title", help_text=gettext_lazy("一句话写清要什么或能出什么，例如“夜间停车位”。"))
    category = forms.ModelChoiceField(
        label=gettext_lazy("类别"), queryset=Category.objects.all(), empty_label=gettext_lazy("请选择")
    )
    measure = _words("measure", help_text=gettext_lazy("数量后面的词，例如 个、场、人、㎡。"), initial="个")
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("发布单位"), queryset=Organisation.objects.none()
    )
    alliance = forms.ModelChoiceField(label=gettext_lazy("联盟"), queryset=Alliance.objects.none())
    audience = _words("audience", required=False, help_text=gettext_lazy("例如“60 岁以上老人”。"))
    place = _words("place", required=False)
    done_means = _words(
        "done_means",
        required=False,
        help_text=gettext_lazy("写清怎样算办完，会写进协议，例如“车位按时开放满 30 天”。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = _words(
        "note",
        required=False,
        help_text=gettext_lazy("请不要写居民的姓名、门牌和病情。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    valid_until = DateField(
        label=gettext_lazy("有效期至"),
        required=False,
        help_text=gettext_lazy("到期自动下架，例如 2027年1月4日。"),
    )

    MAIN = ("title", "category", "measure")
    PARTIES = ("organisation", "alliance")
    REST = ("place", "audience", "done_means", "note", "valid_until")

    def __init__(self, *args, organisations=None, alliances=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].seen_by = _("联盟成员看得到")
        self.fields["measure"].widget.attrs["class"] = "short"
        for name, rows in (("organisation", organisations), ("alliance", alliances)):
            if rows is None:
                del self.fields[name]
            else:
                self.fields[name].queryset = rows

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(
                _("有效期已经过了。请改成今天或以后的日期，或者不填。"), code="past"
            )
        return day

    def groups(self) -> dict[str, list[forms.BoundField]]:
        """The bound fields in three groups: asked first, the parties where there is a choice, the rest."""
        return {
            "main": [self[name] for name in self.MAIN],
            "parties": [self[name] for name in self.PARTIES if name in self.fields],
            "rest": [self[name] for name in self.REST],
        }


class SlotForm(forms.Form):
    """One slot. Without times it is "any time"; a row without a quantity is left out."""

    quantity = WholeNumberField(label=gettext_lazy("数量"), required=False, min_value=1, max_value=100_000)
    starts_at = MomentField(
        label=gettext_lazy("从"),
        required=False,
        help_text=gettext_lazy("不填就是时间不限。例如 2026-12-05 09:00。"),
    )
    ends_at = MomentField(label=gettext_lazy("到"), required=False)

    def clean(self):
        data = super().clean()
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if (starts_at or ends_at) and not data.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("填了时间的时段也要填数量，例如 1。"))
        if (starts_at is None) != (ends_at is None) and not {"starts_at", "ends_at"} & set(self.errors):
            self.add_error(
                "ends_at" if starts_at else "starts_at", _("请同时填写开始和结束时间，或者都不填。")
            )
        if starts_at and ends_at and starts_at >= ends_at:
            self.add_error("ends_at", _("结束时间要晚于开始时间。请改正其中一个。"))
        return data


class SlotForms(forms.BaseFormSet):
    """All slots of a listing; the first is asked for."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if index == 0:
            form.fields["quantity"].required = True

    def sentences(self) -> list[str]:
        """Every error of every row, for the summary on top."""
        found = [str(error) for error in self.non_form_errors()]
        for number, form in enumerate(self.forms, 1):
            for name in form.errors:
                for sentence in sentences(form[name]):
                    words = {"number": number, "sentence": sentence}
                    # The first slot stands among the main questions and has no heading on the page.
                    found.append(sentence if number == 1 else _("时段 %(number)s：%(sentence)s") % words)
        return found

    def terms(self) -> list[tuple]:
        """From, until and quantity of every filled row."""
        rows = (form.cleaned_data for form in self.forms)
        return [
            (row.get("starts_at"), row.get("ends_at"), row["quantity"])
            for row in rows
            if row.get("quantity")
        ]


SlotFormSet = forms.formset_factory(
    SlotForm, formset=SlotForms, extra=2, min_num=1, max_num=400, absolute_max=410, validate_max=True
)


class ClaimForm(forms.Form):
    """How much of which slot, for whom, and how."""

    slot = forms.ModelChoiceField(
        label=gettext_lazy("时段"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    organisation = forms.ModelChoiceField(label=gettext_lazy("认领单位"), queryset=None, empty_label=None)
    quantity = WholeNumberField(label=gettext_lazy("认领数量"), min_value=1, max_value=100_000)
    plan = forms.CharField(
        label=gettext_lazy("怎么做"),
        required=False,
        max_length=Claim._meta.get_field("plan").max_length,
        help_text=gettext_lazy("一两句就够，会写进协议，例如“负二层，凭社区登记的车号进出”。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, slots, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = slots
        self.fields["organisation"].queryset = organisations
        self.fields["plan"].seen_by = _("对方和街道看得到，不公开")


class ReasonForm(forms.Form):
    """Why a claim or a listing ends: a cause to choose, a sentence to add."""

    cause = forms.ChoiceField(label=gettext_lazy("原因"), choices=[("", gettext_lazy("请选择")), *CAUSES])
    detail = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=180, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["detail"].seen_by = _("对方看得到")

    def told(self) -> dict[str, str]:
        """What the action is told: cause and detail as the one sentence that the other side reads."""
        cause, detail = self.cleaned_data["cause"], self.cleaned_data["detail"].strip()
        return {"reason": f"{cause}：{detail}" if detail else str(cause)}


class WithdrawForm(forms.Form):
    """Why a claim is taken back: one cause of the short list, a line beside it."""

    cause = forms.ChoiceField(
        label=gettext_lazy("原因"),
        choices=[("", gettext_lazy("请选择")), *((one.value, one.label) for one in NAMED_CAUSES)],
    )
    reason = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("对方看得到")

    def told(self) -> dict[str, str]:
        """What the action is told."""
        return self.cleaned_data


class OffForm(forms.Form):
    """Why a listing leaves the list, in one's own words."""

    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReportForm(forms.Form):
    """What was done when."""

    quantity = WholeNumberField(label=gettext_lazy("交付数量"), min_value=1)
    done_on = DateField(
        label=gettext_lazy("完成日期"), help_text=gettext_lazy("例如 2026年11月21日，或“今天”。")
    )
    report = forms.CharField(
        label=gettext_lazy("简要情况"),
        required=False,
        max_length=Delivery._meta.get_field("report").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, left: int, **kwargs):
        kwargs.setdefault("initial", {"quantity": left, "done_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["quantity"].help_text = _("可以分次交付，最多 %(left)s。") % {"left": left}


class AcceptForm(forms.Form):
    """How much of a report is confirmed, and the rating."""

    quantity = WholeNumberField(label=gettext_lazy("确认数量"), min_value=1)
    rating = forms.ChoiceField(label=gettext_lazy("评议"), choices=Rating.choices, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=gettext_lazy("评议意见"),
        required=False,
        max_length=Delivery._meta.get_field("remark").max_length,
        help_text=gettext_lazy("只说事情办得怎么样，不评价个人。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(forms.Form):
    """Why a report is sent back."""

    remark = forms.CharField(
        label=gettext_lazy("退回原因"),
        max_length=Delivery._meta.get_field("remark").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SignForm(forms.Form):
    """The hash of the text that was read, and the word of whoever signs."""

    text_hash = forms.CharField(label=gettext_lazy("正文校验值"), max_length=64, widget=forms.HiddenInput)
    agree = forms.BooleanField(label=gettext_lazy("我已阅读全文，代表本单位签署"), required=False)

    def clean_agree(self):
        if not self.cleaned_data["agree"]:
            raise forms.ValidationError(_("请先勾选“我已阅读全文，代表本单位签署”。"), code="unread")
        return True


class PeriodForm(forms.Form):
    """A year from `since` on, and one of its quarters or all of it; nothing chosen means this year."""

    year = forms.TypedChoiceField(label=gettext_lazy("年份"), coerce=int, empty_value=None, required=False)
    quarter = forms.TypedChoiceField(
        label=gettext_lazy("季度"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", gettext_lazy("全年")),
            (1, gettext_lazy("第一季度")),
            (2, gettext_lazy("第二季度")),
            (3, gettext_lazy("第三季度")),
            (4, gettext_lazy("第四季度")),
        ],
    )

    def __init__(self, data, *, since: int):
        super().__init__(data)
        self.this_year = timezone.localdate().year
        years = range(max(self.this_year, since), since - 1, -1)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = self.this_year

    def period(self) -> Period:
        """What was chosen, once the form is valid."""
        return Period(self.cleaned_data["year"] or self.this_year, self.cleaned_data["quarter"])
