"""Why a candidate is proposed and where it falls short, in the words that people use."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.matching import aspects
from projects.matching.likeness import shared_topics, shared_words
from projects.matching.listings import Past, Side
from projects.matching.ranking import Match
from workflow.templatetags.workflow import cn_period

#: So many pairs of words for what both speak of.
MOST_TOPICS = 2


@dataclass(frozen=True)
class Reason:
    """One short phrase; a gap is where the candidate falls short. `aspect` names what it is about."""

    aspect: str
    words: str
    is_gap: bool = False


def reasons_for(match: Match) -> list[Reason]:
    """What fits first, then the gaps; what an organisation said itself comes last."""
    found = [
        *_about_text(match),
        *_about_category(match),
        *_about_audience(match),
        *_about_place(match),
        *_about_time(match),
        *_about_quantity(match),
        *_about_past(match.past),
    ]
    said = [
        Reason(
            "said",
            _("%(who)s曾对“%(title)s”说“%(cause)s”")
            % {"who": match.this.owner_name, "title": one.other.title, "cause": one.label},
            is_gap=True,
        )
        for one in match.refusals
    ]
    return sorted(found, key=lambda reason: reason.is_gap) + said


def _about_text(match: Match) -> Iterator[Reason]:
    need, resource = _sides(match)
    own, its = match.traits if match.this.is_need else match.traits[::-1]
    topics = shared_topics(own, its, match.rarity)[:MOST_TOPICS]
    for asked, answer in topics:
        if asked == answer:
            yield Reason("text", _("都提到“%(word)s”") % {"word": asked})
        else:
            yield Reason("text", _("要“%(asked)s”，有“%(answer)s”") % {"asked": asked, "answer": answer})
    if not topics and (word := shared_words(need.title, resource.title)):
        yield Reason("text", _("都提到“%(word)s”") % {"word": word})
    elif not match.says_alike:
        yield Reason("text", _("标题说的不是一回事，先看看说明"), is_gap=True)


def _about_category(match: Match) -> Iterator[Reason]:
    value = match.aspects["category"]
    names = {"one": match.this.category_name, "other": match.other.category_name}
    if value == 1:
        yield Reason("category", _("同为“%(one)s”类") % names)
    elif value == 0.5:
        yield Reason("category", _("类别相近：%(one)s、%(other)s") % names)


def _about_audience(match: Match) -> Iterator[Reason]:
    own, its = match.traits
    both = own.groups.keys() & its.groups.keys()
    if both:
        yield Reason("audience", _("都为%(who)s") % {"who": _("、").join(sorted(both))})
    elif own.groups and its.groups:
        yield Reason(
            "audience", _("服务对象是%(who)s") % {"who": _("、").join(sorted(its.groups))}, is_gap=True
        )


def _about_place(match: Match) -> Iterator[Reason]:
    value = match.aspects["place"]
    if value == 1:
        yield Reason("place", _("都在%(place)s") % {"place": aspects.shared_place(match.this, match.other)})
    elif value == 0:
        place = match.other.place or match.other.area
        yield Reason("place", _("地点在%(place)s，去之前先问远近") % {"place": place}, is_gap=True)


def _about_time(match: Match) -> Iterator[Reason]:
    meeting = match.meeting
    if meeting.is_apart:
        yield Reason(
            "time",
            _("时间没有重合，对方为%(when)s") % {"when": _when(match.other)},
            is_gap=True,
        )
    elif meeting.first is not None:
        words = {"when": cn_period(*meeting.first)}
        if meeting.share == 1:
            yield Reason("time", _("时间合得上：%(when)s") % words)
        else:
            yield Reason("time", _("只有部分时段合得上，先是%(when)s") % words, is_gap=True)
    elif match.other.windows and all(window.is_any_time for window in match.other.windows):
        yield Reason("time", _("对方时间不限"))


def _about_quantity(match: Match) -> Iterator[Reason]:
    meeting = match.meeting
    if meeting.wanted is None or meeting.is_apart:
        return
    need, resource = _sides(match)
    words = {
        "wanted": meeting.wanted,
        "offered": meeting.offered,
        "unit": need.measure,
        "other_unit": resource.measure,
    }
    if meeting.is_short:
        yield Reason(
            "quantity",
            _("要 %(wanted)s %(unit)s，只空余 %(offered)s %(other_unit)s") % words,
            is_gap=True,
        )
    else:
        yield Reason(
            "quantity", _("数量够：要 %(wanted)s %(unit)s，空余 %(offered)s %(other_unit)s") % words
        )


def _about_past(past: Past | None) -> Iterator[Reason]:
    if past is None:
        return
    words = {"times": past.times, "rating": past.rating}
    if past.is_together:
        text = ngettext("双方办成过 %(times)s 次", "双方办成过 %(times)s 次", past.times) % words
    else:
        text = ngettext("对方办成过 %(times)s 次同类", "对方办成过 %(times)s 次同类", past.times) % words
    if past.rating:
        text = _("%(text)s，最近评议“%(rating)s”") % {"text": text, "rating": past.rating}
    yield Reason("past", text)


def _when(side: Side) -> str:
    windows = sorted((one for one in side.windows if not one.is_any_time), key=lambda one: one.starts_at)
    return cn_period(windows[0].starts_at, windows[0].ends_at) if windows else _("时间不限")


def _sides(match: Match) -> tuple[Side, Side]:
    """The need, then the resource."""
    return (match.this, match.other) if match.this.is_need else (match.other, match.this)
