"""Names of lists that an alliance had chosen before there were rules of procedure are its own rules now.

Without a version that holds them, the next one of the district would give the usual names back.
"""

from django.db import migrations

USUAL = {"needs_name": "需求清单", "resources_name": "资源清单", "projects_name": "项目清单"}


def keep(apps, schema_editor):
    alliance, procedure = (apps.get_model("alliances", name) for name in ("Alliance", "Procedure"))
    if procedure.objects.exists():
        return  # names follow the rules already
    for row in alliance.objects.exclude(**USUAL).order_by("pk"):
        own = {name: getattr(row, name) for name, usual in USUAL.items() if getattr(row, name) != usual}
        chooser = _chooser(apps, row)
        if chooser is None:
            continue
        procedure.objects.create(
            alliance=row, version=1, values=own, reason="沿用联盟原有的清单名称", set_by=chooser
        )


def _chooser(apps, alliance):
    """Who changed the alliance last, or the first account of the platform."""
    change, user = apps.get_model("members", "Change"), apps.get_model("members", "User")
    last = (
        change.objects.filter(table_name="alliances_alliance", row_id=alliance.pk)
        .exclude(user_id=None)
        .order_by("-id")
        .first()
    )
    known = user.objects.filter(pk=last.user_id).first() if last else None
    return known or user.objects.order_by("pk").first()


class Migration(migrations.Migration):
    dependencies = [
        ("alliances", "0005_shipped_meeting_kinds"),
        ("members", "0005_published_template_refuses_by_name"),
    ]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
