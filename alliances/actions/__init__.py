from alliances.actions.alliances import change_alliance, end_alliance, found_alliance
from alliances.actions.memberships import admit_member, change_contact, end_membership
from alliances.actions.merge import NewOrganisation, merge_organisations, reorganise

__all__ = [
    "NewOrganisation",
    "admit_member",
    "change_alliance",
    "change_contact",
    "end_alliance",
    "end_membership",
    "found_alliance",
    "merge_organisations",
    "reorganise",
]
