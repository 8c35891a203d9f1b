"""What was decided, and who owes what from it until when."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models.alliance import Alliance
from alliances.models.item import AgendaItem
from alliances.models.meeting import closed_meeting
from alliances.states import OPEN_DUTY_STATES, AppealKind, AppealState, DutyState
from members.models import Organisation
from members.models.change import Refuse, recorded


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(alliance__in=Alliance.objects.visible_to(user))


@recorded
class Decision(models.Model):
    """决议: the numbered result of one item; may take the place of an earlier one. Fixed once its meeting is closed."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="decisions", verbose_name=_("联盟"))
    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="decision", verbose_name=_("议题"))
    year = models.PositiveSmallIntegerField(_("年份"))
    serial = models.PositiveSmallIntegerField(_("序号"))
    text = models.TextField(_("决议内容"), max_length=1000)
    decided_on = models.DateField(_("日期"))
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("决议")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "year", "serial"], name="decision_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="decision_has_text"),
        ]
        triggers = [
            Refuse(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="meeting_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=closed_meeting(
                    "SELECT m.state FROM alliances_meeting m JOIN alliances_agendaitem i"
                    " ON i.meeting_id = m.id WHERE i.id = OLD.item_id"
                ),
            ),
        ]

    #: The columns that its name is made of, for whoever names many rows at once.
    named_by = ("year", "serial")

    def __str__(self):
        return _("%(number)s决议") % {"number": self.number}

    def get_absolute_url(self):
        return reverse("decision-detail", args=[self.pk])

    @property
    def number(self) -> str:
        """〔2026〕3号."""
        return f"〔{self.year}〕{self.serial}号"


class DutyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Duties of the alliances that the user sees."""
        return self.filter(decision__alliance__in=Alliance.objects.visible_to(user))

    def unfinished(self):
        """Still asking something of somebody."""
        return self.filter(state__in=OPEN_DUTY_STATES)

    def overdue(self, today=None):
        """Ongoing past the due day."""
        return self.filter(state=DutyState.ONGOING, due_on__lt=today or timezone.localdate())

    def with_parties(self):
        """Loaded with what the checks and a row of a list name: lead, alliance, host and convener."""
        return self.select_related(
            "lead__kind", "decision__alliance__host__kind", "decision__item__meeting__convener__kind"
        )

    def with_partners(self):
        """With the co-operating units, in one more query."""
        rows = DutyPartner.objects.select_related("organisation")
        return self.prefetch_related(models.Prefetch("partners", rows))


@recorded
class Duty(models.Model):
    """议定事项: what one unit leads, what finished means, until when."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="duties", verbose_name=_("决议"))
    lead = models.ForeignKey(
        Organisation, models.PROTECT, related_name="led_duties", verbose_name=_("责任单位")
    )
    title = models.CharField(_("事项"), max_length=80)
    done_means = models.CharField(_("办结标准"), max_length=200)
    due_on = models.DateField(_("时限"))
    review_on = models.DateField(_("回访日期"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=DutyState, default=DutyState.ONGOING)
    reported_on = models.DateField(_("报告办结日期"), null=True, blank=True)
    closed_on = models.DateField(_("销号日期"), null=True, blank=True)
    close_note = models.CharField(_("销号说明"), max_length=200, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("议定事项")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DutyState.values), name="duty_state_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(done_means=""), name="duty_says_what"),
            models.CheckConstraint(
                condition=Q(review_on=None) | Q(review_on__gte=models.F("due_on")),
                name="duty_review_after_due",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DutyState.DONE, DutyState.DROPPED], closed_on__isnull=False)
                | (~Q(state__in=[DutyState.DONE, DutyState.DROPPED]) & Q(closed_on=None)),
                name="duty_closed_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "state", "due_on"], name="duty_of_lead"),
            models.Index(
                fields=["due_on"], name="duty_ongoing_by_due", condition=Q(state=DutyState.ONGOING)
            ),
        ]
        triggers = [Refuse(name="no_delete", operation=pgtrigger.Delete)]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("duty-detail", args=[self.pk])

    @property
    def is_overdue(self) -> bool:
        return self.state == DutyState.ONGOING and self.due_on < timezone.localdate()


class OfDutyQuerySet(models.QuerySet):
    """Rows that hang on a duty."""

    def visible_to(self, user):
        return self.filter(duty__decision__alliance__in=Alliance.objects.visible_to(user))

    def with_duty(self):
        """Loaded with the duty and whom its checks ask for."""
        return self.select_related(
            "duty__lead__kind",
            "duty__decision__alliance__host__kind",
            "duty__decision__item__meeting__convener__kind",
        )


@recorded
class DutyPartner(models.Model):
    """配合单位 of one duty."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="partners", verbose_name=_("议定事项"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="partner_duties", verbose_name=_("配合单位")
    )

    objects = OfDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("配合单位")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "organisation"], name="duty_partner_once"),
        ]

    def __str__(self):
        return str(self.organisation)


@recorded
class DutyReport(models.Model):
    """进展: what the lead unit or a partner says of the work, in its own words; kept as it was said."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="reports", verbose_name=_("议定事项"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("报告单位")
    )
    text = models.TextField(_("进展"), max_length=500)
    is_final = models.BooleanField(_("报告办结"), default=False)
    reported_at = models.DateTimeField(_("时间"), default=timezone.now)
    reported_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("报告人")
    )

    objects = OfDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("办理进展")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="duty_report_has_text")]
        triggers = [Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.organisation} · {self.duty}"

    def get_absolute_url(self):
        return self.duty.get_absolute_url()


@recorded
class Appeal(models.Model):
    """The lead unit asks for help, for another lead, or for the district; answered by a date."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="appeals", verbose_name=_("议定事项"))
    kind = models.CharField(_("类型"), max_length=12, choices=AppealKind)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="appeals", verbose_name=_("提出单位")
    )
    # Who answers: the helper that is asked, the host of the alliance for a transfer, the district.
    addressee = models.ForeignKey(
        Organisation, models.PROTECT, related_name="received_appeals", verbose_name=_("答复单位")
    )
    new_lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("建议转交给")
    )
    reason = models.CharField(_("原因"), max_length=500)
    state = models.CharField(_("状态"), max_length=10, choices=AppealState, default=AppealState.WAITING)
    answer_by = models.DateField(_("答复期限"))
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    asked_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("提出人"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )

    objects = OfDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("办理请求")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AppealKind.values), name="appeal_kind_known"),
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_has_reason"),
            models.CheckConstraint(
                condition=Q(kind=AppealKind.TRANSFER, new_lead__isnull=False)
                | (~Q(kind=AppealKind.TRANSFER) & Q(new_lead=None)),
                name="appeal_transfer_names_lead",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="appeal_answered_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[AppealState.GRANTED, AppealState.DECLINED])
                | Q(answered_at__isnull=False),
                name="appeal_answered_has_moment",
            ),
            models.UniqueConstraint(
                fields=["duty", "kind", "addressee"],
                condition=Q(state=AppealState.WAITING),
                name="appeal_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["addressee", "answer_by"],
                name="appeal_waiting",
                condition=Q(state=AppealState.WAITING),
            )
        ]
        triggers = [Refuse(name="no_delete", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.duty}"

    def get_absolute_url(self):
        return self.duty.get_absolute_url()


@recorded
class FlowBack(models.Model):
    """责任回流: a duty that a unit handed back to the street or to a community, and why."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="flow_backs", verbose_name=_("议定事项"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="flow_backs", verbose_name=_("退回单位")
    )
    to = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("接手单位"))
    reason = models.CharField(_("原因"), max_length=500)
    handed_back_on = models.DateField(_("日期"), default=timezone.localdate)
    handed_back_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("经办人")
    )

    objects = OfDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("责任回流")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="flow_back_has_reason"),
            models.CheckConstraint(condition=~Q(to=models.F("organisation")), name="flow_back_to_another"),
        ]
        triggers = [Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.organisation} → {self.to} · {self.duty}"

    def get_absolute_url(self):
        return self.duty.get_absolute_url()
