"""Listings, claims, agreements and deliveries for tests, with a small world of people who may act on them."""

import io
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from alliances.models import Alliance
from members.models import Organisation, User
from members.states import Role
from projects.actions import (
    accept_claim,
    claim_listing,
    draft_listing,
    draft_project,
    finish_project,
    join_queue,
    propose_project,
    publish_listing,
    refuse_project,
    report_delivery,
    set_up_project,
    sign_agreement,
    stop_project,
)
from projects.models import Agreement, Category, Claim, Delivery, Listing, Project
from projects.reports import ledger_faults
from projects.states import Direction
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_community, make_organisation, make_person, make_street


@dataclass
class Circle:
    """A street's alliance with a community, two units and one person for each; `street_staff` acts for the
    street and its communities, `stranger` belongs to another street."""

    alliance: Alliance
    street: Organisation
    community: Organisation
    unit: Organisation
    other_unit: Organisation
    street_staff: User
    staff: User
    liaison: User
    other_liaison: User
    stranger: User


def make_circle(**fields) -> Circle:
    """See `Circle`; `fields` go to the alliance."""
    street = make_street(name="梧桐街道")
    community = make_community(street, name="南园社区")
    unit = make_organisation(parent=street, name="梧桐医院", unit_type="hospital")
    other_unit = make_organisation(parent=street, name="梧桐中学", unit_type="school")
    alliance = make_alliance(host=street, **fields)
    for number, organisation in enumerate((community, unit, other_unit)):
        make_membership(
            alliance=alliance,
            organisation=organisation,
            contact_name=f"联系人{number}",
            contact_phone=f"0519-5550000{number}",
        )
    elsewhere = make_street(name="外区街道")
    return Circle(
        alliance=alliance,
        street=street,
        community=community,
        unit=unit,
        other_unit=other_unit,
        street_staff=make_person(Role.STREET_ADMIN, street, name="王敏"),
        staff=make_person(Role.STAFF, community, name="周洁"),
        liaison=make_person(Role.LIAISON, unit, name="陈嘉"),
        other_liaison=make_person(Role.LIAISON, other_unit, name="林放"),
        stranger=make_person(Role.STREET_ADMIN, elsewhere, name="外人"),
    )


def assert_ledger_adds_up() -> None:
    """How every race ends, whoever won it."""
    assert ledger_faults() == []


def make_listing(circle: Circle, *, quantity: int = 5, is_published: bool = True, **fields) -> Listing:
    """A need of the community, published, with one slot at any time."""
    fields.setdefault("organisation", circle.community)
    fields.setdefault("by", circle.staff)
    fields.setdefault("direction", Direction.NEED)
    fields.setdefault("title", "夜间停车位")
    fields.setdefault("measure", "个")
    fields.setdefault("slots", [(None, None, quantity)])
    fields.setdefault("category", Category.objects.get(code="parking"))
    by = fields["by"]
    listing = draft_listing(alliance=circle.alliance, **fields)
    return publish_listing(listing=listing, by=by) if is_published else listing


def make_claim(circle: Circle, listing: Listing | None = None, *, quantity: int = 2, **fields) -> Claim:
    """A claim of the unit, waiting for its answer."""
    listing = listing or make_listing(circle)
    fields.setdefault("organisation", circle.unit)
    fields.setdefault("by", circle.liaison)
    return claim_listing(slot=listing.slots.first(), quantity=quantity, **fields)


def make_waiting_claim(circle: Circle, claim: Claim, *, quantity: int = 1, **fields) -> Claim:
    """A claim of the other unit that waits for the slot of `claim`."""
    fields.setdefault("organisation", circle.other_unit)
    fields.setdefault("by", circle.other_liaison)
    return join_queue(slot=claim.slot, quantity=quantity, **fields)


def make_accepted_claim(circle: Circle, listing: Listing | None = None, **fields) -> Claim:
    """A claim with a draft agreement."""
    claim = make_claim(circle, listing, **fields)
    return accept_claim(claim=claim, by=circle.staff)


def make_agreement(circle: Circle, **fields) -> Agreement:
    """The draft over an accepted claim."""
    return make_accepted_claim(circle, **fields).agreements.get()


def make_agreed_claim(circle: Circle, listing: Listing | None = None, **fields) -> Claim:
    """A claim whose agreement both sides have signed."""
    claim = make_accepted_claim(circle, listing, **fields)
    agreement = claim.agreements.get()
    for person in (circle.liaison, circle.staff):
        sign_agreement(agreement=agreement, by=person, text_hash=agreement.text_hash)
    return Claim.objects.with_parties().get(pk=claim.pk)


def make_delivery(circle: Circle, *, delivered: int = 2, **fields) -> Delivery:
    """A report by the doer, waiting for its acknowledgement."""
    claim = make_agreed_claim(circle, **fields)
    today = claim.claimed_at.date()
    return report_delivery(claim=claim, by=circle.liaison, quantity=delivered, done_on=today)


def make_photograph(name: str = "a.jpg") -> SimpleUploadedFile:
    """A small red JPEG as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def make_project(circle: Circle, *, state: str = "running", **fields) -> Project:
    """A project of the unit, led to `state` by the acts that lead there; this month and the next ten weeks."""
    today = timezone.localdate()
    fields.setdefault("alliance", circle.alliance)
    fields.setdefault("owner", circle.unit)
    fields.setdefault("by", circle.liaison)
    fields.setdefault("title", "儿童友好社区")
    fields.setdefault("starts_on", today)
    fields.setdefault("ends_on", today + timedelta(days=70))
    by = fields["by"]
    project = draft_project(**fields)
    if state == "draft":
        return project
    project = propose_project(project=project, by=by)
    if state == "refused":
        return refuse_project(project=project, by=circle.street_staff, reason="经费没有落实")
    if state != "proposed":
        project = set_up_project(project=project, by=circle.street_staff)
    if state == "stopped":
        return stop_project(project=project, by=by, reason="场地拆迁")
    if state == "done":
        return finish_project(project=project, by=by, result="办了三场", reason="提前办完")
    return project
