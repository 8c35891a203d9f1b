"""What a street laid before the district: frozen numbers under a number and a hash."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from assessments.models.score import ScoreRun
from members.models import Organisation
from members.models.change import Refuse, recorded


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reports of organisations in the reach of staff and district; member units see their own score instead."""
        return self.filter(user.within("organisation__path"))


@recorded
class Report(models.Model):
    """A published report never changes; a correction is a new version that names the one it replaces.

    `data` is the frozen content; `check_value` the SHA-256 of its canonical JSON (sorted keys, UTF-8,
    no spaces), which anybody can compute again from the JSON download.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="reports", verbose_name=_("报送单位")
    )
    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="reports", verbose_name=_("联盟"))
    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="reports", verbose_name=_("计分"))
    year = models.PositiveSmallIntegerField(_("年份"))
    serial = models.PositiveIntegerField(_("序号"))
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("替代报告"),
    )
    reason = models.CharField(_("更正原因"), max_length=200, blank=True)
    title = models.CharField(_("标题"), max_length=120)
    data = models.JSONField(_("内容"))
    check_value = models.CharField(_("校验值"), max_length=64)
    published_at = models.DateTimeField(_("发布时间"), default=timezone.now)
    published_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("发布人")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核报告")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "serial", "version"], name="report_number_once"
            ),
            models.CheckConstraint(
                condition=Q(check_value__regex=r"^[0-9a-f]{64}$"), name="report_hash_form"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, version=1) | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="report_correction_has_reason",
            ),
        ]
        triggers = [Refuse(name="unalterable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.number} {self.title}"

    def get_absolute_url(self):
        return reverse("report-detail", args=[self.pk])

    @property
    def number(self) -> str:
        """The number as documents write it: 〔2026〕3号, with the version behind it from the second on."""
        number = f"〔{self.year}〕{self.serial}号"
        return number if self.version == 1 else f"{number}（v{self.version}）"
