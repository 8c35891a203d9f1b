"""What an alliance talks about: items that units or the street propose, each with its source for good."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models.alliance import Alliance
from alliances.models.meeting import Meeting, OfMeetingQuerySet, closed_meeting
from alliances.states import ItemOutcome, ItemSource, ItemState, StepOutKind
from members.models import Organisation
from members.models.change import recorded


class AgendaItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Items of the alliances that the user sees."""
        return self.filter(alliance__in=Alliance.objects.visible_to(user))

    def waiting(self):
        """Proposed or accepted, on no agenda yet."""
        return self.filter(state__in=[ItemState.PROPOSED, ItemState.ACCEPTED])

    def on_agenda(self):
        """Scheduled or concluded, in the order of the agenda."""
        return self.filter(state__in=[ItemState.SCHEDULED, ItemState.CONCLUDED]).order_by("position", "pk")


@recorded
class AgendaItem(models.Model):
    """议题 of one alliance. Without `meeting` it waits for the next one."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="items", verbose_name=_("联盟"))
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("会议")
    )
    proposer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="proposed_items", verbose_name=_("提出单位")
    )
    title = models.CharField(_("议题"), max_length=80)
    body = models.TextField(_("说明"), max_length=1000, blank=True)
    source = models.CharField(_("来源"), max_length=12, choices=ItemSource)
    source_note = models.CharField(_("来源说明"), max_length=200, blank=True)
    source_duty = models.ForeignKey(
        "alliances.Duty",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("来源事项"),
    )
    source_item = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", verbose_name=_("来源议题")
    )
    state = models.CharField(_("状态"), max_length=10, choices=ItemState, default=ItemState.PROPOSED)
    return_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), null=True, blank=True)
    duration = models.PositiveSmallIntegerField(_("时长（分钟）"), default=10)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    discussion = models.TextField(_("讨论要点"), max_length=2000, blank=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=ItemOutcome, blank=True)
    resolution = models.TextField(_("结论"), max_length=1000, blank=True)
    referred_to = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("转交给")
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now, editable=False)
    # None: the clock carried it here.
    proposed_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("提出人"),
    )
    concluded_at = models.DateTimeField(_("审议时间"), null=True, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("议题")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="item_state_known"),
            models.CheckConstraint(condition=Q(source__in=ItemSource.values), name="item_source_known"),
            models.CheckConstraint(condition=~Q(title=""), name="item_has_title"),
            models.CheckConstraint(
                condition=~Q(state=ItemState.RETURNED) | ~Q(return_reason=""),
                name="item_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ItemState.SCHEDULED, ItemState.CONCLUDED])
                | Q(meeting__isnull=False, position__isnull=False),
                name="item_on_agenda_has_place",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.CONCLUDED, concluded_at__isnull=False) & ~Q(outcome="")
                | (~Q(state=ItemState.CONCLUDED) & Q(outcome="", concluded_at=None)),
                name="item_concluded_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome=ItemOutcome.REFERRED, referred_to__isnull=False)
                | (~Q(outcome=ItemOutcome.REFERRED) & Q(referred_to=None)),
                name="item_referred_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(source=ItemSource.OVERDUE_DUTY) | Q(source_duty__isnull=False),
                name="item_of_duty_names_it",
            ),
            models.UniqueConstraint(
                fields=["source_duty"],
                condition=Q(
                    source=ItemSource.OVERDUE_DUTY,
                    state__in=[ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.SCHEDULED],
                ),
                name="item_of_overdue_duty_once",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(
                    source=ItemSource.LAST_RESULTS, state__in=[ItemState.SCHEDULED, ItemState.CONCLUDED]
                ),
                name="item_of_last_results_once",
            ),
            models.UniqueConstraint(
                fields=["source_item"],
                condition=~Q(state__in=[ItemState.RETURNED, ItemState.WITHDRAWN]),
                name="item_deferred_comes_back_once",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "state", "-id"], name="item_of_alliance")]
        triggers = [
            pgtrigger.Trigger(
                name="meeting_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=closed_meeting("SELECT state FROM alliances_meeting WHERE id = OLD.meeting_id"),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("item-detail", args=[self.pk])


class OfItemQuerySet(OfMeetingQuerySet):
    """Rows that hang on an agenda item by `path`."""

    path = "item"


class StepOut(models.Model):
    """A unit at the meeting that takes no part in one item: 回避 leaves the vote, 离席 only the room. No history."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="step_outs", verbose_name=_("议题"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("单位"))
    kind = models.CharField(_("情形"), max_length=10, choices=StepOutKind)

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("不参加审议")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "organisation"], name="step_out_once"),
            models.CheckConstraint(condition=Q(kind__in=StepOutKind.values), name="step_out_kind_known"),
        ]

    def __str__(self):
        return f"{self.organisation} · {self.get_kind_display()}"

    def get_absolute_url(self):
        return self.item.get_absolute_url()


@recorded
class Opinion(models.Model):
    """少数意见 of one unit on one item, in its own words, printed under the resolution."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="opinions", verbose_name=_("议题"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="opinions", verbose_name=_("单位")
    )
    text = models.TextField(_("意见原文"), max_length=1000)
    given_at = models.DateTimeField(_("时间"), default=timezone.now)
    given_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("记录人"))

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("少数意见")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "organisation"], name="opinion_once"),
            models.CheckConstraint(condition=~Q(text=""), name="opinion_has_text"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="meeting_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=closed_meeting(
                    "SELECT m.state FROM alliances_meeting m JOIN alliances_agendaitem i"
                    " ON i.meeting_id = m.id WHERE i.id = NEW.item_id"
                ),
            ),
            pgtrigger.Trigger(
                name="kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="RAISE EXCEPTION 'a minority opinion is kept' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self):
        return f"{self.organisation} · {self.item}"

    def get_absolute_url(self):
        return self.item.get_absolute_url()
