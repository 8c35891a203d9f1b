"""The two schemes that ship: Scheme A of published practice, and the default built from records alone."""

from django.db import migrations

# (title, title_en, measure, points, params)
SCHEMES = [
    {
        "name": "成员单位考核办法（甲案）",
        "name_en": "Assessment of member units (Scheme A)",
        "note": "按一份公开的社区大党委考核办法改写。原办法的加分项（建议被采纳每条 2 分、全勤 3 分）要靠会议记录，"
        "有记录以后在新版本中加入。90 分以下的两档，原办法没有公布界线；"
        "原办法的总分由平时和年度各占一半合成，这里按期计分。",
        "grades": [
            {"from": 95, "name": "优秀", "name_en": "Excellent"},
            {"from": 90, "name": "较好", "name_en": "Good"},
            {"from": 0, "name": "一般及以下", "name_en": "Fair or below"},
        ],
        "lines": [
            ("参加组织活动", "Attendance at joint meetings", "attendance", 40, {}),
            ("共驻共建活动", "Joint activities in every quarter", "active_quarters", 40, {"minus": 5}),
            (
                "学习交流",
                "Study and exchange",
                "deliveries_in_categories",
                10,
                {"categories": ["building", "education"], "target": 2},
            ),
            (
                "志愿服务",
                "Volunteer work",
                "deliveries_in_categories",
                10,
                {
                    "categories": [
                        "company",
                        "emergency",
                        "environment",
                        "hardship",
                        "schooling",
                        "skills",
                    ],
                    "target": 2,
                },
            ),
        ],
    },
    {
        "name": "成员单位考核办法（记录计分）",
        "name_en": "Assessment of member units (from records alone)",
        "note": "每一行都从系统里的记录算出，不需要任何单位自己申报。没有记录的行不计入合计。",
        "grades": [
            {"from": 90, "name": "优秀", "name_en": "Excellent"},
            {"from": 80, "name": "良好", "name_en": "Good"},
            {"from": 60, "name": "一般", "name_en": "Fair"},
            {"from": 0, "name": "较差", "name_en": "Poor"},
        ],
        "lines": [
            ("联席会议参会", "Attendance at joint meetings", "attendance", 15, {}),
            ("议定事项按期办结", "Resolved items finished on time", "duties_on_time", 20, {}),
            ("认领并签约", "Needs claimed and brought to agreement", "agreed_claims", 15, {"target": 4}),
            (
                "项目办结并经对方确认",
                "Projects finished and confirmed by the requester",
                "delivered_share",
                20,
                {},
            ),
            ("需求方评议", "Requesters' rating", "requester_rating", 15, {}),
            ("资源开放并实际使用", "Resources opened and actually used", "resources_used", 10, {}),
            ("建议被采纳", "Proposals adopted", "adopted_proposals", 5, {"target": 2}),
        ],
    },
]


def ship(apps, schema_editor):
    Scheme = apps.get_model("assessments", "Scheme")
    Indicator = apps.get_model("assessments", "Indicator")
    for row in SCHEMES:
        scheme = Scheme.objects.create(
            name=row["name"],
            name_en=row["name_en"],
            note=row["note"],
            grades=row["grades"],
            version=1,
            state="draft",
        )
        Indicator.objects.bulk_create(
            Indicator(
                scheme=scheme,
                position=position,
                title=title,
                title_en=title_en,
                measure=measure,
                points=points,
                params=params,
            )
            for position, (title, title_en, measure, points, params) in enumerate(row["lines"], 1)
        )
        scheme.state = "published"
        scheme.save()


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_scheme_grades_and_frozen_runs")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
