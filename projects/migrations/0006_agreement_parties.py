"""The parties of an agreement are 甲方 and 乙方: over claims in both directions, each of them provides."""

from django.db import migrations

NAMES = {
    "provider": "party_a",
    "requester": "party_b",
    "provider_signed_at": "party_a_signed_at",
    "provider_signed_by": "party_a_signed_by",
    "requester_signed_at": "party_b_signed_at",
    "requester_signed_by": "party_b_signed_by",
}


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_listing_of_duty")]

    operations = [migrations.RenameField("agreement", old, new) for old, new in NAMES.items()]
