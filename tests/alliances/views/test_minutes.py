"""The pages of minutes: the draft, each version with its answers, the Word file, and who gets to see none of it."""

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.actions import circulate_minutes
from alliances.documents import word_file
from alliances.models import Confirmation, Meeting, Minutes
from alliances.states import MeetingState
from members.models import Organisation
from members.states import Role
from tests.factories.alliances import make_membership
from tests.factories.meetings import make_attendances, make_item, make_meeting, make_table
from tests.factories.members import make_organisation, make_person
from tests.factories.minutes import (
    make_confirmation,
    make_confirming_meeting,
    make_full_meeting,
    make_held_meeting,
    make_minutes,
)
from workflow.official import CONTENT_TYPE

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table(units=2)


@pytest.fixture
def out(table):
    return make_confirming_meeting(table)


@pytest.fixture
def as_(client):
    """The client, signed in as somebody."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def page(client, name, pk, status=200):
    response = client.get(reverse(name, args=[pk]))
    assert response.status_code == status
    return response.content.decode()


def post(client, name, pk, status=302, **data):
    response = client.post(reverse(name, args=[pk]), data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def addresses(minutes):
    meeting = minutes.meeting
    return [
        reverse("minutes-detail", args=[minutes.pk]),
        reverse("minutes-word", args=[minutes.pk]),
        reverse("minutes-confirm", args=[minutes.pk]),
        *(
            reverse(name, args=[meeting.pk])
            for name in (
                "minutes-draft",
                "minutes-draft-word",
                "minutes-circulate",
                "minutes-revise",
                "meeting-close",
            )
        ),
    ]


def test_pages_of_another_alliance_are_missing(table, out, client):
    for address in addresses(out):
        assert client.get(address).status_code in {302, 405}
    client.force_login(table.stranger)
    for address in addresses(out):
        for method in ("get", "post"):
            assert getattr(client, method)(address).status_code in {404, 405}
        assert str(table.street).encode() not in client.get(address).content


# --- The draft ------------------------------------------------------------------------------------
def test_minutes_draft_shows_what_will_be_printed_and_what_is_missing(table, as_):
    meeting = make_full_meeting(table)
    meeting.items.filter(title="外墙脱落").update(discussion="")
    text = page(as_(table.staff), "minutes-draft", meeting.pk)
    for words in (
        "草稿，尚未印发",
        "三、停车场夜间开放",
        "费用没有着落",
        "〔2026〕2号",
        "还缺什么",
        "没有讨论要点",
    ):
        assert words in text
    assert text.count('class="btn primary"') == 1
    assert reverse("minutes-circulate", args=[meeting.pk]) in text


def test_minutes_draft_without_chair_cannot_go_out(table, as_):
    meeting = make_held_meeting(table, chair="")
    text = page(as_(table.staff), "minutes-draft", meeting.pk)
    assert "必须补：" in text
    assert "没有主持人" in text
    assert reverse("minutes-circulate", args=[meeting.pk]) not in text
    assert "补齐后，才能印发" in text


def test_minutes_draft_readers_and_units_are_refused(table, as_):
    meeting = make_held_meeting(table)
    for user in (table.liaisons[table.members[0].pk], make_person(Role.AUDITOR, table.street)):
        for name in ("minutes-draft", "minutes-draft-word"):
            page(as_(user), name, meeting.pk, status=403)


def test_minutes_draft_leads_to_the_version_that_is_out(table, out, as_):
    response = as_(table.staff).get(reverse("minutes-draft", args=[out.meeting_id]))
    assert response["Location"] == out.get_absolute_url()


def test_minutes_draft_before_the_session_says_so(table, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.PLANNED)
    assert "没有纪要草稿" in page(as_(table.staff), "minutes-draft", meeting.pk, status=400)


def test_minutes_draft_word_is_marked(table, as_):
    meeting = make_held_meeting(table)
    answer = as_(table.staff).get(reverse("minutes-draft-word", args=[meeting.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert "（草稿）" in package.read("word/document.xml").decode()
    assert "%E8%8D%89%E7%A8%BF" in answer["Content-Disposition"]


def test_minutes_draft_queries_stay_constant(table, as_, django_assert_num_queries):
    client, meeting = as_(table.staff), make_full_meeting(table)
    address = reverse("minutes-draft", args=[meeting.pk])
    client.get(address)
    with django_assert_num_queries(_cost(client, address)):
        client.get(address)
    before = _cost(client, address)
    for number in range(50):
        unit = make_organisation(parent=table.street, name=f"单位{number}")
        make_membership(alliance=table.alliance, organisation=unit)
        make_item(table.alliance, meeting=meeting, state="concluded")
    meeting.attendances.all().delete()
    make_attendances(meeting)
    assert _cost(client, address) == before


def _cost(client, address) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- Circulate, revise, close -----------------------------------------------------------------------
def test_minutes_circulate_leads_to_the_version(table, as_):
    meeting = make_held_meeting(table)
    post(as_(table.staff), "minutes-circulate", meeting.pk)
    minutes = Minutes.objects.get()
    text = page(as_(table.staff), "minutes-detail", minutes.pk)
    assert minutes.sha256 in text
    assert "请 6 个单位确认，0 个无异议，6 个没有答复" in text


def test_minutes_circulate_by_a_unit(table, as_):
    meeting = make_held_meeting(table)
    post(as_(table.liaisons[table.members[0].pk]), "minutes-circulate", meeting.pk, status=403)


def test_minutes_revise_with_and_without_a_reason(table, out, as_):
    client = as_(table.staff)
    assert "退回修改" in page(client, "minutes-revise", out.meeting_id)
    assert "请填写“退回修改的原因”" in post(client, "minutes-revise", out.meeting_id, status=400, reason="")
    post(client, "minutes-revise", out.meeting_id, reason="按异议更正")
    assert Meeting.objects.get(pk=out.meeting_id).state == MeetingState.HELD
    assert "已退回修改" in page(client, "minutes-detail", out.pk)


def test_meeting_close_when_the_day_is_over(table, as_):
    meeting = make_held_meeting(table, state=MeetingState.CONFIRMING, year=2026, serial=1)
    minutes = make_minutes(meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
    client = as_(table.staff)
    assert reverse("meeting-close", args=[meeting.pk]) in page(client, "minutes-detail", minutes.pk)
    post(client, "meeting-close", meeting.pk)
    assert "已定稿归档" in page(client, "minutes-detail", minutes.pk)


def test_meeting_close_shut_while_a_unit_objects(table, out, as_):
    make_confirmation(out, table.members[0], "第一项写错了")
    text = page(as_(table.staff), "minutes-detail", out.pk)
    assert reverse("meeting-close", args=[out.meeting_id]) not in text
    assert "还有异议没有处理" in text


# --- One version ----------------------------------------------------------------------------------
def test_minutes_detail_asks_the_unit(table, out, as_):
    unit = table.members[0]
    text = page(as_(table.liaisons[unit.pk]), "minutes-detail", out.pk)
    assert f"请 {unit} 确认" in text
    for words in ("无异议", "有异议", "视为无异议"):
        assert words in text
    assert text.count('class="btn primary"') == 1
    assert reverse("minutes-revise", args=[out.meeting_id]) not in text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EXPERT])
def test_minutes_detail_readers_only_read(table, out, as_, role):
    text = page(as_(make_person(role, table.street)), "minutes-detail", out.pk)
    assert "下载 Word" in text
    assert reverse("minutes-confirm", args=[out.pk]) not in text
    assert reverse("meeting-close", args=[out.meeting_id]) not in text


def test_minutes_confirm_then_no_form(table, out, as_):
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    post(client, "minutes-confirm", out.pk, organisation=unit.pk, verdict="confirmed")
    assert Confirmation.objects.get().organisation == unit
    assert reverse("minutes-confirm", args=[out.pk]) not in page(client, "minutes-detail", out.pk)


def test_minutes_confirm_twice_names_the_answer(table, out, as_):
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    post(client, "minutes-confirm", out.pk, organisation=unit.pk, verdict="confirmed")
    data = {"organisation": unit.pk, "verdict": "objected", "note": "第一项写错了"}
    text = post(client, "minutes-confirm", out.pk, status=400, **data)
    assert "已经答复过" in text
    assert "没有办成" in text
    assert "改好再提交一次" not in text
    assert "提交答复" not in text
    assert Confirmation.objects.get().verdict == "confirmed"


def test_minutes_confirm_objection_needs_words(table, out, as_):
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    data = {"organisation": unit.pk, "verdict": "objected"}
    assert "请写明对哪一处有异议" in post(client, "minutes-confirm", out.pk, status=400, **data)
    post(client, "minutes-confirm", out.pk, **data, note="第一项写错了")
    text = page(as_(table.staff), "minutes-detail", out.pk)
    assert "第一项写错了" in text


def test_minutes_confirm_for_another_unit(table, out, as_):
    mine, other = table.members[:2]
    data = {"organisation": other.pk, "verdict": "confirmed"}
    post(as_(table.liaisons[mine.pk]), "minutes-confirm", out.pk, status=400, **data)
    assert not Confirmation.objects.exists()


def test_minutes_detail_old_version_leads_to_the_new(table, out, as_):
    newer = make_minutes(out.meeting)
    unit = table.members[0]
    text = page(as_(table.liaisons[unit.pk]), "minutes-detail", out.pk)
    assert "已被第 2 稿取代" in text
    assert newer.get_absolute_url() in text
    assert reverse("minutes-confirm", args=[out.pk]) not in text


def test_minutes_detail_stays_as_circulated(table, as_):
    meeting = make_full_meeting(table)
    minutes = circulate_minutes(meeting=meeting, by=table.staff)
    old = str(table.members[0])
    Organisation.objects.filter(pk=table.members[0].pk).update(name="改名单位")
    text = page(as_(table.staff), "minutes-detail", minutes.pk)
    assert old in text
    assert "会议记录或单位名称有改动" in text
    assert "会议记录或单位名称有改动" not in page(
        as_(table.liaisons[table.members[1].pk]), "minutes-detail", minutes.pk
    )


def test_minutes_detail_queries_stay_constant(table, out, as_):
    client, address = as_(table.staff), out.get_absolute_url()
    make_confirmation(out, table.members[0])
    make_confirmation(out, table.members[1], "写错了")
    client.get(address)
    before = _cost(client, address)
    for number in range(50):
        unit = make_organisation(parent=table.street, name=f"单位{number}")
        make_membership(alliance=table.alliance, organisation=unit)
        out.meeting.attendances.create(organisation=unit, presence="present")
        if number % 2:
            make_confirmation(out, unit)
    assert _cost(client, address) == before


# --- The file -------------------------------------------------------------------------------------
def test_minutes_word_is_a_download_with_a_chinese_name(table, out, as_):
    answer = as_(table.liaisons[table.members[0].pk]).get(reverse("minutes-word", args=[out.pk]))
    assert answer["Content-Type"] == CONTENT_TYPE
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E3%80%942026")
    assert answer["Content-Disposition"].endswith(".docx")
    assert answer.content == word_file(out.content)
    assert "（草稿）" not in zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
