"""Whose ledger a person may check."""

from django.utils.translation import gettext as _

from alliances.models import Alliance
from members.states import Role
from workflow.exceptions import NotPermitted


def alliances_of_ledger(by) -> list[int]:
    """The ids of the alliances, open or ended, whose ledger `by` may check: those whose host he looks after.

    Raises `NotPermitted` when there is none.
    """
    looked_after = by.within("host__path", Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF)
    alliances = list(Alliance.objects.filter(looked_after).order_by("pk").values_list("pk", flat=True))
    if not alliances:
        raise NotPermitted(_("只有主办联盟的组织的工作人员或上级管理员可以对账。请联系街道党建办。"))
    return alliances
