"""Pages on which a project is written: a new one, other words of a draft, other stages; from a listing or a duty."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliances.models import Duty
from projects import actions, permissions
from projects.forms import ProjectForm, StageFormSet
from projects.models import Project
from projects.reports.projects import project_chip
from projects.states import ProjectState
from projects.views.drafts import may_write_for
from workflow.moves import Verdict, allowed
from workflow.views import attempt, find

#: Projects that the page of a duty shows; more than a few have never been seen.
SHOWN = 50


@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """A new project, written as a draft."""
    owners, alliances = may_write_for(request.user)
    own = request.user.organisation
    form = ProjectForm(
        request.POST or None,
        initial={"owner": own.pk if own else None},
        owners=owners if len(owners) > 1 else None,
        alliances=alliances if len(alliances) > 1 else None,
    )
    formset = StageFormSet(request.POST or None, prefix="stages")
    if request.method == "POST" and _is_valid(form, formset):

        def act() -> Project:
            terms = {"owner": owners[0], "alliance": alliances[0], **form.cleaned_data}
            return actions.draft_project(by=request.user, stages=formset.terms(), **terms)

        if project := attempt(form, act):
            messages.success(request, _("草稿已保存。加好参与单位后提交立项。"))
            return redirect(project)
    return _form(request, form, formset, {})


@require_http_methods(["GET", "POST"])
def project_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words and stages of a draft; other stages and another last day of a running project."""
    project = find(Project.objects.with_parties(), request.user, pk=pk)
    permissions.check_can_change_stages(request.user, project)
    stages = [{"title": one.title, "due_on": one.due_on} for one in project.stages.all() if not one.done_on]
    form = ProjectForm(
        request.POST or None,
        initial={name: getattr(project, name) for name in ("title", "aim", "starts_on", "ends_on")},
        is_running=project.state == ProjectState.RUNNING,
    )
    formset = StageFormSet(request.POST or None, initial=stages, prefix="stages")
    if request.method == "POST" and _is_valid(form, formset):

        def act() -> Project:
            return actions.change_project(
                project=project, by=request.user, stages=formset.terms(), **form.cleaned_data
            )

        if attempt(form, act):
            messages.success(request, _("已保存。"))
            return redirect(project)
    return _form(request, form, formset, {"project": project})


@require_GET
def duty_projects(request: HttpRequest, pk: int) -> HttpResponse:
    """The projects from one duty that the reader may see, and the button for a new one; a fragment for htmx."""
    duty = _duty(request, pk)
    projects = list(Project.objects.visible_to(request.user).filter(duty=duty).with_parties()[:SHOWN])
    for project in projects:
        project.chip = project_chip(project)
    template = "projects/_duty_projects.html" if request.htmx else "projects/duty_projects.html"
    may_draft = _may_draft(request.user, duty)
    return render(request, template, {"duty": duty, "projects": projects, "may_draft": may_draft})


@require_POST
def duty_draft_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a project from the duty, and go on to where it is completed."""
    project = actions.draft_project_from_duty(duty=_duty(request, pk), by=request.user)
    messages.success(request, _("已按议定事项拟好项目草稿，不用重填。补上阶段后提交立项。"))
    return redirect("project-change", pk=project.pk)


def _duty(request: HttpRequest, pk: int) -> Duty:
    return find(Duty.objects.with_parties(), request.user, pk=pk)


def _may_draft(user, duty: Duty) -> Verdict | None:
    """The verdict for whoever may write in a unit's name; None for those who only read."""
    if not allowed(permissions.owner_from_duty, user, duty):
        return None
    verdict = allowed(permissions.check_can_draft_project_from_duty, user, duty)
    if not verdict:
        return verdict
    owner = permissions.owner_from_duty(user, duty)
    return allowed(permissions.check_has_no_other_project, duty, owner)


def _is_valid(form: ProjectForm, formset) -> bool:
    """Both, with the errors of the stages in the summary on top as well."""
    is_valid = form.is_valid()
    if formset.is_valid():
        return is_valid
    for sentence in formset.sentences():
        form.add_error(None, sentence)
    return False


def _form(request: HttpRequest, form: ProjectForm, formset, context: dict) -> HttpResponse:
    return render(
        request,
        "projects/project_form.html",
        {"form": form, "formset": formset, **context},
        status=400 if form.errors else 200,
    )
