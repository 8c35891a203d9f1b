"""Which of this room's viewsets answer under which name."""

from alliances.api.viewsets import AllianceViewSet, MembershipViewSet
from alliances.api.viewsets.duties import AppealViewSet, DutyViewSet, FlowBackViewSet
from alliances.api.viewsets.merge import MergeViewSet
from alliances.api.viewsets.minutes import MinutesViewSet

ROUTES = [
    ("alliances", AllianceViewSet),
    ("memberships", MembershipViewSet),
    ("organisation-merges", MergeViewSet),
    ("minutes", MinutesViewSet),
    ("duties", DutyViewSet),
    ("appeals", AppealViewSet),
    ("flow-backs", FlowBackViewSet),
]
