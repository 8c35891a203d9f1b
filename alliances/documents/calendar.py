"""A meeting as a calendar file, for the phone of whoever goes there."""

from django.utils import translation
from django.utils.translation import gettext as _

from alliances.models import Meeting
from alliances.states import MeetingState
from workflow import calendar_file as ics

CONTENT_TYPE = ics.CONTENT_TYPE


def calendar_file(meeting: Meeting, url: str) -> bytes:
    """The file of `meeting`, with `url` to its page; the same meeting gives the same bytes.

    A later file of a meeting that was moved takes the place of the earlier one, that of a cancelled one takes it out.
    """
    with translation.override("zh-hans"):
        description = _("召集单位：%(convener)s；联盟：%(alliance)s") % {
            "convener": meeting.convener,
            "alliance": meeting.alliance,
        }
    return ics.event(
        uid=f"meeting-{meeting.pk}@street-alliance",
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=meeting.title,
        location=meeting.place,
        description=description,
        url=url,
        organizer_name=str(meeting.convener),
        cancelled=meeting.state == MeetingState.CANCELLED,
    )
