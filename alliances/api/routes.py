"""Which of this room's viewsets answer under which name."""

from alliances.api.viewsets import AllianceViewSet, MembershipViewSet

ROUTES = [("alliances", AllianceViewSet), ("memberships", MembershipViewSet)]
