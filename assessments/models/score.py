"""What a member unit reached under a scheme in a period, line by line, as it was computed."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from assessments.models.scheme import Scheme
from members.models import Organisation
from members.models.change import Refuse, recorded


class ScoreRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Runs of alliances hosted in the user's reach; a unit sees its own score, not the run."""
        return self.filter(user.within("alliance__host__path"))


@recorded
class ScoreRun(models.Model):
    """One computation for all units of an alliance over [starts_on, ends_on], both days included."""

    alliance = models.ForeignKey(
        Alliance, models.PROTECT, related_name="score_runs", verbose_name=_("联盟")
    )
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="runs", verbose_name=_("考核方案"))
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"))
    number = models.PositiveSmallIntegerField(_("次数"), default=1)
    computed_at = models.DateTimeField(_("计算时间"), default=timezone.now)
    computed_by = models.ForeignKey(
        "members.User", models.PROTECT, null=True, related_name="+", verbose_name=_("计算人")
    )

    objects = ScoreRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计分")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "scheme", "starts_on", "ends_on", "number"], name="score_run_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="score_run_dates_in_order"
            ),
        ]
        triggers = [Refuse(name="unalterable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.alliance} {self.starts_on:%Y-%m-%d}–{self.ends_on:%Y-%m-%d} #{self.number}"

    def get_absolute_url(self):
        return reverse("scorerun-detail", args=[self.pk])


class ScoreQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A unit's own scores, and those of the alliances hosted in the user's reach."""
        return self.filter(user.within("organisation__path") | user.within("run__alliance__host__path"))


@recorded
class Score(models.Model):
    """Organisation × scheme × run. `receipt` holds the lines as `assessments.scoring` returned them.

    `points` of `possible`: lines without records are in neither, so `possible` may lie below 100.
    """

    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="scores", verbose_name=_("计分"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="scores", verbose_name=_("单位")
    )
    points = models.DecimalField(_("得分"), max_digits=6, decimal_places=2)
    possible = models.DecimalField(_("可得分"), max_digits=6, decimal_places=2)
    receipt = models.JSONField(_("计分单"))
    check_value = models.CharField(_("校验值"), max_length=64)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("得分")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "organisation"], name="score_once_per_run"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("possible")), name="score_within_possible"
            ),
        ]
        triggers = [Refuse(name="unalterable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.organisation}: {self.points}/{self.possible}"

    def get_absolute_url(self):
        return reverse("score-detail", args=[self.pk])
