"""Which of this room's viewsets answer under which name."""

from alliances.api.viewsets import AllianceViewSet, MembershipViewSet
from alliances.api.viewsets.duties import AppealViewSet, DutyViewSet, FlowBackViewSet
from alliances.api.viewsets.items import ItemViewSet
from alliances.api.viewsets.meetings import MeetingViewSet
from alliances.api.viewsets.merge import MergeViewSet
from alliances.api.viewsets.minutes import MinutesViewSet
from alliances.api.viewsets.procedure import DutyTermViewSet, MeetingKindViewSet, ProcedureViewSet
from alliances.api.viewsets.votes import DecisionViewSet, MotionViewSet, OpinionViewSet

ROUTES = [
    ("alliances", AllianceViewSet),
    ("memberships", MembershipViewSet),
    ("procedures", ProcedureViewSet),
    ("meeting-kinds", MeetingKindViewSet),
    ("duty-terms", DutyTermViewSet),
    ("organisation-merges", MergeViewSet),
    ("meetings", MeetingViewSet),
    ("items", ItemViewSet),
    ("minutes", MinutesViewSet),
    ("duties", DutyViewSet),
    ("appeals", AppealViewSet),
    ("flow-backs", FlowBackViewSet),
    ("motions", MotionViewSet),
    ("opinions", OpinionViewSet),
    ("decisions", DecisionViewSet),
]
