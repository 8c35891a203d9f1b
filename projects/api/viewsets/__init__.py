"""The API of this room: reads within sight, acts as named posts."""

from projects.api.viewsets.agreements import (
    AgreementViewSet,
)
from projects.api.viewsets.attachments import (
    AttachmentViewSet,
)
from projects.api.viewsets.claims import (
    ClaimViewSet,
)
from projects.api.viewsets.deliveries import (
    DeliveryViewSet,
    DisputeViewSet,
)
from projects.api.viewsets.listings import (
    CategoryViewSet,
    ListingViewSet,
)
from projects.api.viewsets.projects import (
    ProjectViewSet,
)
from projects.api.viewsets.shares import (
    ShareViewSet,
)

__all__ = [
    "AgreementViewSet",
    "AttachmentViewSet",
    "CategoryViewSet",
    "ClaimViewSet",
    "DeliveryViewSet",
    "DisputeViewSet",
    "ListingViewSet",
    "ProjectViewSet",
    "ShareViewSet",
]
