"""Who waits for a slot, in which place and why, as each reader may see it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from projects import turns
from projects.models import Claim, Share, Slot, Turn
from projects.reports.sides import of_claimant
from projects.states import ClaimState, ShareState, TurnOutcome
from workflow.templatetags.workflow import cn_datetime
from workflow.work import Work


@dataclass(frozen=True)
class Place:
    """One who waits: its claim, its place, what put it there in words, and its turns, newest first."""

    claim: Claim
    place: int
    wins: int
    reasons: tuple[str, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Queue:
    """The queue of one slot: how many wait, and the places that the reader may see."""

    slot: Slot
    count: int
    places: tuple[Place, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the reader sees everybody."""
        return len(self.places) == self.count


def queue_of(slot: Slot, user) -> Queue:
    """Everybody for the owner and those who look after the host; for anybody else its own places. Three queries.

    How many wait is no secret: it decides whether waiting is worth while.
    """
    ranked = turns.rank([slot.pk])
    listing = slot.listing
    sees_all = user.acts_for(listing.organisation) or user.manages(listing.alliance.host)
    rows = Claim.objects.visible_to(user).filter(pk__in=[one.claim for one in ranked]).with_parties()
    claims = {claim.pk: claim for claim in rows if sees_all or user.acts_for(claim.organisation)}
    history: dict[int, list[Turn]] = {}
    for turn in Turn.objects.filter(claim__in=claims).order_by("-pk"):
        history.setdefault(turn.claim_id, []).append(turn)
    places = tuple(
        Place(
            claims[one.claim],
            one.place,
            one.wins,
            _reasons(claims[one.claim], one.wins),
            tuple(history.get(one.claim, ())),
        )
        for one in ranked
        if one.claim in claims
    )
    return Queue(slot, len(ranked), places)


def priorities(slot: Slot) -> list[str]:
    """Why somebody was put first: everybody in the queue may read it, without the name."""
    waiting = slot.claims.waiting().filter(priority__gt=0).order_by("-priority", "pk")
    return list(waiting.values_list("priority_reason", flat=True))


def turn_words(turn: Turn) -> str:
    """What happened at a turn, and from which numbers."""
    words = {"place": turn.place, "left": turn.left, "wins": turn.wins, "why": turn.get_why_display()}
    if turn.outcome == TurnOutcome.OFFERED:
        return _("排第 %(place)s 位，当时剩余 %(left)s，已轮到并留出。") % words
    return _("排第 %(place)s 位，当时剩余 %(left)s，没有轮到：%(why)s。") % words


def _reasons(claim: Claim, wins: int) -> tuple[str, ...]:
    """The rule in the order in which it is applied."""
    first = (
        _("优先（%(level)s 级）：%(reason)s") % {"level": claim.priority, "reason": claim.priority_reason}
        if claim.priority
        else ""
    )
    recent = _("近 %(days)s 天在本联盟认领成功 %(wins)s 次") % {"days": turns.RECENT.days, "wins": wins}
    since = _("%(moment)s 起候补") % {"moment": cn_datetime(claim.waited_since)}
    return tuple(filter(None, (first, recent, since)))


def held_for(user):
    """Held claims that `user` may confirm: a joint claim goes on by itself once everybody has confirmed his share."""
    invited = Share.objects.filter(claim=OuterRef("pk"), state=ShareState.INVITED)
    return Claim.objects.filter(of_claimant(user), ~Exists(invited), state=ClaimState.HELD)


def work_of_holds(user, most: int) -> list[Work]:
    """What is kept for an organisation of `user` until it says yes. One query."""
    return [
        Work(
            title=_("确认认领：%(title)s") % {"title": claim.listing.title},
            why=_("已为 %(who)s 留出 %(quantity)s %(measure)s，过时让给下一个单位。")
            % {"who": claim.organisation, "quantity": claim.quantity, "measure": claim.listing.measure},
            url=claim.get_absolute_url(),
            act=_("去确认"),
            due=claim.held_until,
        )
        for claim in held_for(user).with_parties().order_by("expires_at", "pk")[:most]
    ]
