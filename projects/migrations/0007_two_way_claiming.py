"""Holds, queues, shares, projects, versions of agreements, disputes: what two-way claiming needs."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


#: Rows from before say as much of the new columns as is known of them: the cause where the reason begins with
#: one of the list, and why a listing left as its history has it.
EARLIER_ROWS = """
    UPDATE projects_claim SET cause = CASE
           WHEN reason LIKE '经费%' THEN 'budget' WHEN reason LIKE '人员%' THEN 'staff'
           WHEN reason LIKE '场地%' THEN 'venue' WHEN reason LIKE '联系不上%' THEN 'unreachable'
           WHEN reason LIKE '不可抗力%' THEN 'force_majeure' ELSE 'changed' END
     WHERE state = 'withdrawn';
    UPDATE projects_claim SET cause = 'unanswered' WHERE state = 'lapsed';
    UPDATE projects_claim SET expires_at = (answer_due + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
     WHERE state = 'requested';
    UPDATE projects_listing l SET exit_reason = COALESCE((
           SELECT left(h.reason, 200) FROM members_change h
            WHERE h.table_name = 'projects_listing' AND h.row_id = l.id
              AND h.after ->> 'state' = l.state AND h.reason <> ''
            ORDER BY h.id DESC LIMIT 1), '原因见变更记录')
     WHERE l.state IN ('withdrawn', 'settled', 'infeasible');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alliances", "0007_step_outs_without_history"),
        ("members", "0005_published_template_refuses_by_name"),
        ("projects", "0006_agreement_parties"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("caption", models.CharField(blank=True, max_length=60, verbose_name="说明")),
                ("content_type", models.CharField(max_length=20, verbose_name="格式")),
                ("content", models.BinaryField(verbose_name="内容")),
                ("width", models.PositiveIntegerField(verbose_name="宽")),
                ("height", models.PositiveIntegerField(verbose_name="高")),
                (
                    "added_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="添加时间"),
                ),
            ],
            options={
                "verbose_name": "附件",
                "verbose_name_plural": "附件",
                "ordering": ["listing", "position"],
            },
        ),
        migrations.CreateModel(
            name="Dismissal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("content", "内容不对口"),
                            ("place", "地点太远"),
                            ("time", "时间不合适"),
                            ("quantity", "数量不合适"),
                            ("other", "其他原因"),
                        ],
                        max_length=8,
                        verbose_name="原因",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=100, verbose_name="补充说明")),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
            ],
            options={
                "verbose_name": "不适合记录",
                "verbose_name_plural": "不适合记录",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counted", models.PositiveIntegerField(verbose_name="需求方确认数量")),
                ("requester_statement", models.CharField(max_length=300, verbose_name="需求方说明")),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="提出时间"),
                ),
                ("settle_by", models.DateField(verbose_name="处理期限")),
                (
                    "provider_statement",
                    models.CharField(blank=True, max_length=300, verbose_name="提供方说明"),
                ),
                ("stated_at", models.DateTimeField(editable=False, null=True, verbose_name="说明时间")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("provider_agreed", "提供方同意需求方的数量"),
                            ("requester_agreed", "需求方同意提供方的数量"),
                            ("decided", "由联盟召集方认定"),
                        ],
                        max_length=16,
                        verbose_name="处理结果",
                    ),
                ),
                (
                    "settled_quantity",
                    models.PositiveIntegerField(editable=False, null=True, verbose_name="认定数量"),
                ),
                ("decision", models.CharField(blank=True, max_length=300, verbose_name="处理意见")),
                ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="处理时间")),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="项目名称")),
                ("aim", models.TextField(blank=True, max_length=1000, verbose_name="项目目标")),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("proposed", "待立项"),
                            ("running", "实施中"),
                            ("done", "已办结"),
                            ("refused", "不予立项"),
                            ("stopped", "已终止"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="原因"),
                ),
                (
                    "result",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="办结情况"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="创建时间"
                    ),
                ),
                ("proposed_at", models.DateTimeField(editable=False, null=True, verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="立项时间")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="办结时间")),
            ],
            options={
                "verbose_name": "项目",
                "verbose_name_plural": "项目",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ProjectPartner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(blank=True, max_length=100, verbose_name="分工")),
            ],
            options={
                "verbose_name": "参与单位",
                "verbose_name_plural": "参与单位",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ProjectStage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("title", models.CharField(max_length=40, verbose_name="阶段")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="计划完成")),
                ("done_on", models.DateField(editable=False, null=True, verbose_name="完成日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="进展")),
            ],
            options={
                "verbose_name": "项目阶段",
                "verbose_name_plural": "项目阶段",
                "ordering": ["project", "position"],
            },
        ),
        migrations.CreateModel(
            name="Recurrence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pattern",
                    models.CharField(
                        choices=[("weekly", "每周"), ("monthly", "每月")], max_length=7, verbose_name="重复"
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=list,
                        size=None,
                        verbose_name="星期",
                    ),
                ),
                ("month_day", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="日期")),
                ("from_time", models.TimeField(verbose_name="开始")),
                ("until_time", models.TimeField(verbose_name="结束")),
                ("first_on", models.DateField(verbose_name="从")),
                ("last_on", models.DateField(verbose_name="到")),
                (
                    "on_holiday",
                    models.CharField(
                        choices=[("skip", "停一次"), ("keep", "照常"), ("move", "顺延到下一个工作日")],
                        default="skip",
                        max_length=4,
                        verbose_name="遇法定节假日",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="每次数量")),
            ],
            options={
                "verbose_name": "重复规则",
                "verbose_name_plural": "重复规则",
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="分担数量")),
                (
                    "state",
                    models.CharField(
                        choices=[("invited", "待确认"), ("confirmed", "已确认"), ("declined", "不参加")],
                        default="invited",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="答复时间")),
            ],
            options={
                "verbose_name": "分担",
                "verbose_name_plural": "分担",
                "ordering": ["claim", "id"],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("offered", "已轮到"), ("skipped", "已跳过")],
                        max_length=7,
                        verbose_name="结果",
                    ),
                ),
                ("place", models.PositiveIntegerField(verbose_name="名次")),
                ("left", models.PositiveIntegerField(verbose_name="剩余数量")),
                ("wins", models.PositiveIntegerField(verbose_name="近期认领成功次数")),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("short", "剩余数量不够"),
                            ("overlap", "场地或队伍时间冲突"),
                            ("left", "单位已不在联盟中"),
                        ],
                        max_length=10,
                        verbose_name="原因",
                    ),
                ),
            ],
            options={
                "verbose_name": "轮候记录",
                "verbose_name_plural": "轮候记录",
                "ordering": ["id"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreementclaim",
            name="one_standing_agreement",
        ),
        migrations.RemoveConstraint(
            model_name="agreement",
            name="agreement_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="claim",
            name="claim_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="claim",
            name="claim_exit_has_reason",
        ),
        migrations.RemoveConstraint(
            model_name="claim",
            name="claim_one_unanswered_per_slot",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_acknowledged_paired",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_one_unacknowledged_per_claim",
        ),
        migrations.RemoveConstraint(
            model_name="listing",
            name="listing_state_known",
        ),
        migrations.AddField(
            model_name="agreement",
            name="change_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="变更原因"
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="extra",
            field=models.TextField(
                blank=True, db_default="", default="", max_length=1000, verbose_name="补充约定"
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="review_on",
            field=models.DateField(blank=True, null=True, verbose_name="回顾日期"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="term_from",
            field=models.DateField(blank=True, null=True, verbose_name="协议起始"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="term_until",
            field=models.DateField(blank=True, null=True, verbose_name="协议期满"),
        ),
        migrations.AddField(
            model_name="claim",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("budget", "经费"),
                    ("staff", "人员"),
                    ("venue", "场地"),
                    ("changed", "需求变化"),
                    ("unreachable", "联系不上"),
                    ("force_majeure", "不可抗力"),
                    ("unanswered", "逾期未答复"),
                    ("unconfirmed", "暂留到期未确认"),
                    ("listing_gone", "条目已下架或时段已结束"),
                ],
                db_default="",
                default="",
                max_length=13,
                verbose_name="退出原因",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="during",
            field=django.contrib.postgres.fields.ranges.DateTimeRangeField(
                editable=False, null=True, verbose_name="占用时间"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="expires_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="保留至"),
        ),
        migrations.AddField(
            model_name="claim",
            name="occupies",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=90, verbose_name="占用"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="passed_from",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_to",
                to="projects.claim",
                verbose_name="转交自",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="priority",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="优先级"),
        ),
        migrations.AddField(
            model_name="claim",
            name="priority_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="优先原因"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="waited_since",
            field=models.DateTimeField(editable=False, null=True, verbose_name="候补时间"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="answer",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="回应"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="answered_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="回应时间"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="answered_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="回应人",
            ),
        ),
        migrations.AddField(
            model_name="listing",
            name="claim_mode",
            field=models.CharField(
                choices=[("requested", "由发布方答复"), ("instant", "认领即对接")],
                db_default="requested",
                default="requested",
                max_length=10,
                verbose_name="认领方式",
            ),
        ),
        migrations.AddField(
            model_name="listing",
            name="continues",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="continued_by",
                to="projects.listing",
                verbose_name="上一期",
            ),
        ),
        migrations.AddField(
            model_name="listing",
            name="exit_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=200,
                verbose_name="下架原因",
            ),
        ),
        migrations.AddField(
            model_name="listing",
            name="is_divisible",
            field=models.BooleanField(db_default=True, default=True, verbose_name="可以认领一部分"),
        ),
        migrations.AddField(
            model_name="listing",
            name="is_standing",
            field=models.BooleanField(db_default=False, default=False, verbose_name="长期提供"),
        ),
        migrations.AddField(
            model_name="listing",
            name="occupies",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60, verbose_name="占用的场地或队伍"
            ),
        ),
        migrations.AddField(
            model_name="listing",
            name="overlap",
            field=models.CharField(
                choices=[("allow", "不检查"), ("warn", "提醒"), ("forbid", "不允许")],
                db_default="allow",
                default="allow",
                max_length=6,
                verbose_name="时间重叠时",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="party_a",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements_as_a",
                to="members.organisation",
                verbose_name="甲方",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="party_a_signed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="甲方签署时间"),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="party_a_signed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="甲方签署人",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="party_b",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements_as_b",
                to="members.organisation",
                verbose_name="乙方",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="party_b_signed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="乙方签署时间"),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="party_b_signed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="乙方签署人",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacements",
                to="projects.agreement",
                verbose_name="替代版本",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "待签约"),
                    ("signed", "已签约"),
                    ("replaced", "已被新版本替代"),
                    ("cancelled", "已终止"),
                ],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="answer_due",
            field=models.DateField(null=True, verbose_name="答复期限"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "候补"),
                    ("held", "暂留"),
                    ("requested", "待答复"),
                    ("accepted", "已对接"),
                    ("agreed", "已签约"),
                    ("delivered", "已办结"),
                    ("declined", "已退回"),
                    ("withdrawn", "已撤回"),
                    ("revoked", "已撤销"),
                    ("lapsed", "认领失效"),
                ],
                default="requested",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("reported", "待确认"),
                    ("disputed", "有异议"),
                    ("accepted", "已确认"),
                    ("returned", "已退回"),
                ],
                default="reported",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="listing",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
                    ("published", "已发布"),
                    ("withdrawn", "已撤回"),
                    ("expired", "已过期"),
                    ("settled", "直接办结"),
                    ("infeasible", "暂不具备条件"),
                    ("project", "转为项目"),
                ],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state__in", ("held", "requested"))),
                fields=["expires_at"],
                name="claim_hold_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["slot", "waited_since"],
                name="claim_waiting_of_slot",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="text_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (OLD.party_a_signed_at IS NOT NULL OR OLD.party_b_signed_at IS NOT NULL)\n                       AND (OLD.text, OLD.text_hash, OLD.party_a_id, OLD.party_b_id, OLD.version,\n                            OLD.extra, OLD.term_from, OLD.term_until)\n                           IS DISTINCT FROM (NEW.text, NEW.text_hash, NEW.party_a_id, NEW.party_b_id, NEW.version,\n                            NEW.extra, NEW.term_from, NEW.term_until)\n                    THEN\n                        RAISE EXCEPTION 'a signed text is frozen' USING ERRCODE = 'restrict_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="3a02338b4458c73132cb55e95609404f464ff1c3",
                    operation='UPDATE OF "text", "text_hash", "party_a_id", "party_b_id", "version", "extra", "term_from", "term_until"',
                    pgid="pgtrigger_text_frozen_47de4",
                    table="projects_agreement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreementclaim",
            trigger=pgtrigger.compiler.Trigger(
                name="one_standing_agreement",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    PERFORM 1 FROM projects_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;\n                    IF EXISTS (\n                        SELECT 1 FROM projects_agreementclaim l JOIN projects_agreement a ON a.id = l.agreement_id\n                         WHERE l.claim_id = NEW.claim_id AND l.id <> NEW.id AND a.state IN ('draft', 'signed')\n                           AND a.id IS DISTINCT FROM\n                               (SELECT replaces_id FROM projects_agreement WHERE id = NEW.agreement_id)\n                    ) THEN\n                        RAISE EXCEPTION 'the claim is under another agreement'\n                            USING ERRCODE = 'unique_violation', CONSTRAINT = 'claim_one_standing_agreement';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="84bc31a4324062767c9fd8b7decbe5efdc71960d",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_one_standing_agreement_34d35",
                    table="projects_agreementclaim",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(EARLIER_ROWS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "waiting",
                            "held",
                            "requested",
                            "accepted",
                            "agreed",
                            "delivered",
                            "declined",
                            "withdrawn",
                            "revoked",
                            "lapsed",
                        ],
                    )
                ),
                name="claim_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["declined", "revoked"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="claim_exit_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "cause__in",
                            ("budget", "staff", "venue", "changed", "unreachable", "force_majeure"),
                        ),
                        ("state", "withdrawn"),
                    ),
                    models.Q(
                        ("cause__in", ["unanswered", "unconfirmed", "listing_gone"]), ("state", "lapsed")
                    ),
                    models.Q(
                        models.Q(("state__in", ["withdrawn", "lapsed"]), _negated=True), ("cause", "")
                    ),
                    _connector="OR",
                ),
                name="claim_cause_of_exit",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", False), ("state__in", ("held", "requested"))),
                    models.Q(
                        models.Q(("state__in", ("held", "requested")), _negated=True), ("expires_at", None)
                    ),
                    _connector="OR",
                ),
                name="claim_hold_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "requested"), _negated=True),
                    ("answer_due__isnull", False),
                    _connector="OR",
                ),
                name="claim_requested_has_answer_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "waiting"), _negated=True),
                    ("waited_since__isnull", False),
                    _connector="OR",
                ),
                name="claim_waiting_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("priority", 0),
                    models.Q(("priority__range", (1, 9)), models.Q(("priority_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="claim_priority_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("occupies", ""), ("during__isnull", False), _connector="OR"),
                name="claim_occupies_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "held", "requested"))),
                fields=("slot", "organisation"),
                name="claim_one_unanswered_per_slot",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("state__in", ("held", "requested", "accepted", "agreed", "delivered")),
                    models.Q(("occupies", ""), _negated=True),
                ),
                expressions=[("occupies", "="), ("during", "&&"), ("slot", "<>")],
                name="claim_venue_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["reported", "disputed", "accepted", "returned"])),
                name="delivery_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("acknowledged_at", None),
                        ("acknowledged_by", None),
                        ("state__in", ("reported", "disputed")),
                    ),
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        ("acknowledged_by__isnull", False),
                        models.Q(("state__in", ("reported", "disputed")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="delivery_acknowledged_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        models.Q(("rating", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="delivery_answer_to_rating",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("reported", "disputed"))),
                fields=("claim",),
                name="delivery_one_unacknowledged_per_claim",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="添加人",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="listing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="projects.listing",
                verbose_name="清单条目",
            ),
        ),
        migrations.AddField(
            model_name="dismissal",
            name="listing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="dismissals",
                to="projects.listing",
                verbose_name="清单条目",
            ),
        ),
        migrations.AddField(
            model_name="dismissal",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="projects.listing",
                verbose_name="对方条目",
            ),
        ),
        migrations.AddField(
            model_name="dismissal",
            name="said_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="填写人",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="delivery",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispute",
                to="projects.delivery",
                verbose_name="交付",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提出人",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="settled_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="处理人",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="stated_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="说明人",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="alliance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects",
                to="alliances.alliance",
                verbose_name="联盟",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="projects.project",
                verbose_name="沿用项目",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="创建人",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="decided_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="立项人",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="duty",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects",
                to="alliances.duty",
                verbose_name="议定事项",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects",
                to="members.organisation",
                verbose_name="牵头单位",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="project",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements",
                to="projects.project",
                verbose_name="项目",
            ),
        ),
        migrations.AddField(
            model_name="listing",
            name="project",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="listings",
                to="projects.project",
                verbose_name="项目",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "signed", "replaced", "cancelled"])),
                name="agreement_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("party_a", models.F("party_b")), _negated=True),
                name="agreement_between_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("party_a_signed_at", None), ("party_a_signed_by", None)),
                    models.Q(("party_a_signed_at__isnull", False), ("party_a_signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="agreement_party_a_signature_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("party_b_signed_at", None), ("party_b_signed_by", None)),
                    models.Q(("party_b_signed_at__isnull", False), ("party_b_signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="agreement_party_b_signature_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["signed", "replaced"]), _negated=True),
                    models.Q(("party_a_signed_at__isnull", False), ("party_b_signed_at__isnull", False)),
                    _connector="OR",
                ),
                name="agreement_signed_by_both",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("party_a_signed_by", None),
                    ("party_b_signed_by", None),
                    models.Q(("party_a_signed_by", models.F("party_b_signed_by")), _negated=True),
                    _connector="OR",
                ),
                name="agreement_two_signers",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("term_from", None), ("term_until", None)),
                    models.Q(
                        ("term_from__isnull", False),
                        ("term_from__lte", models.F("term_until")),
                        ("term_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="agreement_term_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replaces", None), ("version", 1)),
                    models.Q(
                        ("replaces__isnull", False),
                        ("version__gte", 2),
                        models.Q(("change_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="agreement_version_replaces_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "cancelled"), _negated=True),
                fields=("replaces",),
                name="agreement_replaced_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["draft", "published", "withdrawn", "expired", "settled", "infeasible", "project"],
                    )
                ),
                name="listing_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(("claim_mode__in", ["requested", "instant"])),
                name="listing_claim_mode_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(("overlap__in", ["allow", "warn", "forbid"])),
                name="listing_overlap_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("overlap", "allow"), models.Q(("occupies", ""), _negated=True), _connector="OR"
                ),
                name="listing_overlap_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ("withdrawn", "settled", "infeasible", "project")), _negated=True
                    ),
                    models.Q(("exit_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="listing_exit_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "project"), _negated=True),
                    ("project__isnull", False),
                    _connector="OR",
                ),
                name="listing_turned_into_project",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_standing", False),
                    models.Q(("direction", "resource"), ("valid_until__isnull", False)),
                    _connector="OR",
                ),
                name="listing_standing_is_dated_resource",
            ),
        ),
        migrations.AddField(
            model_name="projectpartner",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="partnered_projects",
                to="members.organisation",
                verbose_name="参与单位",
            ),
        ),
        migrations.AddField(
            model_name="projectpartner",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="partners",
                to="projects.project",
                verbose_name="项目",
            ),
        ),
        migrations.AddField(
            model_name="projectstage",
            name="done_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="填报人",
            ),
        ),
        migrations.AddField(
            model_name="projectstage",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stages",
                to="projects.project",
                verbose_name="项目",
            ),
        ),
        migrations.AddField(
            model_name="recurrence",
            name="listing",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recurrence",
                to="projects.listing",
                verbose_name="清单条目",
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="answered_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="答复人",
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to="projects.claim",
                verbose_name="认领",
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shares",
                to="members.organisation",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="turns",
                to="projects.claim",
                verbose_name="认领",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__range", (1, 3))), name="attachment_at_most_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("listing", "position"),
                name="attachment_position_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_type__in", ["image/jpeg", "image/webp"])),
                name="attachment_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("content"), 409600
                ),
                name="attachment_small",
            ),
        ),
        migrations.AddConstraint(
            model_name="dismissal",
            constraint=models.UniqueConstraint(fields=("listing", "other"), name="dismissal_once_per_pair"),
        ),
        migrations.AddConstraint(
            model_name="dismissal",
            constraint=models.CheckConstraint(
                condition=models.Q(("listing", models.F("other")), _negated=True),
                name="dismissal_of_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="dismissal",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["content", "place", "time", "quantity", "other"])),
                name="dismissal_cause_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dismissal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "other"), _negated=True),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="dismissal_other_in_words",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dismissal",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="3ea82f639ccbd48ecd854fc37f34ec8f1b84f0f2",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_2a0db",
                    table="projects_dismissal",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["settle_by"], name="dispute_open_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("requester_statement", ""), _negated=True),
                name="dispute_has_requester_statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("provider_statement", ""), ("stated_at", None), ("stated_by", None)),
                    models.Q(
                        models.Q(("provider_statement", ""), _negated=True),
                        ("stated_at__isnull", False),
                        ("stated_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="dispute_statement_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", ""),
                        ("settled_at", None),
                        ("settled_by", None),
                        ("settled_quantity", None),
                    ),
                    models.Q(
                        ("outcome__in", ["provider_agreed", "requester_agreed", "decided"]),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        ("settled_quantity__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="dispute_settled_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "decided"), _negated=True),
                    models.Q(("decision", ""), _negated=True),
                    _connector="OR",
                ),
                name="dispute_decision_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["provider_agreed", "requester_agreed"]), _negated=True),
                    models.Q(("provider_statement", ""), _negated=True),
                    _connector="OR",
                ),
                name="dispute_agreed_with_both_statements",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="statements_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'DELETE'\n                       OR (OLD.counted, OLD.requester_statement)\n                          IS DISTINCT FROM (NEW.counted, NEW.requester_statement)\n                       OR (OLD.provider_statement <> '' AND OLD.provider_statement <> NEW.provider_statement)\n                       OR OLD.outcome <> ''\n                    THEN\n                        RAISE EXCEPTION 'statements are kept' USING ERRCODE = 'restrict_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="ec5689224a20097ff9e23e3ff4f95c958d990dfe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_statements_kept_e5741",
                    table="projects_dispute",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="e8e7b5f92d9a2171a463d24795629707f8ed2e8e",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_a3a86",
                    table="projects_dispute",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["alliance", "state", "-id"], name="project_of_alliance"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["owner", "-id"], name="project_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "proposed", "running", "done", "refused", "stopped"])
                ),
                name="project_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="project_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_on__lte", models.F("ends_on"))), name="project_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["refused", "stopped"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="project_exit_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    ("state", "stopped"),
                    ("proposed_at__isnull", False),
                    _connector="OR",
                ),
                name="project_proposed_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="project_decided_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["running", "done", "refused"]), _negated=True),
                    ("decided_at__isnull", False),
                    _connector="OR",
                ),
                name="project_running_was_decided",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="727e0deba7917059df56b9feb41e633337060f35",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_22b62",
                    table="projects_project",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="projectpartner",
            constraint=models.UniqueConstraint(
                fields=("project", "organisation"), name="project_partner_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="projectpartner",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="0bcce7d74c16e4c75b32d6d119fdec3f8ec80d80",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_4d9b7",
                    table="projects_projectpartner",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="projectstage",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("project", "position"),
                name="project_stage_position_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectstage",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__range", (1, 12))), name="project_stage_at_most_12"
            ),
        ),
        migrations.AddConstraint(
            model_name="projectstage",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="project_stage_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="projectstage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_by", None), ("done_on", None)),
                    models.Q(("done_by__isnull", False), ("done_on__isnull", False)),
                    _connector="OR",
                ),
                name="project_stage_done_paired",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="projectstage",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="dbdce37cc91892e8535d8074c79dae4f73e305c3",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_2c18a",
                    table="projects_projectstage",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("month_day", None), ("pattern", "weekly"), ("weekdays__len__gte", 1)),
                    models.Q(("month_day__range", (1, 31)), ("pattern", "monthly"), ("weekdays__len", 0)),
                    _connector="OR",
                ),
                name="recurrence_weekly_or_monthly",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7])),
                name="recurrence_weekdays_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_time__lt", models.F("until_time"))),
                name="recurrence_hours_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_on__lte", models.F("last_on"))), name="recurrence_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_holiday__in", ["skip", "keep", "move"])),
                name="recurrence_on_holiday_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__range", (1, 100000))), name="recurrence_quantity_sensible"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recurrence",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="588fad707bf8696ed00c3cca6aa6f9e164ff141c",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_0c53b",
                    table="projects_recurrence",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(
                fields=("claim", "organisation"), name="share_once_per_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)), name="share_quantity_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["invited", "confirmed", "declined"])),
                name="share_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", None), ("state", "invited")),
                    models.Q(
                        models.Q(("state", "invited"), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="share_answered_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="share_declined_has_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="share",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="34f786dfc174e6687228afa29fad78eee176aaec",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_1fb66",
                    table="projects_share",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["offered", "skipped"])), name="turn_outcome_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "offered"), ("why", "")),
                    models.Q(("outcome", "skipped"), ("why__in", ["short", "overlap", "left"])),
                    _connector="OR",
                ),
                name="turn_skip_has_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="turn",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'projects_turn is append-only' USING ERRCODE = 'restrict_violation';",
                    hash="86c8d0ebb12dd8423e12c28d0b6a4f6fd4209dec",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_db2b2",
                    table="projects_turn",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="turn",
            trigger=pgtrigger.compiler.Trigger(
                name="record",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE old_row jsonb; new_row jsonb; pk bigint;",
                    func="\n            IF TG_OP = 'INSERT' THEN\n                new_row := to_jsonb(NEW) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := NEW.id;\n            ELSIF TG_OP = 'DELETE' THEN\n                old_row := to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']; pk := OLD.id;\n            ELSE\n                pk := NEW.id;\n                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)\n                  INTO old_row, new_row\n                  FROM jsonb_each(to_jsonb(OLD) - ARRAY['password', 'last_login', 'numchild', 'sort_key', 'search_key']) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)\n                 WHERE o.value IS DISTINCT FROM n.value;\n                IF new_row IS NULL THEN\n                    RETURN NULL;\n                END IF;\n            END IF;\n            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)\n            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),\n                    NULLIF(current_setting('app.user_id', true), '')::bigint,\n                    COALESCE(current_setting('app.request_id', true), ''),\n                    COALESCE(current_setting('app.reason', true), ''),\n                    old_row, new_row);\n            RETURN NULL;\n        ",
                    hash="7a195415eba2151a937e51219fb7e2d1513a0180",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_record_2adbb",
                    table="projects_turn",
                    when="AFTER",
                ),
            ),
        ),
    ]
