"""Who may have scores computed. `by` None is the clock."""

from django.utils.translation import gettext as _

from alliances.models import Alliance
from workflow.exceptions import NotPermitted


def check_can_compute_score(by, alliance: Alliance) -> None:
    """The staff of the alliance's host, those above them, and the clock."""
    if by is not None and not by.manages(alliance.host):
        raise NotPermitted(
            _("只有 %(host)s 的工作人员或上级管理员可以计分。请联系他们。") % {"host": alliance.host}
        )
