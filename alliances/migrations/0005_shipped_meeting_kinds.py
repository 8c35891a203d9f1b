"""The kinds of meeting that ship; a district adds its own."""

from django.db import migrations

# (code, name, English, regular, call for items, members may call, decides)
KINDS = [
    ("joint", "党建联席会议", "Joint party-building meeting", True, True, False, True),
    ("committee", "党组（党委）会议", "Party group (committee) meeting", False, True, False, True),
    ("work_report", "述职评议会", "Report and review meeting", False, True, False, False),
    ("hearing", "听证会", "Hearing", False, True, False, False),
    ("consultation", "议事协商会", "Consultation", False, True, True, True),
    ("ad_hoc", "临时会议", "Ad hoc meeting", False, False, True, True),
]


def ship(apps, schema_editor):
    kind = apps.get_model("alliances", "MeetingKind")
    for code, name, name_en, is_regular, has_call, members_may_call, decides in KINDS:
        kind.objects.get_or_create(
            district=None,
            code=code,
            defaults={
                "name": name,
                "name_en": name_en,
                "is_regular": is_regular,
                "has_call": has_call,
                "members_may_call": members_may_call,
                "decides": decides,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("alliances", "0004_meetings")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
