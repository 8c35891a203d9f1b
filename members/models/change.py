"""Who changed what, when, from what, to what, in which request and why: written by triggers alone."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Business tables without history, each with the reason. The tests hold every other model to `@recorded`.
UNRECORDED = {
    "members.Change": "it is the history",
    "members.Replay": "technical: answers of repeated posts, kept for a day",
    "members.Notification": "the outbox is its own append-mostly record",
    "alliances.Attendance": "a row history would tell when somebody came into the room",
    "alliances.StepOut": "a row history would tell when somebody left the room",
    "projects.Attachment": "a picture taken off is gone; a row history would keep its bytes",
    "assessments.Code": "a row history would tell when a resident took part",
    "assessments.Envelope": "a row history would link codes to envelopes by time",
    "assessments.Answer": "opened answers carry no origin; a row history would add one",
    "assessments.Remark": "opened remarks carry no origin; a row history would add one",
}


#: Columns no history keeps: secrets, sign-in times of persons, and what is derived from other columns.
UNKEPT = ("password", "last_login", "numchild", "sort_key", "search_key")


class Record(pgtrigger.Trigger):
    """One `Change` row for each inserted, altered or deleted row; an update that alters nothing leaves none."""

    name = "record"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("old_row", "jsonb"), ("new_row", "jsonb"), ("pk", "bigint")]

    def get_func(self, model):
        unkept = "ARRAY[" + ", ".join(f"'{column}'" for column in UNKEPT) + "]"
        return f"""
            IF TG_OP = 'INSERT' THEN
                new_row := to_jsonb(NEW) - {unkept}; pk := NEW.id;
            ELSIF TG_OP = 'DELETE' THEN
                old_row := to_jsonb(OLD) - {unkept}; pk := OLD.id;
            ELSE
                pk := NEW.id;
                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value)
                  INTO old_row, new_row
                  FROM jsonb_each(to_jsonb(OLD) - {unkept}) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)
                 WHERE o.value IS DISTINCT FROM n.value;
                IF new_row IS NULL THEN
                    RETURN NULL;
                END IF;
            END IF;
            INSERT INTO members_change (at, table_name, row_id, operation, user_id, request, reason, before, after)
            VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP),
                    NULLIF(current_setting('app.user_id', true), '')::bigint,
                    COALESCE(current_setting('app.request_id', true), ''),
                    COALESCE(current_setting('app.reason', true), ''),
                    old_row, new_row);
            RETURN NULL;
        """  # noqa: S608 - the only values put in are the constants above


def recorded(model):
    """Class decorator: keep the history of `model`, whatever route changes it, psql included."""
    return pgtrigger.register(Record())(model)


class Refuse(pgtrigger.Trigger):
    """The database refuses the operation, whoever asks."""

    when = pgtrigger.Before

    def get_func(self, model):
        return (
            f"RAISE EXCEPTION '{model._meta.db_table} is append-only' USING ERRCODE = 'restrict_violation';"
        )


class ChangeQuerySet(models.QuerySet):
    def about(self, *objects):
        """The changes of these objects, newest first."""
        condition = models.Q(pk__in=[])
        for one in objects:
            condition |= models.Q(table_name=one._meta.db_table, row_id=one.pk)
        return self.filter(condition).order_by("-id")


class Change(models.Model):
    class Operation(models.TextChoices):
        INSERT = "insert", _("新建")
        UPDATE = "update", _("修改")
        DELETE = "delete", _("删除")

    at = models.DateTimeField(_("时间"))
    table_name = models.CharField(_("数据表"), max_length=63)
    row_id = models.BigIntegerField(_("编号"))
    operation = models.CharField(_("操作"), max_length=6, choices=Operation)
    # No foreign key: the row must outlive everything, and its insert must not lock a user.
    user_id = models.BigIntegerField(_("操作人"), null=True)
    request = models.CharField(_("请求"), max_length=64, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    before = models.JSONField(_("原值"), null=True)
    after = models.JSONField(_("新值"), null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("变更记录")
        indexes = [models.Index(fields=["table_name", "row_id", "-id"], name="change_of_row")]
        triggers = [
            Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            Refuse(name="no_truncate", level=pgtrigger.Statement, operation=pgtrigger.Truncate),
        ]

    def __str__(self):
        return f"{self.table_name} {self.row_id} {self.operation}"
