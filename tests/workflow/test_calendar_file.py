"""A meeting goes into any calendar: folded, escaped, the same bytes each time, taken out again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from workflow import calendar_file

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _file(**changes):
    values = {
        "uid": "meeting-3@alliance.example",
        "sequence": 2,
        "changed_at": datetime(2026, 7, 1, 9, 0, 0, 123456, tzinfo=SHANGHAI),
        "starts_at": datetime(2026, 7, 15, 14, 30, tzinfo=SHANGHAI),
        "ends_at": datetime(2026, 7, 15, 16, 0, tzinfo=SHANGHAI),
        "summary": "朝阳里街道区域化党建联盟2026年第三次联席会议",
        "location": "街道办事处三楼, 会议室",
        "description": "一、上半年项目；\n二、停车位; 错时共享",
        "url": "https://alliance.example/meetings/3/?a=1&b=2",
        "organizer_name": "联盟秘书处",
    }
    return calendar_file.event(**(values | changes))


def _entry(data):
    (entry,) = Calendar.from_ical(data).walk("VEVENT")
    return entry


def test_event_round_trip():
    data = _file()
    entry = _entry(data)
    assert entry["summary"] == "朝阳里街道区域化党建联盟2026年第三次联席会议"
    assert entry["location"] == "街道办事处三楼, 会议室"
    assert entry["description"] == "一、上半年项目；\n二、停车位; 错时共享"
    assert entry["url"] == "https://alliance.example/meetings/3/?a=1&b=2"
    assert entry["sequence"] == 2
    assert entry["organizer"].params["cn"] == "联盟秘书处"
    assert entry.decoded("dtstart") == datetime(2026, 7, 15, 6, 30, tzinfo=UTC)
    assert b"DTSTART:20260715T063000Z\r\n" in data
    assert b"DTSTAMP:20260701T010000Z\r\n" in data
    assert b"METHOD:PUBLISH\r\n" in data


def test_event_same_arguments_same_bytes():
    assert _file() == _file()
    assert _file() != _file(sequence=3)


def test_event_rings_a_day_before():
    (alarm,) = _entry(_file()).walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)
    assert alarm["action"] == "DISPLAY"


def test_event_cancelled_takes_it_out():
    data = _file(cancelled=True)
    assert b"METHOD:CANCEL\r\n" in data
    assert _entry(data)["status"] == "CANCELLED"
    assert not _entry(data).walk("VALARM")


def test_event_leaves_out_what_is_empty():
    entry = _entry(_file(location="", description="", url="", organizer_name=""))
    assert not {"location", "description", "url", "organizer"} & {name.lower() for name in entry}


def test_event_text_cannot_break_out_of_its_line():
    evil = 'x\r\nEND:VEVENT\r\nATTENDEE:mailto:a@b"\x00\x1b\ud800'
    data = _file(summary=evil, location=evil, description=evil, uid=evil, url=evil, organizer_name=evil)
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    assert lines.count(b"END:VEVENT") == 1
    assert not any(line.startswith(b"ATTENDEE") for line in lines)
    assert not any(byte < 32 and byte not in b"\r\n" for byte in data)


@given(st.text(max_size=300))
def test_event_folds_at_75_octets_between_characters(text):
    data = _file(summary=text, description=text, organizer_name=text)
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # a character cut in two would not decode
    assert _entry(data)["summary"] == " ".join(calendar_file._clean(text).split("\n")).strip()


@pytest.mark.parametrize("name", ["changed_at", "starts_at", "ends_at"])
def test_event_refuses_a_moment_without_a_zone(name):
    with pytest.raises(ValueError, match="without a zone"):
        _file(**{name: datetime(2026, 7, 15, 16, 0)})


def test_event_refuses_an_end_before_the_start():
    with pytest.raises(ValueError, match="ends before"):
        _file(ends_at=datetime(2026, 7, 15, 14, 0, tzinfo=SHANGHAI))
