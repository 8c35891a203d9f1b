"""What joint claims ask of a person: a share to confirm, or to wait for the others."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from projects.models import Claim, Share
from projects.reports.sides import of_claimant
from projects.states import ClaimState
from workflow.work import Work


def open_shares(user) -> QuerySet[Share]:
    """Shares that an organisation for which `user` speaks has still to confirm."""
    return Share.objects.open().filter(user.acting("organisation__path", "organisation__kind__level"))


def of_partner(user) -> Q:
    """Joint claims in which an organisation that `user` speaks for takes part."""
    shares = Share.objects.standing().filter(user.acting("organisation__path", "organisation__kind__level"))
    return Q(pk__in=shares.order_by().values("claim"))


def work_of_shares(user, most: int) -> list[Work]:
    """Shares to confirm, and joint claims of `user` that wait for the others. Two queries."""
    works = [
        Work(
            title=_("确认分担：%(title)s") % {"title": share.claim.listing.title},
            why=_("%(who)s 邀请 %(own)s 一起认领，分担 %(quantity)s %(measure)s。")
            % {
                "who": share.claim.organisation,
                "own": share.organisation,
                "quantity": share.quantity,
                "measure": share.claim.listing.measure,
            },
            url=share.get_absolute_url(),
            act=_("去确认"),
            due=share.claim.held_until,
        )
        for share in open_shares(user)
        .select_related("organisation__kind", "claim__organisation__kind", "claim__slot__listing")
        .order_by("claim__expires_at", "pk")[:most]
    ]
    asked = Exists(Share.objects.open().filter(claim=OuterRef("pk")))
    claims = Claim.objects.filter(of_claimant(user), asked, state=ClaimState.HELD).with_parties()
    return [
        *works,
        *(
            Work(
                title=_("等其他单位确认分担：%(title)s") % {"title": claim.listing.title},
                why=_("已留出 %(quantity)s %(measure)s，都确认后自动交给发布方。")
                % {"quantity": claim.quantity, "measure": claim.listing.measure},
                url=claim.get_absolute_url(),
                act=_("看进度"),
                due=claim.held_until,
                waits=True,
            )
            for claim in claims.order_by("expires_at", "pk")[:most]
        ),
    ]
