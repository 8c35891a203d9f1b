"""Which addresses under /api/ are this room's."""

from members.api import viewsets

ROUTES = [
    ("organisations", viewsets.OrganisationViewSet),
    ("structures", viewsets.StructureViewSet),
    ("kinds", viewsets.KindViewSet),
    ("assignments", viewsets.AssignmentViewSet),
    ("notifications", viewsets.NotificationViewSet),
]
