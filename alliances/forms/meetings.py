"""The shape of what is typed about meetings, their agenda and attendance."""

import datetime as dt
import re
import unicodedata

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Meeting, MeetingKind
from alliances.states import StepOutKind
from members.models import Organisation
from workflow.forms import DateField
from workflow.templatetags.workflow import cn_date

_CLOCK = re.compile(r"^(上午|下午|晚上)?\s*(\d{1,2})\s*[:点时.]\s*(?:(\d{1,2})\s*分?|(半))?$")
_NOON = 12


class ClockField(forms.TimeField):
    """A time of day as people write it: 14:30, 14：30, 14点半, 下午2点半, 9点, 9时30分."""

    default_error_messages = {"invalid": _("时间无法识别。请按 14:30 或 14点半 填写。")}

    def to_python(self, value):
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        clock = _CLOCK.match(unicodedata.normalize("NFKC", value).strip())
        try:
            part, hour, minute, half = clock.groups() if clock else (None, "99", "0", None)
            later = _NOON if part in ("下午", "晚上") and int(hour) < _NOON else 0
            return dt.time(int(hour) + later, 30 if half else int(minute or 0))
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value):
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


def _reason(label, seen_by) -> forms.CharField:
    field = forms.CharField(label=label, max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    field.seen_by = seen_by  # type: ignore[attr-defined]  # read by the form's template
    return field


class WhenForm(forms.Form):
    """Day, hours and place; `cleaned_data` carries them as `starts_at`, `ends_at`, `place`."""

    shown_at = {"starts_at": "day", "ends_at": "ends"}

    day = DateField(label=_("日期"), help_text=_("例如 2026年12月20日。"))
    begins = ClockField(label=_("开始时间"), help_text=_("例如 14:30 或 14点半。"))
    ends = ClockField(label=_("预计散会"))
    place = forms.CharField(label=_("地点"), max_length=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("begins", "ends"):
            self.fields[name].widget.attrs["class"] = "short"

    def clean(self):
        values = super().clean()
        day, begins, ends = (values.pop(name, None) for name in ("day", "begins", "ends"))
        if day and begins and ends:
            if ends <= begins:
                raise forms.ValidationError(
                    {"ends": _now("散会时间要晚于开始时间。请改成同一天里更晚的时间。")}
                )
            values["starts_at"], values["ends_at"] = (
                timezone.make_aware(dt.datetime.combine(day, clock)) for clock in (begins, ends)
            )
        return values


class CallForm(WhenForm):
    """A new meeting of one alliance."""

    kind = forms.ModelChoiceField(
        label=_("会议类型"), queryset=MeetingKind.objects.none(), empty_label=None
    )
    title = forms.CharField(
        label=_("会议名称"), max_length=80, help_text=_("例如 2026年第四季度党建联席会议。")
    )
    chair = forms.CharField(label=_("主持人"), max_length=60, required=False)
    recorder = forms.CharField(label=_("记录人"), max_length=60, required=False)

    field_order = ["kind", "title", "day", "begins", "ends", "place", "chair", "recorder"]

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = kinds
        self.fields["recorder"].seen_by = _("主持人和记录人印在会议纪要上")


class RescheduleForm(WhenForm):
    """Another time or place, and why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _reason(_("改期原因"), _("全体成员单位看得到"))

    @staticmethod
    def initial_of(meeting: Meeting) -> dict:
        """What the form begins with: the time and place as they are."""
        starts_at, ends_at = (timezone.localtime(one) for one in (meeting.starts_at, meeting.ends_at))
        return {
            "day": starts_at.date(),
            "begins": starts_at.time(),
            "ends": ends_at.time(),
            "place": meeting.place,
        }


class PeopleForm(forms.Form):
    chair = forms.CharField(label=_("主持人"), max_length=60, required=False)
    recorder = forms.CharField(label=_("记录人"), max_length=60, required=False)
    opening = forms.CharField(
        label=_("会议概况"),
        max_length=2000,
        required=False,
        help_text=_("印在纪要开头，例如会议的背景和主要任务。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CancelForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _reason(_("取消原因"), _("全体成员单位看得到"))


class UnitForm(forms.Form):
    """For which of one's own units; `organisations` are those at the table that the person speaks for."""

    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), empty_label=None
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()


class ExcuseForm(UnitForm):
    """A unit that cannot come; `others` may stand for it, when the rules allow that."""

    represented_by = forms.ModelChoiceField(
        label=_("委托哪个单位"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("不委托，只请假"),
        help_text=_("受托单位到会，代为表决；须先和对方说好。"),
    )

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        if others:
            self.fields["represented_by"].queryset = others
        else:
            del self.fields["represented_by"]


class CheckInForm(UnitForm):
    """The six digits that hang in the room."""

    code = forms.CharField(
        label=_("到会码"),
        max_length=12,
        help_text=_("会场屏幕上的六位数字。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code"}),
    )

    field_order = ["code", "organisation"]

    def clean_code(self):
        """Digits as any keyboard writes them."""
        return "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split())


class ObserverForm(forms.Form):
    """One organisation that attends without a vote. `candidates` are offered; any of `organisations` is accepted."""

    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )

    def __init__(self, *args, organisations, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = organisations
        field.widget.choices = [("", field.empty_label), *((one.pk, str(one)) for one in candidates)]


class ProposeForm(forms.Form):
    """An item: two questions, and for which meeting."""

    proposer = forms.ModelChoiceField(
        label=_("以谁的名义提"), queryset=Organisation.objects.none(), empty_label=None
    )
    alliance = forms.ModelChoiceField(label=_("联盟"), queryset=Alliance.objects.none(), empty_label=None)
    meeting = forms.ModelChoiceField(
        label=_("提给哪次会议"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=_("下一次会议"),
    )
    title = forms.CharField(
        label=_("议题"), max_length=80, help_text=_("一句话，例如：医院停车场夜间向居民开放。")
    )
    body = forms.CharField(
        label=_("请会议决定什么"),
        max_length=1000,
        required=False,
        help_text=_("写清要会议定什么、哪些单位要配合。请不要写居民的姓名和门牌。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    source_note = forms.CharField(
        label=_("从哪里来"),
        max_length=200,
        required=False,
        help_text=_("例如：南园社区居民议事会 11月3日提出。"),
    )

    field_order = ["title", "body", "proposer", "alliance", "meeting", "source_note"]

    def __init__(self, *args, proposers, alliances, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposer"].queryset = proposers
        self.fields["alliance"].queryset = alliances
        for name, rows in (("proposer", proposers), ("alliance", alliances)):
            if len(rows) == 1:
                self.fields[name].widget = forms.HiddenInput()
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = _meeting_label
        self.fields["body"].seen_by = _("全体成员单位看得到")


class ReturnForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _reason(_("退回原因"), _("提出单位和全体成员单位看得到"))


class ReviseForm(forms.Form):
    """Title and text of an item, with the version that the page showed."""

    title = forms.CharField(label=_("议题"), max_length=80)
    body = forms.CharField(
        label=_("请会议决定什么"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DiscussionForm(forms.Form):
    """What was said on an item, with the version that the page showed."""

    text = forms.CharField(
        label=_("讨论要点"),
        max_length=2000,
        required=False,
        help_text=_("写各单位的主要意见，按单位写，不写个人。印在会议纪要里。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class StepOutForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )
    kind = forms.ChoiceField(
        label=_("情形"),
        choices=StepOutKind.choices,
        widget=forms.RadioSelect,
        help_text=_("回避：不参加这一项的讨论和表决，不计入应到。离席：仍计入应到。"),
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


def _meeting_label(meeting: Meeting) -> str:
    return _now("%(day)s %(title)s") % {
        "day": cn_date(meeting.held_on),
        "title": meeting.title,
    }
