"""What two organisations signed over their claims: the exact text, its hash, both signatures."""

from datetime import timedelta

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from members.models import Organisation
from members.models.change import recorded
from projects.models.claim import Claim, Share
from projects.states import PAST_AGREEMENT_STATES, AgreementState

#: How long before its end a term is called to mind: enough to agree on a new one and have it signed.
ENDS_AHEAD = timedelta(days=14)


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Both sides, units that share one of the claims, and those who look after one of them or host the alliance."""
        shares = Share.objects.filter(
            user.within("organisation__path"), claim__lines__agreement=models.OuterRef("pk")
        )
        return self.filter(
            user.within("party_a__path")
            | user.within("party_b__path")
            | user.within("alliance__host__path")
            | models.Exists(shares)
        )

    def unsigned(self):
        return self.filter(state=AgreementState.DRAFT)

    def standing(self):
        """Drafts and signed ones: a claim is under one of these, or under one and the draft that replaces it."""
        return self.exclude(state__in=PAST_AGREEMENT_STATES)

    def without_next_version(self):
        """Those that no draft is about to replace."""
        drafts = Agreement.objects.unsigned().filter(replaces=models.OuterRef("pk"))
        return self.filter(~models.Exists(drafts))

    def with_parties(self):
        """Loaded with what a row of a list names."""
        return self.select_related(
            "alliance",
            "party_a__kind",
            "party_b__kind",
            "party_a_signed_by",
            "party_b_signed_by",
        )

    def with_title(self):
        """Each row with the `title` of its first listing and the number of its `items`."""
        lines = AgreementClaim.objects.filter(agreement=models.OuterRef("pk")).order_by("pk")
        counts = lines.order_by().values("agreement").annotate(count=models.Count("pk"))
        return self.annotate(
            title=models.Subquery(lines.values("claim__slot__listing__title")[:1]),
            items=models.Subquery(counts.values("count")),
        )


@recorded
class Agreement(models.Model):
    """共建协议书: a version of a text between two organisations over claims in both directions.

    A party provides under one claim and is provided for under another; who does what stands in the claims.
    A change is a new version, which replaces the old one when both have signed it.
    """

    alliance = models.ForeignKey(
        Alliance, models.PROTECT, related_name="agreements", verbose_name=_("联盟")
    )
    party_a = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreements_as_a", verbose_name=_("甲方")
    )
    party_b = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreements_as_b", verbose_name=_("乙方")
    )
    claims = models.ManyToManyField(
        Claim, through="AgreementClaim", related_name="agreements", verbose_name=_("认领")
    )
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replacements",
        verbose_name=_("替代版本"),
    )
    term_from = models.DateField(_("协议起始"), null=True, blank=True)
    term_until = models.DateField(_("协议期满"), null=True, blank=True)
    review_on = models.DateField(_("回顾日期"), null=True, blank=True)
    extra = models.TextField(_("补充约定"), max_length=1000, blank=True, default="", db_default="")
    change_reason = models.CharField(_("变更原因"), max_length=200, blank=True, default="", db_default="")
    text = models.TextField(_("正文"))
    text_hash = models.CharField(_("正文校验值"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=AgreementState, default=AgreementState.DRAFT)
    sign_due = models.DateField(_("签约期限"))
    # The last day of all its items; each item has its own.
    deliver_by = models.DateField(_("完成期限"), null=True, blank=True)
    created_at = models.DateTimeField(_("起草时间"), default=timezone.now)
    party_a_signed_at = models.DateTimeField(_("甲方签署时间"), null=True, editable=False)
    party_a_signed_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("甲方签署人"),
    )
    party_b_signed_at = models.DateTimeField(_("乙方签署时间"), null=True, editable=False)
    party_b_signed_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("乙方签署人"),
    )
    # The latest of the reviews; the earlier ones stand in the history.
    reviewed_at = models.DateTimeField(_("回顾时间"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("回顾人"),
    )
    review_note = models.CharField(
        _("回顾情况"), max_length=300, blank=True, editable=False, default="", db_default=""
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("共建协议书")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AgreementState.values), name="agreement_state_known"
            ),
            models.CheckConstraint(condition=~Q(party_a=models.F("party_b")), name="agreement_between_two"),
            models.CheckConstraint(
                condition=Q(party_a_signed_at=None, party_a_signed_by=None)
                | Q(party_a_signed_at__isnull=False, party_a_signed_by__isnull=False),
                name="agreement_party_a_signature_paired",
            ),
            models.CheckConstraint(
                condition=Q(party_b_signed_at=None, party_b_signed_by=None)
                | Q(party_b_signed_at__isnull=False, party_b_signed_by__isnull=False),
                name="agreement_party_b_signature_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[AgreementState.SIGNED, AgreementState.REPLACED])
                | Q(party_a_signed_at__isnull=False, party_b_signed_at__isnull=False),
                name="agreement_signed_by_both",
            ),
            # One person never signs for both sides, however many roles he holds.
            models.CheckConstraint(
                condition=Q(party_a_signed_by=None)
                | Q(party_b_signed_by=None)
                | ~Q(party_a_signed_by=models.F("party_b_signed_by")),
                name="agreement_two_signers",
            ),
            models.CheckConstraint(
                condition=Q(text_hash__regex=r"^[0-9a-f]{64}$"), name="agreement_hash_form"
            ),
            models.CheckConstraint(
                condition=Q(term_from=None, term_until=None)
                | Q(
                    term_from__isnull=False, term_until__isnull=False, term_from__lte=models.F("term_until")
                ),
                name="agreement_term_in_order",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, review_note="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(review_note="")),
                name="agreement_reviewed_paired",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None)
                | (Q(version__gte=2, replaces__isnull=False) & ~Q(change_reason="")),
                name="agreement_version_replaces_one",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~Q(state=AgreementState.CANCELLED),
                name="agreement_replaced_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sign_due"], condition=Q(state=AgreementState.DRAFT), name="agreement_unsigned_due"
            ),
            models.Index(
                fields=["review_on"],
                condition=Q(state=AgreementState.SIGNED, review_on__isnull=False),
                name="agreement_review_due",
            ),
            models.Index(
                fields=["term_until"],
                condition=Q(state=AgreementState.SIGNED, term_until__isnull=False),
                name="agreement_term_ends",
            ),
        ]
        triggers = [
            # What was signed is the text whose hash stands beside the names; a change is a new version.
            pgtrigger.Trigger(
                name="text_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(
                    "text",
                    "text_hash",
                    "party_a_id",
                    "party_b_id",
                    "version",
                    "extra",
                    "term_from",
                    "term_until",
                ),
                func="""
                    IF (OLD.party_a_signed_at IS NOT NULL OR OLD.party_b_signed_at IS NOT NULL)
                       AND (OLD.text, OLD.text_hash, OLD.party_a_id, OLD.party_b_id, OLD.version,
                            OLD.extra, OLD.term_from, OLD.term_until)
                           IS DISTINCT FROM (NEW.text, NEW.text_hash, NEW.party_a_id, NEW.party_b_id, NEW.version,
                            NEW.extra, NEW.term_from, NEW.term_until)
                    THEN
                        RAISE EXCEPTION 'a signed text is frozen' USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return f"{self.party_a} — {self.party_b}"

    def get_absolute_url(self):
        return reverse("agreement-detail", args=[self.pk])


@recorded
class AgreementClaim(models.Model):
    """One item of an agreement: a claim, and the day on which it has to be done."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="lines", verbose_name=_("协议"))
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines", verbose_name=_("认领"))
    deliver_by = models.DateField(_("完成期限"), null=True, blank=True)

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
                         WHERE l.claim_id = NEW.claim_id AND l.id <> NEW.id AND a.state IN ('draft', 'signed')
                           AND a.id IS DISTINCT FROM
                               (SELECT replaces_id FROM projects_agreement WHERE id = NEW.agreement_id)
                    ) THEN
                        RAISE EXCEPTION 'the claim is under another agreement'
                            USING ERRCODE = 'unique_violation', CONSTRAINT = 'claim_one_standing_agreement';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="between_the_parties",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("agreement_id", "claim_id"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM projects_agreement a, projects_claim c
                          JOIN projects_slot s ON s.id = c.slot_id
                          JOIN projects_listing l ON l.id = s.listing_id
                         WHERE a.id = NEW.agreement_id AND c.id = NEW.claim_id AND l.alliance_id = a.alliance_id
                           AND ((c.organisation_id = a.party_a_id AND l.organisation_id = a.party_b_id)
                             OR (c.organisation_id = a.party_b_id AND l.organisation_id = a.party_a_id))
                    ) THEN
                        RAISE EXCEPTION 'the claim is not one between the parties'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_claim_between_parties';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # What a signed text names stays under it, whatever becomes of the claim.
            pgtrigger.Trigger(
                name="frozen_with_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM projects_agreement
                         WHERE id = OLD.agreement_id
                           AND (party_a_signed_at IS NOT NULL OR party_b_signed_at IS NOT NULL)
                    ) THEN
                        RAISE EXCEPTION 'the items of a signed text are frozen' USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            ),
        ]

    def __str__(self):
        return f"{self.agreement_id}: {self.claim_id}"
