"""What is told about a project."""

from django.utils.translation import gettext_lazy as _

from members.models import Organisation, User
from members.notifications import Deadline, notify, register, speakers
from projects.models import Project, ProjectPartner, ProjectStage

PROJECT_PROPOSED = register("project_proposed", _("%(owner)s 提出了项目“%(project)s”，请决定是否立项。"))
PROJECT_SET_UP = register("project_set_up", _("项目“%(project)s”已立项，由 %(owner)s 牵头。"))
PROJECT_REFUSED = register("project_refused", _("项目“%(project)s”不予立项。原因：%(reason)s"))
PROJECT_STOPPED = register("project_stopped", _("项目“%(project)s”已终止。原因：%(reason)s"))
PROJECT_FINISHED = register("project_finished", _("项目“%(project)s”已办结：%(result)s"))
PROJECT_PARTNERED = register("project_partnered", _("%(owner)s 把贵单位加为项目“%(project)s”的参与单位。"))
PROJECT_STAGE_DUE = register(
    "project_stage_due", _("项目“%(title)s”有一个阶段快到计划日期了，请填报进展。")
)
#: Of each running project the stage that comes next: later ones are not late before it.
PROJECT_STAGE_DEADLINE = Deadline(
    ProjectStage,
    "project-detail",
    """
    SELECT s.id AS row_id, p.id AS page_id, s.due_on AS due, o.path, p.title
      FROM projects_project p
      JOIN members_organisation o ON o.id = p.owner_id
      CROSS JOIN LATERAL (
        SELECT id, due_on FROM projects_projectstage
         WHERE project_id = p.id AND done_on IS NULL ORDER BY position LIMIT 1
      ) s
     WHERE p.state = 'running' AND s.due_on <= %(until)s
    """,
)


def project_proposed(project: Project, *, by: User) -> None:
    """Tells the host."""
    _tell(PROJECT_PROPOSED, project, [project.alliance.host], by, owner=project.owner)


def project_set_up(project: Project, *, by: User) -> None:
    """Tells the owner and the partners."""
    _tell(PROJECT_SET_UP, project, [project.owner, *_partners(project)], by, owner=project.owner)


def project_refused(project: Project, *, by: User) -> None:
    """Tells the owner."""
    _tell(PROJECT_REFUSED, project, [project.owner], by, reason=project.reason)


def project_stopped(project: Project, *, by: User) -> None:
    """Tells the host, the owner and the partners; of what was never proposed nobody knows."""
    if project.proposed_at:
        sides = [project.alliance.host, project.owner]
        # Partners were told when it was set up.
        sides += _partners(project) if project.decided_at else []
        _tell(PROJECT_STOPPED, project, sides, by, reason=project.reason)


def project_finished(project: Project, *, by: User) -> None:
    """Tells the host and the partners."""
    _tell(
        PROJECT_FINISHED, project, [project.alliance.host, *_partners(project)], by, result=project.result
    )


def project_partnered(partner: ProjectPartner, *, by: User) -> None:
    """Tells who was added to a project that runs."""
    _tell(PROJECT_PARTNERED, partner.project, [partner.organisation], by, owner=partner.project.owner)


def _partners(project: Project) -> list[Organisation]:
    return [row.organisation for row in project.partners.select_related("organisation__kind")]


def _tell(kind: str, project: Project, sides: list[Organisation], by: User, /, **params: object) -> None:
    people = [user for side in sides for user in speakers(side) if user.pk != by.pk]
    notify(kind, project, people, project=project, **params)
