"""Who may do what with an alliance and its members, and in which state of them."""

from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Membership
from members.models import Organisation
from workflow.exceptions import InvalidTransition, NotPermitted


def check_can_found_alliance(by, host: Organisation) -> None:
    """Those who look after the host. The host must be open."""
    _check_manages(by, host)
    if host.closed_on:
        raise InvalidTransition(
            _("%(host)s 已终止，不能主办联盟。请选择仍在运行的组织。") % {"host": host}, field="host"
        )


def check_can_change_alliance(by, alliance: Alliance) -> None:
    """Those who look after the host, while the alliance lasts."""
    _check_manages(by, alliance.host)
    _check_open(alliance)


def check_can_end_alliance(by, alliance: Alliance) -> None:
    """As for a change."""
    check_can_change_alliance(by, alliance)


def check_can_admit_member(by, alliance: Alliance) -> None:
    """As for a change."""
    check_can_change_alliance(by, alliance)


def check_can_change_contact(by, membership: Membership) -> None:
    """Those who look after the host, and whoever speaks for the member itself."""
    if by is None or not (by.acts_for(membership.organisation) or by.manages(membership.alliance.host)):
        raise NotPermitted(
            _("只有 %(organisation)s 的联络员和 %(host)s 的工作人员可以修改联系人。请联系他们。")
            % {"organisation": membership.organisation, "host": membership.alliance.host}
        )
    _check_current(membership)


def check_can_end_membership(by, membership: Membership) -> None:
    """Those who look after the host, while the membership lasts."""
    _check_manages(by, membership.alliance.host)
    _check_current(membership)


def _check_manages(by, host: Organisation) -> None:
    if by is None or not by.manages(host):
        raise NotPermitted(
            _("只有 %(host)s 的工作人员或上级管理员可以这样做。请联系他们。") % {"host": host}
        )


def _check_open(alliance: Alliance) -> None:
    if not alliance.is_open:
        raise InvalidTransition(
            _("%(alliance)s 已终止，不能再修改。如需继续，请成立新的联盟。") % {"alliance": alliance}
        )


def _check_current(membership: Membership) -> None:
    if membership.is_over():
        raise InvalidTransition(
            _("%(organisation)s 已退出联盟。如需恢复，请重新接纳。")
            % {"organisation": membership.organisation}
        )
