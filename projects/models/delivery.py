"""What was really done: reported by the doer, confirmed and rated by the requester."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.change import recorded
from projects.models.claim import Claim
from projects.states import DeliveryState, Rating


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
                condition=Q(acknowledged_at=None, acknowledged_by=None, state=DeliveryState.REPORTED)
                | (
                    Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                    & ~Q(state=DeliveryState.REPORTED)
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
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state=DeliveryState.REPORTED),
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
        return reverse("claim-detail", args=[self.claim_id])
