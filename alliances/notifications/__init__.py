"""Which event of this room tells whom."""

from alliances.notifications.alliances import (
    ALLIANCE_ENDED,
    MEMBER_ADMITTED,
    MEMBERSHIP_ENDED,
    alliance_ended,
    member_admitted,
    membership_ended,
)
from alliances.notifications.meetings import (
    item_accepted,
    item_proposed,
    item_returned,
    item_withdrawn,
    meeting_called,
    meeting_cancelled,
    meeting_moved,
    meeting_noticed,
    people_of,
    unit_excused,
)
from alliances.notifications.minutes import (
    MEETING_CLOSED,
    MINUTES_CIRCULATED,
    MINUTES_OBJECTED,
    MINUTES_REVISED,
    meeting_closed,
    minutes_circulated,
    minutes_objected,
    minutes_revised,
)
from alliances.notifications.procedure import (
    committee_contact_set,
    district_procedure_set,
    duty_term_cancelled,
    duty_term_ended,
    duty_term_set,
    procedure_set,
)
from alliances.notifications.reminders import (
    DEADLINES,
    meetings_uncalled,
)
from alliances.notifications.votes import (
    DECISION_MADE,
    MOTION_OPENED,
    decision_made,
    motion_opened,
)

__all__ = [
    "ALLIANCE_ENDED",
    "DEADLINES",
    "DECISION_MADE",
    "MEETING_CLOSED",
    "MEMBERSHIP_ENDED",
    "MEMBER_ADMITTED",
    "MINUTES_CIRCULATED",
    "MINUTES_OBJECTED",
    "MINUTES_REVISED",
    "MOTION_OPENED",
    "alliance_ended",
    "committee_contact_set",
    "decision_made",
    "district_procedure_set",
    "duty_term_cancelled",
    "duty_term_ended",
    "duty_term_set",
    "item_accepted",
    "item_proposed",
    "item_returned",
    "item_withdrawn",
    "meeting_called",
    "meeting_cancelled",
    "meeting_closed",
    "meeting_moved",
    "meeting_noticed",
    "meetings_uncalled",
    "member_admitted",
    "membership_ended",
    "minutes_circulated",
    "minutes_objected",
    "minutes_revised",
    "motion_opened",
    "people_of",
    "procedure_set",
    "unit_excused",
]
