"""How a running project goes from stage to stage."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from projects import permissions
from projects.actions.projects import lock_project
from projects.models import ProjectStage
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.text import read_reason, read_words


@action
def complete_stage(*, stage: ProjectStage, by, done_on: date, note: str = "") -> ProjectStage:
    """The stage is done, on `done_on`, with a line about it. The owner of a running project; one after the other.

    Raises `BadInput` for a day to come, one before the project or before the stage before, `InvalidTransition`
    out of turn. Work may begin when the project is set up, ahead of the day planned for it.
    """
    stage = _locked(stage)
    permissions.check_can_complete_stage(by, stage)
    if done_on > timezone.localdate():
        raise BadInput(_("完成日期还没有到。请填写今天或以前的日期。"), field="done_on")
    project = stage.project
    if done_on < min(project.starts_on, timezone.localdate(project.decided_at)):
        raise BadInput(_("完成日期早于项目开始的日期。请改正。"), field="done_on")
    before = project.stages.filter(position__lt=stage.position).last()
    if before and done_on < before.done_on:
        raise BadInput(
            _("完成日期早于上一阶段“%(stage)s”的完成日期。请改正。") % {"stage": before}, field="done_on"
        )
    stage.note = read_words(
        note, field="note", label=_("进展"), most=ProjectStage._meta.get_field("note").max_length
    )
    stage.done_on, stage.done_by = done_on, by
    stage.save(update_fields=["note", "done_on", "done_by"])
    return stage


@action
def reopen_stage(*, stage: ProjectStage, by, reason: str) -> ProjectStage:
    """The last stage that is done is open again; the history keeps when and why. The owner only."""
    stage = _locked(stage)
    permissions.check_can_reopen_stage(by, stage)
    read_reason(reason)
    stage.done_on = stage.done_by = None
    stage.save(update_fields=["done_on", "done_by"])
    return stage


def _locked(stage: ProjectStage) -> ProjectStage:
    """The stage under the lock of its project, which keeps the order of all of them."""
    project = lock_project(stage.project)
    stage = project.stages.get(pk=stage.pk)
    stage.project = project
    return stage
