"""The kinds and the two structures that ship: "1+3" and "1+2"."""

from django.db import migrations

KINDS = [
    ("district", "区委组织部", "District organisation department", "district"),
    ("street", "街道党工委", "Street working committee", "street"),
    ("administrative_group", "行政党组", "Administrative party group", "committee"),
    ("residential_committee", "居民区综合党委", "Residential-area party committee", "committee"),
    ("enterprise_committee", "非公企业联合党委", "Joint committee of non-public enterprises", "committee"),
    ("community_committee", "社区党委", "Community party committee", "committee"),
    ("community", "社区", "Community", "community"),
    ("grid", "网格", "Grid", "grid"),
    ("unit", "成员单位", "Member unit", "unit"),
]

# (parent, child, at most)
SHARED = [
    ("district", "street", None),
    ("district", "unit", None),
    ("street", "administrative_group", 1),
    ("street", "unit", None),
    ("administrative_group", "unit", None),
    ("community", "grid", None),
    ("community", "unit", None),
    ("grid", "unit", None),
]
TEMPLATES = {
    "1+3": [
        *SHARED,
        ("street", "residential_committee", 1),
        ("street", "enterprise_committee", 1),
        ("residential_committee", "community", None),
        ("residential_committee", "unit", None),
        ("enterprise_committee", "unit", None),
    ],
    "1+2": [
        *SHARED,
        ("street", "community_committee", 1),
        ("community_committee", "community", None),
        ("community_committee", "unit", None),
    ],
}
NOTES = {
    "1+3": "街道党工委＋行政党组、居民区综合党委、非公企业联合党委",
    "1+2": "街道党工委＋行政党组、社区党委",
}


def ship(apps, schema_editor):
    Kind = apps.get_model("members", "Kind")
    Template = apps.get_model("members", "StructureTemplate")
    Rule = apps.get_model("members", "StructureRule")
    kinds = {
        code: Kind.objects.create(code=code, name=name, name_en=name_en, level=level)
        for code, name, name_en, level in KINDS
    }
    for name, rules in TEMPLATES.items():
        template = Template.objects.create(name=name, version=1, note=NOTES[name], state="draft")
        Rule.objects.bulk_create(
            Rule(template=template, parent_kind=kinds[parent], kind=kinds[kind], at_most=at_most)
            for parent, kind, at_most in rules
        )
        template.state = "published"
        template.save()


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
