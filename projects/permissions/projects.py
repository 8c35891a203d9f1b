"""Who may do what with a project, its stages, its partners and its listings, and in which state of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, Duty
from alliances.states import OPEN_DUTY_STATES
from members.models import Organisation
from projects.exceptions import AlreadyListed
from projects.models import Listing, Project, ProjectStage
from projects.permissions.listings import owner_from_duty
from projects.permissions.parties import check_acts_for, check_belongs
from projects.states import (
    LISTING_MOVES,
    LIVE_PROJECT_STATES,
    OPEN_PROJECT_STATES,
    PROJECT_MOVES,
    ListingState,
    ProjectState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move

#: A listing in one of these is still worked on, or was; in every other one it came to nothing.
GROUPED_LISTING_STATES = (
    ListingState.DRAFT,
    ListingState.PUBLISHED,
    ListingState.EXPIRED,
    ListingState.SETTLED,
)


def check_can_draft_project(by, alliance: Alliance, owner: Organisation) -> None:
    """Who acts for the owner, in an open alliance to which it belongs."""
    check_acts_for(by, owner)
    check_belongs(alliance, owner)


def check_can_draft_project_from_duty(by, duty: Duty) -> None:
    """Who acts for the lead unit, or runs the meeting and acts for its host, while the duty is unfinished."""
    check_belongs(duty.decision.alliance, owner_from_duty(by, duty))
    if duty.state not in OPEN_DUTY_STATES:
        raise InvalidTransition(
            _("“%(duty)s”当前为“%(state)s”，不用再立项目。如有新的项目，请直接登记。")
            % {"duty": duty, "state": duty.get_state_display()}
        )


def check_has_no_other_project(duty: Duty, owner: Organisation) -> None:
    """Raise `AlreadyListed` while the organisation has a project from this duty that is neither refused nor over."""
    other = Project.objects.filter(duty=duty, owner=owner, state__in=LIVE_PROJECT_STATES).first()
    if other:
        raise AlreadyListed(
            _("%(owner)s 已由这件事项拟出项目“%(project)s”（%(state)s）。请直接修改那一个。")
            % {"owner": owner, "project": other, "state": other.get_state_display()}
        )


def check_can_copy_project(by, project: Project) -> None:
    """The owner, in whatever state, as long as its alliance is open and it still belongs to it."""
    check_can_draft_project(by, project.alliance, project.owner)


def check_can_change_project(by, project: Project) -> None:
    """The owner, while it is a draft."""
    check_acts_for(by, project.owner)
    if project.state != ProjectState.DRAFT:
        raise InvalidTransition(_("只有草稿可以改名称和目标。已立项的项目可以调整阶段和结束日期。"))


def check_can_change_stages(by, project: Project) -> None:
    """The owner, while it is a draft or running."""
    check_acts_for(by, project.owner)
    _check_open(project)


def check_can_change_partners(by, project: Project) -> None:
    """The owner, while it is a draft or running."""
    check_can_change_stages(by, project)


def check_can_propose_project(by, project: Project) -> None:
    """The owner, from draft, in an open alliance to which it belongs, while its last day is not over."""
    check_acts_for(by, project.owner)
    check_move(PROJECT_MOVES, project.state, ProjectState.PROPOSED)
    check_belongs(project.alliance, project.owner)
    if project.ends_on < timezone.localdate():
        raise InvalidTransition(
            _("项目的结束日期已过。请先改成今天或以后的日期，再提出。"), field="ends_on"
        )


def check_can_set_up_project(by, project: Project) -> None:
    """The host of the alliance, while it is proposed and the owner still belongs."""
    _check_hosts(by, project)
    check_move(PROJECT_MOVES, project.state, ProjectState.RUNNING)
    check_belongs(project.alliance, project.owner)


def check_can_refuse_project(by, project: Project) -> None:
    """The host of the alliance, while it is proposed."""
    _check_hosts(by, project)
    check_move(PROJECT_MOVES, project.state, ProjectState.REFUSED)


def check_can_stop_project(by, project: Project) -> None:
    """The owner until it is over; the host once it runs. What is proposed the host refuses instead."""
    if not by.acts_for(project.owner):
        _check_hosts(by, project)
        if project.state != ProjectState.RUNNING:
            raise InvalidTransition(_("这个项目还没有立项，不用终止。请选择“不予立项”。"))
    check_move(PROJECT_MOVES, project.state, ProjectState.STOPPED)


def check_can_finish_project(by, project: Project) -> None:
    """The owner, while it runs."""
    check_acts_for(by, project.owner)
    check_move(PROJECT_MOVES, project.state, ProjectState.DONE)


def check_can_complete_stage(by, stage: ProjectStage) -> None:
    """The owner of a running project, one stage after the other."""
    _check_runs(by, stage.project)
    if stage.done_on:
        raise InvalidTransition(_("阶段“%(stage)s”已经完成，不用再办。") % {"stage": stage})
    before = stage.project.stages.filter(position__lt=stage.position, done_on=None).first()
    if before:
        raise InvalidTransition(
            _("前面的阶段“%(stage)s”还没有完成。请先办那一个，或者修改阶段。") % {"stage": before}
        )


def check_can_reopen_stage(by, stage: ProjectStage) -> None:
    """The owner of a running project, the last stage that is done."""
    _check_runs(by, stage.project)
    if stage.done_on is None:
        raise InvalidTransition(_("阶段“%(stage)s”还没有完成，不用重开。") % {"stage": stage})
    after = stage.project.stages.filter(position__gt=stage.position, done_on__isnull=False).last()
    if after:
        raise InvalidTransition(_("后面的阶段“%(stage)s”已经完成。请先重开那一个。") % {"stage": after})


def check_can_group_listing(by, project: Project, listing: Listing) -> None:
    """The owner of the project, or whoever owns the listing; a listing of the owner or of a partner.

    A draft is put in by its own side only, since nobody else sees it.
    """
    if listing.state == ListingState.DRAFT or not by.acts_for(project.owner):
        check_acts_for(by, listing.organisation)
    _check_live(project)
    if listing.alliance_id != project.alliance_id:
        raise InvalidTransition(_("这一条属于另一个联盟。请选择同一联盟的需求或资源。"))
    if listing.project_id:
        raise InvalidTransition(
            _("“%(listing)s”已归入项目“%(project)s”。请先从那里移出。")
            % {"listing": listing, "project": listing.project}
        )
    if listing.state not in GROUPED_LISTING_STATES:
        raise InvalidTransition(
            _("“%(listing)s”当前为“%(state)s”，不能归入项目。请选择已发布的条目。")
            % {"listing": listing, "state": listing.get_state_display()}
        )
    sides = [project.owner_id, *project.partners.values_list("organisation", flat=True)]
    if listing.organisation_id not in sides:
        raise NotPermitted(
            _("%(organisation)s 还不是这个项目的牵头单位或参与单位。请先把它加为参与单位。")
            % {"organisation": listing.organisation}
        )


def check_can_ungroup_listing(by, listing: Listing) -> None:
    """The owner of the project, or whoever owns the listing, while the project is neither refused nor over."""
    if listing.project is None:
        raise InvalidTransition(_("“%(listing)s”没有归入项目，不用移出。") % {"listing": listing})
    if not by.acts_for(listing.project.owner):
        check_acts_for(by, listing.organisation)
    if listing.state == ListingState.PROJECT:
        raise InvalidTransition(_("项目就是由这一条转来的，不能移出。"))
    _check_live(listing.project)


def check_can_turn_into_project(by, listing: Listing) -> None:
    """The owner of a published listing that no project groups yet."""
    check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.PROJECT)
    if listing.project_id:
        raise InvalidTransition(
            _("“%(listing)s”已归入项目“%(project)s”。请先从那里移出，或者直接在那里办。")
            % {"listing": listing, "project": listing.project}
        )
    check_belongs(listing.alliance, listing.organisation)


def _check_hosts(by, project: Project) -> None:
    host = project.alliance.host
    if by is None or not by.acts_for(host):
        raise NotPermitted(_("只有联盟的主办组织 %(host)s 的人员可以这样做。请联系他们。") % {"host": host})


def _check_runs(by, project: Project) -> None:
    check_acts_for(by, project.owner)
    if project.state != ProjectState.RUNNING:
        raise InvalidTransition(
            _("项目当前为“%(state)s”，不能填报阶段。立项以后、办结以前可以填报。")
            % {"state": project.get_state_display()}
        )


def _check_open(project: Project) -> None:
    if project.state not in OPEN_PROJECT_STATES:
        raise InvalidTransition(
            _("项目当前为“%(state)s”，阶段和参与单位不能再改。草稿和实施中的项目可以改。")
            % {"state": project.get_state_display()}
        )


def _check_live(project: Project) -> None:
    if project.state not in LIVE_PROJECT_STATES:
        raise InvalidTransition(
            _("项目“%(project)s”当前为“%(state)s”，不能再归入或移出条目。请选择还没结束的项目。")
            % {"project": project, "state": project.get_state_display()}
        )
