"""How a project is written, proposed, set up (立项) and brought to its end; last year's copied."""

import re
from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, Membership
from members.models import Organisation
from projects import notifications, permissions
from projects.exceptions import ProjectHasClaims
from projects.models import Claim, Project, ProjectPartner, ProjectStage
from projects.states import PROJECT_MOVES, ProjectState
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict
from workflow.moves import move
from workflow.text import read_line, read_reason, read_words

#: One stage: what, and the day planned for it, or none.
StageTerms = tuple[str, date | None]
MOST_STAGES = 12
MOST_PARTNERS = 30
#: Years that a project may begin or end in are near ours; 2062 is a slip for 2026.
LONGEST_YEARS = 10
#: So many parties are named in a sentence; the page lists all of them.
NAMED = 5


@action
def draft_project(
    *,
    alliance: Alliance,
    owner: Organisation,
    by,
    title: str,
    starts_on: date,
    ends_on: date,
    aim: str = "",
    stages: Sequence[StageTerms] = (),
) -> Project:
    """A new draft of `owner` in `alliance`. Who acts for the owner.

    Raises `NotPermitted`, `InvalidTransition` (alliance ended), `BadInput` with the field.
    """
    permissions.check_can_draft_project(by, alliance, owner)
    project = Project(alliance=alliance, owner=owner, created_by=by)
    _set_words(project, {"title": title, "aim": aim})
    _set_days(project, starts_on, ends_on)
    project.save()
    _set_stages(project, stages)
    return project


@action
def change_project(
    *,
    project: Project,
    by,
    starts_on: date | None = None,
    ends_on: date | None = None,
    stages: Sequence[StageTerms] | None = None,
    **words: str,
) -> Project:
    """Other title, aim, days or stages; what is left out stays. The owner only.

    A draft may be changed in everything, a running project in its last day and in the stages that are not
    done. `stages` are those: what is done stays before them.
    """
    project = lock_project(project)
    if words or starts_on is not None:
        permissions.check_can_change_project(by, project)
    permissions.check_can_change_stages(by, project)
    _set_words(project, words)
    _set_days(project, starts_on or project.starts_on, ends_on or project.ends_on)
    project.save()
    if stages is None:
        stages = [(one.title, one.due_on) for one in project.stages.filter(done_on=None)]
    _set_stages(project, stages)
    return project


@action
def propose_project(*, project: Project, by) -> Project:
    """Draft → proposed. The owner only. Tells the host, which sets it up or refuses it."""
    project = lock_project(project)
    permissions.check_can_propose_project(by, project)
    project.state = move(PROJECT_MOVES, project.state, ProjectState.PROPOSED)
    project.proposed_at = timezone.now()
    project.save(update_fields=["state", "proposed_at"])
    notifications.project_proposed(project, by=by)
    return project


@action
def set_up_project(*, project: Project, by) -> Project:
    """Proposed → running (立项). The host of the alliance. Tells the owner and the partners."""
    project = lock_project(project)
    permissions.check_can_set_up_project(by, project)
    _decide(project, ProjectState.RUNNING, by)
    project.save(update_fields=["state", "decided_at", "decided_by"])
    notifications.project_set_up(project, by=by)
    return project


@action
def refuse_project(*, project: Project, by, reason: str) -> Project:
    """Proposed → refused (不予立项). The host of the alliance. Tells the owner; its listings are free again."""
    project = lock_project(project)
    permissions.check_can_refuse_project(by, project)
    project.reason = read_reason(reason)
    _decide(project, ProjectState.REFUSED, by)
    project.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    notifications.project_refused(project, by=by)
    return project


@action
def stop_project(*, project: Project, by, reason: str) -> Project:
    """Draft, proposed or running → stopped (终止). The owner; the host, once it runs. Tells all that know of it.

    Claims under it keep their course.
    """
    project = lock_project(project)
    permissions.check_can_stop_project(by, project)
    project.reason = read_reason(reason)
    _end(project, ProjectState.STOPPED)
    project.save(update_fields=["state", "ended_at", "reason"])
    notifications.project_stopped(project, by=by)
    return project


@action
def finish_project(*, project: Project, by, result: str, reason: str = "") -> Project:
    """Running → done (办结) with its `result`. The owner only. Tells the host and the partners.

    Refused with `ProjectHasClaims` while claims under it are open. Stages that are not done ask for a
    `reason`. A claim made later on one of its listings keeps its own course.
    """
    project = lock_project(project)
    permissions.check_can_finish_project(by, project)
    project.result = read_words(
        result, field="result", label=_("办结情况"), most=_most("result"), required=True
    )
    _check_no_open_claims(project)
    left = list(project.stages.filter(done_on=None))
    project.reason = read_words(reason, field="reason", label=_("原因"), most=_most("reason"))
    if left and not project.reason:
        raise BadInput(
            _("还有没完成的阶段：%(stages)s。请先填报完成，或者写明没完成的原因。")
            % {"stages": _("、").join(str(one) for one in left)},
            field="reason",
        )
    _end(project, ProjectState.DONE)
    project.save(update_fields=["state", "ended_at", "result", "reason"])
    notifications.project_finished(project, by=by)
    return project


@action
def copy_project(*, project: Project, by) -> Project:
    """A new draft with the words, stages and partners of `project`, a year later. The owner only.

    Partners that have left the alliance or closed stay behind. Raises `NotPermitted`, `InvalidTransition`.
    """
    project = Project.objects.with_parties().get(pk=project.pk)
    permissions.check_can_copy_project(by, project)
    years = max(1, timezone.localdate().year - project.starts_on.year)
    stages = [(one.title, one.due_on and later(one.due_on, years)) for one in project.stages.all()]
    copy = draft_project(
        alliance=project.alliance,
        owner=project.owner,
        by=by,
        title=_title_of(project, years),
        aim=project.aim,
        starts_on=later(project.starts_on, years),
        ends_on=later(project.ends_on, years),
    )
    copy.copied_from = project
    copy.save(update_fields=["copied_from"])
    # Stages of the year before were late at times: what was planned then may lie outside the days now.
    _set_stages(copy, [(title, due_on if _is_within(copy, due_on) else None) for title, due_on in stages])
    belonging = Membership.objects.current().filter(alliance=project.alliance).values("organisation")
    partners = project.partners.filter(organisation__in=belonging, organisation__closed_on=None)
    ProjectPartner.objects.bulk_create(
        ProjectPartner(project=copy, organisation_id=one.organisation_id, part=one.part) for one in partners
    )
    return copy


@action
def add_partner(*, project: Project, organisation: Organisation, by, part: str = "") -> ProjectPartner:
    """`organisation` takes part beside the owner, doing `part`. The owner only; tells it once the project runs.

    Raises `BadInput` for the owner itself, `Conflict` for who takes part already, `NotPermitted` for
    who does not belong to the alliance.
    """
    project = lock_project(project)
    permissions.check_can_change_partners(by, project)
    if organisation.pk == project.owner_id:
        raise BadInput(_("牵头单位不用再加为参与单位。请选择其他单位。"), field="organisation")
    permissions.check_belongs(project.alliance, organisation)
    if project.partners.count() >= MOST_PARTNERS:
        raise BadInput(_("参与单位最多 %(most)s 个。") % {"most": MOST_PARTNERS}, field="organisation")
    part = read_words(
        read_line(part, field="part"),
        field="part",
        label=_("分工"),
        most=ProjectPartner._meta.get_field("part").max_length,
    )
    try:
        with transaction.atomic():
            partner = ProjectPartner.objects.create(project=project, organisation=organisation, part=part)
    except IntegrityError as error:
        raise Conflict(
            _("%(organisation)s 已经是参与单位，不用再加。") % {"organisation": organisation},
            field="organisation",
        ) from error
    if project.state == ProjectState.RUNNING:
        notifications.project_partnered(partner, by=by)
    return partner


@action
def remove_partner(*, project: Project, organisation: Organisation, by) -> Project:
    """`organisation` takes part no more. The owner only. Refused while the project groups listings of it."""
    project = lock_project(project)
    permissions.check_can_change_partners(by, project)
    listing = project.listings.filter(organisation=organisation).first()
    if listing:
        raise Conflict(
            _("%(organisation)s 的“%(listing)s”还在这个项目里。请先移出这一条。")
            % {"organisation": organisation, "listing": listing}
        )
    gone, _tables = project.partners.filter(organisation=organisation).delete()
    if not gone:
        raise Conflict(
            _("%(organisation)s 不是这个项目的参与单位，请刷新页面。") % {"organisation": organisation}
        )
    return project


def lock_project(project: Project) -> Project:
    """The row as it stands now, held until the transaction ends; rows may still be hung beneath it."""
    rows = Project.objects.select_for_update(of=("self",), no_key=True)
    return rows.with_parties().get(pk=project.pk)


def later(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _decide(project: Project, target: ProjectState, by) -> None:
    project.state = move(PROJECT_MOVES, project.state, target)
    project.decided_at, project.decided_by = timezone.now(), by


def _end(project: Project, target: ProjectState) -> None:
    project.state = move(PROJECT_MOVES, project.state, target)
    project.ended_at = timezone.now()


def _check_no_open_claims(project: Project) -> None:
    claims = list(
        Claim.objects.open()
        .filter(slot__listing__project=project)
        .with_parties()
        .order_by("pk")[: NAMED + 1]
    )
    if not claims:
        return
    lines = [
        _("%(who)s 认领的“%(listing)s”（%(state)s）")
        % {"who": claim.organisation, "listing": claim.listing, "state": claim.get_state_display()}
        for claim in claims[:NAMED]
    ]
    found = _("；").join(lines) + (_("；等") if len(claims) > NAMED else "")
    raise ProjectHasClaims(
        _("还有未办结的认领：%(found)s。请先办完、退回或撤销，或者把条目移出项目。") % {"found": found}
    )


def _most(name: str) -> int:
    return Project._meta.get_field(name).max_length


def _set_words(project: Project, words: dict[str, str]) -> None:
    for name, text in words.items():
        if name not in ("title", "aim"):
            raise TypeError(f"unknown term {name}")
        if name == "title":
            text = read_line(text, field=name)
        label = str(Project._meta.get_field(name).verbose_name)
        value = read_words(text, field=name, label=label, most=_most(name), required=name == "title")
        setattr(project, name, value)


def _set_days(project: Project, starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise BadInput(_("结束日期不能早于开始日期。请改正其中一个。"), field="ends_on")
    if ends_on > later(starts_on, LONGEST_YEARS):
        raise BadInput(
            _("项目最长 %(years)s 年。请检查年份，或者分成几个项目。") % {"years": LONGEST_YEARS},
            field="ends_on",
        )
    project.starts_on, project.ends_on = starts_on, ends_on


def _is_within(project: Project, day: date | None) -> bool:
    return day is None or project.starts_on <= day <= project.ends_on


def _set_stages(project: Project, stages: Sequence[StageTerms]) -> None:
    """The stages that are not done, in the order given, after those that are; each keeps its row where it can."""
    done = project.stages.filter(done_on__isnull=False).count()
    if done + len(stages) > MOST_STAGES:
        raise BadInput(_("阶段最多 %(most)s 个。请合并几个。") % {"most": MOST_STAGES}, field="stages")
    rows = list(project.stages.filter(done_on=None))
    for row in rows[len(stages) :]:
        row.delete()
    for turn, (title, due_on) in enumerate(stages):
        row = rows[turn] if turn < len(rows) else ProjectStage(project=project)
        row.position = done + turn + 1
        row.title = read_words(
            read_line(title, field="stages"),
            field="stages",
            label=_("阶段"),
            most=ProjectStage._meta.get_field("title").max_length,
            required=True,
        )
        if not _is_within(project, due_on):
            raise BadInput(
                _("阶段“%(stage)s”的计划日期不在项目起止日期之内。请改正其中一个。") % {"stage": row.title},
                field="stages",
            )
        row.due_on = due_on
        row.save()


def _title_of(project: Project, years: int) -> str:
    """The title with its years moved; without any, the new year stands in front."""
    title, found = re.subn(r"20\d\d", lambda match: str(int(match.group()) + years), project.title)
    if not found:
        title = _("%(year)s年%(title)s") % {"year": project.starts_on.year + years, "title": project.title}
    return title[: _most("title")]
