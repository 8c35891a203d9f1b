"""By which published formula member units are assessed, and which alliance uses which."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from assessments.states import SchemeState
from members.models import Organisation
from members.models.assignment import DatedQuerySet, DateRange
from members.models.change import recorded


class SchemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Shipped schemes, and those of the user's own districts."""
        return self.filter(Q(owner=None) | user.within("owner__path", districts=True))

    def published(self):
        return self.filter(state=SchemeState.PUBLISHED)


@recorded
class Scheme(models.Model):
    """One version of an assessment scheme. Published versions never change. `owner` None: shipped."""

    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    # From how many percent of the possible points a word applies: [{"from": 90, "name": …, "name_en": …}].
    grades = models.JSONField(_("等次"), default=list, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=SchemeState, default=SchemeState.DRAFT)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所属组织")
    )

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核方案")
        ordering = ["name", "-version"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SchemeState.values), name="scheme_state_known"),
            models.UniqueConstraint(
                fields=["owner", "name", "version"], name="scheme_version_once", nulls_distinct=False
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=SchemeState.PUBLISHED),
                func="RAISE EXCEPTION 'a published scheme is frozen' USING ERRCODE = 'restrict_violation';",
            )
        ]

    def __str__(self):
        name = self.name_en if self.name_en and get_language() == "en" else self.name
        return f"{name} v{self.version}"

    def get_absolute_url(self):
        return reverse("scheme-detail", args=[self.pk])


@recorded
class Indicator(models.Model):
    """One line of a scheme: a measure of `assessments.scoring`, its parameters and its full points."""

    scheme = models.ForeignKey(
        Scheme, models.CASCADE, related_name="indicators", verbose_name=_("考核方案")
    )
    position = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("指标"), max_length=60)
    title_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    measure = models.CharField(_("计分办法"), max_length=40)
    points = models.PositiveSmallIntegerField(_("分值"))
    params = models.JSONField(_("参数"), default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("考核指标")
        ordering = ["scheme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "position"], name="indicator_position_once"),
            models.CheckConstraint(condition=Q(points__range=(1, 100)), name="indicator_points_sensible"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("scheme_state", "text")],
                func=f"""
                    SELECT state INTO scheme_state FROM assessments_scheme
                     WHERE id = COALESCE(NEW.scheme_id, OLD.scheme_id);
                    IF scheme_state = '{SchemeState.PUBLISHED.value}' THEN
                        RAISE EXCEPTION 'indicators of a published scheme are frozen'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,  # noqa: S608
            )
        ]

    def __str__(self):
        return self.title_en if self.title_en and get_language() == "en" else self.title


class AdoptionQuerySet(DatedQuerySet):
    def visible_to(self, user):
        return self.filter(alliance__in=Alliance.objects.visible_to(user))


@recorded
class Adoption(models.Model):
    """The scheme that an alliance is assessed by, from day to day: one at a time."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="adoptions", verbose_name=_("联盟"))
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="adoptions", verbose_name=_("考核方案"))
    starts_on = models.DateField(_("开始日期"), default=timezone.localdate)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("方案采用")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="adoption_dates_in_order"
            ),
            ExclusionConstraint(
                name="adoption_one_at_a_time",
                expressions=[
                    ("alliance", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.alliance}: {self.scheme}"
