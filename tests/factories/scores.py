"""A street with an alliance whose units have records to be scored, made through the ORM."""

import datetime as dt
import hashlib
import itertools
from types import SimpleNamespace

from django.utils import timezone

from assessments.models import Adoption, Indicator, Scheme
from assessments.states import SchemeState
from members.states import Role
from projects.models import Agreement, AgreementClaim, Category, Claim, Delivery, Listing, Slot
from projects.states import AgreementState, ClaimState, DeliveryState, Direction, ListingState
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import (
    make_community,
    make_district,
    make_organisation,
    make_person,
    make_street,
)
from workflow.workdays import end_of

_numbers = itertools.count(1)
#: The third quarter of 2026: over on every day of the tests.
STARTS, ENDS = dt.date(2026, 7, 1), dt.date(2026, 9, 30)
#: One line of every measure that has records by now, 100 points in all.
LINES = [
    ("共驻共建活动", "active_quarters", 20, {"minus": 5}),
    ("学习交流", "deliveries_in_categories", 10, {"categories": ["education"], "target": 2}),
    ("认领并签约", "agreed_claims", 15, {"target": 4}),
    ("办结", "delivered_share", 10, {}),
    ("按期", "delivered_on_time", 10, {}),
    ("评议", "requester_rating", 15, {}),
    ("资源", "resources_used", 10, {}),
    ("参会", "attendance", 10, {}),
]


def moment(day: dt.date) -> dt.datetime:
    """Noon of `day`, local time."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def make_scheme(*, owner=None, lines=LINES, state=SchemeState.PUBLISHED, **fields) -> Scheme:
    """A scheme with `lines`, published unless told otherwise."""
    fields.setdefault("name", f"方案{next(_numbers)}")
    fields.setdefault(
        "grades", [{"from": 90, "name": "优秀", "name_en": "Excellent"}, {"from": 0, "name": "一般"}]
    )
    scheme = Scheme.objects.create(owner=owner, **fields)
    for position, (title, measure, points, params) in enumerate(lines, 1):
        Indicator.objects.create(
            scheme=scheme, position=position, title=title, measure=measure, points=points, params=params
        )
    if state == SchemeState.PUBLISHED:
        scheme.state = state
        scheme.save()
    return scheme


def make_scored_street(district=None, *, units: int = 3, **fields) -> SimpleNamespace:
    """Street, community, units, an alliance since January with an adopted scheme, and its people."""
    w = SimpleNamespace(district=district or make_district())
    w.street = make_street(w.district, **fields)
    w.community = make_community(w.street)
    w.alliance = make_alliance(host=w.street, started_on=dt.date(2026, 1, 1))
    w.units = [make_organisation(parent=w.street, name=f"单位{number:03}") for number in range(units)]
    for organisation in (w.community, *w.units):
        make_membership(alliance=w.alliance, organisation=organisation)
    w.staff = make_person(Role.STAFF, w.street)
    w.community_staff = make_person(Role.STAFF, w.community)
    w.liaison = make_person(Role.LIAISON, w.units[0]) if w.units else None
    w.scheme = make_scheme(owner=w.district)
    w.adoption = Adoption.objects.create(
        alliance=w.alliance, scheme=w.scheme, starts_on=dt.date(2026, 1, 1)
    )
    return w


def make_need(w, *, category="health", direction=Direction.NEED, owner=None, day=STARTS, **slot) -> Slot:
    """A published listing of the community (or `owner`) with one slot."""
    listing = Listing.objects.create(
        alliance=w.alliance,
        organisation=owner or w.community,
        direction=direction,
        category=Category.objects.get(code=category),
        title=f"条目{next(_numbers)}",
        state=ListingState.PUBLISHED,
        published_at=moment(day),
        published_by=w.staff,
    )
    return Slot.objects.create(listing=listing, quantity=10, **slot)


def make_claim(w, unit, *, day=STARTS, state=ClaimState.DELIVERED, slot=None, **listing) -> Claim:
    """`unit` claims one of the slot, a new need of the community by default."""
    answered = {} if state == ClaimState.REQUESTED else {"answered_at": moment(day), "answered_by": w.staff}
    return Claim.objects.create(
        slot=slot or make_need(w, day=day, **listing),
        organisation=unit,
        quantity=1,
        state=state,
        answer_due=day,
        expires_at=end_of(day) if state == ClaimState.REQUESTED else None,
        claimed_at=moment(day),
        claimed_by=w.staff,
        **answered,
    )


def make_agreement(w, claim: Claim, *, deliver_by=ENDS, state=AgreementState.SIGNED) -> Agreement:
    """A signed agreement over `claim` with a day to deliver by."""
    text = f"协议书{next(_numbers)}"
    signed = {}
    if state == AgreementState.SIGNED:
        for side, signer in (("party_a", w.staff), ("party_b", w.community_staff)):
            signed |= {f"{side}_signed_at": timezone.now(), f"{side}_signed_by": signer}
    agreement = Agreement.objects.create(
        alliance=w.alliance,
        party_a=claim.provider,
        party_b=claim.requester,
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
        state=state,
        sign_due=ENDS,
        deliver_by=deliver_by,
        **signed,
    )
    AgreementClaim.objects.create(agreement=agreement, claim=claim, deliver_by=deliver_by)
    return agreement


def make_delivery(w, claim: Claim, *, day=STARTS, rating="good", state=DeliveryState.ACCEPTED) -> Delivery:
    """One delivery on `claim`, accepted and rated unless told otherwise."""
    accepted = {}
    if state == DeliveryState.ACCEPTED:
        accepted = {
            "accepted_quantity": 1,
            "acknowledged_at": timezone.now(),
            "acknowledged_by": w.community_staff,
            "rating": rating,
        }
    return Delivery.objects.create(
        claim=claim,
        quantity=1,
        done_on=day,
        state=state,
        acknowledge_due=day,
        reported_by=w.staff,
        **accepted,
    )


def make_done(w, unit, *, day=STARTS, rating="good", deliver_by=ENDS, **claim) -> Delivery:
    """The whole line for `unit`: claimed, agreed, delivered, accepted, rated."""
    claim = make_claim(w, unit, day=day, **claim)
    make_agreement(w, claim, deliver_by=deliver_by)
    return make_delivery(w, claim, day=day, rating=rating)
