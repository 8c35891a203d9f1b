"""By which rules an alliance meets and decides: versions that never change, the district's defaults beneath them."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliances.models.alliance import Alliance
from alliances.rules.procedure import Terms, overridden, read_terms
from members.models import Organisation
from members.models.assignment import DatedQuerySet, DateRange
from members.models.change import Refuse, recorded


class ProcedureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Versions of the alliances that the user sees, and of the districts in which the user holds a role."""
        return self.filter(
            Q(alliance__in=Alliance.objects.visible_to(user))
            | user.within("district__path", districts=True)
        )

    def latest(self, **owner) -> "Procedure | None":
        """The newest version of `alliance=` or `district=`."""
        return self.filter(**owner).order_by("-version").first()

    def terms_of_district(self, district: Organisation) -> Terms:
        """The defaults of `district`: its newest version, or what the product ships."""
        row = self.latest(district=district)
        return read_terms(row.values) if row else Terms()

    def terms_of(self, alliance: Alliance) -> Terms:
        """The rules in force for `alliance`: its own values where the district leaves them open. Two queries."""
        default = self.filter(district__path=alliance.host.district_path).order_by("-version").first()
        own = self.latest(alliance=alliance)
        terms = read_terms(default.values) if default else Terms()
        if own is None:
            return terms
        open_fields = default.open_fields if default else list(terms.as_json())
        return overridden(terms, own.values, open_fields)


@recorded
class Procedure(models.Model):
    """议事规则, one version: of a district (all values, and which of them streets may set) or of an alliance (its own values)."""

    district = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name=_("区")
    )
    alliance = models.ForeignKey(
        Alliance, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name=_("联盟")
    )
    version = models.PositiveSmallIntegerField(_("版本"))
    values = models.JSONField(_("规则"), default=dict)
    open_fields = models.JSONField(_("各联盟可改的规则"), default=list, blank=True)
    reason = models.CharField(_("修订原因"), max_length=200)
    set_at = models.DateTimeField(_("修订时间"), default=timezone.now)
    set_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("修订人"))

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("议事规则")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(district=None, alliance__isnull=False)
                | Q(district__isnull=False, alliance=None),
                name="procedure_has_one_owner",
            ),
            models.UniqueConstraint(fields=["district", "version"], name="procedure_version_of_district"),
            models.UniqueConstraint(fields=["alliance", "version"], name="procedure_version_of_alliance"),
        ]
        triggers = [Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return _("%(owner)s议事规则（第 %(version)s 版）") % {
            "owner": self.alliance or self.district,
            "version": self.version,
        }

    def get_absolute_url(self):
        return reverse("procedure-detail", args=[self.pk])


class DutyTermQuerySet(DatedQuerySet):
    def visible_to(self, user):
        return self.filter(alliance__in=Alliance.objects.visible_to(user))


@recorded
class DutyTerm(models.Model):
    """轮值任期: one member convenes the alliance's meetings from day to day; never two on one day."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="terms", verbose_name=_("联盟"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="duty_terms", verbose_name=_("轮值单位")
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))

    objects = DutyTermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("轮值任期")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="duty_term_dates_in_order"
            ),
            ExclusionConstraint(
                name="duty_term_one_at_a_time",
                expressions=[
                    ("alliance", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.organisation} · {self.alliance}"

    def get_absolute_url(self):
        return self.alliance.get_absolute_url()


class MeetingKindQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Shipped kinds, and those of the user's own districts."""
        return self.filter(Q(district=None) | user.within("district__path", districts=True))

    def usable_in(self, alliance: Alliance):
        """Kinds in use that a meeting of `alliance` may be of."""
        return self.filter(Q(district=None) | Q(district__path=alliance.host.district_path), is_used=True)


@recorded
class MeetingKind(models.Model):
    """会议类型 as data: which kinds of meeting there are, shipped or a district's own."""

    district = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meeting_kinds",
        verbose_name=_("区"),
    )
    code = models.SlugField(_("代码"), max_length=30)
    name = models.CharField(_("名称"), max_length=30)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    is_regular = models.BooleanField(
        _("按周期召开"), default=False, help_text=_("到期没有召集时，会提醒召集单位。")
    )
    has_call = models.BooleanField(_("先征集议题"), default=True)
    members_may_call = models.BooleanField(_("成员单位可以召集"), default=False)
    decides = models.BooleanField(
        _("可以表决和作出决议"), default=True, help_text=_("听证会、述职评议等只记录意见的会议不选。")
    )
    is_used = models.BooleanField(_("使用中"), default=True)

    objects = MeetingKindQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("会议类型")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="meeting_kind_code_once", nulls_distinct=False
            ),
        ]

    def __str__(self):
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def get_absolute_url(self):
        return reverse("meetingkind-list")
