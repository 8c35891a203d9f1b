from projects.models.agreement import Agreement, AgreementClaim
from projects.models.claim import Claim
from projects.models.delivery import Delivery
from projects.models.listing import Category, Listing, Slot

__all__ = ["Agreement", "AgreementClaim", "Category", "Claim", "Delivery", "Listing", "Slot"]
