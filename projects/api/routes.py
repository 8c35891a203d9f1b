"""Which of this room's viewsets answer under which name."""

from projects.api.balance import BalanceViewSet
from projects.api.ledger import LedgerViewSet
from projects.api.search import SearchViewSet
from projects.api.viewsets import (
    AgreementViewSet,
    CategoryViewSet,
    ClaimViewSet,
    DeliveryViewSet,
    ListingViewSet,
)

ROUTES = [
    ("listings", ListingViewSet),
    ("categories", CategoryViewSet),
    ("claims", ClaimViewSet),
    ("agreements", AgreementViewSet),
    ("deliveries", DeliveryViewSet),
    ("ledger", LedgerViewSet),
    ("balance", BalanceViewSet),
    ("search", SearchViewSet),
]
