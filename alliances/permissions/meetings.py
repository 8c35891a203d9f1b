"""Who may do what with a meeting, and in which state of it."""

from django.utils.translation import gettext as _

from alliances.models import Meeting
from workflow.exceptions import NotPermitted


def runs(by, meeting: Meeting) -> bool:
    """Whether `by` runs the meeting: looks after the host of the alliance, or acts for the convener."""
    return by is not None and (by.manages(meeting.alliance.host) or by.acts_for(meeting.convener))


def check_runs(by, meeting: Meeting) -> None:
    """Raise `NotPermitted` unless `by` runs the meeting."""
    if not runs(by, meeting):
        raise NotPermitted(
            _("只有 %(host)s 的工作人员和召集单位 %(convener)s 可以这样做。请联系他们。")
            % {"host": meeting.alliance.host, "convener": meeting.convener}
        )
