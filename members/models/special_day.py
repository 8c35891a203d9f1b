"""Days that the State Council or the office made working or free, beyond the packaged calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.change import recorded
from workflow.workdays import Calendar


class SpecialDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The calendar is one for all districts, and no secret."""
        return self.all()

    def calendar(self) -> Calendar:
        """The working-day calendar with these rows on top."""
        return Calendar(dict(self.values_list("day", "is_workday")))


@recorded
class SpecialDay(models.Model):
    day = models.DateField(_("日期"), unique=True)
    is_workday = models.BooleanField(_("是否上班"))
    note = models.CharField(_("说明"), max_length=100, blank=True)

    objects = SpecialDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("特殊工作日")
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day:%Y-%m-%d}"
