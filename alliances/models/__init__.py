from alliances.models.alliance import Alliance, Membership
from alliances.models.decision import Appeal, Decision, Duty, DutyPartner, DutyReport, FlowBack
from alliances.models.item import AgendaItem, Opinion, StepOut
from alliances.models.meeting import Attendance, Confirmation, Meeting, Minutes
from alliances.models.procedure import DutyTerm, MeetingKind, Procedure
from alliances.models.vote import Ballot, Motion, Tally

__all__ = [
    "AgendaItem",
    "Alliance",
    "Appeal",
    "Attendance",
    "Ballot",
    "Confirmation",
    "Decision",
    "Duty",
    "DutyPartner",
    "DutyReport",
    "DutyTerm",
    "FlowBack",
    "Meeting",
    "MeetingKind",
    "Membership",
    "Minutes",
    "Motion",
    "Opinion",
    "Procedure",
    "StepOut",
    "Tally",
]
