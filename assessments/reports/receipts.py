"""How a line of a scheme or of a receipt is said in words, in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from alliances.models import AgendaItem, Duty, Meeting
from assessments import scoring
from assessments.models import Indicator, Scheme
from members.models import User
from projects.models import Category, Claim, Delivery, Listing, Slot
from projects.states import Rating


@dataclass(frozen=True)
class Words:
    """The words of a measure: its name in a choice, its rule on a scheme's page, its line on a receipt."""

    name: Any
    rule: Any
    line: Any


MEASURES = {
    "attendance": Words(
        gettext_lazy("联席会议参会"),
        gettext_lazy("应到的会议中到会的占几成，得几成分（满分 %(points)s 分）"),
        gettext_lazy("应到 %(whole)s 次，到会 %(part)s 次：%(part)s ÷ %(whole)s × %(points)s"),
    ),
    "active_quarters": Words(
        gettext_lazy("每季度有活动"),
        gettext_lazy("满分 %(points)s 分，完整季度里没有已确认的交付，每个季度扣 %(minus)s 分"),
        gettext_lazy(
            "%(quarters)s 个完整季度中 %(active)s 个有已确认的交付，%(empty)s 个没有："
            "%(points)s − %(empty)s × %(minus)s"
        ),
    ),
    "deliveries_in_categories": Words(
        gettext_lazy("某几类交付的次数"),
        gettext_lazy("%(categories)s类已确认的交付，满 %(target)s 次得满分 %(points)s 分，不满按比例"),
        gettext_lazy(
            "这几类已确认的交付 %(count)s 次，目标 %(target)s 次，计 %(counted)s 次："
            "%(counted)s ÷ %(target)s × %(points)s"
        ),
    ),
    "agreed_claims": Words(
        gettext_lazy("认领并签约"),
        gettext_lazy("认领需求并签约，满 %(target)s 项得满分 %(points)s 分，不满按比例，超出不加分"),
        gettext_lazy(
            "认领 %(seen)s 项，签约 %(count)s 项，目标 %(target)s 项，计 %(counted)s 项："
            "%(counted)s ÷ %(target)s × %(points)s"
        ),
    ),
    "delivered_share": Words(
        gettext_lazy("项目办结并经对方确认"),
        gettext_lazy("本期应办结的协议事项中，经对方确认办结的占几成，得几成分（满分 %(points)s 分）"),
        gettext_lazy("应办结 %(whole)s 项，经对方确认办结 %(part)s 项：%(part)s ÷ %(whole)s × %(points)s"),
    ),
    "delivered_on_time": Words(
        gettext_lazy("按期办结"),
        gettext_lazy("本期应办结的协议事项中，按期办结的占几成，得几成分（满分 %(points)s 分）"),
        gettext_lazy("应办结 %(whole)s 项，按期办结 %(part)s 项：%(part)s ÷ %(whole)s × %(points)s"),
    ),
    "requester_rating": Words(
        gettext_lazy("需求方评议"),
        gettext_lazy(
            "各份评议的平均：很好 100%%，较好 80%%，一般 60%%，较差 30%%，乘满分 %(points)s 分；份数同时公布"
        ),
        gettext_lazy(
            "%(n)s 份评议：很好 %(excellent)s，较好 %(good)s，一般 %(fair)s，较差 %(poor)s；"
            "平均 %(average)s%% × %(points)s"
        ),
    ),
    "resources_used": Words(
        gettext_lazy("资源开放并实际使用"),
        gettext_lazy("开放的时段中实际用上的占几成，得几成分（满分 %(points)s 分）"),
        gettext_lazy("开放 %(whole)s 个时段，实际用了 %(part)s 个：%(part)s ÷ %(whole)s × %(points)s"),
    ),
    "duties_on_time": Words(
        gettext_lazy("议定事项按期办结"),
        gettext_lazy("到期的议定事项中按期办结的占几成，得几成分（满分 %(points)s 分）"),
        gettext_lazy("%(whole)s 项责任中 %(part)s 项按期：%(part)s ÷ %(whole)s × %(points)s"),
    ),
    "adopted_proposals": Words(
        gettext_lazy("建议被采纳"),
        gettext_lazy("建议被采纳满 %(target)s 条得满分 %(points)s 分，不满按比例，超出不加分"),
        gettext_lazy(
            "提出 %(seen)s 条，采纳 %(count)s 条，目标 %(target)s 条，计 %(counted)s 条："
            "%(counted)s ÷ %(target)s × %(points)s"
        ),
    ),
}
#: Lines whose words are not their measure's own.
OTHER_LINES = {
    "requester_rating_few": gettext_lazy(
        "%(n)s 份评议：很好 %(excellent)s，较好 %(good)s，一般 %(fair)s，较差 %(poor)s；"
        "平均 %(average)s%% × %(points)s；份数少，仅供参考"
    ),
    "no_records": gettext_lazy("尚无记录，这一行的 %(points)s 分不计入合计"),
    "no_quarters": gettext_lazy("本期没有完整的季度，尚无记录可比，这一行的 %(points)s 分不计入合计"),
}


#: The notes of the shipped schemes, so that the catalogue holds their English; the rows come from a migration.
SHIPPED_NOTES = (
    gettext_noop(
        "按一份公开的社区大党委考核办法改写。原办法的加分项（建议被采纳每条 2 分、全勤 3 分）要"
        "靠会议记录，有记录以后在新版本中加入。90 分以下的两档，原办法没有公布界线；原办法的总分由"
        "平时和年度各占一半合成，这里按期计分。"
    ),
    gettext_noop("每一行都从系统里的记录算出，不需要任何单位自己申报。没有记录的行不计入合计。"),
)


def note_words(scheme: Scheme) -> str:
    """The scheme's note; that of a shipped one in the reader's language."""
    return _(scheme.note) if scheme.note and scheme.owner_id is None else scheme.note


def line_words(line: Mapping[str, Any]) -> str:
    """The sentence of a frozen line, with its numbers.

    Old receipts keep their keys and numbers: words that need other numbers get a new sentence key.
    """
    sentence = line["sentence"]
    words = MEASURES[sentence].line if sentence in MEASURES else OTHER_LINES[sentence]
    return str(words) % line["numbers"]


def rule_words(measure: str, points: int, params: Mapping[str, Any], categories: Mapping[str, str]) -> str:
    """The formula of an indicator; `categories` gives the name of each category code."""
    filled = {**params, "points": points}
    if "categories" in params:
        filled["categories"] = listed(categories.get(code, code) for code in params["categories"])
    return str(MEASURES[measure].rule) % filled


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as the reader's language separates them."""
    return _("、").join(words)


def with_rules(lines: Iterable[Indicator]) -> list[Indicator]:
    """The lines of a scheme, each with its formula in words as `rule`; one query for the categories."""
    categories, found = category_names(), list(lines)
    for line in found:
        line.rule = rule_words(line.measure, line.points, line.params, categories)
    return found


def category_names() -> dict[str, str]:
    """Code → name in the reader's language."""
    return {category.code: str(category) for category in Category.objects.leaves()}


def title_of(line: Mapping[str, Any]) -> str:
    """The indicator's title in the reader's language."""
    return line["title_en"] if line["title_en"] and get_language() == "en" else line["title"]


def grade_words(grade: Mapping[str, Any] | None) -> str:
    """The grade's name in the reader's language, "" without one."""
    if not grade:
        return ""
    return grade["name_en"] if grade.get("name_en") and get_language() == "en" else grade["name"]


@dataclass(frozen=True)
class Row:
    """A line as the page shows it. `sources` are the records behind it that the reader may see."""

    title: str
    points: str
    full: int
    words: str
    has_records: bool
    record_count: int
    sources: list["Source"]
    sources_word: str


@dataclass(frozen=True)
class Source:
    """One record behind a line."""

    title: str
    url: str
    at: Any
    note: str = ""


def rows(lines: Sequence[Mapping[str, Any]], user: User) -> list[Row]:
    """The lines of a receipt with their records; one query for each kind of record, six at most."""
    found = _sources(lines, user)
    return [
        Row(
            title=title_of(line),
            points=line["points"],
            full=line["full"],
            words=line_words(line),
            has_records=line["has_records"],
            record_count=line["record_count"],
            sources=[
                found[key] for key in ((line["kind"], pk) for pk in line["record_ids"]) if key in found
            ],
            sources_word=_sources_word(line),
        )
        for line in lines
    ]


def _sources_word(line: Mapping[str, Any]) -> str:
    words = {
        "claim": _("看 %(count)s 项认领"),
        "delivery": _("看 %(count)s 次交付"),
        "slot": _("看 %(count)s 个时段"),
        "meeting": _("看 %(count)s 次会议"),
        "duty": _("看 %(count)s 项责任"),
        "proposal": _("看 %(count)s 条建议"),
    }
    return words[line["kind"]] % {"count": line["record_count"]}


def _sources(lines: Iterable[Mapping[str, Any]], user: User) -> dict[tuple[str, int], Source]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        wanted[line["kind"]].update(line["record_ids"])
    found: dict[tuple[str, int], Source] = {}
    if wanted["claim"]:
        claims = (
            Claim.objects.visible_to(user).filter(pk__in=wanted["claim"]).select_related("slot__listing")
        )
        for claim in claims:
            found["claim", claim.pk] = Source(
                claim.slot.listing.title,
                claim.get_absolute_url(),
                claim.claimed_at,
                claim.get_state_display(),
            )
    if wanted["delivery"]:
        deliveries = Delivery.objects.visible_to(user).filter(pk__in=wanted["delivery"])
        for delivery in deliveries.select_related("claim__slot__listing"):
            rating = str(Rating(delivery.rating).label) if delivery.rating else ""
            found["delivery", delivery.pk] = Source(
                delivery.claim.slot.listing.title, delivery.get_absolute_url(), delivery.done_on, rating
            )
    if wanted["slot"]:
        slots = Slot.objects.filter(
            pk__in=wanted["slot"], listing__in=Listing.objects.visible_to(user)
        ).select_related("listing")
        for slot in slots:
            found["slot", slot.pk] = Source(
                slot.listing.title, slot.listing.get_absolute_url(), slot.starts_at
            )
    return found | _meeting_sources(wanted, user)


def _meeting_sources(wanted: Mapping[str, set[int]], user: User) -> dict[tuple[str, int], Source]:
    """Meetings, duties and proposals, each with how it stands today."""
    found: dict[tuple[str, int], Source] = {}
    if wanted["meeting"]:
        for meeting in Meeting.objects.visible_to(user).filter(pk__in=wanted["meeting"]):
            found["meeting", meeting.pk] = Source(
                meeting.title, meeting.get_absolute_url(), meeting.starts_at
            )
    if wanted["duty"]:
        for duty in Duty.objects.visible_to(user).filter(pk__in=wanted["duty"]):
            found["duty", duty.pk] = Source(
                duty.title, duty.get_absolute_url(), duty.due_on, duty.get_state_display()
            )
    if wanted["proposal"]:
        for item in AgendaItem.objects.visible_to(user).filter(pk__in=wanted["proposal"]):
            found["proposal", item.pk] = Source(
                item.title,
                item.get_absolute_url(),
                item.proposed_at,
                item.get_outcome_display() or item.get_state_display(),
            )
    return found


def measures() -> list[tuple[str, str]]:
    """Code and name of every registered measure, for a choice."""
    return [(code, str(MEASURES[code].name)) for code in scoring.MEASURES]
