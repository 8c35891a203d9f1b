"""The straight line as it went in a street: from the sample lists to deliveries, act by act, each on its day."""

import csv
import datetime as dt
import itertools
import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assessments.management.demo import clock
from assessments.management.demo.stories import Story
from assessments.management.demo.streets import Street
from members.models import Organisation, User
from projects import actions, rules
from projects.models import Claim, Delivery, Listing
from projects.states import Cause, Direction, Rating

LISTS = Path(__file__).parent / "lists_sample.csv"
RATINGS = [Rating.EXCELLENT] * 5 + [Rating.GOOD] * 3 + [Rating.FAIR]
PLANS = ("已和社区约好时间，派两人上门。", "由本单位志愿服务队承担。", "分两次完成，每次半天。", "")
REPORTS = ("已按约定办完，现场留有签收单。", "已完成，社区工作人员在场。", "已送到并当面试用。")


def read_lists() -> dict[str, dict[str, str]]:
    """The rows of the sample lists by their Chinese title."""
    with LISTS.open(encoding="utf-8", newline="") as file:
        return {rules.chinese_title(row["title"]): row for row in csv.DictReader(file)}


@dataclass
class Line:
    """Tells stories in one street. The same seed gives the same units, quantities and ratings."""

    street: Street
    rows: dict[str, dict[str, str]]

    @cached_property
    def chance(self) -> random.Random:
        return random.Random(f"line of {self.street.plan.slug}")  # noqa: S311

    @cached_property
    def units(self) -> itertools.cycle:
        """Whose turn it is to claim a need: some units come often, some never, as in life."""
        units = self.street.units
        order = [*units[1::2], *units[1::3], *units[1::5]]
        self.chance.shuffle(order)
        return itertools.cycle(order)

    @cached_property
    def askers(self) -> itertools.cycle:
        """Whose turn it is to claim a resource."""
        return itertools.cycle(self.street.communities)

    def tell(self, story: Story, first: dt.date) -> list[Claim]:
        """Play `story` from the day `first` on; the claims that came of it."""
        title = next(title for title in self.rows if title.startswith(story.title))
        listing = self._import(self.rows[title], story, first)
        if story.ends == "draft":
            return []
        owner = listing.organisation
        with clock.on(first + dt.timedelta(days=1)):
            listing = actions.publish_listing(listing=listing, by=self.street.speaker(owner))
        if story.ends in ("settled", "shelved"):
            self._take_off(listing, story, first + dt.timedelta(days=9))
            return []
        claimed = first + dt.timedelta(days=2)
        return [
            self._claim(listing, story, claimed + dt.timedelta(days=turn % 9))
            for turn in range(self._claims_of(story))
        ]

    def _claims_of(self, story: Story) -> int:
        """Stories told by many units grow with the street."""
        if story.ends == "published":
            return 0
        return story.claims * max(1, len(self.street.units) // 45) if story.claims > 1 else 1

    def _import(self, row: dict[str, str], story: Story, first: dt.date) -> Listing:
        owner, row = self._place(row)
        by = self.street.speaker(owner)
        wanted = 0 if story.ends == "queued" else self._claims_of(story) * story.takes
        quantity = max(story.quantity, wanted)
        with clock.on(first):
            listing = actions.import_listing(
                row=row, alliance=self.street.alliance, organisation=owner, by=by
            )
            terms = {"done_means": story.done_means} if story.done_means else {}
            if story.measure:
                terms |= {"measure": story.measure, "slots": [(None, None, quantity)]}
            return actions.change_listing(
                listing=listing, by=by, valid_until=first + dt.timedelta(days=story.lasts), **terms
            )

    def _place(self, row: dict[str, str]) -> tuple[Organisation, dict[str, str]]:
        """Whose listing it is: the organisation that the row names, or, in another street, one in its turn."""
        street = self.street
        owner = street.named(row["provider_or_requester"], row["place"])
        if owner == street.node and street.plan.name not in row["city_district"]:
            is_need = row["kind"] == Direction.NEED
            owner = self.chance.choice(street.communities if is_need else street.units)
            row = {**row, "place": owner.name}
        return owner, row

    def _take_off(self, listing: Listing, story: Story, day: dt.date) -> None:
        act = actions.settle_listing if story.ends == "settled" else actions.shelve_listing
        with clock.on(day):
            act(listing=listing, by=self.street.speaker(listing.organisation), reason=story.reason)

    def _claim(self, listing: Listing, story: Story, day: dt.date) -> Claim:
        """One claim from the day it is made to where the story ends."""
        claimant = self._claimant(listing, story)
        by, owner = self.street.speaker(claimant), self.street.speaker(listing.organisation)
        slot = listing.slots.get()
        terms = {"slot": slot, "organisation": claimant, "quantity": story.takes, "by": by}
        with clock.on(day, hour=10):
            if slot.left < story.takes:
                return actions.join_queue(**terms)
            claim = actions.claim_listing(**terms, plan=self.chance.choice(PLANS))
        if story.ends in ("claimed", "queued"):
            return claim
        if story.ends == "lapsed":
            with clock.on(day + dt.timedelta(days=12)):
                actions.settle_slot(slot=claim.slot, by=None)
            return claim
        with clock.on(day + dt.timedelta(days=2), hour=15):
            if story.ends == "declined":
                return actions.decline_claim(claim=claim, by=owner, reason=story.reason)
            if story.ends == "taken back":
                return actions.withdraw_claim(claim=claim, by=by, cause=Cause.CHANGED, reason=story.reason)
            claim = actions.accept_claim(claim=claim, by=owner)
        if story.ends == "accepted":
            return claim
        signers = (owner,) if story.ends == "half signed" else (owner, by)
        self._sign(claim, signers, day + dt.timedelta(days=4))
        if story.ends in ("agreed", "half signed"):
            return claim
        self._deliver(claim, story, day + dt.timedelta(days=story.works))
        return claim

    def _claimant(self, listing: Listing, story: Story) -> Organisation:
        if story.unit is not None:
            return self.street.units[story.unit]
        turns = self.units if listing.direction == Direction.NEED else self.askers
        return next(one for one in turns if one != listing.organisation)

    def _sign(self, claim: Claim, signers: tuple[User, ...], day: dt.date) -> None:
        agreement = claim.agreements.get()
        for turn, by in enumerate(signers):
            with clock.on(day + dt.timedelta(days=turn), hour=11):
                agreement = actions.sign_agreement(
                    agreement=agreement, by=by, text_hash=agreement.text_hash
                )

    def _deliver(self, claim: Claim, story: Story, day: dt.date) -> Delivery:
        with clock.on(day, hour=17):
            delivery = actions.report_delivery(
                claim=claim,
                by=self.street.speaker(claim.provider),
                quantity=claim.quantity,
                done_on=day,
                report=self.chance.choice(REPORTS),
            )
        if story.ends == "reported":
            return delivery
        if story.ends in ("disputed", "counted"):
            return self._dispute(delivery, story, day)
        return self._accept(delivery, story, day + dt.timedelta(days=2))

    def _accept(self, delivery: Delivery, story: Story, day: dt.date) -> Delivery:
        claim = delivery.claim
        with clock.on(day, hour=16):
            delivery = actions.accept_delivery(
                delivery=delivery,
                by=self.street.speaker(claim.requester),
                rating=story.rating or self.chance.choice(RATINGS),
                remark=story.remark,
            )
        if story.answer:
            with clock.on(day + dt.timedelta(days=1), hour=10):
                by = self.street.speaker(claim.provider)
                delivery = actions.answer_rating(delivery=delivery, by=by, answer=story.answer)
        return delivery

    def _dispute(self, delivery: Delivery, story: Story, day: dt.date) -> Delivery:
        """The requester counts one less; where the story goes on, the doer agrees and does the rest."""
        claim = delivery.claim
        doer, asker = self.street.speaker(claim.provider), self.street.speaker(claim.requester)
        with clock.on(day + dt.timedelta(days=2), hour=16):
            dispute = actions.dispute_delivery(
                delivery=delivery,
                by=asker,
                counted=delivery.quantity - 1,
                statement="签到表上少一次，请核对。",
            )
        if story.ends == "disputed":
            return delivery
        with clock.on(day + dt.timedelta(days=3), hour=9):
            dispute = actions.agree_with_requester(
                dispute=dispute, by=doer, statement="核对过，有一次因下雨改期，下周补上。"
            )
        with clock.on(day + dt.timedelta(days=4), hour=9):
            actions.rate_delivery(delivery=dispute.delivery, by=asker, rating=Rating.GOOD)
        with clock.on(day + dt.timedelta(days=9), hour=17):
            done_on = day + dt.timedelta(days=9)
            rest = actions.report_delivery(claim=claim, by=doer, quantity=1, done_on=done_on)
        return self._accept(rest, story, day + dt.timedelta(days=10))
