"""Pages of projects: the list, one project with its stage line, and every act on it but writing."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from alliances.models import Alliance, Duty
from members.models import Organisation
from members.reports import history
from projects import actions, permissions
from projects.filters import ProjectFilter
from projects.forms import CompleteStageForm, FinishProjectForm, GroupForm, OffForm, PartnerForm
from projects.models import Agreement, Listing, Project, ProjectStage
from projects.permissions.projects import GROUPED_LISTING_STATES
from projects.reports.projects import (
    listings_of,
    project_chip,
    project_line,
    project_step,
    project_totals,
)
from projects.reports.stages import agreement_chip, listing_chip
from projects.states import ListingState, ProjectState
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, read_id, sum_above

#: Acts that ask for a reason: the check, the action, what is said afterwards.
EXITS = {
    "refuse": (
        permissions.check_can_refuse_project,
        actions.refuse_project,
        gettext_lazy("已记为不予立项。"),
    ),
    "stop": (permissions.check_can_stop_project, actions.stop_project, gettext_lazy("项目已终止。")),
}
#: Agreements that a page shows; more under one project have never been seen.
SHOWN = 50
#: The first year that the list of years offers.
FIRST_YEAR = 2020


@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects within sight; the address holds the whole filter."""
    rows = Project.objects.visible_to(request.user).with_parties().with_steps()
    found = ProjectFilter(request.GET, rows, request=request)
    is_valid = found.is_valid()
    page = Keyset(found.qs if is_valid else rows.none(), request.GET)
    for project in page:
        project.chip = project_chip(project)
    alliances = list(Alliance.objects.visible_to(request.user))
    chosen = found.form.cleaned_data.get("alliance") if is_valid else None
    named = chosen or (alliances[0] if len(alliances) == 1 else None)
    return render(
        request,
        "projects/project_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": page,
            "heading": named.projects_name if named else _("项目清单"),
            "view": request.GET.get("view") or ProjectFilter.ALL,
            "views": ProjectFilter.VIEWS,
            "alliances": alliances,
            "states": ProjectState.choices,
            "years": range(timezone.localdate().year + 1, FIRST_YEAR - 1, -1),
        },
        status=200 if is_valid else 400,
    )


@require_GET
def project_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One project: who, until when, where it stands, what lies under it, and what the reader may do."""
    return _page(request, _find(request, pk))


@require_POST
def project_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the draft before the host."""
    project = actions.propose_project(project=_find(request, pk), by=request.user)
    messages.success(request, _("已提交，等 %(host)s 决定是否立项。") % {"host": project.alliance.host})
    return redirect(project)


@require_POST
def project_set_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the project begin."""
    project = actions.set_up_project(project=_find(request, pk), by=request.user)
    messages.success(request, _("已立项，牵头单位和参与单位会收到通知。"))
    return redirect(project)


@require_POST
def project_exit(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Refuse or stop with a reason."""
    project = _find(request, pk)
    _check, act, words = EXITS[verb]
    form = OffForm(request.POST, auto_id=f"{verb}_%s")
    if form.is_valid() and attempt(
        form, lambda: act(project=project, by=request.user, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, words)
        return redirect(project)
    return _page(request, project, status=400, form=sum_above(form), exit_forms={verb: form})


@require_POST
def project_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of it."""
    project = _find(request, pk)
    form = FinishProjectForm(request.POST, left=_left(project), auto_id="finish_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.finish_project(project=project, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已办结，各参与单位会收到通知。"))
        return redirect(project)
    return _page(request, project, status=400, form=sum_above(form), finish_form=form)


@require_POST
def project_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft for the next year, and go on to where it is looked through."""
    project = _find(request, pk)
    copy = actions.copy_project(project=project, by=request.user)
    messages.success(request, _("已沿用为新的草稿，日期都顺延了。请核对后提交立项。"))
    left = project.partners.count() - copy.partners.count()
    if left:
        messages.warning(request, _("有 %(left)s 个参与单位已不在联盟里，没有带过来。") % {"left": left})
    return redirect("project-change", pk=copy.pk)


@require_POST
def project_add_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """One more organisation takes part."""
    project = _find(request, pk)
    form = PartnerForm(request.POST, organisations=_joinable(project), auto_id="partner_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.add_partner(project=project, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已加为参与单位。"))
        return redirect(project)
    return _page(request, project, status=400, form=sum_above(form), partner_form=form)


@require_POST
def project_remove_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation takes part no more."""
    project = _find(request, pk)
    organisation = get_object_or_404(
        Organisation.objects.visible_to(request.user), pk=read_id(request.POST.get("organisation"))
    )
    actions.remove_partner(project=project, organisation=organisation, by=request.user)
    messages.success(request, _("已移出参与单位。"))
    return redirect(project)


@require_POST
def project_complete_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """The stage is done."""
    project = _find(request, pk)
    form = CompleteStageForm(request.POST, auto_id="stage_%s")
    stage = _stage(request, project)
    if form.is_valid() and attempt(
        form, lambda: actions.complete_stage(stage=stage, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("阶段“%(stage)s”已记为完成。") % {"stage": stage})
        return redirect(project)
    return _page(request, project, status=400, form=sum_above(form), stage_form=form)


@require_POST
def project_reopen_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """The last stage that is done is open again."""
    project = _find(request, pk)
    form = OffForm(request.POST, auto_id="reopen_%s")
    stage = _stage(request, project)
    if form.is_valid() and attempt(
        form, lambda: actions.reopen_stage(stage=stage, by=request.user, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("阶段“%(stage)s”已重开。") % {"stage": stage})
        return redirect(project)
    return _page(request, project, status=400, form=sum_above(form), reopen_form=form)


@require_POST
def project_group(request: HttpRequest, pk: int) -> HttpResponse:
    """A need or a resource enters the project."""
    project = _find(request, pk)
    form = GroupForm(request.POST, listings=_groupable(project, request.user), auto_id="group_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.group_listing(project=project, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已归入项目。"))
        return redirect(project)
    return _page(request, project, status=400, form=sum_above(form), group_form=form)


@require_POST
def project_ungroup(request: HttpRequest, pk: int) -> HttpResponse:
    """A need or a resource stands alone again."""
    project = _find(request, pk)
    rows = Listing.objects.visible_to(request.user).filter(project=project)
    listing = get_object_or_404(rows, pk=read_id(request.POST.get("listing")))
    actions.ungroup_listing(listing=listing, by=request.user)
    messages.success(request, _("已移出项目。"))
    return redirect(project)


def _find(request: HttpRequest, pk: int) -> Project:
    return find(Project.objects.with_parties(), request.user, pk=pk)


def _stage(request: HttpRequest, project: Project) -> ProjectStage:
    stage = get_object_or_404(project.stages, pk=read_id(request.POST.get("stage")))
    stage.project = project
    return stage


def _left(project: Project) -> list[ProjectStage]:
    return list(project.stages.filter(done_on=None))


def _joinable(project: Project):
    """Members and host of the alliance that do not take part yet."""
    rows = project.alliance.organisations().exclude(pk=project.owner_id)
    return rows.exclude(partnered_projects__project=project)


def _groupable(project: Project, user):
    """Listings within sight that may enter: of the owner or a partner, in no project yet."""
    sides = [project.owner_id, *project.partners.values_list("organisation", flat=True)]
    rows = Listing.objects.visible_to(user).filter(
        alliance=project.alliance_id, organisation__in=sides, project=None, state__in=GROUPED_LISTING_STATES
    )
    own = user.acting("organisation__path", "organisation__kind__level")
    if user.acts_for(project.owner):
        return rows.filter(own | ~Q(state=ListingState.DRAFT))
    return rows.filter(own)


def _page(request: HttpRequest, project: Project, *, status: int = 200, **bound) -> HttpResponse:
    user = request.user
    stages = list(project.stages.all())
    for stage in stages:
        stage.project = project  # the checks ask for it: one object, no query
    step = project_step(project, stages)
    is_owner = user.acts_for(project.owner)
    is_host = user.acts_for(project.alliance.host)
    listings = list(listings_of(project, user))
    for listing in listings:
        listing.chip = listing_chip(listing, listing.total or 0, listing.taken or 0)
        listing.may_ungroup = allowed(permissions.check_can_ungroup_listing, user, listing)
    agreements = (
        Agreement.objects.visible_to(user)
        .standing()
        .filter(lines__claim__slot__listing__project=project)
        .distinct()
    )
    agreements = list(agreements.with_parties().with_title()[:SHOWN])
    for agreement in agreements:
        agreement.chip = agreement_chip(agreement)
    partners = list(project.partners.select_related("organisation__kind"))
    context = {
        "project": project,
        "chip": project_chip(project),
        "step": step,
        "line": project_line(project, stages),
        "partners": partners,
        "listings": listings,
        "agreements": agreements,
        "totals": project_totals(project),
        "is_owner": is_owner,
        # Whoever sees the project need not see the alliance's duties any more.
        "duty": project.duty_id
        and Duty.objects.visible_to(user).with_parties().filter(pk=project.duty_id).first(),
        "copied_from": project.copied_from_id
        and Project.objects.visible_to(user).filter(pk=project.copied_from_id).first(),
        **bound,
    }
    if is_owner or is_host:
        context |= _acts(user, project, stages, is_owner, bound)
        context["history"] = history(project)
    elif project.state in (ProjectState.PROPOSED, ProjectState.RUNNING, ProjectState.DRAFT):
        own = _groupable(project, user)
        if own.exists():
            context["group_form"] = bound.get("group_form") or GroupForm(listings=own, auto_id="group_%s")
    return render(request, "projects/project_detail.html", context, status=status)


def _acts(user, project: Project, stages: list[ProjectStage], is_owner: bool, bound: dict) -> dict:
    """What the owner or the host may do now; forms that came back with errors stand as they were sent."""
    found: dict = {
        "may_set_up": allowed(permissions.check_can_set_up_project, user, project),
        "exits": [
            {"verb": verb, "form": bound.get("exit_forms", {}).get(verb) or OffForm(auto_id=f"{verb}_%s")}
            for verb, (check, _act, _words) in EXITS.items()
            if allowed(check, user, project)
        ],
    }
    if not is_owner:
        return found
    found["may_change"] = allowed(permissions.check_can_change_stages, user, project)
    found["may_propose"] = allowed(permissions.check_can_propose_project, user, project)
    found["may_copy"] = allowed(permissions.check_can_copy_project, user, project)
    if found["may_change"]:
        found["partner_form"] = bound.get("partner_form") or PartnerForm(
            organisations=_joinable(project), auto_id="partner_%s"
        )
    listings = _groupable(project, user)
    if (
        project.state in (ProjectState.DRAFT, ProjectState.PROPOSED, ProjectState.RUNNING)
        and listings.exists()
    ):
        found["group_form"] = bound.get("group_form") or GroupForm(listings=listings, auto_id="group_%s")
    if project.state == ProjectState.RUNNING:
        left = [one for one in stages if not one.done_on]
        found["next_stage"] = left[0] if left else None
        found["last_stage"] = next((one for one in reversed(stages) if one.done_on), None)
        found["stage_form"] = bound.get("stage_form") or CompleteStageForm(auto_id="stage_%s")
        found["reopen_form"] = bound.get("reopen_form") or OffForm(auto_id="reopen_%s")
        found["finish_form"] = bound.get("finish_form") or FinishProjectForm(left=left, auto_id="finish_%s")
    return found
