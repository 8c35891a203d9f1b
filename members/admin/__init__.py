"""The staff's second door to this room; the base classes serve the rooms above as well."""

from django.contrib import admin
from django.contrib.auth.models import Group

from members.admin.organisations import AssignmentAdmin, OrganisationAdmin, SpecialDayAdmin, UserAdmin
from members.admin.scoped import (
    LinkedAdmin,
    ScopedAdmin,
    ScopedInline,
    ScopedRelatedFilter,
    in_sight,
    works_here,
)
from members.admin.structures import KindAdmin, StructureTemplateAdmin

# What a person may do comes from dated assignments; Django's groups would be a second, silent way.
admin.site.unregister(Group)

__all__ = [
    "AssignmentAdmin",
    "KindAdmin",
    "LinkedAdmin",
    "OrganisationAdmin",
    "ScopedAdmin",
    "ScopedInline",
    "ScopedRelatedFilter",
    "SpecialDayAdmin",
    "StructureTemplateAdmin",
    "UserAdmin",
    "in_sight",
    "works_here",
]
