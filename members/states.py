"""Levels of the tree, roles of people, and the life of a structure template."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """What a node is to the product; a kind gives it its local name."""

    DISTRICT = "district", _("区")
    STREET = "street", _("街道")
    COMMITTEE = "committee", _("党组（党委）")
    COMMUNITY = "community", _("社区")
    GRID = "grid", _("网格")
    UNIT = "unit", _("成员单位")


class UnitType(models.TextChoices):
    """What a member unit is by trade."""

    SCHOOL = "school", _("学校")
    HOSPITAL = "hospital", _("医疗机构")
    ENTERPRISE = "enterprise", _("企业")
    PROPERTY = "property", _("物业服务企业")
    BANK = "bank", _("金融机构")
    GOVERNMENT = "government", _("机关事业单位")
    SOCIAL = "social", _("社会组织")
    OTHER = "other", _("其他")


class Role(models.TextChoices):
    """What a person may do for the organisation of an assignment."""

    DISTRICT_ADMIN = "district_admin", _("区级管理员")
    DISTRICT_READER = "district_reader", _("区级查阅员")
    STREET_ADMIN = "street_admin", _("街道管理员")
    STAFF = "staff", _("工作人员")
    LIAISON = "liaison", _("联络员")
    EXPERT = "expert", _("评审专家")
    AUDITOR = "auditor", _("审计员")


#: Roles that act in the name of their organisation; the others only read.
ACTING_ROLES = frozenset({Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF, Role.LIAISON})
#: Roles whose recursive word reaches beneath their own node. A district administrator keeps the tree and
#: reads the reports; what streets and communities promise is theirs to say.
SPEAKING_BENEATH = frozenset({Role.STREET_ADMIN, Role.STAFF})
#: Roles that look after a street or a district and everything beneath it.
MANAGING_ROLES = frozenset({Role.DISTRICT_ADMIN, Role.STREET_ADMIN})

#: Where a role may be held.
ROLE_LEVELS = {
    Role.DISTRICT_ADMIN: {Level.DISTRICT},
    Role.DISTRICT_READER: {Level.DISTRICT},
    Role.STREET_ADMIN: {Level.STREET},
    Role.STAFF: {Level.DISTRICT, Level.STREET, Level.COMMITTEE, Level.COMMUNITY, Level.GRID},
    Role.LIAISON: {Level.COMMITTEE, Level.COMMUNITY, Level.GRID, Level.UNIT},
    Role.EXPERT: {Level.DISTRICT, Level.STREET},
    Role.AUDITOR: {Level.DISTRICT, Level.STREET},
}
#: Which roles an administrator may give to others.
GRANTABLE = {
    Role.DISTRICT_ADMIN: frozenset(Role),
    Role.STREET_ADMIN: frozenset({Role.STAFF, Role.LIAISON, Role.EXPERT}),
}
#: What a street adds and closes by itself; the committees and the street are the district's to set up.
STREET_LEVELS = frozenset({Level.COMMUNITY, Level.GRID, Level.UNIT})
#: Roles that open the web admin.
DESK_ROLES = frozenset({Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF})


class TemplateState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")


TEMPLATE_MOVES = {
    TemplateState.DRAFT: {TemplateState.PUBLISHED},
    TemplateState.PUBLISHED: set(),
}
