"""The parties of an agreement are 甲方 and 乙方: over claims in both directions, each of them provides."""

import pgtrigger.migrations
from django.db import migrations

NAMES = {
    "provider": "party_a",
    "requester": "party_b",
    "provider_signed_at": "party_a_signed_at",
    "provider_signed_by": "party_a_signed_by",
    "requester_signed_at": "party_b_signed_at",
    "requester_signed_by": "party_b_signed_by",
}
# They speak of the old names: a step back would look for columns that are not there yet. The next migration
# has them again.
WALLS = (
    "agreement_between_two",
    "agreement_provider_signature_paired",
    "agreement_requester_signature_paired",
    "agreement_signed_by_both",
    "agreement_two_signers",
)


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_listing_of_duty")]

    operations = [
        pgtrigger.migrations.RemoveTrigger("agreement", "text_frozen"),
        *[migrations.RemoveConstraint("agreement", name) for name in WALLS],
        *[migrations.RenameField("agreement", old, new) for old, new in NAMES.items()],
    ]
