"""Organisations merge: the tree, the memberships, the alliances, the people, and all of it or nothing."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from alliances.actions import NewOrganisation, end_alliance, merge_organisations, reorganise
from alliances.exceptions import NameTaken
from alliances.models import Alliance, DutyTerm, Membership
from alliances.states import MemberRole
from members.exceptions import StructureBroken
from members.models import Assignment, Change, Notification, Organisation
from members.states import Role
from projects.models import Agreement, Claim, Listing
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import (
    committee,
    make_community,
    make_organisation,
    make_person,
    make_street,
    shipped_kind,
    shipped_structure,
)
from tests.factories.projects import make_agreement, make_circle
from tests.together import what_became_of
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted, Refusal

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def two():
    """Two communities of one street, the old one a member and a host, with their people."""
    street = make_street(name="云溪街道")
    alliance = make_alliance(host=street, name="云溪街道党建联盟")
    old, new = make_community(street, name="旧社区"), make_community(street, name="新社区")
    return SimpleNamespace(
        street=street,
        alliance=alliance,
        old=old,
        new=new,
        grid=make_organisation(parent=old, kind="grid", name="第一网格"),
        unit=make_organisation(parent=old, name="梧桐医院"),
        membership=make_membership(
            alliance=alliance,
            organisation=old,
            contact_name="李梅",
            contact_phone="0500-00001234",
            committee_contact="周宁",
        ),
        hosted=make_alliance(host=old, name="楼宇联盟"),
        admin=make_person(Role.STREET_ADMIN, street),
        old_staff=make_person(Role.STAFF, old),
        new_staff=make_person(Role.STAFF, new),
        stranger=make_person(Role.STREET_ADMIN, make_street()),
        today=timezone.localdate(),
    )


def merge(two, **fields):
    values = {"organisations": [two.old], "into": two.new, "by": two.admin, "reason": "合并社区"}
    return merge_organisations(**{**values, **fields})


def parent(organisation):
    return Organisation.objects.get_parent(Organisation.objects.get(pk=organisation.pk))


def test_merge_organisations_closes_the_old_one_beneath_its_successor(two):
    merge(two)
    two.old.refresh_from_db()
    assert (two.old.closed_on, two.old.successor) == (two.today, two.new)
    assert {parent(one) for one in (two.old, two.grid, two.unit)} == {two.new}
    assert Change.objects.about(two.old).first().reason == "合并社区"
    assert Change.objects.about(two.old).first().user_id == two.admin.pk


def test_merge_organisations_leaves_a_tree_without_fault(two):
    deep = make_organisation(parent=two.grid, name="楼栋商户")
    make_organisation(parent=two.new, kind="grid", name="新社区网格")
    merge(two)
    assert not any(Organisation.objects.find_problems())
    assert parent(deep) == two.grid
    added = make_organisation(parent=Organisation.objects.get(pk=two.new.pk), kind="grid")
    assert parent(added) == two.new


def test_merge_organisations_queries_do_not_grow_with_the_children(two, django_assert_max_num_queries):
    for _each in range(60):
        make_organisation(parent=Organisation.objects.get(pk=two.old.pk))
    with django_assert_max_num_queries(75):
        merge(two)


def test_merge_organisations_leaves_closed_children_where_they_were(two):
    gone = make_organisation(parent=two.old, kind="grid", closed_on=two.today)
    merge(two)
    assert parent(gone) == two.old


def test_merge_organisations_hands_the_membership_over_with_its_contact(two):
    merge(two)
    two.membership.refresh_from_db()
    assert two.membership.ends_on == two.today - DAY
    joined = two.alliance.memberships.get(organisation=two.new)
    assert (joined.starts_on, joined.ends_on, joined.role) == (two.today, None, MemberRole.MEMBER)
    assert (joined.contact_name, joined.contact_phone) == ("李梅", "0500-00001234")
    assert joined.committee_contact == "周宁"


@pytest.mark.parametrize(
    ("old", "own", "expected"),
    [
        # Days from today. The successor is in already, leaves later, comes later, or was in between.
        ((-9, None), [(-5, None)], [(-5, None)]),
        ((-9, None), [(-5, 3)], [(-5, 3), (4, None)]),
        ((-9, None), [(5, None)], [(0, 4), (5, None)]),
        ((-9, 7), [(2, 3)], [(0, 1), (2, 3), (4, 7)]),
        ((-9, 0), [], [(0, 0)]),
        # The old one is in since today alone, or comes later.
        ((0, None), [], [(1, None)]),
        ((0, 0), [], []),
        ((5, 9), [], [(5, 9)]),
        ((5, 9), [(-3, None)], [(-3, None)]),
    ],
)
def test_merge_organisations_doubles_no_day_and_leaves_none_out(two, old, own, expected):
    def days(span):
        return tuple(None if one is None else two.today + one * DAY for one in span)

    Membership.objects.filter(pk=two.membership.pk).update(
        **dict(zip(("starts_on", "ends_on"), days(old), strict=True))
    )
    for span in own:
        make_membership(
            alliance=two.alliance,
            organisation=two.new,
            **dict(zip(("starts_on", "ends_on"), days(span), strict=True)),
        )
    merge(two)
    spans = two.alliance.memberships.filter(organisation=two.new).values_list("starts_on", "ends_on")
    assert sorted(spans, key=lambda span: span[0]) == [days(span) for span in expected]
    # Whoever reads the alliance on a day finds one of both.
    first = two.today + (old[0] - 1) * DAY
    for offset in range(20):
        day = first + offset * DAY
        was_in = days(old)[0] <= day and (days(old)[1] is None or day <= days(old)[1])
        in_now = two.alliance.memberships.current(day)
        olds, news = (in_now.filter(organisation=one).count() for one in (two.old, two.new))
        was_own = any(s <= day and (e is None or day <= e) for s, e in map(days, own))
        assert olds + news == (was_in or was_own) + (was_in and was_own and bool(olds))


def test_merge_organisations_rehosts_the_alliances_with_their_leading_member(two):
    ended = make_alliance(host=two.old, name="旧联盟")
    end_alliance(alliance=ended, by=two.admin, reason="任务完成", ended_on=two.today)
    merge(two)
    two.hosted.refresh_from_db()
    ended.refresh_from_db()
    assert (two.hosted.host, ended.host) == (two.new, two.old)
    assert two.hosted.memberships.current().get().organisation == two.new
    assert two.hosted.memberships.current().get().role == MemberRole.LEAD


def test_merge_organisations_makes_a_member_the_leading_one_from_that_day(two):
    own = make_membership(alliance=two.hosted, organisation=two.new, contact_name="王强")
    merge(two)
    own.refresh_from_db()
    assert (own.role, own.ends_on) == (MemberRole.MEMBER, two.today - DAY)
    lead = two.hosted.memberships.current().get()
    assert (lead.organisation, lead.role, lead.contact_name) == (two.new, MemberRole.LEAD, "王强")


def test_merge_organisations_hands_its_terms_of_duty_over(two):
    term = {"alliance": two.alliance, "organisation": two.old}
    running = DutyTerm.objects.create(starts_on=two.today - 5 * DAY, ends_on=two.today + 5 * DAY, **term)
    later = DutyTerm.objects.create(starts_on=two.today + 6 * DAY, ends_on=two.today + 9 * DAY, **term)
    merge(two)
    running.refresh_from_db()
    later.refresh_from_db()
    assert (running.organisation, running.ends_on) == (two.old, two.today - DAY)
    assert later.organisation == two.new
    now = DutyTerm.objects.current().get()
    assert (now.organisation, now.starts_on, now.ends_on) == (two.new, two.today, two.today + 5 * DAY)


def test_merge_organisations_name_taken_at_the_successor_changes_nothing(two):
    make_alliance(host=two.new, name=two.hosted.name)
    with pytest.raises(NameTaken, match="改名"):
        merge(two)
    two.old.refresh_from_db()
    two.membership.refresh_from_db()
    assert two.old.closed_on is None
    assert two.membership.ends_on is None
    assert parent(two.grid) == two.old
    assert not Notification.objects.filter(kind="organisation_merged").exists()


def test_merge_organisations_two_that_host_the_same_name(two):
    third = make_community(two.street, name="第三社区")
    make_alliance(host=third, name=two.hosted.name)
    with pytest.raises(NameTaken):
        merge(two, organisations=[two.old, third])
    assert not Organisation.objects.exclude(closed_on=None).exists()


def test_merge_organisations_tells_the_people_concerned(two):
    unit_liaison = make_person(Role.LIAISON, two.unit)
    make_membership(alliance=two.hosted, organisation=two.unit)
    street_staff = make_person(Role.STAFF, two.street)
    merge(two)
    told = Notification.objects.filter(kind="organisation_merged").values_list("recipient", flat=True)
    assert set(told) == {two.old_staff.pk, two.new_staff.pk}
    assert Notification.objects.get(kind="role_ended").recipient == two.old_staff
    assert Notification.objects.get(kind="member_replaced").recipient == street_staff
    told = Notification.objects.filter(kind="alliance_rehosted").values_list("recipient", flat=True)
    assert unit_liaison.pk in told


def test_merge_organisations_ends_roles_and_gives_none(two):
    before = Assignment.objects.count()
    merge(two)
    role = Assignment.objects.get(user=two.old_staff)
    assert (role.ends_on, Assignment.objects.count()) == (two.today, before)
    fresh = type(two.old_staff).objects.get(pk=two.old_staff.pk)
    for one in (two.new, two.grid, two.unit):
        assert not fresh.acts_for(Organisation.objects.get(pk=one.pk))
        assert not fresh.manages(Organisation.objects.get(pk=one.pk))


def test_merge_organisations_keeps_the_liaison_of_a_member_unit(two):
    """Nobody else may give its word for what it has promised."""
    other = make_organisation(parent=two.street, name="长安医院")
    liaison = make_person(Role.LIAISON, two.unit)
    merge(two, organisations=[two.unit], into=other)
    fresh = type(liaison).objects.get(pk=liaison.pk)
    two.unit.refresh_from_db()
    assert fresh.acts_for(two.unit)
    assert not fresh.acts_for(other)


def test_merge_organisations_successors_people_read_the_old_records(two):
    merge(two)
    staff = type(two.new_staff).objects.get(pk=two.new_staff.pk)
    assert two.membership in Membership.objects.visible_to(staff)
    assert staff.manages(Organisation.objects.get(pk=two.old.pk))


def test_merge_organisations_wrong_person(two):
    committee_admin = make_person(Role.STAFF, committee(two.street))
    for by in (two.old_staff, two.new_staff, two.stranger, committee_admin):
        with pytest.raises(NotPermitted):
            merge(two, by=by)


def test_merge_organisations_committees_are_the_districts_to_merge(two):
    pair = committee(two.street, "enterprise_committee"), committee(two.street)
    with pytest.raises(NotPermitted):
        merge(two, organisations=[pair[0]], into=pair[1])


def test_merge_organisations_wrong_successor_names_the_field(two):
    closed = make_community(two.street, closed_on=two.today)
    foreign = make_community(make_street())
    beneath = make_organisation(parent=two.grid)
    for into in (two.old, two.grid, beneath, closed, foreign, committee(two.street)):
        with pytest.raises(BadInput) as refused:
            merge(two, into=into)
        assert refused.value.field == "into"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"day": timezone.localdate() + DAY}, "day"),
        ({"day": timezone.localdate() - 9999 * DAY}, "day"),
    ],
)
def test_merge_organisations_wrong_value_names_the_field(two, fields, field):
    with pytest.raises(BadInput) as refused:
        merge(two, **fields)
    assert refused.value.field == field


def test_merge_organisations_before_a_member_joined_or_the_successor_began(two):
    Membership.objects.filter(pk=two.membership.pk).update(starts_on=two.today - DAY)
    with pytest.raises(BadInput, match="加入") as refused:
        merge(two, day=two.today - 2 * DAY)
    assert refused.value.field == "day"
    Organisation.objects.filter(pk=two.new.pk).update(opened_on=two.today)
    with pytest.raises(BadInput, match="成立") as refused:
        merge(two, day=two.today - DAY)
    assert refused.value.field == "day"


def test_merge_organisations_child_without_a_place_is_named(two):
    """An enterprise committee takes no communities."""
    by = make_person(Role.DISTRICT_ADMIN, Organisation.objects.get_root(two.street))
    with pytest.raises(StructureBroken, match="旧社区") as refused:
        merge(
            two,
            organisations=[committee(two.street)],
            into=committee(two.street, "enterprise_committee"),
            by=by,
        )
    assert refused.value.field == "into"


def test_merge_organisations_second_caller(two):
    merge(two)
    with pytest.raises(InvalidTransition):
        merge(two)
    third = make_community(two.street)
    with pytest.raises(BadInput):
        merge(two, organisations=[third], into=two.old)


@pytest.mark.django_db(transaction=True)
def test_merge_organisations_towards_each_other_merges_one():
    street = make_street()
    one, other = make_community(street), make_community(street)
    by = make_person(Role.STREET_ADMIN, street)
    merges = [
        lambda: merge_organisations(organisations=[one], into=other, by=by, reason="合并"),
        lambda: merge_organisations(organisations=[other], into=one, by=by, reason="合并"),
    ]
    outcomes = what_became_of(*merges)
    assert sorted(outcomes) in (["BadInput", "done"], ["InvalidTransition", "done"])
    assert Organisation.objects.exclude(closed_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_merge_organisations_twin_without_locks_closes_both():
    """Each looks, then closes: nobody is left."""
    street = make_street()
    one, other = make_community(street), make_community(street)
    looked = threading.Barrier(2)

    def act(old, into):
        assert Organisation.objects.get(pk=into.pk).closed_on is None
        looked.wait(5)
        Organisation.objects.filter(pk=old.pk).update(closed_on=timezone.localdate(), successor=into)

    what_became_of(lambda: act(one, other), lambda: act(other, one))
    assert Organisation.objects.exclude(closed_on=None).count() == 2


@pytest.fixture
def one_plus_three():
    """A street under "1+3" with units everywhere, a claim on its way to a signature, and its district."""
    circle = make_circle()
    residents = committee(circle.street)
    firms = committee(circle.street, "enterprise_committee")
    shop = make_organisation(parent=firms, name="云溪商贸")
    for one in (residents, firms, shop):
        make_membership(alliance=circle.alliance, organisation=one, contact_name="赵敏")
    agreement = make_agreement(circle)
    district = Organisation.objects.get_root(circle.street)
    return SimpleNamespace(
        circle=circle,
        street=circle.street,
        residents=residents,
        firms=firms,
        shop=shop,
        hosted=make_alliance(host=firms, name="楼宇联盟"),
        agreement=agreement,
        admin=make_person(Role.DISTRICT_ADMIN, district),
        street_admin=make_person(Role.STREET_ADMIN, circle.street),
        template=shipped_structure("1+2"),
        community_committee=NewOrganisation(shipped_kind("community_committee"), "梧桐街道社区党委"),
    )


def become_one_plus_two(world, **fields):
    values = {
        "organisation": world.street,
        "template": world.template,
        "merges": [
            (world.residents, world.community_committee),
            (world.firms, world.community_committee),
        ],
        "by": world.admin,
        "reason": "街道机构改革",
    }
    return reorganise(**{**values, **fields})


def records(*models):
    return {model: list(model.objects.order_by("pk").values()) for model in models}


def test_reorganise_one_plus_three_becomes_one_plus_two(one_plus_three):
    world, today = one_plus_three, timezone.localdate()
    before = records(Listing, Claim, Agreement)
    memberships = list(Membership.objects.order_by("pk").values())
    mergers = become_one_plus_two(world)
    world.street.refresh_from_db()
    assert world.street.structure == world.template
    successor = committee(world.street, "community_committee")
    assert [merger.successor for merger in mergers] == [successor, successor]
    open_children = Organisation.objects.get_children(world.street).open()
    assert {one.kind.code for one in open_children} == {
        "administrative_group",
        "community_committee",
        "unit",
    }
    assert parent(world.circle.community) == parent(world.shop) == successor
    for old in (world.residents, world.firms):
        old.refresh_from_db()
        assert (old.closed_on, old.successor, parent(old)) == (today, successor, successor)
    # What was listed, claimed and signed reads as before, and so does every membership but for its end.
    assert records(Listing, Claim, Agreement) == before
    changed = {world.residents.pk, world.firms.pk}
    for row in memberships:
        now = Membership.objects.values().get(pk=row["id"])
        if row["organisation_id"] in changed:
            assert now.pop("ends_on") == today - DAY
            del row["ends_on"]
        assert now == row
    joined = world.circle.alliance.memberships.current().get(organisation=successor)
    assert (joined.starts_on, joined.contact_name) == (today, "赵敏")
    world.hosted.refresh_from_db()
    assert world.hosted.host == successor
    assert world.hosted.memberships.current().get().role == MemberRole.LEAD


def test_reorganise_successors_staff_reads_old_records_and_work_goes_on(one_plus_three):
    world = one_plus_three
    become_one_plus_two(world)
    successor = committee(world.street, "community_committee")
    staff = make_person(Role.STAFF, successor)
    assert world.agreement in Agreement.objects.visible_to(staff)
    assert set(Membership.objects.visible_to(staff)) >= set(world.residents.memberships.all())
    assert staff.acts_for(Organisation.objects.get(pk=world.circle.community.pk))


def test_reorganise_leaves_nothing_when_one_merge_is_missing(one_plus_three):
    world = one_plus_three
    with pytest.raises(StructureBroken, match="非公企业联合党委") as refused:
        become_one_plus_two(world, merges=[(world.residents, world.community_committee)])
    assert refused.value.field == "template"
    world.street.refresh_from_db()
    assert world.street.structure == shipped_structure()
    assert not Organisation.objects.exclude(closed_on=None).exists()
    assert not Organisation.objects.filter(kind__code="community_committee").exists()
    assert not Membership.objects.exclude(ends_on=None).exists()


def test_reorganise_wrong_person(one_plus_three):
    for by in (one_plus_three.street_admin, one_plus_three.circle.staff, one_plus_three.circle.stranger):
        with pytest.raises(NotPermitted):
            become_one_plus_two(one_plus_three, by=by)


def test_reorganise_only_what_stands_beneath(one_plus_three):
    world = one_plus_three
    elsewhere = committee(make_street(Organisation.objects.get_root(world.street)))
    with pytest.raises(BadInput) as refused:
        become_one_plus_two(world, merges=[(elsewhere, world.community_committee)])
    assert refused.value.field == "merges"


def test_reorganise_second_caller(one_plus_three):
    become_one_plus_two(one_plus_three)
    with pytest.raises(Refusal):
        become_one_plus_two(one_plus_three)
    assert Alliance.objects.filter(host__kind__code="community_committee").count() == 1
