"""The shipped categories stand in groups: the types that published lists use, two levels deep."""

from django.db import migrations

#: Code, name, English name of a group, and the codes that stand in it.
GROUPS = [
    ("aid", "帮扶与陪伴", "Help and company", ["goods", "company", "schooling", "hardship"]),
    (
        "surroundings",
        "设施与环境",
        "Facilities and surroundings",
        ["facilities", "parking", "environment", "emergency"],
    ),
    ("services", "便民服务", "Services for residents", ["health", "law", "education", "skills"]),
    ("culture-venues", "文体与场地", "Culture and venues", ["culture", "venue"]),
    ("partners", "共建与企业", "Partners and firms", ["building", "business", "riders"]),
    ("other", "其他", "Other", ["general"]),
]


def ship(apps, schema_editor):
    """Shipped rows go into their group; whatever a district added at the top goes under the last one."""
    Category = apps.get_model("projects", "Category")
    placed = []
    for code, name, name_en, members in GROUPS:
        row, _made = Category.objects.get_or_create(code=code, defaults={"name": name, "name_en": name_en})
        Category.objects.filter(code__in=members, parent=None).update(parent=row)
        placed.append(row)
    known = [row.pk for row in placed]
    Category.objects.filter(parent=None).exclude(pk__in=known).update(parent=placed[-1])


def level(apps, schema_editor):
    """Back to one level."""
    Category = apps.get_model("projects", "Category")
    Category.objects.update(parent=None)
    Category.objects.filter(code__in=[code for code, *_rest in GROUPS]).delete()


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_search_indexes")]
    operations = [migrations.RunPython(ship, level)]
