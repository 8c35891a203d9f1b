"""What a person has to do in this room today, and what lies with the other side."""

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Agreement, AgreementClaim, Claim, Delivery, Listing
from projects.reports.disputes import work_of_disputes
from projects.reports.projects import projects_work
from projects.reports.queue import held_for, work_of_holds
from projects.reports.shares import open_shares, work_of_shares
from projects.reports.sides import of_claimant, of_owner, of_provider, of_requester
from projects.reports.terms import work_of_terms
from projects.states import AgreementState, ClaimState, DeliveryState, Direction, ListingState
from workflow.work import Figure, Work

#: Lines of one kind on the first page; the lists behind the buttons hold all of them.
MOST = 30
COUNT_CAP = 1001


def to_sign(user) -> Q:
    """Draft agreements with an empty line for a side that `user` speaks for, and not his name on the other."""
    party_a = user.acting("party_a__path", "party_a__kind__level") & Q(party_a_signed_at=None)
    party_b = user.acting("party_b__path", "party_b__kind__level") & Q(party_b_signed_at=None)
    signed = Q(party_a_signed_by=user) | Q(party_b_signed_by=user)
    # `signed` is unknown, not false, where nobody has signed: so the empty lines are asked for by name.
    return (party_a & (Q(party_b_signed_by=None) | ~signed)) | (
        party_b & (Q(party_a_signed_by=None) | ~signed)
    )


def open_deliveries() -> Exists:
    """Of a claim: whether a report waits for its acknowledgement or for the end of its dispute."""
    return Exists(Delivery.objects.unsettled().filter(claim=OuterRef("pk")))


def waiting_deliveries() -> Exists:
    """Of a claim: whether a report waits for its acknowledgement."""
    return Exists(Delivery.objects.unacknowledged().filter(claim=OuterRef("pk")))


def claims_to_act_on(user) -> Q:
    """Claims on which the next act is that of an organisation that `user` speaks for."""
    drafts = AgreementClaim.objects.filter(agreement__in=Agreement.objects.unsigned().filter(to_sign(user)))
    return (
        (Q(state=ClaimState.REQUESTED) & of_owner(user))
        | Q(pk__in=held_for(user).order_by().values("pk"))
        | Q(pk__in=open_shares(user).order_by().values("claim"))
        | (Q(state=ClaimState.ACCEPTED) & Q(pk__in=drafts.values("claim")))
        | (Q(state=ClaimState.AGREED) & ~Q(open_deliveries()) & of_provider(user))
        | (Q(state=ClaimState.AGREED) & Q(waiting_deliveries()) & of_requester(user))
    )


def work_for(user) -> list[Work]:
    """Answers, signatures, reports and acknowledgements that lie with `user`, own drafts, standing resources
    near their end, holds, shares, disputes, agreements to look back on, and what waits for the other side. Eleven queries, whatever the number of rows."""
    return [
        *_answers(user),
        *work_of_holds(user, MOST),
        *work_of_shares(user, MOST),
        *_signatures(user),
        *_reports(user),
        *_acknowledgements(user),
        *work_of_disputes(user),
        *work_of_terms(user),
        *_drafts(user),
        *projects_work(user, MOST),
        *_rollovers(user),
    ]


def figures_for(user) -> list[Figure]:
    """What stands open in the alliances of `user`. Two capped counts."""
    listings = Listing.objects.visible_to(user).claimable().order_by()
    figures = []
    for direction, label in ((Direction.NEED, _("等人认领的需求")), (Direction.RESOURCE, _("可用的资源"))):
        found = listings.filter(direction=direction).values("pk")[:COUNT_CAP].count()
        figures.append(
            Figure(
                label,
                found,
                f"{reverse('listing-list')}?direction={direction.value}&view=open",
                _("多于 1,000，按 1,001 计") if found == COUNT_CAP else "",
            )
        )
    return figures


def _answers(user) -> list[Work]:
    claims = Claim.objects.unanswered().filter(of_owner(user) | of_claimant(user)).with_parties()
    works = []
    for claim in claims.order_by("answer_due", "pk")[:MOST]:
        is_own = user.acts_for(claim.listing.organisation)
        words = {
            "title": claim.listing.title,
            "who": claim.organisation if is_own else claim.listing.organisation,
            "quantity": claim.quantity,
            "measure": claim.listing.measure,
        }
        works.append(
            Work(
                title=(_("答复认领：%(title)s") if is_own else _("等 %(who)s 答复认领：%(title)s")) % words,
                why=(
                    _("%(who)s 认领了 %(quantity)s %(measure)s，还没有答复。")
                    if is_own
                    else _("认领了 %(quantity)s %(measure)s，对方到期前会收到提醒。")
                )
                % words,
                url=claim.get_absolute_url(),
                act=_("答复认领") if is_own else _("看进度"),
                due=claim.answer_due,
                waits=not is_own,
            )
        )
    return works


def _signatures(user) -> list[Work]:
    sides = user.acting("party_a__path", "party_a__kind__level") | user.acting(
        "party_b__path", "party_b__kind__level"
    )
    rows = (
        Agreement.objects.unsigned()
        .filter(sides)
        .with_parties()
        .with_title()
        .annotate(is_own=Exists(Agreement.objects.filter(to_sign(user), pk=OuterRef("pk"))))
    )
    works = []
    for row in rows.order_by("sign_due", "pk")[:MOST]:
        other = row.party_b if user.acts_for(row.party_a) else row.party_a
        words = {"title": row.title, "who": other}
        works.append(
            Work(
                title=(_("签署协议：%(title)s") if row.is_own else _("等 %(who)s 签署：%(title)s")) % words,
                why=_("与 %(who)s 的共建协议书已拟好，双方签署后开始实施。") % words,
                url=row.get_absolute_url(),
                act=_("去签署") if row.is_own else _("看协议"),
                due=row.sign_due,
                waits=not row.is_own,
            )
        )
    return works


def _reports(user) -> list[Work]:
    due = AgreementClaim.objects.filter(claim=OuterRef("pk"), agreement__state=AgreementState.SIGNED)
    claims = (
        Claim.objects.filter(~Q(open_deliveries()), of_provider(user), state=ClaimState.AGREED)
        .with_parties()
        .annotate(deliver_by=Subquery(due.values("deliver_by")[:1]))
    )
    return [
        Work(
            title=_("报告交付：%(title)s") % {"title": claim.listing.title},
            why=_("已和 %(who)s 签约，办完后报告数量。") % {"who": claim.requester},
            url=claim.get_absolute_url(),
            act=_("报告交付"),
            due=claim.deliver_by,
        )
        for claim in claims.order_by(F("deliver_by").asc(nulls_last=True), "pk")[:MOST]
    ]


def _acknowledgements(user) -> list[Work]:
    own = Claim.objects.filter(of_requester(user)).values("pk")
    theirs = Claim.objects.filter(of_provider(user)).values("pk")
    rows = Delivery.objects.filter(Q(claim__in=own) | Q(claim__in=theirs), state=DeliveryState.REPORTED)
    works = []
    for row in rows.with_parties().order_by("acknowledge_due", "pk")[:MOST]:
        is_own = user.acts_for(row.claim.requester) and row.reported_by_id != user.pk
        words = {
            "title": row.claim.listing.title,
            "who": row.claim.provider if is_own else row.claim.requester,
            "quantity": row.quantity,
            "measure": row.claim.listing.measure,
        }
        works.append(
            Work(
                title=(_("确认交付：%(title)s") if is_own else _("等 %(who)s 确认交付：%(title)s")) % words,
                why=(
                    _("%(who)s 报告已交付 %(quantity)s %(measure)s。")
                    if is_own
                    else _("已报告 %(quantity)s %(measure)s。")
                )
                % words,
                url=row.get_absolute_url(),
                act=_("确认和评议") if is_own else _("看进度"),
                due=row.acknowledge_due,
                waits=not is_own,
            )
        )
    return works


def _drafts(user) -> list[Work]:
    rows = Listing.objects.filter(
        user.acting("organisation__path", "organisation__kind__level"), state=ListingState.DRAFT
    )
    return [
        Work(
            title=_("发布：%(title)s") % {"title": listing.title},
            why=_("%(who)s 的草稿，发布后其他单位才能认领。") % {"who": listing.organisation},
            url=listing.get_absolute_url(),
            act=_("去发布"),
        )
        for listing in rows.select_related("organisation__kind").order_by("-pk")[:MOST]
    ]


def _rollovers(user) -> list[Work]:
    rows = Listing.objects.to_roll_over(timezone.localdate()).filter(
        user.acting("organisation__path", "organisation__kind__level")
    )
    return [
        Work(
            title=_("接着提供：%(title)s") % {"title": listing.title},
            why=_("%(who)s 的长期资源快期满了，确认一次就发布下一期；不办就到期下架。")
            % {"who": listing.organisation},
            url=reverse("listing-roll-over", args=[listing.pk]),
            act=_("确认下一期"),
            due=listing.valid_until,
        )
        for listing in rows.select_related("organisation__kind").order_by("valid_until", "pk")[:MOST]
    ]
