"""Which posts were already answered, and with what."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, models
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflow.once import Once

#: How long an answer is kept: whoever repeats a request does so within the day.
KEPT = timedelta(days=1)


class ReplayManager(models.Manager):
    def stale(self):
        """Rows older than `KEPT`."""
        return self.filter(at__lt=timezone.now() - KEPT)

    def take(self, once: Once) -> "Replay | None":
        """The row of the key, made by this call; None when there is one already.

        Runs inside the transaction of the work. A second caller waits here until the first commits.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO members_replay (user_id, key, digest, at) VALUES (%s, %s, %s, now())"
                " ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
                [once.user_id, once.key, once.digest],
            )
            row = cursor.fetchone()
        return row and Replay(pk=row[0], user_id=once.user_id, key=once.key, digest=once.digest)


class Replay(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("用户")
    )
    key = models.CharField(_("请求键"), max_length=64)
    digest = models.BinaryField(_("摘要"), max_length=32)
    at = models.DateTimeField(_("时间"))
    status = models.PositiveSmallIntegerField(_("状态码"), null=True)
    location = models.TextField(_("转向"), blank=True, default="", db_default="")
    content_type = models.CharField(max_length=100, blank=True, default="", db_default="")
    body = models.BinaryField(_("内容"), default=b"", db_default=b"")

    objects = ReplayManager()

    class Meta:
        verbose_name = verbose_name_plural = _("重复请求")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="replay_once")]

    def __str__(self):
        return self.key

    def keep(self, response) -> None:
        """Store the answer beside the work that it reports."""
        type(self).objects.filter(pk=self.pk).update(
            status=response.status_code,
            location=response.get("Location", ""),
            content_type=response.get("Content-Type", ""),
            body=response.content,
        )

    def response(self) -> HttpResponse:
        """The first answer again."""
        answer = HttpResponse(bytes(self.body), status=self.status, content_type=self.content_type)
        if self.location:
            answer["Location"] = self.location
        return answer
