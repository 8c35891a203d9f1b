"""Which disputes over a quantity lie with a person, and which with the other side."""

from django.utils.translation import gettext as _

from projects import permissions
from projects.models import Claim, Dispute
from projects.reports.sides import of_provider, of_requester
from workflow.moves import allowed
from workflow.work import Work

#: Lines on the first page; the list behind them holds all.
MOST = 30


def work_of_disputes(user) -> list[Work]:
    """State one's side, look at the other's statement, or decide: open disputes of `user`. One query."""
    claims = Claim.objects.filter(
        of_provider(user) | of_requester(user) | user.within("slot__listing__alliance__host__path")
    )
    rows = Dispute.objects.open().filter(delivery__claim__in=claims.values("pk")).with_parties()
    works = [_work(user, row) for row in rows.order_by("settle_by", "pk")[:MOST]]
    return [work for work in works if work]


def _work(user, dispute: Dispute) -> Work | None:
    claim = dispute.delivery.claim
    words = {
        "title": claim.listing.title,
        "provider": claim.provider,
        "requester": claim.requester,
        "reported": dispute.delivery.quantity,
        "counted": dispute.counted,
        "measure": claim.listing.measure,
    }
    why = (
        _("%(provider)s 报告 %(reported)s %(measure)s，%(requester)s 确认 %(counted)s %(measure)s。")
        % words
    )
    title, act, waits = None, _("看双方说明"), False
    if allowed(permissions.check_can_state_side, user, dispute):
        title, act = _("说明交付情况：%(title)s"), _("去说明")
    elif allowed(permissions.check_can_agree_with_provider, user, dispute):
        title = _("答复交付说明：%(title)s")
    elif allowed(permissions.check_can_decide_dispute, user, dispute):
        title, act = _("认定交付数量：%(title)s"), _("去认定")
    elif user.acts_for(claim.provider) or user.acts_for(claim.requester):
        title, waits = _("等对方处理交付异议：%(title)s"), True
    if title is None:
        return None
    return Work(
        title=title % words,
        why=why,
        url=dispute.get_absolute_url(),
        act=act,
        due=dispute.settle_by,
        waits=waits,
    )
