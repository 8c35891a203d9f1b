"""Who takes how much of which slot, in either direction."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Organisation
from members.models.change import recorded
from projects.models.listing import Slot
from projects.states import LIVE_CLAIM_STATES, OPEN_CLAIM_STATES, ClaimState, Direction


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Both parties, and those who look after one of them or host the alliance."""
        return self.filter(
            user.within("organisation__path")
            | user.within("slot__listing__organisation__path")
            | user.within("slot__listing__alliance__host__path")
        )

    def live(self):
        return self.filter(state__in=LIVE_CLAIM_STATES)

    def open(self):
        """Live and not yet done: what still binds both sides."""
        return self.filter(state__in=OPEN_CLAIM_STATES)

    def unanswered(self):
        return self.filter(state=ClaimState.REQUESTED)

    def with_parties(self):
        """Loaded with what a row of a list shows: constant queries whatever the length."""
        return self.select_related(
            "slot__listing__organisation__kind",
            "slot__listing__alliance",
            "slot__listing__category",
            "organisation__kind",
        )


@recorded
class Claim(models.Model):
    """认领: a unit claims a need, a community or a unit claims a resource."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="claims", verbose_name=_("时段"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="claims", verbose_name=_("认领单位")
    )
    quantity = models.PositiveIntegerField(_("认领数量"))
    plan = models.CharField(_("认领方案"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ClaimState, default=ClaimState.REQUESTED)
    answer_due = models.DateField(_("答复期限"))
    claimed_at = models.DateTimeField(_("认领时间"), default=timezone.now)
    claimed_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("认领人")
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("答复人"),
    )
    sign_due = models.DateField(_("签约期限"), null=True, editable=False)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("认领")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="claim_quantity_positive"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_known"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="claim_answered_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ClaimState.DECLINED, ClaimState.WITHDRAWN, ClaimState.REVOKED])
                | ~Q(reason=""),
                name="claim_exit_has_reason",
            ),
            models.UniqueConstraint(
                fields=["slot", "organisation"],
                condition=Q(state=ClaimState.REQUESTED),
                name="claim_one_unanswered_per_slot",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="claim_of_organisation"),
            models.Index(
                fields=["answer_due"],
                condition=Q(state=ClaimState.REQUESTED),
                name="claim_unanswered_due",
            ),
            models.Index(
                fields=["sign_due"], condition=Q(state=ClaimState.ACCEPTED), name="claim_unsigned_due"
            ),
        ]

    def __str__(self):
        return f"{self.organisation} → {self.slot.listing}"

    def get_absolute_url(self):
        return reverse("claim-detail", args=[self.pk])

    @property
    def listing(self):
        return self.slot.listing

    @property
    def provider(self) -> Organisation:
        """The doer: the claimant of a need, the owner of a resource."""
        return self.organisation if self.listing.direction == Direction.NEED else self.listing.organisation

    @property
    def requester(self) -> Organisation:
        """The one it is done for: the owner of a need, the claimant of a resource."""
        return self.listing.organisation if self.listing.direction == Direction.NEED else self.organisation
