"""The shape of a draft: what is needed or offered, how much of it, when, under which conditions, with which pictures."""

from itertools import groupby

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.models import Alliance
from members.models import Organisation
from projects import pictures
from projects.forms.recurrence import RecurrenceFields
from projects.models import Attachment, Category, Listing
from projects.recurrence import Rule
from projects.states import ClaimMode, Direction, Overlap
from workflow.forms import DateField, MomentField, WholeNumberField, sentences


def _words(name: str, **kwargs) -> forms.CharField:
    """A text field with label and length of the listing's column."""
    column = Listing._meta.get_field(name)
    return forms.CharField(label=column.verbose_name, max_length=column.max_length, **kwargs)


class _ByGroup(ModelChoiceIterator):
    """Categories under the names of their groups."""

    def __iter__(self):
        yield ("", self.field.empty_label)
        for group, rows in groupby(self.queryset, key=lambda one: one.parent):
            yield (str(group), [self.choice(row) for row in rows])


class CategoryField(forms.ModelChoiceField):
    iterator = _ByGroup


class ListingForm(RecurrenceFields):
    """Everything about a listing but its slots. What is not asked for has one answer only and is set by the view."""

    title = _words("title", help_text=gettext_lazy("一句话写清要什么或能出什么，例如“夜间停车位”。"))
    category = CategoryField(
        label=gettext_lazy("类别"), queryset=Category.objects.leaves(), empty_label=gettext_lazy("请选择")
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

    is_divisible = forms.BooleanField(
        label=gettext_lazy("可以只认领一部分"),
        required=False,
        initial=True,
        help_text=gettext_lazy("例如 50 个车位，有单位只能出 20 个。不勾就要一次认领一个时段的全部。"),
    )
    claim_mode = forms.ChoiceField(
        label=gettext_lazy("有单位认领时"),
        choices=[
            (ClaimMode.REQUESTED, gettext_lazy("先由我方答复，答复后对接")),
            (ClaimMode.INSTANT, gettext_lazy("不用答复，认领就算对接")),
        ],
        initial=ClaimMode.REQUESTED,
        required=False,
        widget=forms.RadioSelect,
    )
    occupies = _words(
        "occupies",
        required=False,
        help_text=gettext_lazy("会用到哪个场地或哪支队伍，例如“党群服务中心二楼活动室”。"),
    )
    overlap = forms.ChoiceField(
        label=gettext_lazy("同一时间被重复认领时"),
        choices=[
            (Overlap.ALLOW, gettext_lazy("不检查")),
            (Overlap.WARN, gettext_lazy("提醒，但可以认领")),
            (Overlap.FORBID, gettext_lazy("不允许")),
        ],
        initial=Overlap.ALLOW,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("比较的是同一场地或队伍，先在上面写明名称。"),
    )
    is_standing = forms.BooleanField(
        label=gettext_lazy("长期提供"),
        required=False,
        help_text=gettext_lazy("期满前问一次，确认后照原样发布下一期。要填有效期，或者选每周、每月。"),
    )

    MAIN = ("title", "category", "measure")
    PARTIES = ("organisation", "alliance")
    REST = ("place", "audience", "done_means", "note", "valid_until")
    MORE = ("is_divisible", "claim_mode", "occupies", "overlap", "is_standing")

    def __init__(self, *args, direction: Direction, organisations=None, alliances=None, **kwargs):
        super().__init__(*args, **kwargs)
        if direction != Direction.RESOURCE:
            del self.fields["is_standing"]
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

    def clean_claim_mode(self):
        return self.cleaned_data["claim_mode"] or ClaimMode.REQUESTED

    def clean_overlap(self):
        return self.cleaned_data["overlap"] or Overlap.ALLOW

    def told(self, slots: "SlotForms") -> dict:
        """What the action is told, once both are valid; `BadInput` names fields of this form."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in self.RULE}
        if rule := self.rule_with(slots):
            return data | {"rule": rule}
        return data | {"slots": slots.terms()}

    def rule_with(self, slots: "SlotForms") -> Rule | None:
        """The rule, with the quantity that is asked for first; None when nothing comes again."""
        return self.rule(slots.terms()[0][2])

    def groups(self) -> dict[str, list[forms.BoundField]]:
        """The bound fields as they are asked: first, again and again, the parties where there is a choice, the rest."""
        names = {
            "main": self.MAIN,
            "again": self.RULE,
            "parties": self.PARTIES,
            "rest": self.REST,
            "more": self.MORE,
        }
        return {
            group: [self[name] for name in fields if name in self.fields] for group, fields in names.items()
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

    def has_times(self) -> bool:
        """Whether any slot names its own time, or there is more than one."""
        return (
            any(starts_at or ends_at for starts_at, ends_at, _quantity in self.terms())
            or len(self.terms()) > 1
        )

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


class AttachmentForm(forms.Form):
    """One picture beside a draft."""

    picture = forms.FileField(
        label=gettext_lazy("图片"),
        help_text=gettext_lazy(
            "JPEG、PNG 或 WebP。会自动缩小，并去掉拍摄地点等信息。请不要拍到居民的脸和门牌。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": pictures.ACCEPTED}),
        allow_empty_file=True,
    )
    caption = forms.CharField(
        label=gettext_lazy("图片说明"),
        required=False,
        max_length=Attachment._meta.get_field("caption").max_length,
        help_text=gettext_lazy("看不到图片的人会听到这句话，例如“活动室正门和坡道”。"),
    )


class OffForm(forms.Form):
    """Why a listing leaves the list, in one's own words."""

    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
