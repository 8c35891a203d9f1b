"""What two listings have in common apart from their words: category, people, place, time, quantity, the past."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from projects.matching.likeness import plain
from projects.matching.listings import Past, Side, Window

#: Categories under which the same thing is filed by one side and by the other.
_NEAR = [
    {"goods", "hardship"},
    {"goods", "company"},
    {"goods", "schooling"},
    {"goods", "health"},
    {"company", "health"},
    {"company", "hardship"},
    {"company", "skills"},
    {"schooling", "education"},
    {"schooling", "hardship"},
    {"schooling", "culture"},
    {"facilities", "environment"},
    {"facilities", "skills"},
    {"facilities", "parking"},
    {"facilities", "emergency"},
    {"environment", "emergency"},
    {"health", "education"},
    {"law", "education"},
    {"education", "culture"},
    {"education", "building"},
    {"culture", "venue"},
    {"venue", "building"},
    {"venue", "riders"},
    {"venue", "education"},
    {"business", "skills"},
    {"business", "education"},
    {"business", "law"},
    {"riders", "health"},
    {"riders", "company"},
    {"emergency", "education"},
]
#: One thing is counted by several words.
_MEASURES = [
    {"个", "位", "处", "项", "件", "台", "套", "只", "条"},
    {"人", "名", "位"},
    {"次", "场", "期", "节", "课"},
    {"间", "处", "个"},
]
_EVERYBODY = "全体"
#: Parts of an address that say nothing about where it is.
_NOWHERE = re.compile(
    r"社区|街道|居委会|党群服务中心|党群服务站|服务中心|服务站|活动中心|活动室|会议室|广场|小区|门口|大厅|一楼|二楼|室内|室外|线上|附近|各|及|和|、"
)


def category(one: str, other: str) -> float:
    """1 the same, ½ where lists file the same thing under either, a little where one says nothing."""
    if "general" in (one, other):
        return 0.25
    if one == other:
        return 1.0
    return 0.5 if {one, other} in _NEAR else 0.0


def near_categories(code: str) -> set[str]:
    """The other categories under which lists file what stands under `code`."""
    return {other for pair in _NEAR if code in pair for other in pair - {code}}


def audience(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """1 for the same people, ¼ for others, ½ where one side does not say for whom.

    Others need not be strangers: a child with a disability also lives in a family in hardship.
    """
    if not one or not other:
        return 0.5
    return 1.0 if one.keys() & other.keys() else 0.25


def place(one: Side, other: Side) -> float:
    """1 in the same community or at a place of the same name, ½ where nothing is known, else 0."""
    if shared_place(one, other):
        return 1.0
    return 0.0 if (_ground(one) and _ground(other)) else 0.5


def shared_place(one: Side, other: Side) -> str:
    """The name of the place that both have; "" for none."""
    if one.area and one.area == other.area:
        return one.area
    left, right = (_NOWHERE.sub(" ", plain(side.place or side.area)) for side in (one, other))
    best = ""
    for start in range(len(left)):
        end = start + max(len(best) + 1, 2)
        while end <= len(left) and " " not in left[start:end] and left[start:end] in right:
            best, end = left[start:end], end + 1
    # Found without regard to case, said as it was written.
    written = unicodedata.normalize("NFKC", one.place or one.area)
    at = written.lower().find(best)
    return written[at : at + len(best)]


def past(known: Past) -> float:
    """Work between both counts whole, work of the same kind for others half."""
    return 1.0 if known.is_together else 0.5


@dataclass(frozen=True)
class Meeting:
    """How times and quantities of a need and a resource meet.

    `share` and `coverage` lie between 0 and 1; `wanted` and `offered` are None where they cannot be compared;
    `pair` is the first window of the need and of the resource that meet, `first` the interval that both have:
    None where either is free at any time.
    """

    share: float
    coverage: float
    wanted: int | None = None
    offered: int | None = None
    pair: tuple[Window, Window] | None = None

    @property
    def is_apart(self) -> bool:
        return self.share == 0

    @property
    def is_short(self) -> bool:
        return self.wanted is not None and self.offered is not None and self.offered < self.wanted

    @property
    def first(self) -> tuple[datetime, datetime] | None:
        if self.pair is None or any(window.is_any_time for window in self.pair):
            return None
        return max(one.starts_at for one in self.pair), min(one.ends_at for one in self.pair)


def meeting(one: Side, other: Side) -> Meeting:
    """Compare windows and free quantities; which of both is the need makes no difference to the caller."""
    need, resource = (one, other) if one.is_need else (other, one)
    share, offered, pair = _overlap(need.windows, resource.windows)
    if not need.free or not alike_measures(need.measure, resource.measure):
        return Meeting(share, 0.5 if share else 0.0, pair=pair)
    return Meeting(share, min(1.0, offered / need.free), need.free, offered, pair)


def alike_measures(one: str, other: str) -> bool:
    """Whether an amount of one can be set against an amount of the other."""
    return one == other or any({one, other} <= group for group in _MEASURES)


def _overlap(
    wanted: Sequence[Window], free: Sequence[Window]
) -> tuple[float, int, tuple[Window, Window] | None]:
    """The share of the wanted windows in which something is free, how much that is, and the first two that meet."""
    if not wanted or not free or any(window.is_any_time for window in wanted):
        pair = (wanted[0], free[0]) if wanted and free else None
        return 1.0, sum(window.free for window in free), pair
    at_any_time = [window for window in free if window.is_any_time]
    ours, theirs = _in_order(wanted), _in_order(free)
    met, used = dict[int, Window](), dict[int, Window]()
    pair = (ours[0], at_any_time[0]) if at_any_time else None
    start = 0
    for number, window in enumerate(ours):
        # Nothing that ended before this window can meet a later one.
        while start < len(theirs) and theirs[start].ends_at <= window.starts_at:
            start += 1
        for index in range(start, len(theirs)):
            if theirs[index].starts_at >= window.ends_at:
                break
            if theirs[index].ends_at > window.starts_at:
                pair = pair if met else (window, theirs[index])
                met[number], used[index] = window, theirs[index]
    share = 1.0 if at_any_time else len(met) / len(ours)
    return share, sum(window.free for window in (*at_any_time, *used.values())), pair


def _in_order(windows: Sequence[Window]) -> list[Window]:
    return sorted((one for one in windows if not one.is_any_time), key=lambda one: one.starts_at)


def _ground(side: Side) -> str:
    return _NOWHERE.sub("", side.place or side.area) if _EVERYBODY not in side.place else ""
