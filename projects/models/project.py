"""项目: what several needs, resources and agreements are grouped under, with an owner, partners and stages."""

import datetime as dt

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Duty
from members.models import Organisation
from members.models.change import recorded
from members.models.organisation import shown_or_owned, subtree
from projects.models.listing import Listing
from projects.states import LIVE_PROJECT_STATES, ProjectState
from workflow.search import grams

#: Columns in which a search looks; `project_words` indexes them in this order.
WORDS = ("title", "aim")


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the user's own reach in every state, what was proposed in the user's alliances."""
        return self.filter(
            user.within("owner__path")
            | (~Q(state=ProjectState.DRAFT) & Q(alliance__in=Alliance.objects.visible_to(user)))
        )

    def search(self, query: str):
        """Rows with every word of `query` in title or aim, or in the owner's name, pinyin or initials."""
        return self.filter(*shown_or_owned(query, *WORDS, owner="owner"))

    def in_year(self, year: int):
        """Rows that run on a day of `year` at least."""
        return self.filter(starts_on__lte=dt.date(year, 12, 31), ends_on__gte=dt.date(year, 1, 1))

    def public(self):
        """What everybody may read without an account: running ones of alliances that still stand."""
        return self.filter(state=ProjectState.RUNNING, alliance__ended_on=None)

    def hosted_under(self, organisation):
        """Rows of alliances whose host is `organisation` or lies beneath it."""
        return self.filter(subtree("alliance__host__path", organisation.path))

    def with_parties(self):
        """Loaded with what a row of a list names."""
        return self.select_related("alliance__host", "owner__kind", "duty")

    def with_steps(self):
        """Each row with its first stage that is not done: `stage_title` and `stage_due_on`, none when all are."""
        ahead = ProjectStage.objects.filter(project=models.OuterRef("pk"), done_on=None).order_by(
            "position"
        )
        return self.annotate(
            stage_title=models.Subquery(ahead.values("title")[:1]),
            stage_due_on=models.Subquery(ahead.values("due_on")[:1]),
        )


@recorded
class Project(models.Model):
    """Proposed by a unit, a community or from a duty; the alliance's host sets it up (立项)."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="projects", verbose_name=_("联盟"))
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="projects", verbose_name=_("牵头单位")
    )
    duty = models.ForeignKey(
        Duty,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="projects",
        verbose_name=_("议定事项"),
    )
    copied_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="copies",
        verbose_name=_("沿用项目"),
    )
    title = models.CharField(_("项目名称"), max_length=80)
    aim = models.TextField(_("项目目标"), max_length=1000, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    state = models.CharField(_("状态"), max_length=10, choices=ProjectState, default=ProjectState.DRAFT)
    reason = models.CharField(_("原因"), max_length=200, blank=True, editable=False)
    result = models.CharField(_("办结情况"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        "members.User", models.PROTECT, editable=False, related_name="+", verbose_name=_("创建人")
    )
    proposed_at = models.DateTimeField(_("提出时间"), null=True, editable=False)
    decided_at = models.DateTimeField(_("立项时间"), null=True, editable=False)
    decided_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("立项人"),
    )
    ended_at = models.DateTimeField(_("办结时间"), null=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("项目")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="project_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="project_has_title"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=models.F("ends_on")), name="project_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProjectState.REFUSED, ProjectState.STOPPED]) | ~Q(reason=""),
                name="project_exit_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=ProjectState.DRAFT)
                | Q(state=ProjectState.STOPPED)
                | Q(proposed_at__isnull=False),
                name="project_proposed_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="project_decided_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProjectState.RUNNING, ProjectState.DONE, ProjectState.REFUSED])
                | Q(decided_at__isnull=False),
                name="project_running_was_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ProjectState.DONE, ProjectState.STOPPED], ended_at__isnull=False)
                | (~Q(state__in=[ProjectState.DONE, ProjectState.STOPPED]) & Q(ended_at=None)),
                name="project_end_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProjectState.DONE) | ~Q(result=""), name="project_done_has_result"
            ),
            models.UniqueConstraint(
                fields=["duty", "owner"],
                condition=Q(state__in=LIVE_PROJECT_STATES),
                name="project_live_once_per_duty",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "state", "-id"], name="project_of_alliance"),
            models.Index(fields=["owner", "-id"], name="project_of_owner"),
            GinIndex(grams(*WORDS), name="project_words", fastupdate=False),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("project-detail", args=[self.pk])


@recorded
class ProjectPartner(models.Model):
    """参与单位: an organisation that takes part beside the owner, and what it does."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="partners", verbose_name=_("项目"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="partnered_projects", verbose_name=_("参与单位")
    )
    part = models.CharField(_("分工"), max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("参与单位")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "organisation"], name="project_partner_once")
        ]

    def __str__(self):
        return str(self.organisation)


@recorded
class ProjectStage(models.Model):
    """阶段: one leg of the stage line; done when somebody says so, with the day."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="stages", verbose_name=_("项目"))
    position = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("阶段"), max_length=40)
    due_on = models.DateField(_("计划完成"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, editable=False)
    done_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("填报人"),
    )
    note = models.CharField(_("进展"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("项目阶段")
        ordering = ["project", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "position"],
                name="project_stage_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(position__range=(1, 12)), name="project_stage_at_most_12"),
            models.CheckConstraint(condition=~Q(title=""), name="project_stage_has_title"),
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False),
                name="project_stage_done_paired",
            ),
        ]

    def __str__(self):
        return self.title


# Here and not with the listing: what may enter a project is the project's rule. The share of the project's row
# makes a listing wait for whoever is ending the project just now.
pgtrigger.register(
    pgtrigger.Trigger(
        name="project_stands",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("project_id"),
        func="""
            IF NEW.project_id IS NULL OR (TG_OP = 'UPDATE' AND NEW.project_id IS NOT DISTINCT FROM OLD.project_id) THEN
                RETURN NEW;
            END IF;
            PERFORM 1 FROM projects_project
              WHERE id = NEW.project_id AND alliance_id = NEW.alliance_id
                AND state IN ('draft', 'proposed', 'running')
                FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the project of a listing stands in the same alliance'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'listing_project_stands';
            END IF;
            RETURN NEW;
        """,
    )
)(Listing)
