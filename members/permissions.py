"""Who may look after organisations, structures and people, and in which state of them.

Every check returns None or raises a refusal with its sentence. `by` is a user: nothing here is done by the clock.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Assignment, Kind, Notification, Organisation, StructureTemplate, User
from members.states import (
    GRANTABLE,
    MANAGING_ROLES,
    STREET_LEVELS,
    TEMPLATE_MOVES,
    Level,
    Role,
    TemplateState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move


def administers(by: User, organisation: Organisation, *roles: Role) -> bool:
    """Whether `by` is administrator (with one of `roles`, if given) of `organisation` or of a node above it."""
    return any(
        grant.role in (roles or MANAGING_ROLES) and grant.covers(organisation.path) for grant in by.grants
    )


def check_can_manage_organisation(by: User, organisation: Organisation) -> None:
    """Administrators of the street or district above; the organisation must be open."""
    if not administers(by, organisation):
        raise NotPermitted(
            _("“%(organisation)s”由所在街道或区的管理员维护。需要变更时，请联系管理员。")
            % {"organisation": organisation}
        )
    _check_is_open(organisation)


def check_can_add_organisation(by: User, parent: Organisation, kind: Kind | None = None) -> None:
    """Beneath `parent`: the district any kind, the street communities, grids and units."""
    check_can_manage_organisation(by, parent)
    if kind and kind.level not in STREET_LEVELS and not administers(by, parent, Role.DISTRICT_ADMIN):
        raise NotPermitted(
            _("“%(kind)s”由区级管理员设立。街道可以新建社区、网格和成员单位。") % {"kind": kind}
        )


def check_can_change_organisation(by: User, organisation: Organisation) -> None:
    """The same people, while it is open."""
    check_can_manage_organisation(by, organisation)


def check_can_close_organisation(by: User, organisation: Organisation) -> None:
    """The district anything beneath itself, the street its communities, grids and units; once."""
    check_can_manage_organisation(by, organisation)
    if organisation.level == Level.DISTRICT:
        raise NotPermitted(_("区是组织树的根，不能在这里终止。"))
    if organisation.level not in STREET_LEVELS and not administers(by, organisation, Role.DISTRICT_ADMIN):
        raise NotPermitted(_("“%(organisation)s”由区级管理员终止。") % {"organisation": organisation})


def check_can_move_organisation(by: User, organisation: Organisation, parent: Organisation) -> None:
    """Administrators of both places, by the rule of adding beneath `parent`; a root stays where it is."""
    check_can_add_organisation(by, parent, organisation.kind)
    if organisation.is_root() or not administers(by, organisation):
        raise NotPermitted(
            _("“%(organisation)s”由所在街道或区的管理员维护。需要变更时，请联系管理员。")
            % {"organisation": organisation}
        )


def check_can_merge_organisation(
    by: User, organisation: Organisation, into: Organisation | None = None
) -> None:
    """Whoever may close `organisation` and move it beneath `into`."""
    check_can_close_organisation(by, organisation)
    if into:
        check_can_move_organisation(by, organisation, into)


def check_can_adopt_structure(by: User, organisation: Organisation) -> None:
    """The district administrator, for an open organisation of the district."""
    if not administers(by, organisation, Role.DISTRICT_ADMIN):
        raise NotPermitted(_("采用哪种组织架构由区级管理员决定。"))
    _check_is_open(organisation)


def check_can_draft_structure(by: User, district: Organisation) -> None:
    """The administrator of that district; templates and kinds belong to a district."""
    if not administers(by, district, Role.DISTRICT_ADMIN) or not district.is_root():
        raise NotPermitted(_("组织架构和组织类型由区级管理员维护。"))


def check_can_add_kind(by: User, district: Organisation) -> None:
    """The administrator of that district."""
    check_can_draft_structure(by, district)


def check_can_change_structure(by: User, template: StructureTemplate) -> None:
    """The administrator of the owning district, while the version is a draft."""
    if template.owner is None or not administers(by, template.owner, Role.DISTRICT_ADMIN):
        raise NotPermitted(
            _("“%(template)s”不归本区维护。需要改动时，请复制为本区的新架构。") % {"template": template}
        )
    if template.state != TemplateState.DRAFT:
        raise InvalidTransition(
            _("“%(template)s”已发布，规则不再变动。需要改动时，请起草新版本。") % {"template": template}
        )


def check_can_publish_structure(by: User, template: StructureTemplate) -> None:
    """Draft → published: the administrator of the owning district."""
    check_can_change_structure(by, template)
    check_move(TEMPLATE_MOVES, template.state, TemplateState.PUBLISHED)


def check_can_assign_role(by: User, organisation: Organisation, role: Role | None = None) -> None:
    """An administrator, within reach, the roles of `GRANTABLE`; the organisation must be open."""
    given = {
        one
        for grant in by.grants
        if grant.role in GRANTABLE and grant.covers(organisation.path)
        for one in GRANTABLE[grant.role]
    }
    if not given:
        raise NotPermitted(_("“%(organisation)s”的人员由管理员安排。") % {"organisation": organisation})
    if role and role not in given:
        raise NotPermitted(
            _("角色“%(role)s”由区级管理员授予。请联系区级管理员。") % {"role": Role(role).label}
        )
    _check_is_open(organisation)


def check_is_another(by: User, user: User) -> None:
    """Nobody gives himself a role: a unit's word would be given by the office that looks after it."""
    if by == user:
        raise NotPermitted(_("不能给自己安排角色。请由另一位管理员办理。"))


def check_can_end_assignment(by: User, assignment: Assignment) -> None:
    """Whoever may give the role, but never to themselves; until its last day is over."""
    given = any(
        grant.role in GRANTABLE
        and grant.covers(assignment.organisation.path)
        and assignment.role in GRANTABLE[grant.role]
        for grant in by.grants
    )
    if not given:
        raise NotPermitted(
            _("“%(organisation)s”的人员由管理员安排。") % {"organisation": assignment.organisation}
        )
    if assignment.user_id == by.pk:
        raise NotPermitted(_("您不能结束自己的任职。请由另一位管理员办理。"))
    if assignment.ends_on is not None and assignment.ends_on <= timezone.localdate():
        raise InvalidTransition(_("这项任职已有结束日期，不用再办。"))


def check_can_set_special_day(by: User) -> None:
    """District administrators: deadlines everywhere follow the calendar."""
    if not by.has_role(Role.DISTRICT_ADMIN):
        raise NotPermitted(_("工作日历由区级管理员维护。"))


def check_can_change_password(by: User, user: User) -> None:
    """One's own."""
    if by.pk != user.pk:
        raise NotPermitted(_("密码只能由本人修改。"))


def check_can_read_notification(by: User, notification: Notification) -> None:
    """The recipient."""
    if notification.recipient_id != by.pk:
        raise NotPermitted(_("这条通知不是发给您的。"))


def _check_is_open(organisation: Organisation) -> None:
    if organisation.closed_on is not None:
        raise InvalidTransition(
            _("“%(organisation)s”已终止，不能再变动。请改在继承它的组织上办理。")
            % {"organisation": organisation}
        )
