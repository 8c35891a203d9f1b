"""Who takes how much of which slot, in either direction."""

from datetime import timedelta

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Organisation
from members.models.change import Refuse, recorded
from projects.models.listing import Slot
from projects.states import (
    EXPIRING_CLAIM_STATES,
    LIVE_CLAIM_STATES,
    NAMED_CAUSES,
    OPEN_CLAIM_STATES,
    UNANSWERED_CLAIM_STATES,
    Cause,
    ClaimState,
    Direction,
    ShareState,
    SkipReason,
    TurnOutcome,
)

#: What the shares of a joint claim must come to when a transaction ends. Its row is locked first, so that two
#: transactions cannot each look past the other's share.
_SHARES_ADD_UP = """
    PERFORM 1 FROM projects_claim WHERE id = {claim} FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM projects_claim c JOIN projects_share s ON s.claim_id = c.id
         WHERE c.id = {claim} GROUP BY c.id
        HAVING COALESCE(sum(s.quantity) FILTER (WHERE s.state <> 'declined'), 0) <> c.quantity
    ) THEN
        RAISE EXCEPTION 'the shares do not add up to the claim'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_shares_add_up';
    END IF;
    RETURN NULL;
"""


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Both parties, units that share the claim, and those who look after one of them or host the alliance."""
        shares = Share.objects.filter(user.within("organisation__path"), claim=OuterRef("pk"))
        return self.filter(
            user.within("organisation__path")
            | Exists(shares)
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

    def waiting(self):
        return self.filter(state=ClaimState.WAITING)

    def past_hold(self, now=None):
        """Held or unanswered beyond their time: by right their quantity is free already."""
        return self.filter(state__in=EXPIRING_CLAIM_STATES, expires_at__lte=now or timezone.now())

    def with_parties(self):
        """Loaded with what a row of a list shows: constant queries whatever the length."""
        return self.select_related(
            "slot__listing__organisation__kind",
            "slot__listing__alliance",
            "slot__listing__category",
            "organisation__kind",
            "passed_from__organisation",
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
    # The last day on which the owner may answer; `expires_at` is the moment after it.
    answer_due = models.DateField(_("答复期限"), null=True)
    expires_at = models.DateTimeField(_("保留至"), null=True, editable=False)
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
    cause = models.CharField(
        _("退出原因"), max_length=13, choices=Cause, blank=True, default="", db_default=""
    )
    # The waiting list: when the organisation joined it, and what puts it before others.
    waited_since = models.DateTimeField(_("候补时间"), null=True, editable=False)
    priority = models.PositiveSmallIntegerField(_("优先级"), default=0, db_default=0)
    priority_reason = models.CharField(_("优先原因"), max_length=100, blank=True, default="", db_default="")
    passed_from = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="passed_to",
        verbose_name=_("转交自"),
    )
    # Copied from a listing that forbids overlap: owner and name of the venue or team, and when.
    occupies = models.CharField(
        _("占用"), max_length=90, blank=True, editable=False, default="", db_default=""
    )
    during = DateTimeRangeField(_("占用时间"), null=True, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("认领")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Trigger(
                name="shares_add_up",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("quantity"),
                timing=pgtrigger.Deferred,
                func=_SHARES_ADD_UP.format(claim="NEW.id"),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="claim_quantity_positive"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_known"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="claim_answered_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ClaimState.DECLINED, ClaimState.REVOKED]) | ~Q(reason=""),
                name="claim_exit_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.WITHDRAWN, cause__in=NAMED_CAUSES)
                | Q(
                    state=ClaimState.LAPSED,
                    cause__in=[Cause.UNANSWERED, Cause.UNCONFIRMED, Cause.LISTING_GONE],
                )
                | (~Q(state__in=[ClaimState.WITHDRAWN, ClaimState.LAPSED]) & Q(cause="")),
                name="claim_cause_of_exit",
            ),
            # What holds a quantity without an answer holds it until a moment.
            models.CheckConstraint(
                condition=Q(state__in=EXPIRING_CLAIM_STATES, expires_at__isnull=False)
                | (~Q(state__in=EXPIRING_CLAIM_STATES) & Q(expires_at=None)),
                name="claim_hold_expires",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.REQUESTED) | Q(answer_due__isnull=False),
                name="claim_requested_has_answer_due",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.WAITING) | Q(waited_since__isnull=False),
                name="claim_waiting_since",
            ),
            models.CheckConstraint(
                condition=Q(priority=0) | (Q(priority__range=(1, 9)) & ~Q(priority_reason="")),
                name="claim_priority_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(occupies="") | Q(during__isnull=False), name="claim_occupies_some_time"
            ),
            models.UniqueConstraint(
                fields=["slot", "organisation"],
                condition=Q(state__in=UNANSWERED_CLAIM_STATES),
                name="claim_one_unanswered_per_slot",
            ),
            # One slot may be taken by many; two slots may not have the same room or team at once.
            ExclusionConstraint(
                name="claim_venue_once_at_a_time",
                expressions=[
                    ("occupies", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                    ("slot", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(state__in=LIVE_CLAIM_STATES) & ~Q(occupies=""),
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
                fields=["expires_at"],
                condition=Q(state__in=EXPIRING_CLAIM_STATES),
                name="claim_hold_ends",
            ),
            models.Index(
                fields=["slot", "waited_since"],
                condition=Q(state=ClaimState.WAITING),
                name="claim_waiting_of_slot",
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
    def held_until(self):
        """The last day on which a hold or an answer is in time: `expires_at` is the moment after it."""
        return self.expires_at and timezone.localdate(self.expires_at - timedelta(microseconds=1))

    def is_past_hold(self, now=None) -> bool:
        """Whether it holds its quantity beyond its time: the same as the rows of `past_hold`."""
        return self.expires_at is not None and self.expires_at <= (now or timezone.now())

    @property
    def exit_words(self) -> str:
        """Why it ended: the cause of the short list, the line beside it, or both."""
        return "：".join(filter(None, (self.get_cause_display(), self.reason)))

    @property
    def provider(self) -> Organisation:
        """The doer: the claimant of a need, the owner of a resource."""
        return self.organisation if self.listing.direction == Direction.NEED else self.listing.organisation

    @property
    def requester(self) -> Organisation:
        """The one it is done for: the owner of a need, the claimant of a resource."""
        return self.listing.organisation if self.listing.direction == Direction.NEED else self.organisation

    @property
    def standing_shares(self) -> list["Share"]:
        """Who takes part in a joint claim with how much, without those who declined; empty for one claimant."""
        shares = self.shares.all() if "shares" in self._prefetched else self.shares.with_organisation()
        return [share for share in shares if share.state != ShareState.DECLINED]

    @property
    def doers(self) -> list[tuple[Organisation, int]]:
        """Who does how much of it; their sum is the quantity. A resource is provided by its owner alone."""
        if self.listing.direction == Direction.RESOURCE:
            return [(self.listing.organisation, self.quantity)]
        return self.claimants

    @property
    def claimants(self) -> list[tuple[Organisation, int]]:
        """Who claims how much of it; their sum is the quantity."""
        parts = [(share.organisation, share.quantity) for share in self.standing_shares]
        return parts or [(self.organisation, self.quantity)]

    @property
    def _prefetched(self) -> dict:
        return getattr(self, "_prefetched_objects_cache", {})


class ShareQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The shares of every claim within sight: who takes part sees with whom."""
        return self.filter(claim__in=Claim.objects.visible_to(user))

    def standing(self):
        """Not declined: these add up to the claim."""
        return self.exclude(state=ShareState.DECLINED)

    def open(self):
        """Still to be confirmed, of a claim that is held for it."""
        return self.filter(state=ShareState.INVITED, claim__state=ClaimState.HELD)

    def with_organisation(self):
        return self.select_related("organisation__kind")


@recorded
class Share(models.Model):
    """共同认领: what one of several units takes on of a claim; the claimant's own part is a share as well."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="shares", verbose_name=_("认领"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="shares", verbose_name=_("单位")
    )
    quantity = models.PositiveIntegerField(_("分担数量"))
    state = models.CharField(_("状态"), max_length=10, choices=ShareState, default=ShareState.INVITED)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("答复人"),
    )

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("分担")
        ordering = ["claim", "id"]
        triggers = [
            # At the end of the transaction: quantity of the claim and shares change one after the other.
            pgtrigger.Trigger(
                name="add_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func=_SHARES_ADD_UP.format(claim="COALESCE(NEW.claim_id, OLD.claim_id)"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["claim", "organisation"], name="share_once_per_organisation"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="share_quantity_positive"),
            models.CheckConstraint(condition=Q(state__in=ShareState.values), name="share_state_known"),
            models.CheckConstraint(
                condition=Q(state=ShareState.INVITED, answered_at=None, answered_by=None)
                | (~Q(state=ShareState.INVITED) & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="share_answered_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state=ShareState.DECLINED) | ~Q(reason=""), name="share_declined_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.organisation}: {self.quantity}"

    def get_absolute_url(self):
        return self.claim.get_absolute_url()


class TurnQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of every claim within sight: whoever waits reads why, and so do the owner and the host."""
        return self.filter(claim__in=Claim.objects.visible_to(user))


@recorded
class Turn(models.Model):
    """轮候记录: each time a waiting claim was offered what became free, or passed over, and why."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="turns", verbose_name=_("认领"))
    at = models.DateTimeField(_("时间"), default=timezone.now)
    outcome = models.CharField(_("结果"), max_length=7, choices=TurnOutcome)
    # The inputs of the rule as they stood: place in the queue, what was left, what had been won before.
    place = models.PositiveIntegerField(_("名次"))
    left = models.PositiveIntegerField(_("剩余数量"))
    wins = models.PositiveIntegerField(_("近期认领成功次数"))
    why = models.CharField(_("原因"), max_length=10, choices=SkipReason, blank=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("轮候记录")
        ordering = ["id"]
        triggers = [
            Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=TurnOutcome.values), name="turn_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=TurnOutcome.OFFERED, why="")
                | Q(outcome=TurnOutcome.SKIPPED, why__in=SkipReason.values),
                name="turn_skip_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.claim_id}: {self.get_outcome_display()}"
