import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest
from django.utils import translation

from alliances.documents import check_value, content_of, gaps, word_file
from alliances.models import AgendaItem, Attendance, Duty, Meeting
from alliances.states import DutyState, ItemOutcome, ItemState, MeetingState, Presence
from members.models import Organisation
from tests.factories.alliances import make_membership
from tests.factories.meetings import make_attendances, make_duty, make_item, make_meeting, make_table
from tests.factories.members import committee, make_organisation
from tests.factories.minutes import add_tally, make_full_meeting, make_held_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table(units=2)


def document_xml(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read("word/document.xml")


def item_of(content: dict, title: str) -> dict:
    return next(item for item in content["items"] if item["title"] == title)


def test_content_of_is_plain_json_with_everything(table):
    content = content_of(make_full_meeting(table))
    assert json.loads(json.dumps(content)) == content
    units = [str(unit) for unit in table.members]
    assert content["header"] == f"{table.street}党建联席会议纪要"
    assert content["title"] == "第四季度党建联席会议纪要"
    assert (content["date"], content["time"]) == ("2026年11月18日", "2026年11月18日14:30")
    assert (content["chair"], content["recorder"]) == ("李建国", "王敏")
    assert (content["due"], content["came"]) == (7, 4)
    groups = [group["group"] for group in content["present"]]
    assert groups[:2] == [str(table.street), str(committee(table.street, "administrative_group"))]
    assert content["present"][1]["units"][0] == {"name": units[0], "attendee": "周岚"}
    assert content["represented"] == [{"name": units[5], "by": units[0]}]
    assert (content["excused"], content["absent"], content["unknown"]) == ([units[3]], [units[4]], [])
    assert len(content["guests"]) == 1
    assert content["last_results"]["meeting"] == "上次会议"
    assert [duty["status"] for duty in content["last_results"]["duties"]] == ["逾期未办结"]
    parking = item_of(content, "停车场夜间开放")
    assert (parking["outcome_words"], parking["decision"]) == ("表决通过", "〔2026〕2号")
    assert parking["supersedes"] == "〔2026〕1号"
    assert parking["opinions"] == [{"unit": units[1], "text": "费用没有着落。\n先试再定。"}]
    assert parking["away"] == [{"kind": "回避", "units": [units[2]]}]
    assert parking["vote"]["form"] == "记名表决"
    assert (parking["vote"]["favour"], parking["vote"]["against"], parking["vote"]["absent"]) == (2, 1, 2)
    assert parking["duties"] == [
        {
            "title": "开放八十个车位",
            "lead": units[0],
            "partners": [units[1]],
            "done_means": "居民可以停车",
            "due": "2026年12月31日",
        }
    ]
    assert item_of(content, "设立共建资金")["vote"]["form"] == "无记名票决"
    assert item_of(content, "外墙脱落")["referred_to"] == units[2]
    assert [item["number"] for item in content["items"]] == list(range(1, len(content["items"]) + 1))


def test_content_of_same_meeting_same_document(table):
    meeting = make_full_meeting(table)
    first, second = content_of(meeting), content_of(Meeting.objects.get(pk=meeting.pk))
    assert first == second
    assert list(first) == list(second)
    assert document_xml(word_file(first)) == document_xml(word_file(second))
    assert check_value(first) == hashlib.sha256(document_xml(word_file(second))).hexdigest()


def test_content_of_speaks_chinese_in_every_language(table):
    meeting = make_full_meeting(table)
    with translation.override("en"):
        english = content_of(meeting)
    assert english == content_of(meeting)


def test_word_file_same_in_another_process(table):
    """Another seed for hashes, another order of keys: the way jsonb gives content back."""
    content = content_of(make_full_meeting(table))
    script = (
        "import json, sys, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings.test';"
        "import django; django.setup();"
        "from alliances.documents import check_value;"
        "print(check_value(json.loads(sys.stdin.read())))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(content, sort_keys=True),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert answer.stdout.split()[-1] == check_value(content)


def test_content_of_counts_the_same_queries_for_any_size(table, django_assert_num_queries):
    meeting = make_full_meeting(table)
    with django_assert_num_queries(13) as few:
        content_of(meeting)
    for number in range(30):
        unit = make_organisation(parent=table.street, name=f"单位{number}")
        make_membership(
            alliance=table.alliance, organisation=unit, starts_on=meeting.held_on.replace(day=1)
        )
        Attendance.objects.create(meeting=meeting, organisation=unit, presence=Presence.PRESENT)
        make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED, title=f"更多{number}")
    decision = meeting.items.get(title="停车场夜间开放").decision
    for unit in table.members:
        make_duty(table.alliance, lead=unit, decision=decision)
    with django_assert_num_queries(len(few)):
        content = content_of(meeting)
    assert content["due"] == 37


def test_content_of_unit_that_left_before_the_day_has_no_seat(table):
    meeting = make_held_meeting(table)
    gone = table.alliance.memberships.get(organisation=table.members[0])
    gone.ends_on = meeting.held_on.replace(day=1) if meeting.held_on.day > 1 else gone.starts_on
    gone.save()
    content = content_of(meeting)
    assert content["due"] == 6
    # It came all the same, and sat in.
    assert content["guests"] == [{"name": str(table.members[0]), "attendee": ""}]


def test_content_of_last_results_tell_the_day_of_the_meeting(table):
    """What happened to a duty after the meeting is no result of that meeting."""
    meeting = make_full_meeting(table)
    before = content_of(meeting)
    Duty.objects.filter(title="课堂开班").update(
        state=DutyState.DONE,
        closed_on=meeting.held_on.replace(day=20),
        reported_on=meeting.held_on.replace(day=19),
    )
    assert content_of(meeting) == before
    Duty.objects.filter(title="课堂开班").update(reported_on=meeting.held_on.replace(day=17))
    assert content_of(meeting)["last_results"]["duties"][0]["status"] == "待销号"
    Duty.objects.filter(title="课堂开班").update(closed_on=meeting.held_on)
    assert content_of(meeting)["last_results"]["duties"][0]["status"] == "已销号"


def test_content_of_renamed_unit_changes_the_draft(table):
    meeting = make_full_meeting(table)
    before = content_of(meeting)
    Organisation.objects.filter(pk=table.members[0].pk).update(name="改名单位")
    assert content_of(meeting) != before


def test_content_of_vote_without_quorum(table):
    meeting = make_held_meeting(table)
    item = make_item(
        table.alliance, meeting=meeting, state=ItemState.CONCLUDED, outcome=ItemOutcome.REJECTED
    )
    add_tally(item, favour=4, against=0, entitled=40)
    content = content_of(meeting)
    assert content["items"][-1]["vote"]["is_quorate"] is False


def test_gaps_name_what_is_missing(table):
    meeting = make_meeting(table.alliance, state=MeetingState.HELD)
    make_attendances(meeting, Presence.DUE)
    make_item(table.alliance, meeting=meeting, title="没有结果的")
    make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED, title="没有讨论的", resolution="")
    found = gaps(content_of(meeting))
    blocking = [gap.text for gap in found if gap.blocks]
    assert [gap.blocks for gap in found] == sorted((gap.blocks for gap in found), reverse=True)
    assert len(blocking) == 3
    for words in ("没有主持人", "没有记录人", "“没有结果的”还没有结果"):
        assert any(words in text for text in blocking)
    others = " ".join(gap.text for gap in found if not gap.blocks)
    for words in ("还没有登记到会情况", "“没有讨论的”没有讨论要点", "没有写结论", "没有会议概况"):
        assert words in others


def test_gaps_decision_without_duty(table):
    meeting = make_full_meeting(table)
    assert not [gap for gap in gaps(content_of(meeting)) if "议定事项" in gap.text]
    Duty.objects.filter(decision__item__meeting=meeting).update(decision=_old_decision(table))
    assert [gap.blocks for gap in gaps(content_of(meeting)) if "没有单位负责办" in gap.text] == [False]


def _old_decision(table):
    return AgendaItem.objects.get(alliance=table.alliance, title="四点半课堂").decision
