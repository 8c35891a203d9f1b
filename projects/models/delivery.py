"""What was really done: reported by the doer, confirmed and rated by the requester."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.change import recorded
from projects.models.claim import Claim
from projects.states import OPEN_DELIVERY_STATES, DeliveryState, Outcome, Rating


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(claim__in=Claim.objects.visible_to(user))

    def with_parties(self):
        """Loaded with what a row of a list names."""
        return self.select_related(
            "claim__slot__listing__organisation__kind",
            "claim__slot__listing__alliance",
            "claim__organisation__kind",
            "reported_by",
            "acknowledged_by",
        )

    def unacknowledged(self):
        return self.filter(state=DeliveryState.REPORTED)

    def unsettled(self):
        """Waiting for the requester's word, or in dispute."""
        return self.filter(state__in=OPEN_DELIVERY_STATES)

    def accepted(self):
        return self.filter(state=DeliveryState.ACCEPTED)


@recorded
class Delivery(models.Model):
    """A reported quantity on one claim with two acknowledgements; partial deliveries add up."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="deliveries", verbose_name=_("认领"))
    quantity = models.PositiveIntegerField(_("交付数量"))
    done_on = models.DateField(_("完成日期"))
    report = models.CharField(_("简要情况"), max_length=300, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=DeliveryState, default=DeliveryState.REPORTED
    )
    acknowledge_due = models.DateField(_("确认期限"))
    reported_at = models.DateTimeField(_("报告时间"), default=timezone.now)
    reported_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("报告人")
    )
    accepted_quantity = models.PositiveIntegerField(_("确认数量"), null=True, editable=False)
    acknowledged_at = models.DateTimeField(_("确认时间"), null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("确认人"),
    )
    rating = models.CharField(_("评议"), max_length=10, choices=Rating, blank=True)
    remark = models.CharField(_("评议意见"), max_length=200, blank=True)
    answer = models.CharField(_("回应"), max_length=200, blank=True, default="", db_default="")
    answered_at = models.DateTimeField(_("回应时间"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("回应人"),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("交付")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="delivery_quantity_positive"),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None, state__in=OPEN_DELIVERY_STATES)
                | (
                    Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                    & ~Q(state__in=OPEN_DELIVERY_STATES)
                ),
                name="delivery_acknowledged_paired",
            ),
            models.CheckConstraint(
                condition=Q(accepted_quantity=None)
                | Q(accepted_quantity__gte=1, accepted_quantity__lte=F("quantity")),
                name="delivery_accepted_within_reported",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.ACCEPTED) | Q(accepted_quantity__isnull=False),
                name="delivery_accepted_has_quantity",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.RETURNED) | ~Q(remark=""),
                name="delivery_return_has_reason",
            ),
            # Whoever reports the work does not rate it.
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.ACCEPTED) | ~Q(acknowledged_by=F("reported_by")),
                name="delivery_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(rating="") | Q(rating__in=Rating.values), name="delivery_rating_known"
            ),
            # The doer answers the word of the requester, not the silence.
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & ~Q(rating="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="delivery_answer_to_rating",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=OPEN_DELIVERY_STATES),
                name="delivery_one_unacknowledged_per_claim",
            ),
        ]
        indexes = [
            models.Index(
                fields=["acknowledge_due"],
                condition=Q(state=DeliveryState.REPORTED),
                name="delivery_unacknowledged_due",
            )
        ]

    def __str__(self):
        return f"{self.claim}: {self.quantity}"

    def get_absolute_url(self):
        return reverse("delivery-detail", args=[self.pk])


class DisputeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(delivery__in=Delivery.objects.visible_to(user))

    def open(self):
        return self.filter(outcome="")

    def with_parties(self):
        """Loaded with what a row of a list names."""
        return self.select_related(
            "delivery__claim__slot__listing__organisation__kind",
            "delivery__claim__slot__listing__alliance__host__kind",
            "delivery__claim__organisation__kind",
        )


@recorded
class Dispute(models.Model):
    """异议: the two sides count differently; it has a date and ends with both statements kept."""

    delivery = models.OneToOneField(
        Delivery, models.PROTECT, related_name="dispute", verbose_name=_("交付")
    )
    # What the requester says was delivered; nothing at all is 0.
    counted = models.PositiveIntegerField(_("需求方确认数量"))
    requester_statement = models.CharField(_("需求方说明"), max_length=300)
    opened_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    opened_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    settle_by = models.DateField(_("处理期限"))
    provider_statement = models.CharField(_("提供方说明"), max_length=300, blank=True)
    stated_at = models.DateTimeField(_("说明时间"), null=True, editable=False)
    stated_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("说明人"),
    )
    outcome = models.CharField(_("处理结果"), max_length=16, choices=Outcome, blank=True)
    settled_quantity = models.PositiveIntegerField(_("认定数量"), null=True, editable=False)
    decision = models.CharField(_("处理意见"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("处理时间"), null=True, editable=False)
    settled_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("处理人"),
    )

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("异议")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(requester_statement=""), name="dispute_has_requester_statement"
            ),
            models.CheckConstraint(
                condition=Q(provider_statement="", stated_at=None, stated_by=None)
                | (~Q(provider_statement="") & Q(stated_at__isnull=False, stated_by__isnull=False)),
                name="dispute_statement_paired",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_quantity=None, settled_at=None, settled_by=None)
                | Q(
                    outcome__in=Outcome.values,
                    settled_quantity__isnull=False,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
                name="dispute_settled_paired",
            ),
            # Somebody who is not a party gives his grounds; the parties' own stand in their statements.
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.DECIDED) | ~Q(decision=""), name="dispute_decision_in_words"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.PROVIDER_AGREED, Outcome.REQUESTER_AGREED])
                | ~Q(provider_statement=""),
                name="dispute_agreed_with_both_statements",
            ),
            # Street staff speak for several sides: nobody speaks for both, and no party decides.
            models.CheckConstraint(
                condition=Q(stated_by=None) | ~Q(stated_by=F("opened_by")), name="dispute_two_speakers"
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None)
                | (Q(outcome=Outcome.PROVIDER_AGREED) & ~Q(settled_by=F("opened_by")))
                | (Q(outcome=Outcome.REQUESTER_AGREED) & ~Q(settled_by=F("stated_by")))
                | (
                    Q(outcome=Outcome.DECIDED)
                    & ~Q(settled_by=F("opened_by"))
                    & (Q(stated_by=None) | ~Q(settled_by=F("stated_by")))
                ),
                name="dispute_settled_by_another",
            ),
        ]
        indexes = [models.Index(fields=["settle_by"], condition=Q(outcome=""), name="dispute_open_due")]
        triggers = [
            # What either side has said stands as it was said.
            pgtrigger.Trigger(
                name="statements_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'DELETE'
                       OR (OLD.counted, OLD.requester_statement)
                          IS DISTINCT FROM (NEW.counted, NEW.requester_statement)
                       OR (OLD.provider_statement <> '' AND OLD.provider_statement <> NEW.provider_statement)
                       OR OLD.outcome <> ''
                    THEN
                        RAISE EXCEPTION 'statements are kept' USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return f"{self.delivery_id}: {self.counted}"

    def get_absolute_url(self):
        return reverse("delivery-detail", args=[self.delivery_id])
