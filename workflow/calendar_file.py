"""How one event becomes an iCalendar file (RFC 5545) that a phone or a desktop calendar takes in."""

import re
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress

CONTENT_TYPE = "text/calendar; charset=utf-8"
#: Control characters save the line break; halves of surrogate pairs, which no UTF-8 file can hold.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def event(
    *,
    uid: str,
    sequence: int,
    changed_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    location: str = "",
    description: str = "",
    url: str = "",
    organizer_name: str = "",
    cancelled: bool = False,
) -> bytes:
    """The file for one event; equal arguments give equal bytes.

    A later file with the same `uid` and a higher `sequence` replaces the event in a calendar, with
    `cancelled` it takes it out. `changed_at` is the moment of the last change. Times are written in
    UTC, which every calendar shows in its own zone; China keeps no summer time that a zone's rules
    would be needed for. The calendar rings a day before. Raises `ValueError` for a moment without a
    zone or an end before the start.
    """
    if any(moment.tzinfo is None for moment in (changed_at, starts_at, ends_at)):
        raise ValueError("A moment without a zone stands for no moment.")
    if ends_at < starts_at:
        raise ValueError("The event ends before it starts.")
    calendar = Calendar()
    calendar.add("prodid", "-//street-alliance//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    entry = Event()
    entry.add("uid", _one_line(uid))
    entry.add("sequence", sequence)
    for name, moment in (
        ("dtstamp", changed_at),
        ("last-modified", changed_at),
        ("dtstart", starts_at),
        ("dtend", ends_at),
    ):
        entry.add(name, moment.astimezone(UTC).replace(microsecond=0))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("summary", _one_line(summary))
    for name, text in (("location", _one_line(location)), ("description", _clean(description))):
        if text:
            entry.add(name, text)
    if url:
        entry.add("url", _one_line(url))
    if organizer_name:
        # A published event must name its organizer by address; there is none that takes answers.
        organizer = vCalAddress("invalid:nomail")
        organizer.params["cn"] = _one_line(organizer_name).replace('"', "'")
        entry.add("organizer", organizer)
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", timedelta(days=-1))
        alarm.add("description", _one_line(summary))
        entry.add_component(alarm)
    calendar.add_component(entry)
    return calendar.to_ical()


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", "\n".join(text.splitlines()).replace("\t", " "))


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split("\n")).strip()
