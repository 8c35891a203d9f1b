"""Which of this room's viewsets answer under which name."""

from projects.api.balance import BalanceViewSet
from projects.api.ledger import LedgerViewSet
from projects.api.search import SearchViewSet
from projects.api.viewsets import (
    AgreementViewSet,
    AttachmentViewSet,
    CategoryViewSet,
    ClaimViewSet,
    DeliveryViewSet,
    DisputeViewSet,
    ListingViewSet,
    ProjectViewSet,
    ShareViewSet,
)

ROUTES = [
    ("listings", ListingViewSet),
    ("categories", CategoryViewSet),
    ("attachments", AttachmentViewSet),
    ("projects", ProjectViewSet),
    ("claims", ClaimViewSet),
    ("shares", ShareViewSet),
    ("agreements", AgreementViewSet),
    ("deliveries", DeliveryViewSet),
    ("disputes", DisputeViewSet),
    ("ledger", LedgerViewSet),
    ("balance", BalanceViewSet),
    ("search", SearchViewSet),
]
