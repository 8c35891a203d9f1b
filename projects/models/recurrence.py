"""The rule by which the slots of a listing come again: every week or every month, at the same hours."""

from dataclasses import asdict

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models.change import recorded
from projects.models.listing import Listing
from projects.recurrence import Rule
from projects.states import OnHoliday, Pattern


class RecurrenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(listing__in=Listing.objects.visible_to(user))


@recorded
class Recurrence(models.Model):
    """每月26日 09:30–11:00: kept as a rule, so that it can be said in words and go on in the next period."""

    listing = models.OneToOneField(
        Listing, models.CASCADE, related_name="recurrence", verbose_name=_("清单条目")
    )
    pattern = models.CharField(_("重复"), max_length=7, choices=Pattern)
    # ISO: Monday is 1.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("星期"))
    month_day = models.PositiveSmallIntegerField(_("日期"), null=True, blank=True)
    from_time = models.TimeField(_("开始"))
    until_time = models.TimeField(_("结束"))
    first_on = models.DateField(_("从"))
    last_on = models.DateField(_("到"))
    on_holiday = models.CharField(
        _("遇法定节假日"), max_length=4, choices=OnHoliday, default=OnHoliday.SKIP
    )
    quantity = models.PositiveIntegerField(_("每次数量"), default=1)

    objects = RecurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("重复规则")
        constraints = [
            models.CheckConstraint(
                condition=Q(pattern=Pattern.WEEKLY, month_day=None, weekdays__len__gte=1)
                | Q(pattern=Pattern.MONTHLY, month_day__range=(1, 31), weekdays__len=0),
                name="recurrence_weekly_or_monthly",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="recurrence_weekdays_known"
            ),
            models.CheckConstraint(
                condition=Q(from_time__lt=F("until_time")), name="recurrence_hours_in_order"
            ),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on")), name="recurrence_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(on_holiday__in=OnHoliday.values), name="recurrence_on_holiday_known"
            ),
            models.CheckConstraint(
                condition=Q(quantity__range=(1, 100_000)), name="recurrence_quantity_sensible"
            ),
        ]

    def __str__(self):
        return f"{self.listing_id}: {self.get_pattern_display()}"

    @property
    def rule(self) -> Rule:
        """The row as what `projects.recurrence` walks and says in words."""
        return Rule(
            Pattern(self.pattern),
            self.from_time,
            self.until_time,
            self.first_on,
            self.last_on,
            weekdays=frozenset(self.weekdays),
            month_day=self.month_day,
            on_holiday=OnHoliday(self.on_holiday),
            quantity=self.quantity,
        )

    @classmethod
    def of(cls, listing: Listing, rule: Rule) -> "Recurrence":
        """`rule` as an unsaved row of `listing`."""
        values = {**asdict(rule), "weekdays": sorted(rule.weekdays)}
        return cls(listing=listing, **values)
