"""A meeting as a file that a phone or desktop calendar takes in; its words are Chinese like every document's."""

from django.utils import translation

from alliances.models import Meeting
from alliances.states import MeetingState
from workflow import calendar_file as calendars


def calendar_file(meeting: Meeting, *, url: str) -> bytes:
    """The file for `meeting`, whose page is at `url`; equal rows give equal bytes.

    The same uid with a higher sequence moves the entry in a calendar that has it; cancelled takes it out.
    """
    with translation.override("zh-hans"):
        lines = [f"{place}. {item.title}" for place, item in enumerate(meeting.items.on_agenda(), 1)]
        return calendars.event(
            uid=f"meeting-{meeting.pk}@{meeting.alliance_id}.alliance",
            sequence=meeting.sequence,
            changed_at=meeting.changed_at,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            summary=meeting.title,
            location=meeting.place,
            description="\n".join(lines),
            url=url,
            organizer_name=str(meeting.convener),
            cancelled=meeting.state == MeetingState.CANCELLED,
        )
