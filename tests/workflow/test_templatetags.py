"""What a reader sees of a date, a deadline, a number, a state and a form."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.utils import translation

from workflow.templatetags import workflow as tags

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = dt.datetime(2026, 11, 21, 14, 5, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def moment(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context)).strip()


# --- Dates ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "day", "full"),
    [
        ("zh-hans", "2026年11月21日", "2026年11月21日（周六）14:05"),
        ("en", "21 November 2026", "21 November 2026 (Sat) 14:05"),
    ],
)
def test_cn_date_both_languages(language, day, full):
    with translation.override(language):
        assert tags.cn_date(SATURDAY) == day
        assert tags.cn_datetime(SATURDAY) == full


def test_cn_date_utc_moment_falls_on_the_readers_day():
    late_in_utc = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC)

    assert tags.cn_datetime(late_in_utc) == "2026年11月21日（周六）01:00"
    assert tags.cn_date(late_in_utc) == "2026年11月21日"


def test_cn_date_nothing():
    assert tags.cn_date(None) == tags.cn_datetime(None) == tags.cn_day(None) == ""


@time_machine.travel(SATURDAY, tick=False)
def test_cn_day_other_year_is_written_out():
    assert tags.cn_day(dt.date(2026, 12, 4)) == "12月4日（周五）"
    assert tags.cn_day(dt.date(2027, 1, 4)) == "2027年1月4日（周一）"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, None, "时间不限"),
        (moment(21, 9), moment(21, 11, 30), "2026年11月21日（周六）09:00–11:30"),
        (moment(21, 19), moment(22, 7, 30), "2026年11月21日（周六）19:00 至 2026年11月22日（周日）07:30"),
        (moment(21), moment(22), "2026年11月21日"),
        (moment(21), moment(24), "2026年11月21日 至 2026年11月23日"),
        (moment(21, 9), None, "2026年11月21日（周六）09:00 起"),
        (None, moment(24), "2026年11月24日 前"),
        (dt.date(2026, 11, 21), dt.date(2026, 11, 23), "2026年11月21日 至 2026年11月23日"),
    ],
)
def test_cn_period_cases(start, end, words):
    assert tags.cn_period(start, end) == words


# --- Deadlines: 20 November 2026 is a Friday --------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (dt.date(2026, 11, 20), "今天到期", "soon"),
        (dt.date(2026, 11, 21), "剩不到 1 个工作日", "soon"),
        (dt.date(2026, 11, 23), "剩 1 个工作日", "soon"),
        (dt.date(2026, 11, 25), "剩 3 个工作日", ""),
        (dt.date(2026, 11, 18), "已逾期 2 个工作日", "late"),
        (None, "", ""),
    ],
)
@time_machine.travel(moment(20, 10), tick=False)
def test_due_words_cases(due, words, tone):
    assert tags.due_words(due) == words
    assert tags.due_tone(due) == tone


@time_machine.travel(moment(22, 10), tick=False)
def test_due_words_overdue_over_a_weekend_counts_no_working_day():
    assert tags.due_words(dt.date(2026, 11, 21)) == "已逾期"


# --- Numbers and marks ------------------------------------------------------------------------------
def test_num_groups_thousands():
    assert tags.num(1234567) == "1,234,567"
    assert tags.num(1234.5, 2) == "1,234.50"
    assert tags.money(1234.5) == "1,234.50 元"
    assert tags.num(0) == "0"


def test_num_without_data_says_so():
    assert tags.num(None) == tags.money(None) == "尚无数据"


def test_icon_name_is_escaped():
    assert 'icons.svg#check"' in tags.icon("check")
    assert "<script>" not in tags.icon('"><script>')


def test_chip_shows_shape_word_and_tint():
    html = render("{% chip state %}", state={"tone": "ok", "icon": "check", "label": "已<办结>"})

    assert '<span class="chip ok">' in html
    assert "icons.svg#check" in html
    assert "已&lt;办结&gt;" in html


def test_qr_draws_without_style_or_text():
    html = tags.qr("https://example.org/s/<script>", '扫"码')

    assert html.startswith('<svg role="img" aria-label="扫&quot;码" ')
    assert "style=" not in html
    assert "script" not in html
    assert 'viewBox="0 0 ' in html


# --- Forms ----------------------------------------------------------------------------------------
class ClaimForm(forms.Form):
    quantity = forms.IntegerField(label="数量", max_value=45)
    answer = forms.ChoiceField(label="结果", choices=[("1", "好")], widget=forms.RadioSelect)
    note = forms.CharField(label="说明", required=False)


def test_form_token_is_fresh_each_time():
    first, second = tags.form_token(), tags.form_token()

    assert 'type="hidden" name="form_token"' in first
    assert first != second


def test_sentences_name_the_field():
    form = ClaimForm({"quantity": "60"})

    assert "数量" in tags.sentences(form["quantity"])[0]
    assert tags.sentences(form["answer"]) == ["请选择“结果”"]
    assert tags.sentences(ClaimForm({})["quantity"]) == ["请填写“数量”"]


class LimitsForm(forms.Form):
    title = forms.CharField(label="标题", max_length=3)
    places = forms.IntegerField(label="车位", min_value=1, max_value=9)
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")])


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("title", "夜间停车", "“标题”有 4 个字，最多 3 个。请写短一些。"),
        ("title", "车\0位", "“标题”里有不能保存的控制字符。请删去后重新填写。"),
        ("places", "0", "“车位”最少是 1。请改成 1 或更大的数。"),
        ("places", "10", "“车位”最多是 9。请改成 9 或更小的数。"),
        ("kind", "b", "“类别”里没有这一项。请从现在列出的选项中重新选择。"),
    ],
)
def test_sentences_name_the_remedy(name, value, sentence):
    assert tags.sentences(LimitsForm({name: value})[name]) == [sentence]


def test_form_summary_links_to_each_wrong_field_in_the_same_words():
    html = str(ClaimForm({"quantity": "x"}))

    assert html.index('class="errors"') < html.index('name="quantity"')
    assert 'href="#id_quantity"' in html
    assert 'href="#id_answer_0"' in html
    assert html.count("请选择“结果”") == 2
    assert 'aria-invalid="true"' in html


def test_form_optional_field_is_marked_in_words():
    html = str(ClaimForm())

    assert "说明（选填）" in html
    assert "数量（选填）" not in html
    assert "errors" not in html
