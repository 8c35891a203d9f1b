"""Who may say that a match does not suit."""

from projects.models import Listing
from projects.permissions.parties import check_acts_for


def check_can_dismiss_match(by, listing: Listing) -> None:
    """The owner, to whom the other listing was proposed."""
    check_acts_for(by, listing.organisation)
