"""Who may write, publish and adopt a scheme. `by` None is the clock, which does none of these."""

from django.utils.translation import gettext as _

from alliances.models import Alliance
from assessments.models import Scheme
from assessments.states import SCHEME_MOVES, SchemeState
from members.models import Organisation
from members.states import Level
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move


def check_can_draft_scheme(by, owner: Organisation) -> None:
    """The staff of a district or street, in its name."""
    if owner.level not in {Level.DISTRICT, Level.STREET}:
        raise NotPermitted(_("考核方案由区或街道制定。请联系所在街道党建办。"))
    _check_manages(by, owner)


def check_can_change_scheme(by, scheme: Scheme) -> None:
    """The owner's staff, while it is a draft. Shipped schemes are copied, never changed."""
    _check_owner(by, scheme)
    if scheme.state != SchemeState.DRAFT:
        raise InvalidTransition(_("已发布的方案不能修改。请复制成新版本，修改后再发布。"))


def check_can_publish_scheme(by, scheme: Scheme) -> None:
    """The owner's staff, once."""
    _check_owner(by, scheme)
    check_move(SCHEME_MOVES, scheme.state, SchemeState.PUBLISHED)


def check_can_adopt_scheme(by, alliance: Alliance) -> None:
    """The staff of the alliance's host, while the alliance lasts."""
    _check_manages(by, alliance.host)
    if alliance.ended_on is not None:
        raise InvalidTransition(_("%(alliance)s 已终止，不能再采用方案。") % {"alliance": alliance})


def _check_owner(by, scheme: Scheme) -> None:
    if scheme.owner is None:
        raise NotPermitted(_("随系统提供的方案不能修改。请复制成自己的方案，再修改。"))
    _check_manages(by, scheme.owner)


def _check_manages(by, organisation: Organisation) -> None:
    if by is None or not by.manages(organisation):
        raise NotPermitted(
            _("只有 %(organisation)s 的工作人员或上级管理员可以这样做。请联系他们。")
            % {"organisation": organisation}
        )
