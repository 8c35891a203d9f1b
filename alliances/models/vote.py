"""What was put to the vote, who said what, and the count: frozen once it is made."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models.alliance import Alliance
from alliances.models.item import AgendaItem, OfItemQuerySet
from alliances.states import BallotValue, MotionForm, MotionState
from members.models import Organisation
from members.models.change import Refuse, recorded
from members.states import Role


@recorded
class Motion(models.Model):
    """表决 on one agenda item: open by unit, or secret on paper with totals alone."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="motions", verbose_name=_("议题"))
    text = models.TextField(_("表决事项"), max_length=1000)
    form = models.CharField(_("方式"), max_length=6, choices=MotionForm, default=MotionForm.OPEN)
    state = models.CharField(_("状态"), max_length=10, choices=MotionState, default=MotionState.OPEN)
    # Of a paper vote, as typed: {"favour": n, "against": n, "abstain": n, "not_voting": n}.
    totals = models.JSONField(_("票决结果"), null=True, blank=True)
    opened_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    opened_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("发起人")
    )
    counted_by = models.ForeignKey(
        "members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("计票人")
    )
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "members.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("监票人")
    )

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("表决")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MotionState.values), name="motion_state_known"),
            models.CheckConstraint(condition=Q(form__in=MotionForm.values), name="motion_form_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="motion_closed_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state=MotionState.CLOSED) | Q(closed_at__isnull=False),
                name="motion_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(form=MotionForm.PAPER, state__in=[MotionState.COUNTED, MotionState.CLOSED])
                | Q(totals__isnull=False, counted_by__isnull=False),
                name="motion_paper_has_totals",
            ),
            models.CheckConstraint(
                condition=~Q(form=MotionForm.PAPER, state=MotionState.CLOSED)
                | ~Q(closed_by=F("counted_by")),
                name="motion_paper_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=[MotionState.OPEN, MotionState.COUNTED, MotionState.CLOSED]),
                name="motion_once_per_item",
            ),
        ]
        triggers = [
            Refuse(name="no_delete", operation=pgtrigger.Delete),
            Refuse(
                name="closed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[MotionState.CLOSED, MotionState.WITHDRAWN]),
            ),
        ]

    def __str__(self):
        return str(self.item)

    def get_absolute_url(self):
        return reverse("motion-detail", args=[self.pk])


class BallotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """While the vote runs: one's own units' ballots, and all for those who look after the host. Then: everybody's."""
        return self.filter(motion__item__meeting__alliance__in=Alliance.objects.visible_to(user)).filter(
            Q(motion__state=MotionState.CLOSED)
            | user.acting("organisation__path", "organisation__kind__level")
            | user.within(
                "motion__item__alliance__host__path", Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF
            )
        )


@recorded
class Ballot(models.Model):
    """One unit's vote. Never changed, never deleted; let in only while the vote runs, by the database itself."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="ballots", verbose_name=_("表决"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="ballots", verbose_name=_("单位")
    )
    value = models.CharField(_("意见"), max_length=10, choices=BallotValue)
    cast_at = models.DateTimeField(_("时间"), default=timezone.now)
    cast_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("填写人"))

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("选票")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "organisation"], name="ballot_once_per_unit"),
            models.CheckConstraint(condition=Q(value__in=BallotValue.values), name="ballot_value_known"),
        ]
        triggers = [
            Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            Refuse(name="no_truncate", level=pgtrigger.Statement, operation=pgtrigger.Truncate),
            pgtrigger.Trigger(
                name="only_while_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("vote", "record")],
                # The shared lock waits for a vote that is just being closed, and reads its state after that.
                func=f"""
                    SELECT state, form INTO vote FROM alliances_motion WHERE id = NEW.motion_id FOR SHARE;
                    IF vote.state <> '{MotionState.OPEN.value}' OR vote.form <> '{MotionForm.OPEN.value}' THEN
                        RAISE EXCEPTION 'the vote is not open'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_only_while_open';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - put together from constants
            ),
        ]

    def __str__(self):
        return f"{self.organisation} · {self.get_value_display()}"

    def get_absolute_url(self):
        return self.motion.get_absolute_url()


class TallyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(motion__item__alliance__in=Alliance.objects.visible_to(user))


@recorded
class Tally(models.Model):
    """计票结果, frozen with everything that went into it; see `alliances.rules.votes` for the count."""

    motion = models.OneToOneField(Motion, models.PROTECT, related_name="tally", verbose_name=_("表决"))
    entitled = models.PositiveSmallIntegerField(_("应到单位"))
    present = models.PositiveSmallIntegerField(_("实到单位"))
    favour = models.PositiveSmallIntegerField(_("赞成"))
    against = models.PositiveSmallIntegerField(_("反对"))
    abstain = models.PositiveSmallIntegerField(_("弃权"))
    not_voting = models.PositiveSmallIntegerField(_("到会未表决"))
    absent = models.PositiveSmallIntegerField(_("未到会"))
    needed = models.PositiveSmallIntegerField(_("通过所需票数"))
    is_quorate = models.BooleanField(_("达到法定人数"))
    is_passed = models.BooleanField(_("通过"))
    inputs = models.JSONField(_("计票依据"))
    result = models.JSONField(_("计票过程"))
    counted_at = models.DateTimeField(_("计票时间"), default=timezone.now)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计票结果")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    present=F("favour") + F("against") + F("abstain") + F("not_voting"),
                    entitled=F("present") + F("absent"),
                ),
                name="tally_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(is_passed=False) | Q(is_quorate=True, favour__gte=F("needed")),
                name="tally_passes_by_the_rule",
            ),
        ]
        triggers = [
            Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            Refuse(name="no_truncate", level=pgtrigger.Statement, operation=pgtrigger.Truncate),
        ]

    def __str__(self):
        return str(self.motion)

    def get_absolute_url(self):
        return self.motion.get_absolute_url()
