"""Who holds which role where, and when."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.change import recorded
from members.models.organisation import Organisation
from members.states import Role


class DateRange(models.Func):
    """PostgreSQL's daterange(start, end), both days included; an open end when `end` is null."""

    function = "daterange"
    output_field = DateRangeField()


#: `current` of `DatedQuerySet` for the table {0} of a hand-written statement.
CURRENT = "{0}.starts_on <= %(today)s AND ({0}.ends_on IS NULL OR {0}.ends_on >= %(today)s)"


class DatedQuerySet(models.QuerySet):
    def current(self, day=None):
        """Rows in force on `day`, today by default."""
        day = day or timezone.localdate()
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=day), starts_on__lte=day)


class AssignmentQuerySet(DatedQuerySet):
    def visible_to(self, user):
        return self.filter(models.Q(user=user) | user.within("organisation__path", *MANAGERS))


MANAGERS = (Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.AUDITOR)


@recorded
class Assignment(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("用户")
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="assignments", verbose_name=_("组织")
    )
    is_recursive = models.BooleanField(_("含下级"), default=False)
    starts_on = models.DateField(_("开始日期"), default=timezone.localdate)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="assignment_role_known"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="assignment_dates_in_order",
            ),
            ExclusionConstraint(
                name="assignment_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", models.Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()} {self.organisation}"
