"""Who is on duty becomes a dated term of its own; the memberships keep their place as ordinary members."""

from django.db import migrations


def to_member(apps, schema_editor):
    apps.get_model("alliances", "Membership").objects.filter(role="duty").update(role="member")


class Migration(migrations.Migration):
    dependencies = [("alliances", "0002_initial")]
    operations = [migrations.RunPython(to_member, migrations.RunPython.noop)]
