"""The best candidate comes first, and each phrase beside it is true of it."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.utils import timezone

from projects.matching import Cause, Past, Refusal, Side, Window, rank, reasons_for, weigh_past
from projects.models.dismissal import DismissalCause


def at(day: int, hour: int) -> datetime:
    return timezone.make_aware(datetime(2026, 12, day, hour))


def any_time(free: int) -> tuple[Window, ...]:
    return (Window(None, None, free),)


NEED = Side(
    pk=1,
    is_need=True,
    title="夜间停车位",
    category="parking",
    category_name="停车",
    audience="居民",
    area="南园社区",
    measure="个",
    owner=1,
    owner_name="南园社区",
    windows=(Window(at(5, 18), at(6, 8), 60),),
)
GARAGE = Side(
    pk=2,
    is_need=False,
    title="地下车库错时开放",
    category="parking",
    category_name="停车",
    measure="个",
    owner=2,
    windows=(Window(at(5, 17), at(6, 9), 80),),
)
CINEMA = replace(
    GARAGE, pk=3, owner=3, title="露天电影放映", category="culture", category_name="文体", measure="场"
)


def words(side: Side, other: Side, *, past=None, **known) -> str:
    """All reasons of the one candidate, gaps marked."""
    crowd = [other, CINEMA, replace(CINEMA, pk=4, title="送戏下乡")]
    matches = weigh_past(rank(side, crowd, **known), past or {})
    found = next(one for one in matches if one.other.pk == other.pk)
    return " ".join(("-" if reason.is_gap else "+") + reason.words for reason in reasons_for(found))


def order(side: Side, *others: Side, past=None) -> list[int]:
    return [match.other.pk for match in weigh_past(rank(side, others), past or {})]


def test_rank_leaves_out_what_is_not_worth_a_look():
    assert order(NEED, CINEMA, GARAGE) == [2]


def test_rank_works_from_the_resource_too():
    wish = replace(NEED, pk=9, title="露天电影", category="culture")
    assert order(GARAGE, wish, NEED)[0] == 1


def test_rank_same_place_first():
    near = replace(GARAGE, pk=5, owner=5, area="南园社区")
    far = replace(GARAGE, pk=6, owner=6, area="北苑社区")
    assert order(NEED, far, near) == [5, 6]
    assert "+都在南园社区" in words(NEED, near)
    assert "-地点在北苑社区" in words(NEED, far)


def test_rank_place_of_the_same_name():
    need = replace(NEED, area="", place="望河路18号广场")
    assert "+都在望河路" in words(need, replace(GARAGE, place="望河路停车楼"))


def test_rank_time_that_meets_first():
    later = replace(GARAGE, pk=5, windows=(Window(at(8, 9), at(8, 12), 80),))
    assert order(NEED, later, GARAGE) == [2, 5]
    assert "-时间没有重合，对方为2026年12月8日（周二）9:00–12:00" in words(NEED, later).replace(
        "09:00", "9:00"
    )


def test_reasons_say_the_hours_that_both_have():
    half = replace(GARAGE, windows=(Window(at(5, 20), at(6, 2), 80),))
    assert "+时间合得上：" in words(NEED, half)
    assert "20:00" in words(NEED, half)


def test_reasons_say_when_only_some_slots_meet():
    need = replace(NEED, windows=(*NEED.windows, Window(at(20, 18), at(20, 20), 60)))
    assert "-只有部分时段合得上" in words(need, GARAGE)


def test_reasons_say_that_time_is_open():
    assert "+对方时间不限" in words(NEED, replace(GARAGE, windows=any_time(80)))


def test_rank_enough_first():
    few = replace(GARAGE, pk=5, windows=(Window(at(5, 17), at(6, 9), 40),))
    assert order(NEED, few, GARAGE) == [2, 5]
    assert "-要 60 个，只空余 40 个" in words(NEED, few)
    assert "+数量够：要 60 个，空余 80 个" in words(NEED, GARAGE)


def test_reasons_count_only_what_is_free_at_the_wanted_time():
    mixed = replace(GARAGE, windows=(*GARAGE.windows, Window(at(20, 9), at(20, 12), 500)))
    assert "空余 80 个" in words(NEED, mixed)


def test_reasons_compare_no_amounts_of_different_things():
    assert "个，" not in words(NEED, replace(GARAGE, measure="㎡"))


def test_reasons_of_words_and_category():
    said = words(NEED, GARAGE)
    assert "+要“夜间停车”，有“车库”" in said
    assert "+同为“停车”类" in said


def test_rank_same_people_first():
    need = replace(NEED, audience="老年人")
    children = replace(GARAGE, pk=5, audience="小学生")
    elders = replace(GARAGE, pk=6, audience="高龄长者")
    assert order(need, children, elders) == [6, 5]
    assert "+都为老年人" in words(need, elders)
    assert "-服务对象是儿童青少年" in words(need, children)


def test_rank_work_done_together_first():
    twin = replace(GARAGE, pk=5, owner=5)
    known = {"past": {2: Past(2, "很好", is_together=True), 5: Past(9, "很好", is_together=False)}}
    assert order(NEED, twin, GARAGE, **known) == [2, 5]
    assert "+双方办成过 2 次，最近评议“很好”" in words(NEED, GARAGE, **known)
    assert "+对方办成过 9 次同类" in words(NEED, twin, **known)


def test_rank_equal_ones_newest_first():
    assert order(NEED, GARAGE, replace(GARAGE, pk=7, owner=7)) == [7, 2]


def test_rank_owner_has_no_weight():
    """Neither its number nor its size: only what is said of the listing counts."""
    plain, renumbered = rank(NEED, [GARAGE]), rank(NEED, [replace(GARAGE, owner=99)])
    assert plain[0].score == renumbered[0].score


@pytest.mark.parametrize(
    ("cause", "refused", "sinking"),
    [
        (Cause.PLACE, {"area": "北苑社区"}, {"area": "北苑社区"}),
        (Cause.TIME, {}, {"windows": (Window(at(8, 9), at(8, 12), 80),)}),
        (Cause.QUANTITY, {}, {"windows": (Window(at(5, 17), at(6, 9), 5),)}),
        (Cause.CONTENT, {"title": "地下车库错时开放"}, {}),
    ],
)
def test_rank_uses_what_was_said_before(cause, refused, sinking):
    refusal = Refusal(cause, "说过的原因", replace(GARAGE, pk=8, owner=8, **refused))
    candidate = replace(GARAGE, pk=5, owner=5, **sinking)
    before = rank(NEED, [candidate, CINEMA])[0].score
    after = rank(NEED, [candidate, CINEMA], refusals=[refusal])[0].score
    assert after < before
    assert "-南园社区曾对“地下车库错时开放”说“说过的原因”" in words(NEED, candidate, refusals=[refusal])


def test_rank_refusal_leaves_others_alone():
    refusal = Refusal(Cause.PLACE, "地点太远", replace(GARAGE, pk=8, owner=8, area="北苑社区"))
    near = replace(GARAGE, area="南园社区")
    assert rank(NEED, [near], refusals=[refusal])[0].score == rank(NEED, [near])[0].score
    assert "南园社区曾" not in words(NEED, near, refusals=[refusal])


def test_causes_are_those_that_people_choose_from():
    assert {cause.value for cause in Cause} == set(DismissalCause.values) - {DismissalCause.OTHER}
