"""Which message goes to whom, and why: one row each, written in the transaction of its cause."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(recipient=user)

    def about(self, obj):
        return self.filter(table_name=obj._meta.db_table, row_id=obj.pk)

    def unread(self):
        return self.filter(read_at=None)


class Notification(models.Model):
    """The outbox. `params` fill the words that the kind's room registered; `url` leads to the work."""

    kind = models.CharField(_("类型"), max_length=40)
    table_name = models.CharField(_("数据表"), max_length=63)
    row_id = models.BigIntegerField(_("编号"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("接收人")
    )
    due = models.DateField(_("期限"), null=True)
    params = models.JSONField(_("内容"), default=dict)
    url = models.CharField(_("链接"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    read_at = models.DateTimeField(_("已读时间"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "table_name", "row_id", "recipient", "due"],
                name="notification_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-id"], name="notification_unread", condition=models.Q(read_at=None)
            )
        ]

    def __str__(self):
        return f"{self.kind} → {self.recipient_id}"
