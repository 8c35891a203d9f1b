"""Which standing bodies decide together, and who belongs to them when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from alliances.states import MemberRole
from members.models import Organisation
from members.models.assignment import DatedQuerySet, DateRange
from members.models.change import recorded


class AllianceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Alliances that the user's organisations host or belong to today, and those hosted in the user's reach."""
        own = Membership.objects.current().filter(user.within("organisation__path"))
        return self.filter(user.within("host__path") | Q(pk__in=own.values("alliance")))

    def open(self):
        return self.filter(ended_on=None)

    def with_members(self):
        """Each row with `members`: how many organisations belong to it today."""
        counted = (
            Membership.objects.current()
            .filter(alliance=models.OuterRef("pk"))
            .order_by()
            .values("alliance")
        )
        count = counted.annotate(count=models.Count("pk")).values("count")
        return self.annotate(members=Coalesce(models.Subquery(count), 0))


@recorded
class Alliance(models.Model):
    """区域化党建联盟: hosted by any organisation; its lists may bear other names than the usual ones."""

    name = models.CharField(_("名称"), max_length=100)
    host = models.ForeignKey(
        Organisation, models.PROTECT, related_name="hosted_alliances", verbose_name=_("主办组织")
    )
    purpose = models.TextField(_("宗旨"), blank=True)
    needs_name = models.CharField(_("需求清单名称"), max_length=20, default="需求清单")
    resources_name = models.CharField(_("资源清单名称"), max_length=20, default="资源清单")
    projects_name = models.CharField(_("项目清单名称"), max_length=20, default="项目清单")
    # Working days; no published rule names them, so each alliance may set its own.
    answer_days = models.PositiveSmallIntegerField(_("答复认领（工作日）"), default=5)
    sign_days = models.PositiveSmallIntegerField(_("签约（工作日）"), default=10)
    acknowledge_days = models.PositiveSmallIntegerField(_("确认交付（工作日）"), default=5)
    started_on = models.DateField(_("成立日期"), default=timezone.localdate)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)

    objects = AllianceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("联盟")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["host", "name"], name="alliance_name_once_per_host"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")),
                name="alliance_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(answer_days__range=(1, 60))
                & Q(sign_days__range=(1, 60))
                & Q(acknowledge_days__range=(1, 60)),
                name="alliance_days_sensible",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("alliance-detail", args=[self.pk])

    def organisations(self) -> models.QuerySet[Organisation]:
        """Those that belong to it today and stand: its members and its host."""
        members = Membership.objects.current().filter(alliance=self.pk).order_by().values("organisation")
        return Organisation.objects.open().filter(Q(pk__in=members) | Q(pk=self.host_id))

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @cached_property
    def known_members(self) -> dict[int, bool]:
        """What a statement that loaded this object has found out for `has_member`, by organisation."""
        return {}

    def has_member(self, organisation: Organisation) -> bool:
        """Whether `organisation` hosts the alliance or belongs to it today."""
        if organisation.pk == self.host_id:
            return True
        if organisation.pk in self.known_members:
            return self.known_members[organisation.pk]
        return Membership.objects.current().filter(alliance=self, organisation=organisation).exists()


class MembershipQuerySet(DatedQuerySet):
    def visible_to(self, user):
        """Memberships, contacts included, within the alliances that the user sees."""
        return self.filter(alliance__in=Alliance.objects.visible_to(user))


@recorded
class Membership(models.Model):
    """An organisation in an alliance from day to day, with the contact that the others may call."""

    alliance = models.ForeignKey(
        Alliance, models.PROTECT, related_name="memberships", verbose_name=_("联盟")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("单位")
    )
    role = models.CharField(_("身份"), max_length=8, choices=MemberRole, default=MemberRole.MEMBER)
    contact_name = models.CharField(_("联系人"), max_length=30, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    # 固定联系人: who on the street's committee looks after this unit.
    committee_contact = models.CharField(_("党委固定联系人"), max_length=30, blank=True)
    committee_phone = models.CharField(_("党委联系电话"), max_length=30, blank=True)
    starts_on = models.DateField(_("加入日期"), default=timezone.localdate)
    ends_on = models.DateField(_("退出日期"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("成员关系")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="membership_dates_in_order",
            ),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("alliance", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.organisation} · {self.alliance}"

    def get_absolute_url(self):
        return self.alliance.get_absolute_url()

    def is_over(self, day=None) -> bool:
        """Whether the last day lies before `day`, today by default."""
        return self.ends_on is not None and self.ends_on < (day or timezone.localdate())

    @property
    def contact_tel(self) -> str:
        return _dialled(self.contact_phone)

    @property
    def committee_tel(self) -> str:
        return _dialled(self.committee_phone)


def _dialled(phone: str) -> str:
    """The number as a telephone dials it: digits, a leading +, and a pause before the extension."""
    number, _separator, extension = phone.partition("转")
    dialled = "".join(character for character in number if character in "+0123456789")
    return f"{dialled},{extension.strip()}" if extension.strip() else dialled
