"""Which of this room's viewsets answer under which name."""

from alliances.api.viewsets import AllianceViewSet, MembershipViewSet
from alliances.api.viewsets.merge import MergeViewSet

ROUTES = [
    ("alliances", AllianceViewSet),
    ("memberships", MembershipViewSet),
    ("organisation-merges", MergeViewSet),
]
