"""What a generated district does: listings, claims, agreements and deliveries whose numbers add up.

The same sizes give the same rows, except for the day from which they are counted back.
"""

import datetime as dt
import hashlib
import random
from array import array
from collections.abc import Iterator

from django.utils import timezone

from assessments.management.demo.bulk import copy, last_id
from assessments.management.demo.crowd import Crowd, Street
from projects.models import Agreement, AgreementClaim, Category, Claim, Delivery, Listing, Slot
from projects.states import (
    LIVE_CLAIM_STATES,
    REASONED_EXITS,
    AgreementState,
    Cause,
    ClaimState,
    DeliveryState,
    Direction,
    ListingState,
    Rating,
)
from workflow.workdays import end_of

TABLES = (Listing, Slot, Claim, Agreement, AgreementClaim, Delivery)
LISTING_STATES = [ListingState.PUBLISHED] * 16 + [
    ListingState.DRAFT,
    ListingState.WITHDRAWN,
    ListingState.EXPIRED,
    ListingState.SETTLED,
]
CLAIM_STATES = (
    [ClaimState.DELIVERED] * 10
    + [ClaimState.REQUESTED, ClaimState.ACCEPTED, ClaimState.AGREED] * 2
    + [ClaimState.DECLINED, ClaimState.DECLINED, ClaimState.WITHDRAWN, ClaimState.LAPSED]
)
TITLES = ("周末义诊", "夜间停车位", "法律咨询", "旧衣回收", "活动场地", "课后托管", "消防演练", "设备维修")
TEXT = "共建协议书（性能测试数据）"
DAY = dt.timedelta(days=1)


class Trade:
    """Fills the tables of what; `counts` says how many rows each got."""

    def __init__(self, crowd: Crowd):
        self.sizes, self.streets, self.speaker = crowd.sizes, crowd.streets, crowd.speaker
        self.counts: dict[str, int] = {}
        self.now = timezone.now().replace(microsecond=0)

    def fill(self) -> None:
        """`TABLES`, in the order of their foreign keys, for a crowd that is filled. Runs inside `bulk.load`."""
        self._fill_listings()
        self._fill_claims()

    def _copy(self, model, columns: str, rows) -> None:
        self.counts[model._meta.db_table] = copy(model, columns.split(), rows)

    def _fill_listings(self) -> None:
        """Needs of communities and resources of units in turn; also decides who claims how much of which."""
        chance = random.Random("listings")  # noqa: S311
        count = self.sizes.listings
        self.first_listing, self.first_slot = last_id(Listing) + 1, last_id(Slot) + 1
        states = [chance.choice(LISTING_STATES) for _each in range(count)]
        published = array("L", (n for n, state in enumerate(states) if state == ListingState.PUBLISHED))
        taken = array("L", bytes(8 * count))
        self.claims = list(self._plan_claims(published, taken))
        categories = list(Category.objects.leaves().order_by("pk").values_list("pk", flat=True))
        self._copy(
            Listing,
            "id alliance_id organisation_id direction category_id title measure state created_at published_at published_by_id exit_reason",
            (
                (
                    self.first_listing + n,
                    self._street_of(n).alliance,
                    self._owner_of(n),
                    Direction.NEED if self._is_need(n) else Direction.RESOURCE,
                    categories[n % len(categories)],
                    f"{TITLES[n % len(TITLES)]}{n}",
                    "次",
                    state,
                    self._moment(n, count, 30),
                    *(
                        (None, None)
                        if state == ListingState.DRAFT
                        else (self._moment(n, count, 29), self.speaker[self._owner_of(n)])
                    ),
                    "已自行解决" if state in REASONED_EXITS else "",
                )
                for n, state in enumerate(states)
            ),
        )
        self._copy(
            Slot,
            "id listing_id quantity taken",
            (
                (
                    self.first_slot + n,
                    self.first_listing + n,
                    max(chance.randint(1, 40), taken[n]),
                    taken[n],
                )
                for n in range(count)
            ),
        )

    def _plan_claims(self, published: array, taken: array) -> Iterator[tuple[int, int, int, ClaimState]]:
        """(listing, claimant, quantity, state); `taken` sums up what live claims hold."""
        chance = random.Random("claims")  # noqa: S311
        seen = array("L", bytes(8 * self.sizes.listings))
        for _each in range(self.sizes.claims if published else 0):
            n = published[chance.randrange(len(published))]
            street = self._street_of(n)
            others = street.units if self._is_need(n) else street.communities
            state, quantity = chance.choice(CLAIM_STATES), chance.randint(1, 3)
            # A claimant has one unanswered claim on a slot; the next round of claimants was answered.
            if state == ClaimState.REQUESTED and seen[n] >= len(others):
                state = ClaimState.DELIVERED
            claimant = others[(n + seen[n]) % len(others)]
            seen[n] += 1
            if state in LIVE_CLAIM_STATES:
                taken[n] += quantity
            yield n, claimant, quantity, state

    def _fill_claims(self) -> None:
        first, count = last_id(Claim) + 1, len(self.claims)
        self._copy(
            Claim,
            "id slot_id organisation_id quantity state answer_due expires_at claimed_at claimed_by_id answered_at"
            " answered_by_id sign_due reason cause",
            (
                (
                    first + turn,
                    self.first_slot + n,
                    claimant,
                    quantity,
                    state,
                    *self._claim_days(turn, n, claimant, state),
                )
                for turn, (n, claimant, quantity, state) in enumerate(self.claims)
            ),
        )
        agreed = [
            (first + turn, turn, *claim)
            for turn, claim in enumerate(self.claims)
            if claim[3] in (ClaimState.ACCEPTED, ClaimState.AGREED, ClaimState.DELIVERED)
        ]
        self._fill_agreements(agreed, count)
        self._fill_deliveries([one for one in agreed if one[-1] == ClaimState.DELIVERED], count)

    def _claim_days(self, turn: int, n: int, claimant: int, state: ClaimState) -> tuple:
        claimed = self._moment(turn, len(self.claims), 25)
        answered = (None, None)
        if state not in (ClaimState.REQUESTED, ClaimState.LAPSED, ClaimState.WITHDRAWN):
            answered = (claimed + DAY, self.speaker[self._owner_of(n)])
        is_over = state in (ClaimState.DECLINED, ClaimState.WITHDRAWN, ClaimState.LAPSED)
        cause = {ClaimState.WITHDRAWN: Cause.STAFF, ClaimState.LAPSED: Cause.UNANSWERED}.get(state, "")
        due, expires_at = claimed.date() + 7 * DAY, None
        if state == ClaimState.REQUESTED:
            # What nobody answered in time would have lapsed.
            due = max(due, timezone.localdate() + turn % 5 * DAY)
            expires_at = end_of(due)
        sign_due = due + 14 * DAY if answered[0] and not is_over else None
        reason = "时间不合" if state == ClaimState.DECLINED else ""
        return due, expires_at, claimed, self.speaker[claimant], *answered, sign_due, reason, cause

    def _fill_agreements(self, agreed: list[tuple], count: int) -> None:
        text_hash = hashlib.sha256(TEXT.encode()).hexdigest()
        first, line = last_id(Agreement) + 1, last_id(AgreementClaim) + 1

        def rows():
            for row, (_claim, turn, n, claimant, _quantity, state) in enumerate(agreed):
                provider, requester = self._sides(n, claimant)
                at = self._moment(turn, count, 22)
                is_signed = state != ClaimState.ACCEPTED
                yield (
                    first + row, self._street_of(n).alliance, provider, requester, TEXT, text_hash,
                    AgreementState.SIGNED if is_signed else AgreementState.DRAFT,
                    at.date() + 14 * DAY, at.date() + 20 * DAY, at,
                    *((at, self.speaker[provider], at, self.speaker[requester]) if is_signed else (None,) * 4),
                )  # fmt: skip

        self._copy(
            Agreement,
            "id alliance_id party_a_id party_b_id text text_hash state sign_due deliver_by created_at"
            " party_a_signed_at party_a_signed_by_id party_b_signed_at party_b_signed_by_id",
            rows(),
        )
        self._copy(
            AgreementClaim,
            "id agreement_id claim_id deliver_by",
            (
                (line + row, first + row, one[0], self._moment(one[1], count, 22).date() + 20 * DAY)
                for row, one in enumerate(agreed)
            ),
        )

    def _fill_deliveries(self, delivered: list[tuple], count: int) -> None:
        first, words = last_id(Delivery) + 1, list(Rating)

        def rows():
            for row, (claim, turn, n, claimant, quantity, _state) in enumerate(delivered):
                provider, requester = self._sides(n, claimant)
                at = self._moment(turn, count, 5)
                yield (
                    first + row, claim, quantity, at.date(), DeliveryState.ACCEPTED, at.date() + 7 * DAY, at,
                    self.speaker[provider], quantity, at + DAY, self.speaker[requester], words[row % 3],
                )  # fmt: skip

        self._copy(
            Delivery,
            "id claim_id quantity done_on state acknowledge_due reported_at reported_by_id"
            " accepted_quantity acknowledged_at acknowledged_by_id rating",
            rows(),
        )

    # --- Which of whom ----------------------------------------------------------------------------------
    def _street_of(self, n: int) -> Street:
        return self.streets[n % len(self.streets)]

    def _is_need(self, n: int) -> bool:
        return (n // len(self.streets)) % 2 == 0

    def _owner_of(self, n: int) -> int:
        street, turn = self._street_of(n), n // len(self.streets) // 2
        owners = street.communities if self._is_need(n) else street.units
        return owners[turn % len(owners)]

    def _sides(self, n: int, claimant: int) -> tuple[int, int]:
        """Provider and requester: needs are met by the claimant, resources by their owner."""
        owner = self._owner_of(n)
        return (claimant, owner) if self._is_need(n) else (owner, claimant)

    def _moment(self, turn: int, count: int, least: int) -> dt.datetime:
        """Spread over a year, oldest first, at least so many days ago: later ids are later in time."""
        return self.now - DAY * least - DAY * 335 * (count - turn) / max(count, 1)
