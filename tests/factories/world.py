"""Two streets of one district and one of another, each with the whole line in it and people of every role.

Every text of a street carries that street's marker. What the whole district may see (names and places
of organisations; its kinds, structures and schemes) carries `names` instead.
"""

import datetime as dt
import hashlib
import secrets
from types import SimpleNamespace

from django.utils import timezone

from alliances.models import Alliance, Membership
from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.models import Adoption, Indicator, Scheme, Survey
from assessments.states import SchemeState
from members.models import Kind, Notification, Organisation, StructureTemplate
from members.states import Role
from projects.models import (
    Agreement,
    AgreementClaim,
    Attachment,
    Category,
    Claim,
    Delivery,
    Dismissal,
    Dispute,
    Listing,
    Project,
    ProjectPartner,
    ProjectStage,
    Share,
    Slot,
)
from projects.states import (
    ClaimState,
    DeliveryState,
    Direction,
    ListingState,
    Outcome,
    ProjectState,
    ShareState,
)
from tests.factories import members as make
from tests.factories.world_meetings import add_duties, add_meetings, add_minutes, add_votes
from tests.factories.world_procedure import add_procedure
from workflow.actions import attribute
from workflow.workdays import end_of


def make_street_world(district: Organisation, marker: str, *, names: str) -> SimpleNamespace:
    """A street under `district` with one row at least of every noun; one attribute for each row and person."""
    w = SimpleNamespace(marker=marker, district=district)
    today, now = timezone.localdate(), timezone.now()
    w.street = make.make_street(district, name=f"{names}街道", address=names)
    w.community = make.make_community(w.street, name=f"{names}社区", address=names)
    w.grid = make.make_organisation(parent=w.community, kind="grid", name=f"{names}网格", address=names)
    enterprise = make.committee(w.street, "enterprise_committee")
    w.unit = make.make_organisation(
        parent=enterprise, name=f"{names}医院", unit_type="hospital", address=names
    )
    w.unit2 = make.make_organisation(
        parent=enterprise, name=f"{names}学校", unit_type="school", address=names
    )

    slug = hashlib.sha256(marker.encode()).hexdigest()[:6]
    w.street_admin = make.make_person(
        Role.STREET_ADMIN, w.street, username=f"street-{slug}", name=f"{marker}甲"[:30]
    )
    w.staff = make.make_person(Role.STAFF, w.street, username=f"staff-{slug}", name=f"{marker}乙"[:30])
    w.community_staff = make.make_person(
        Role.STAFF, w.community, username=f"community-{slug}", name=f"{marker}丙"[:30]
    )
    w.liaison = make.make_person(Role.LIAISON, w.unit, username=f"unit-{slug}", name=f"{marker}丁"[:30])
    w.liaison2 = make.make_person(Role.LIAISON, w.unit2, username=f"unit2-{slug}", name=f"{marker}戊"[:30])
    w.auditor = make.make_person(Role.AUDITOR, w.street, username=f"audit-{slug}", name=f"{marker}己"[:30])
    w.expert = make.make_person(Role.EXPERT, w.street, username=f"expert-{slug}", name=f"{marker}庚"[:30])
    w.assignment = w.liaison.assignments.get()

    w.alliance = Alliance.objects.create(
        name=f"{marker}联盟",
        host=w.street,
        purpose=marker,
        started_on=today.replace(month=1, day=1),
        needs_name=f"{marker}需"[:20],
        resources_name=f"{marker}源"[:20],
        projects_name=f"{marker}项"[:20],
    )
    for organisation in (w.community, w.unit, w.unit2):
        w.membership = Membership.objects.create(
            alliance=w.alliance,
            organisation=organisation,
            contact_name=marker,
            contact_phone=marker,
            starts_on=today.replace(month=1, day=1),
        )
    category = Category.objects.get(code="health")

    def listing(organisation, direction, state=ListingState.PUBLISHED):
        published = {} if state == ListingState.DRAFT else {"published_at": now, "published_by": w.staff}
        row = Listing.objects.create(
            alliance=w.alliance,
            organisation=organisation,
            direction=direction,
            category=category,
            title=f"{marker}{direction}",
            audience=marker,
            place=marker,
            measure="个",
            done_means=marker,
            note=marker,
            state=state,
            **published,
        )
        Slot.objects.create(listing=row, quantity=10)
        return row

    w.need = listing(w.community, Direction.NEED)
    w.resource = listing(w.unit, Direction.RESOURCE)
    w.draft = listing(w.community, Direction.NEED, ListingState.DRAFT)
    # Beside a draft: pictures of what is published are for everybody.
    w.attachment = Attachment.objects.create(
        listing=w.draft,
        position=1,
        caption=marker[:60],
        content=marker.encode(),
        content_type="image/jpeg",
        width=1,
        height=1,
        added_by=w.community_staff,
    )

    w.project = Project.objects.create(
        alliance=w.alliance,
        owner=w.unit,
        title=f"{marker}项目",
        aim=marker,
        starts_on=today,
        ends_on=today + dt.timedelta(days=30),
        state=ProjectState.PROPOSED,
        created_by=w.liaison,
        proposed_at=now,
    )
    ProjectPartner.objects.create(project=w.project, organisation=w.community, part=marker)
    ProjectStage.objects.create(
        project=w.project, position=1, title=f"{marker}阶段"[:40], due_on=today, note=marker
    )

    def claim(state, slot, organisation, by):
        answered = {}
        if state != ClaimState.REQUESTED:
            answered = {"answered_at": now, "answered_by": w.community_staff}
        row = Claim.objects.create(
            slot=slot,
            organisation=organisation,
            quantity=2,
            plan=marker,
            state=state,
            answer_due=today,
            expires_at=end_of(today) if state == ClaimState.REQUESTED else None,
            sign_due=today,
            claimed_by=by,
            **answered,
        )
        Slot.objects.filter(pk=slot.pk).update(taken=slot.taken + 2)
        slot.refresh_from_db()
        return row

    slot = w.need.slots.get()
    w.claim = claim(ClaimState.REQUESTED, slot, w.unit, w.liaison)
    w.share = Share.objects.create(
        claim=w.claim,
        organisation=w.unit,
        quantity=2,
        state=ShareState.CONFIRMED,
        answered_at=now,
        answered_by=w.liaison,
    )
    w.claim_back = claim(ClaimState.REQUESTED, w.resource.slots.get(), w.community, w.community_staff)
    w.done_claim = claim(ClaimState.DELIVERED, slot, w.unit2, w.liaison2)
    text = f"{marker}共建协议书"
    w.agreement = Agreement.objects.create(
        alliance=w.alliance,
        party_a=w.unit2,
        party_b=w.community,
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
        sign_due=today,
    )
    AgreementClaim.objects.create(agreement=w.agreement, claim=w.done_claim)
    w.delivery = Delivery.objects.create(
        claim=w.done_claim,
        quantity=2,
        done_on=today,
        report=marker,
        state=DeliveryState.ACCEPTED,
        acknowledge_due=today,
        reported_by=w.liaison2,
        accepted_quantity=2,
        acknowledged_at=now,
        acknowledged_by=w.community_staff,
        rating="good",
        remark=marker,
    )
    w.dispute = Dispute.objects.create(
        delivery=w.delivery,
        counted=1,
        requester_statement=marker,
        opened_by=w.community_staff,
        settle_by=today,
        provider_statement=marker,
        stated_at=now,
        stated_by=w.liaison2,
        outcome=Outcome.REQUESTER_AGREED,
        settled_quantity=2,
        settled_at=now,
        settled_by=w.community_staff,
    )
    w.dismissal = Dismissal.objects.create(
        listing=w.need, other=w.resource, cause="place", words=marker, said_by=w.community_staff
    )
    w.survey = Survey.objects.create(
        organisation=w.community,
        delivery=w.delivery,
        title=f"{marker}测评",
        about=marker,
        questions=[f"{marker}？"],
        closes_on=today + dt.timedelta(days=5),
        public_key=secrets.token_bytes(32),
    )
    w.scheme = Scheme.objects.create(name=f"{names}方案", note=names, owner=district)
    w.indicator = Indicator.objects.create(
        scheme=w.scheme,
        position=1,
        title=f"{names}指标",
        measure="active_quarters",
        points=40,
        params={"minus": 5},
    )
    w.scheme.state = SchemeState.PUBLISHED
    w.scheme.save()
    w.adoption = Adoption.objects.create(
        alliance=w.alliance, scheme=w.scheme, starts_on=today.replace(month=1, day=1)
    )
    w.run = compute_score(
        alliance=w.alliance, starts_on=today.replace(month=1, day=1), ends_on=today, by=w.staff
    )
    w.score = w.run.scores.get(organisation=w.unit)
    w.report = publish_report(run=w.run, by=w.staff)
    # In one test all rows share a transaction; what follows is signed by nobody.
    attribute(by=None)
    add_meetings(w)
    add_procedure(w, names=names)
    add_votes(w)
    add_duties(w)
    add_minutes(w)
    w.kind = Kind.objects.create(
        code=f"kind-{slug}", name=f"{names}片区"[:60], level="committee", owner=district
    )
    w.structure = StructureTemplate.objects.create(name=f"{names}架构"[:40], note=names, owner=district)
    w.notification = Notification.objects.create(
        kind="listing_claimed",
        table_name="projects_claim",
        row_id=w.claim.pk,
        recipient=w.community_staff,
        url=w.claim.get_absolute_url(),
        params={"organisation": marker, "listing": marker, "quantity": "2"},
    )
    return w


def make_world() -> SimpleNamespace:
    """`home` and `neighbour` (one district), `foreign` (another district), and the district's own people."""
    district = make.make_district(name="本区委组织部")
    other = make.make_district(name="外区标记KQ组织部", address="外区标记KQ")
    district_admin = make.make_person(Role.DISTRICT_ADMIN, district, username="d-admin", name="区管理")
    district_reader = make.make_person(Role.DISTRICT_READER, district, username="d-reader", name="区查阅")
    home = make_street_world(district, "本街标记AA", names="本街")
    neighbour = make_street_world(district, "邻街标记ZW", names="邻街")
    foreign = make_street_world(other, "外区标记KQ", names="外区标记KQ")
    return SimpleNamespace(
        home=home,
        neighbour=neighbour,
        foreign=foreign,
        district_admin=district_admin,
        district_reader=district_reader,
        nobody=make.make_user("nobody", name="无任职", is_staff=True),
    )
