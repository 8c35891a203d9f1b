"""The types of needs and resources that published lists use."""

from django.db import migrations

CATEGORIES = [
    ("goods", "物品", "Goods"),
    ("company", "陪伴跑腿", "Company and errands"),
    ("schooling", "助学", "Help with schooling"),
    ("facilities", "设施", "Facilities"),
    ("parking", "停车", "Parking"),
    ("environment", "环境", "Environment"),
    ("health", "健康", "Health"),
    ("law", "法治", "Law"),
    ("education", "宣传教育", "Talks and education"),
    ("culture", "文体", "Culture and sport"),
    ("venue", "场地", "Venues"),
    ("skills", "便民技能", "Skills for daily life"),
    ("business", "企业服务", "Services for firms"),
    ("building", "党建共建", "Party building together"),
    ("riders", "新就业群体", "Workers in new forms of employment"),
    ("emergency", "应急", "Emergencies"),
    ("hardship", "帮困", "Help in hardship"),
    ("general", "综合", "General"),
]


def ship(apps, schema_editor):
    Category = apps.get_model("projects", "Category")
    for code, name, name_en in CATEGORIES:
        Category.objects.create(code=code, name=name, name_en=name_en)


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
