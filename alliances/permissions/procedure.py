"""Who sets the rules of procedure, the kinds of meeting, the duty unit and the fixed contacts, and when."""

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, DutyTerm, MeetingKind, Membership
from alliances.permissions.alliances import check_can_change_alliance, check_can_end_membership
from members.models import Organisation
from members.permissions import administers
from members.states import Role
from workflow.exceptions import InvalidTransition, NotPermitted


def check_can_set_procedure(by, alliance: Alliance) -> None:
    """Those who look after the host, while the alliance lasts."""
    check_can_change_alliance(by, alliance)


def check_can_set_district_procedure(by, district: Organisation) -> None:
    """The administrator of that district."""
    _check_administers(by, district)


def check_can_add_meeting_kind(by, district: Organisation) -> None:
    """The administrator of that district."""
    _check_administers(by, district)


def check_can_change_meeting_kind(by, kind: MeetingKind) -> None:
    """The administrator of the district that added it; kinds that ship stay as they are."""
    if kind.district is None:
        raise NotPermitted(_("“%(kind)s”随系统提供，不能改动。请新增本区自己的会议类型。") % {"kind": kind})
    _check_administers(by, kind.district)


def check_can_set_duty_term(by, alliance: Alliance) -> None:
    """Those who look after the host, while the alliance lasts."""
    check_can_change_alliance(by, alliance)


def check_can_end_duty_term(by, term: DutyTerm) -> None:
    """The same people, while the term runs."""
    check_can_change_alliance(by, term.alliance)
    today = timezone.localdate()
    if term.starts_on > today:
        raise InvalidTransition(_("这一任期还没有开始。不需要时请撤销。"))
    if term.ends_on <= today:
        raise InvalidTransition(_("这一任期已经定在今天或之前结束，不用再办。"))


def check_can_cancel_duty_term(by, term: DutyTerm) -> None:
    """The same people, before the term begins."""
    check_can_change_alliance(by, term.alliance)
    if term.starts_on <= timezone.localdate():
        raise InvalidTransition(_("这一任期已经开始，不能撤销。需要时请提前结束。"))


def check_can_set_committee_contact(by, membership: Membership) -> None:
    """Those who look after the host, while the membership lasts."""
    check_can_end_membership(by, membership)


def _check_administers(by, district: Organisation) -> None:
    if by is None or not district.is_root() or not administers(by, district, Role.DISTRICT_ADMIN):
        raise NotPermitted(_("议事规则的默认值和会议类型由区级管理员维护。请联系区级管理员。"))
