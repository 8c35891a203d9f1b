"""The shares of a joint claim add up to its quantity when a transaction ends, whoever changed them."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0011_agreement_items")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="shares_add_up",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n    PERFORM 1 FROM projects_claim WHERE id = NEW.id FOR NO KEY UPDATE;\n    IF EXISTS (\n        SELECT 1 FROM projects_claim c JOIN projects_share s ON s.claim_id = c.id\n         WHERE c.id = NEW.id GROUP BY c.id\n        HAVING COALESCE(sum(s.quantity) FILTER (WHERE s.state <> 'declined'), 0) <> c.quantity\n    ) THEN\n        RAISE EXCEPTION 'the shares do not add up to the claim'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_shares_add_up';\n    END IF;\n    RETURN NULL;\n",
                    hash="4f0f00150217d901b444630c51f713e9e9750941",
                    operation='UPDATE OF "quantity"',
                    pgid="pgtrigger_shares_add_up_e3ce8",
                    table="projects_claim",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="share",
            trigger=pgtrigger.compiler.Trigger(
                name="add_up",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n    PERFORM 1 FROM projects_claim WHERE id = COALESCE(NEW.claim_id, OLD.claim_id) FOR NO KEY UPDATE;\n    IF EXISTS (\n        SELECT 1 FROM projects_claim c JOIN projects_share s ON s.claim_id = c.id\n         WHERE c.id = COALESCE(NEW.claim_id, OLD.claim_id) GROUP BY c.id\n        HAVING COALESCE(sum(s.quantity) FILTER (WHERE s.state <> 'declined'), 0) <> c.quantity\n    ) THEN\n        RAISE EXCEPTION 'the shares do not add up to the claim'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_shares_add_up';\n    END IF;\n    RETURN NULL;\n",
                    hash="fc915429cb6db2b0858f67a95be2efe39c0bc333",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_add_up_8ce37",
                    table="projects_share",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
    ]
