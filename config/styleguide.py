"""What the style guide shows: one invented example of every component, built anew for each visit."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.forms import DateField, WholeNumberField
from workflow.moves import Verdict

SURFACES = ("paper", "card", "sunk", "line", "edge")
INKS = ("ink", "ink-2", "ink-3", "brand", "red", "ok", "warn", "bad", "focus")


class SampleForm(forms.Form):
    """Every kind of control once."""

    quantity = WholeNumberField(label=gettext_lazy("数量"), min_value=1, max_value=45)
    day = DateField(
        label=gettext_lazy("从哪天开始"), help_text=gettext_lazy("例如 2027年1月4日，或 2027-1-4。")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"),
        choices=[("parking", gettext_lazy("停车")), ("room", gettext_lazy("场地"))],
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("办得怎么样"),
        widget=forms.RadioSelect,
        choices=[("1", gettext_lazy("满意")), ("2", gettext_lazy("一般")), ("3", gettext_lazy("不了解"))],
    )
    means = forms.MultipleChoiceField(
        label=gettext_lazy("怎样通知"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("bell", gettext_lazy("站内通知")), ("phone", gettext_lazy("打电话"))],
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        help_text=gettext_lazy("请不要写姓名和门牌。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agree = forms.BooleanField(
        label=gettext_lazy("已和对方约好"), help_text=gettext_lazy("没约好也可以先登记。"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quantity"].unit = _("个车位")
        self.fields["note"].seen_by = _("提出方和街道看得到，不公开")


def samples() -> dict[str, object]:
    """The template context of the style guide, in the language of the visit."""
    today = timezone.localdate()
    return {
        "surfaces": SURFACES,
        "inks": INKS,
        "states": _states(),
        "tiles": [
            {"value": 23, "label": _("等人认领的需求"), "url": "#tiles"},
            {"value": "31 / 42", "label": _("本月有动作的单位"), "url": "#tiles", "note": _("较上月 +4")},
            {"value": _("%(days)s 天") % {"days": 5.5}, "label": _("答复用时（中位数）"), "url": "#tiles"},
            {"value": None, "label": _("评议平均分")},
        ],
        "work": _work(today),
        "stages": _stages(),
        "facts": [
            {"label": _("提出方"), "value": _("南园社区")},
            {"label": _("数量"), "value": _("60 个，还差 45 个")},
            {"label": _("编号"), "value": "2026-0117", "url": "#facts"},
        ],
        "history": _history(),
        "form": SampleForm(
            {"quantity": "60", "day": "2026年11月31日", "kind": "parking"}, auto_id="wrong_%s"
        ),
        "fresh_form": SampleForm(auto_id="fresh_%s"),
        "may": Verdict(True),
        "may_not": Verdict(False, _("要等社区确认后才能签约。")),
        "now": timezone.now(),
        "period_end": timezone.now() + dt.timedelta(hours=2),
        "page": {"next": 1, "previous": None, "count": 2},
        "amount": 1234.5,
        "link": "https://example.org/s/",
    }


def _states() -> list[dict[str, str]]:
    rows = [
        ("", "pen", _("草稿")),
        ("warn", "clock", _("待审核")),
        ("go", "circle", _("已发布")),
        ("warn", "clock", _("已认领（待确认）")),
        ("go", "link", _("已对接")),
        ("go", "document", _("已签约")),
        ("go", "target", _("实施中")),
        ("warn", "clock", _("待评议")),
        ("ok", "check", _("已办结")),
        ("", "lock", _("已归档")),
        ("bad", "return", _("退回修改")),
        ("", "minus", _("不予发布")),
        ("", "return", _("已撤回")),
        ("", "clock", _("已过期")),
        ("bad", "cross", _("终止")),
        ("bad", "warning", _("逾期")),
    ]
    return [{"tone": tone, "icon": icon, "label": label} for tone, icon, label in rows]


def _work(today: dt.date) -> list[dict[str, object]]:
    late = {
        "title": _("答复认领：周末义诊"),
        "why": _("梧桐医院认领了 2 场，还没有答复。"),
        "url": "#tasks",
        "due": today - dt.timedelta(days=4),
        "act": _("答复认领"),
    }
    soon = {
        "title": _("发布需求：夜间停车位"),
        "why": _("南园社区已写好草稿。"),
        "url": "#tasks",
        "due": today,
        "act": _("去发布"),
    }
    waiting = {
        "title": _("等 梧桐中学 签协议"),
        "why": _("到期自动提醒。"),
        "url": "#tasks",
        "due": today + dt.timedelta(days=6),
        "act": _("看进度"),
        "waits": True,
    }
    return [
        {"title": _("已逾期"), "tone": "bad", "icon": "warning", "tasks": [late]},
        {"title": _("今天到期"), "tone": "warn", "icon": "clock", "tasks": [soon]},
        {"title": _("在等对方"), "note": _("现在不用管"), "tasks": [waiting]},
    ]


def _stages() -> list[dict[str, object]]:
    published = timezone.now() - dt.timedelta(days=11)
    return [
        {"label": _("已发布"), "at": published, "state": "done"},
        {"label": _("等社区确认"), "note": _("5 个工作日内答复"), "state": "now"},
        {"label": _("签约"), "state": "todo"},
        {"label": _("实施"), "state": "todo"},
    ]


def _history() -> list[dict[str, object]]:
    return [
        {
            "who": _("陈嘉"),
            "what": _("改了认领期限"),
            "at": timezone.now() - dt.timedelta(hours=3),
            "reason": _("等消防验收"),
            "lines": [{"label": _("期限"), "before": _("11月20日"), "after": _("12月10日")}],
        },
        {"what": _("发出了 14 条提醒"), "at": timezone.now() - dt.timedelta(days=1)},
    ]
