from members.models.assignment import Assignment
from members.models.change import Change
from members.models.notification import Notification
from members.models.organisation import Organisation
from members.models.replay import Replay
from members.models.special_day import SpecialDay
from members.models.structure import Kind, StructureRule, StructureTemplate
from members.models.user import User

__all__ = [
    "Assignment",
    "Change",
    "Kind",
    "Notification",
    "Organisation",
    "Replay",
    "SpecialDay",
    "StructureRule",
    "StructureTemplate",
    "User",
]
