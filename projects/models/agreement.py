"""What two organisations signed over their claims: the exact text, its hash, both signatures."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from members.models import Organisation
from members.models.change import recorded
from projects.models.claim import Claim
from projects.states import AgreementState


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Both sides, and those who look after one of them or host the alliance."""
        return self.filter(
            user.within("provider__path")
            | user.within("requester__path")
            | user.within("alliance__host__path")
        )

    def unsigned(self):
        return self.filter(state=AgreementState.DRAFT)

    def standing(self):
        """Drafts and signed ones: what a claim can be under once only."""
        return self.exclude(state=AgreementState.CANCELLED)

    def with_parties(self):
        """Loaded with what a row of a list names."""
        return self.select_related(
            "alliance",
            "provider__kind",
            "requester__kind",
            "provider_signed_by",
            "requester_signed_by",
        )

    def with_title(self):
        """Each row with the `title` of its first listing."""
        lines = AgreementClaim.objects.filter(agreement=models.OuterRef("pk")).order_by("pk")
        return self.annotate(title=models.Subquery(lines.values("claim__slot__listing__title")[:1]))


@recorded
class Agreement(models.Model):
    """共建协议书: a version of a text between two organisations; a change is a new version."""

    alliance = models.ForeignKey(
        Alliance, models.PROTECT, related_name="agreements", verbose_name=_("联盟")
    )
    provider = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreements_as_provider", verbose_name=_("提供方")
    )
    requester = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreements_as_requester", verbose_name=_("需求方")
    )
    claims = models.ManyToManyField(
        Claim, through="AgreementClaim", related_name="agreements", verbose_name=_("认领")
    )
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("替代版本"),
    )
    text = models.TextField(_("正文"))
    text_hash = models.CharField(_("正文校验值"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=AgreementState, default=AgreementState.DRAFT)
    sign_due = models.DateField(_("签约期限"))
    deliver_by = models.DateField(_("完成期限"), null=True, blank=True)
    created_at = models.DateTimeField(_("起草时间"), default=timezone.now)
    provider_signed_at = models.DateTimeField(_("提供方签署时间"), null=True, editable=False)
    provider_signed_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("提供方签署人"),
    )
    requester_signed_at = models.DateTimeField(_("需求方签署时间"), null=True, editable=False)
    requester_signed_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("需求方签署人"),
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("共建协议书")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AgreementState.values), name="agreement_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(provider=models.F("requester")), name="agreement_between_two"
            ),
            models.CheckConstraint(
                condition=Q(provider_signed_at=None, provider_signed_by=None)
                | Q(provider_signed_at__isnull=False, provider_signed_by__isnull=False),
                name="agreement_provider_signature_paired",
            ),
            models.CheckConstraint(
                condition=Q(requester_signed_at=None, requester_signed_by=None)
                | Q(requester_signed_at__isnull=False, requester_signed_by__isnull=False),
                name="agreement_requester_signature_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state=AgreementState.SIGNED)
                | Q(provider_signed_at__isnull=False, requester_signed_at__isnull=False),
                name="agreement_signed_by_both",
            ),
            # One person never signs for both sides, however many roles he holds.
            models.CheckConstraint(
                condition=Q(provider_signed_by=None)
                | Q(requester_signed_by=None)
                | ~Q(provider_signed_by=models.F("requester_signed_by")),
                name="agreement_two_signers",
            ),
            models.CheckConstraint(
                condition=Q(text_hash__regex=r"^[0-9a-f]{64}$"), name="agreement_hash_form"
            ),
        ]
        indexes = [
            models.Index(
                fields=["sign_due"], condition=Q(state=AgreementState.DRAFT), name="agreement_unsigned_due"
            )
        ]
        triggers = [
            # What was signed is the text whose hash stands beside the names; a change is a new version.
            pgtrigger.Trigger(
                name="text_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("text", "text_hash", "provider_id", "requester_id", "version"),
                func="""
                    IF (OLD.provider_signed_at IS NOT NULL OR OLD.requester_signed_at IS NOT NULL)
                       AND (OLD.text, OLD.text_hash, OLD.provider_id, OLD.requester_id, OLD.version)
                           IS DISTINCT FROM (NEW.text, NEW.text_hash, NEW.provider_id, NEW.requester_id, NEW.version)
                    THEN
                        RAISE EXCEPTION 'a signed text is frozen' USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return f"{self.provider} — {self.requester}"

    def get_absolute_url(self):
        return reverse("agreement-detail", args=[self.pk])


@recorded
class AgreementClaim(models.Model):
    """A claim under an agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="lines", verbose_name=_("协议"))
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines", verbose_name=_("认领"))

    class Meta:
        verbose_name = verbose_name_plural = _("协议事项")
        constraints = [models.UniqueConstraint(fields=["agreement", "claim"], name="agreement_claim_once")]
        triggers = [
            pgtrigger.Trigger(
                name="one_standing_agreement",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # The claim's row is locked first, so that two drafts cannot pass each other.
                func="""
                    PERFORM 1 FROM projects_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;
                    IF EXISTS (
                        SELECT 1 FROM projects_agreementclaim l JOIN projects_agreement a ON a.id = l.agreement_id
                         WHERE l.claim_id = NEW.claim_id AND l.id <> NEW.id AND a.state <> 'cancelled'
                    ) THEN
                        RAISE EXCEPTION 'the claim is under another agreement'
                            USING ERRCODE = 'unique_violation', CONSTRAINT = 'claim_one_standing_agreement';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return f"{self.agreement_id}: {self.claim_id}"
