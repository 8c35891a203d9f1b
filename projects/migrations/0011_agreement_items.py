"""Each item of an agreement has its own day; what was looked back on is written down."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# Before today an agreement had one item, whose day was its own.
DAY_OF_ITEM = """
    UPDATE projects_agreementclaim n SET deliver_by = a.deliver_by
      FROM projects_agreement a WHERE a.id = n.agreement_id AND a.deliver_by IS NOT NULL AND n.deliver_by IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0010_category_levels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="review_note",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=300,
                verbose_name="回顾情况",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="reviewed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="回顾时间"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="reviewed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="回顾人",
            ),
        ),
        migrations.AddField(
            model_name="agreementclaim",
            name="deliver_by",
            field=models.DateField(blank=True, null=True, verbose_name="完成期限"),
        ),
        migrations.RunSQL(DAY_OF_ITEM, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                condition=models.Q(("review_on__isnull", False), ("state", "signed")),
                fields=["review_on"],
                name="agreement_review_due",
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                condition=models.Q(("state", "signed"), ("term_until__isnull", False)),
                fields=["term_until"],
                name="agreement_term_ends",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreementclaim",
            trigger=pgtrigger.compiler.Trigger(
                name="between_the_parties",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM projects_agreement a, projects_claim c\n                          JOIN projects_slot s ON s.id = c.slot_id\n                          JOIN projects_listing l ON l.id = s.listing_id\n                         WHERE a.id = NEW.agreement_id AND c.id = NEW.claim_id AND l.alliance_id = a.alliance_id\n                           AND ((c.organisation_id = a.party_a_id AND l.organisation_id = a.party_b_id)\n                             OR (c.organisation_id = a.party_b_id AND l.organisation_id = a.party_a_id))\n                    ) THEN\n                        RAISE EXCEPTION 'the claim is not one between the parties'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_claim_between_parties';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="8fc09604d2d0cc5e41fd0faea965ac360527d191",
                    operation='INSERT OR UPDATE OF "agreement_id", "claim_id"',
                    pgid="pgtrigger_between_the_parties_90f92",
                    table="projects_agreementclaim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreementclaim",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_with_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT 1 FROM projects_agreement\n                         WHERE id = OLD.agreement_id\n                           AND (party_a_signed_at IS NOT NULL OR party_b_signed_at IS NOT NULL)\n                    ) THEN\n                        RAISE EXCEPTION 'the items of a signed text are frozen' USING ERRCODE = 'restrict_violation';\n                    END IF;\n                    RETURN COALESCE(NEW, OLD);\n                ",
                    hash="a02b7e6d28094170d9fd38b408cfb9122907806d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_with_text_7d5f9",
                    table="projects_agreementclaim",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("review_note", ""), ("reviewed_at", None), ("reviewed_by", None)),
                    models.Q(
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                        models.Q(("review_note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="agreement_reviewed_paired",
            ),
        ),
    ]
