"""Where a project stands, what lies under it in numbers, and what of it a person has to do today."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Claim, Listing, Project, ProjectStage
from projects.reports.stages import Step
from projects.states import (
    LIVE_CLAIM_STATES,
    OPEN_CLAIM_STATES,
    AgreementState,
    DeliveryState,
    Direction,
    ProjectState,
)
from workflow.stages import Chip, Stage
from workflow.templatetags.workflow import cn_day
from workflow.work import Work

#: A stage planned for a later day is no work of today.
SOON = timedelta(days=14)

_LOOKS = {
    ProjectState.DRAFT: ("", "pen"),
    ProjectState.PROPOSED: ("warn", "clock"),
    ProjectState.RUNNING: ("go", "circle"),
    ProjectState.DONE: ("ok", "check"),
    ProjectState.REFUSED: ("bad", "return"),
    ProjectState.STOPPED: ("", "cross"),
}


@dataclass(frozen=True)
class Totals:
    """What lies under a project: numbers only, so that everybody who sees the project may see them."""

    needs: int
    resources: int
    claims: int
    open_claims: int
    agreements: int
    deliveries: int


def project_chip(project: Project) -> Chip:
    return Chip(*_LOOKS[ProjectState(project.state)], project.get_state_display())


def project_step(project: Project, stages: list[ProjectStage]) -> Step | None:
    """Who must do what until when; None when nothing is left to do."""
    if project.state == ProjectState.DRAFT:
        return Step((project.owner,), _("提交立项"))
    if project.state == ProjectState.PROPOSED:
        return Step((project.alliance.host,), _("决定是否立项"))
    if project.state == ProjectState.RUNNING:
        stage = next((one for one in stages if not one.done_on), None)
        if stage:
            words = _("填报阶段“%(stage)s”") % {"stage": stage}
            return Step((project.owner,), words, stage.due_on)
        return Step((project.owner,), _("填报办结"), project.ends_on)
    return None


def project_line(project: Project, stages: list[ProjectStage]) -> list[Stage]:
    """提出 → 立项 → its own stages → 办结, each with its date; an exit stands in the place of what it cut off."""
    line = [Stage(_("写好草稿"), "done", project.created_at)]
    if project.proposed_at:
        line = [Stage(_("提交立项"), "done", project.proposed_at)]
    if project.decided_at and project.state != ProjectState.REFUSED:
        line.append(Stage(_("立项"), "done", project.decided_at))
    line += [Stage(one.title, "done", note=_told(one)) for one in stages if one.done_on]
    if project.state in (ProjectState.REFUSED, ProjectState.STOPPED):
        at = project.ended_at or project.decided_at
        return [*line, Stage(project.get_state_display(), "now", at, project.reason)]
    if project.state == ProjectState.DONE:
        missed = [Stage(one.title, note=_("没有完成")) for one in stages if not one.done_on]
        return [*line, *missed, Stage(_("办结"), "done", project.ended_at, project.result)]
    ahead = [Stage(one.title, note=_planned(one)) for one in stages if not one.done_on]
    rest = [*ahead, Stage(_("办结"), note=_("计划 %(day)s") % {"day": cn_day(project.ends_on)})]
    if project.state == ProjectState.PROPOSED:
        rest.insert(0, Stage(_("立项"), note=_("等 %(who)s 决定") % {"who": project.alliance.host}))
    if project.state == ProjectState.DRAFT:
        rest[:0] = [Stage(_("提交立项")), Stage(_("立项"))]
    first = rest[0]
    return [*line, Stage(first.label, "now", note=first.note), *rest[1:]]


def project_totals(project: Project) -> Totals:
    """The numbers of one project. Two queries."""
    listings = Listing.objects.filter(project=project).order_by()
    of = listings.aggregate(
        needs=Count("pk", filter=Q(direction=Direction.NEED)),
        resources=Count("pk", filter=Q(direction=Direction.RESOURCE)),
    )
    claims = Claim.objects.filter(slot__listing__project=project).order_by()
    return Totals(
        **of,
        **claims.aggregate(
            claims=Count("pk", distinct=True, filter=Q(state__in=LIVE_CLAIM_STATES)),
            open_claims=Count("pk", distinct=True, filter=Q(state__in=OPEN_CLAIM_STATES)),
            agreements=Count(
                "lines__agreement", distinct=True, filter=Q(lines__agreement__state=AgreementState.SIGNED)
            ),
            deliveries=Count(
                "deliveries", distinct=True, filter=Q(deliveries__state=DeliveryState.ACCEPTED)
            ),
        ),
    )


def projects_work(user, most: int) -> list[Work]:
    """Own drafts, stages due within a fortnight, and what waits to be set up. One query."""
    own = user.acting("owner__path", "owner__kind__level")
    hosted = user.acting("alliance__host__path", "alliance__host__kind__level")
    until = timezone.localdate() + SOON
    rows = (
        Project.objects.with_parties()
        .select_related("alliance__host__kind")
        .with_steps()
        .annotate(due=Coalesce("stage_due_on", "ends_on"))
        .filter(
            (own & Q(state=ProjectState.DRAFT))
            | ((own | hosted) & Q(state=ProjectState.PROPOSED))
            | (own & Q(state=ProjectState.RUNNING, due__lte=until))
        )
    )
    return [_work(user, row) for row in rows.order_by(F("due").asc(), "pk")[:most]]


def _work(user, project: Project) -> Work:
    words = {"project": project, "owner": project.owner, "host": project.alliance.host}
    url, waits, due = project.get_absolute_url(), False, None
    if project.state == ProjectState.DRAFT:
        title, why, act = (
            _("提交立项：%(project)s"),
            _("%(owner)s 的项目草稿，提交后由 %(host)s 决定是否立项。"),
            _("去提交"),
        )
    elif project.state == ProjectState.PROPOSED and user.acts_for(project.alliance.host):
        title, why, act = _("待立项：%(project)s"), _("%(owner)s 提出，请决定是否立项。"), _("去立项")
    elif project.state == ProjectState.PROPOSED:
        waits = True
        title, why, act = (
            _("等 %(host)s 立项：%(project)s"),
            _("%(owner)s 已提交，等主办组织决定。"),
            _("看进度"),
        )
    elif project.stage_title:
        words["stage"] = project.stage_title
        due = project.due
        title, why, act = (
            _("项目阶段到期：%(project)s"),
            _("填报阶段“%(stage)s”的进展，各参与单位看得到。"),
            _("填报进展"),
        )
    else:
        due = project.due
        title, why, act = (
            _("填报办结：%(project)s"),
            _("各阶段都已完成，写一句办结情况就能办结。"),
            _("去办结"),
        )
    return Work(title=title % words, why=why % words, url=url, act=act, due=due, waits=waits)


def listings_of(project: Project, user):
    """The listings under a project that `user` may see, with their sums."""
    rows = Listing.objects.visible_to(user).filter(project=project)
    return rows.with_parties().with_amounts().order_by("direction", "-pk")


def _planned(stage: ProjectStage) -> str:
    return _("计划 %(day)s") % {"day": cn_day(stage.due_on)} if stage.due_on else ""


def _told(stage: ProjectStage) -> str:
    """The day of a stage that is done, which has no hour, and what was said of it."""
    return _("，").join(filter(None, (cn_day(stage.done_on), stage.note)))
