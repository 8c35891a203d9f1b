"""Which listings are put beside one for whom: in sight, claimable, of others, not dismissed; with true reasons."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import accept_delivery, dismiss_match, withdraw_listing
from projects.models import Category
from projects.models.dismissal import DismissalCause
from projects.reports import candidates
from projects.reports.matching import best_for, best_for_each
from projects.states import Direction, Rating
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_community, make_organisation, make_person
from tests.factories.projects import make_claim, make_delivery, make_listing


def make_resource(circle, title="地下车库错时开放", **fields):
    fields.setdefault("organisation", circle.unit)
    fields.setdefault("by", circle.liaison)
    if alliance := fields.pop("alliance_of", None):
        circle = replace(circle, alliance=alliance)
    return make_listing(circle, direction=Direction.RESOURCE, title=title, **fields)


def category(code: str) -> Category:
    return Category.objects.get(code=code)


def titles(listing, user) -> list[str]:
    return [proposal.listing.title for proposal in best_for(listing, user)]


def words(listing, user, **fields) -> str:
    (proposal,) = best_for(listing, user)
    return " ".join(reason.words for reason in proposal.reasons)


def test_best_for_need_are_resources_best_first(circle):
    need = make_listing(circle)
    make_resource(circle, "自行车停放架")
    make_resource(circle)
    make_resource(circle, "义务理发", category=category("skills"))
    make_listing(circle, organisation=circle.unit, by=circle.liaison, title="也要停车位")
    assert titles(need, circle.staff) == ["地下车库错时开放", "自行车停放架"]


def test_best_for_resource_are_needs(circle):
    need = make_listing(circle)
    assert titles(make_resource(circle), circle.liaison) == [need.title]


def test_best_for_finds_other_category_by_topic(circle):
    need = make_listing(circle, title="更换轮椅", category=category("goods"))
    make_resource(circle, "辅具租借点", category=category("culture"))
    assert titles(need, circle.staff) == ["辅具租借点"]


def test_best_for_finds_near_category_by_its_details(circle):
    need = make_listing(circle, title="高龄老人要取药", category=category("company"))
    make_resource(circle, "周末互助队", category=category("skills"), note="上门代买药、代缴费")
    make_resource(circle, "手艺人小店", category=category("skills"))
    assert titles(need, circle.staff) == ["周末互助队"]


def test_best_for_same_category_alone_says_that_the_words_differ(circle):
    need = make_listing(circle, title="消防通道被占")
    make_resource(circle, "自行车架")
    assert "标题说的不是一回事，先看看说明" in words(need, circle.staff)
    assert titles(make_listing(circle, title="其他甲", category=category("general")), circle.staff) == []


def test_best_for_leaves_out_what_cannot_be_claimed(circle):
    need = make_listing(circle)
    own = circle.community
    make_resource(circle, "自家车位", organisation=own, by=circle.staff)
    make_resource(circle, "草稿车位", is_published=False)
    withdraw_listing(listing=make_resource(circle, "撤回车位"), by=circle.liaison, reason="不开了")
    taken = make_resource(circle, "已满车位", quantity=2)
    make_claim(circle, taken, quantity=2, organisation=circle.other_unit, by=circle.other_liaison)
    assert titles(need, circle.staff) == []


def test_best_for_stays_in_alliances_of_the_owner_and_in_sight(circle):
    need = make_listing(circle)
    other = make_alliance(host=circle.street, name="商圈党建联盟")
    make_membership(alliance=other, organisation=circle.unit)
    foreign = make_resource(circle, "商圈车库", alliance_of=other)
    assert titles(need, circle.staff) == []
    make_membership(alliance=other, organisation=circle.community)
    assert titles(need, circle.staff) == [foreign.title]
    # A member of the need's alliance alone sees nothing of the other one.
    assert titles(need, circle.other_liaison) == []


def test_best_for_stranger_is_nothing(circle):
    need = make_listing(circle)
    make_resource(circle)
    assert titles(need, circle.stranger) == []


def test_best_for_forgets_dismissed_and_uses_the_cause(circle):
    now = timezone.now() + timedelta(days=3)
    need = make_listing(circle, slots=[(now, now + timedelta(hours=2), 5)])
    gone = make_resource(circle, "地下车库甲", place="望河路8号")
    make_resource(circle, "地下车库乙", place="望河路20号")
    make_resource(circle, "地下车库丙", place="学府巷1号")
    assert titles(need, circle.staff)[0] == "地下车库丙"  # the newest of equals
    dismiss_match(listing=need, other=gone, cause=DismissalCause.PLACE, by=circle.staff)
    proposals = best_for(need, circle.staff)
    assert [one.listing.title for one in proposals] == ["地下车库丙", "地下车库乙"]
    assert "南园社区曾对“地下车库甲”说“地点太远”" in [reason.words for reason in proposals[1].reasons]
    # The other units see neither the word nor its effect.
    assert len(best_for(need, circle.other_liaison)) == 3


def test_best_for_cause_counts_for_later_listings_of_the_same_owner(circle):
    gone = make_resource(circle, "地下车库甲", place="望河路8号")
    dismiss_match(listing=make_listing(circle), other=gone, cause=DismissalCause.PLACE, by=circle.staff)
    later = make_listing(circle, title="访客停车")
    assert "南园社区曾对" in words(later, circle.staff)


def test_best_for_tells_free_quantity_at_the_wanted_time(circle):
    now = timezone.now() + timedelta(days=3)
    need = make_listing(circle, slots=[(now, now + timedelta(hours=2), 60)])
    make_resource(
        circle,
        slots=[
            (now - timedelta(hours=1), now + timedelta(hours=3), 40),
            (now + timedelta(days=5), now + timedelta(days=5, hours=3), 400),
        ],
    )
    said = words(need, circle.staff)
    assert "要 60 个，只空余 40 个" in said
    assert "时间合得上：" in said


def test_best_for_tells_what_was_done_together(circle):
    delivery = make_delivery(circle)
    accept_delivery(delivery=delivery, by=circle.staff, rating=Rating.EXCELLENT)
    need = make_listing(circle, title="再要夜间停车位")
    make_resource(circle)
    assert "双方办成过 1 次，最近评议“很好”" in words(need, circle.staff)


def test_best_for_tells_work_for_others_only_to_those_who_may_see_it(circle):
    delivery = make_delivery(circle)
    accept_delivery(delivery=delivery, by=circle.staff, rating=Rating.GOOD)
    other = make_community(circle.street, name="北苑社区")
    make_membership(alliance=circle.alliance, organisation=other)
    staff = make_person("staff", other)
    need = make_listing(circle, organisation=other, by=staff)
    make_resource(circle)
    assert "对方办成过 1 次同类，最近评议“较好”" in words(need, circle.street_staff)
    assert "办成过" not in words(need, staff)


def test_best_for_says_that_a_claim_is_under_way(circle):
    need, resource = make_listing(circle), make_resource(circle)
    claim = make_claim(circle, resource, organisation=circle.community, by=circle.staff)
    assert best_for(need, circle.staff)[0].claim == claim


def test_best_for_begins_a_claim_with_slot_and_quantity(circle):
    need = make_listing(circle, quantity=3)
    resource = make_resource(circle, quantity=8)
    (proposal,) = best_for(need, circle.staff)
    assert (proposal.slot, proposal.quantity) == (resource.slots.get().pk, 3)
    (proposal,) = best_for(resource, circle.liaison)
    assert (proposal.slot, proposal.quantity) == (need.slots.get().pk, 3)


def test_best_for_unit_below_community_is_at_its_place(circle):
    unit = make_organisation(parent=circle.community, name="南园药房")
    liaison = make_person("liaison", unit)
    make_membership(alliance=circle.alliance, organisation=unit)
    need = make_listing(circle)
    make_resource(circle, organisation=unit, by=liaison)
    assert "都在南园社区" in words(need, circle.staff)


def test_best_for_each_asks_as_often_for_many_as_for_one(circle, django_assert_max_num_queries):
    needs = [make_listing(circle, title=f"停车位{number}") for number in range(6)]
    for number in range(6):
        make_resource(circle, f"车库{number}")
    with_parties = type(needs[0]).objects.with_parties()
    needs = list(with_parties.filter(pk__in=[need.pk for need in needs]))
    user = type(circle.staff).objects.get(pk=circle.staff.pk)
    assert user.grants
    with django_assert_max_num_queries(13) as one:
        best_for_each(needs[:1], user)
    with django_assert_max_num_queries(len(one)) as many:
        found = best_for_each(needs, user)
    assert len(many) == len(one)
    assert {len(proposals) for proposals in found.values()} == {3}


@pytest.mark.parametrize("size", [2, 5])
def test_candidates_are_bounded(circle, monkeypatch, size):
    monkeypatch.setattr(candidates, "SAME", size)
    need = make_listing(circle, title="无话可说")
    for number in range(6):
        make_resource(circle, f"车库{number}")
    found = candidates.candidates_for([need], circle.staff)
    assert len(found[need.pk]) == size
