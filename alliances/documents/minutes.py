"""What stands in the minutes (会议纪要) of a meeting: read from its records alone, frozen when they are circulated.

The text is Chinese in every interface language: it is the document that the units confirm, and its check
value must not depend on who looks at it. So its words are not in the catalogue.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alliances.models import (
    AgendaItem,
    Attendance,
    Duty,
    DutyPartner,
    Meeting,
    Opinion,
    StepOut,
    Tally,
)
from alliances.reports.attendance import roll_of
from alliances.reports.procedure import kind_names, majority_words, quorum_words
from alliances.rules import Terms
from alliances.states import DutyState, ItemSource, Presence, StepOutKind

#: The shape of what `content_of` returns; a later shape leaves frozen content readable.
FORM = 1


def content_of(meeting: Meeting) -> dict[str, Any]:
    """Everything that is printed, as JSON knows it, in a fixed order; the same records give the same content.

    A constant number of queries. Nothing of the moment gets in: what became of older duties is told as
    of the day of the meeting.
    """
    meeting = Meeting.objects.select_related("alliance__host", "convener", "kind").get(pk=meeting.pk)
    host, starts_at = meeting.alliance.host, timezone.localtime(meeting.starts_at)
    with translation.override("zh-hans"):
        return {
            "form": FORM,
            "header": f"{host}{meeting.kind.name}纪要",
            "number": meeting.number,
            "title": meeting.title if meeting.title.endswith("纪要") else f"{meeting.title}纪要",
            "meeting": meeting.title,
            "issuer": str(meeting.convener),
            "date": date_words(meeting.held_on),
            "time": f"{date_words(meeting.held_on)}{starts_at:%H:%M}",
            "place": meeting.place,
            "convener": str(meeting.convener),
            "chair": meeting.chair,
            "recorder": meeting.recorder,
            **_attendance(meeting),
            "opening": meeting.opening,
            "last_results": _last_results(meeting),
            "items": _items(meeting),
        }


def date_words(day: date) -> str:
    """2026年11月21日, in Arabic figures without leading noughts."""
    return f"{day.year}年{day.month}月{day.day}日"


def _attendance(meeting: Meeting) -> dict[str, Any]:
    """Who was there, in the order of the tree. A unit that left the alliance before the day has no seat."""
    roll = roll_of(meeting)
    seated = roll.total.rows
    guests = [row for row in roll.observers if row.presence in (Presence.DUE, Presence.PRESENT)]
    guests += [row for row in roll.gone if row.presence == Presence.PRESENT]

    def names(presence: str) -> list[str]:
        return [str(row.organisation) for row in seated if row.presence == presence]

    present = [
        {
            "group": part.name,
            "units": [_person(row) for row in part.rows if row.presence == Presence.PRESENT],
        }
        for part in roll.parts
    ]
    return {
        "due": roll.total.due,
        "came": roll.total.present,
        "present": [group for group in present if group["units"]],
        "represented": [
            {"name": str(row.organisation), "by": str(row.represented_by)}
            for row in seated
            if row.presence == Presence.REPRESENTED
        ],
        "excused": names(Presence.EXCUSED),
        "absent": names(Presence.ABSENT),
        "unknown": names(Presence.DUE),
        "guests": [_person(row) for row in guests],
    }


def _person(row: Attendance) -> dict[str, str]:
    return {"name": str(row.organisation), "attendee": row.attendee}


def _last_results(meeting: Meeting) -> dict[str, Any] | None:
    """What became, by the day of `meeting`, of the duties of the last earlier meeting that has any."""
    held_on = meeting.held_on
    earlier = (
        Meeting.objects.over()
        .filter(alliance=meeting.alliance, starts_at__lt=meeting.starts_at)
        .filter(items__decision__duties__isnull=False)
        .order_by("-starts_at", "-pk")
        .first()
    )
    if earlier is None:
        return None
    duties = (
        Duty.objects.filter(decision__item__meeting=earlier)
        .select_related("lead")
        .order_by("decision__serial", "pk")
    )
    return {
        "meeting": earlier.title,
        "date": date_words(earlier.held_on),
        "duties": [
            {
                "title": duty.title,
                "lead": str(duty.lead),
                "due": date_words(duty.due_on),
                "status": _status(duty, held_on),
            }
            for duty in duties
        ],
    }


def _status(duty: Duty, day: date) -> str:
    """Where a duty stood on `day`, from its own dates."""
    if duty.closed_on and duty.closed_on <= day:
        return str(DutyState(duty.state).label)
    if duty.reported_on and duty.reported_on <= day:
        return str(DutyState.REPORTED.label)
    return "逾期未办结" if duty.due_on < day else str(DutyState.ONGOING.label)


def _items(meeting: Meeting) -> list[dict[str, Any]]:
    items = list(
        AgendaItem.objects.on_agenda()
        .filter(meeting=meeting)
        .select_related("proposer", "referred_to", "decision__supersedes")
    )
    tallies = {
        tally.motion.item_id: tally
        for tally in Tally.objects.filter(motion__item__in=items).select_related("motion")
    }
    opinions = _by_item(Opinion.objects.filter(item__in=items).select_related("organisation"), "item_id")
    away = _by_item(StepOut.objects.filter(item__in=items).select_related("organisation"), "item_id")
    terms = meeting.rules
    rule = {"majority": majority_words(terms), "quorum": quorum_words(terms, kind_names(terms))}
    duties = _duties(items)
    contents = []
    for number, item in enumerate(items, 1):
        decision = getattr(item, "decision", None)
        contents.append(
            {
                "number": number,
                "title": item.title,
                "is_last_results": item.source == ItemSource.LAST_RESULTS,
                "proposer": str(item.proposer),
                "source": item.get_source_display(),
                "source_note": item.source_note,
                "discussion": item.discussion,
                "outcome": item.outcome,
                "outcome_words": item.get_outcome_display(),
                "referred_to": str(item.referred_to or ""),
                "resolution": decision.text if decision else item.resolution,
                "vote": _vote(tallies[item.pk], terms, rule) if item.pk in tallies else None,
                "away": _away(away[item.pk]),
                "opinions": [
                    {"unit": str(opinion.organisation), "text": opinion.text}
                    for opinion in sorted(opinions[item.pk], key=lambda one: one.pk)
                ],
                "decision": decision.number if decision else "",
                "supersedes": decision.supersedes.number if decision and decision.supersedes else "",
                "duties": duties[item.pk],
            }
        )
    return contents


def _vote(tally: Tally, terms: Terms, rule: dict[str, str]) -> dict[str, Any]:
    motion = tally.motion
    return {
        "form": motion.get_form_display(),
        "text": motion.text,
        "entitled": tally.entitled,
        "present": tally.present,
        "favour": tally.favour,
        "against": tally.against,
        "abstain": tally.abstain,
        "not_voting": tally.not_voting,
        "absent": tally.absent,
        "needed": tally.needed,
        "majority": rule["majority"],
        "quorum": rule["quorum"],
        "is_quorate": tally.is_quorate,
        "is_passed": tally.is_passed,
    }


def _away(rows: Iterable[StepOut]) -> list[dict[str, Any]]:
    """Units that took no part, by why; each in the order of the tree."""
    units = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.organisation.path):
        units[row.kind].append(str(row.organisation))
    return [{"kind": str(kind.label), "units": units[kind]} for kind in StepOutKind if units[kind]]


def _duties(items: list[AgendaItem]) -> dict[int, list[dict[str, Any]]]:
    partners = DutyPartner.objects.select_related("organisation").order_by("pk")
    rows = (
        Duty.objects.filter(decision__item__in=items)
        .select_related("lead", "decision")
        .prefetch_related(Prefetch("partners", partners))
        .order_by("pk")
    )
    duties = defaultdict(list)
    for duty in rows:
        duties[duty.decision.item_id].append(
            {
                "title": duty.title,
                "lead": str(duty.lead),
                "partners": [str(partner.organisation) for partner in duty.partners.all()],
                "done_means": duty.done_means,
                "due": date_words(duty.due_on),
            }
        )
    return duties


def _by_item(rows: Iterable[Any], key: str) -> dict[int, list[Any]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[getattr(row, key)].append(row)
    return grouped


@dataclass(frozen=True)
class Gap:
    """What the minutes still lack. `blocks`: they cannot go out without it."""

    text: str
    blocks: bool = False


def gaps(content: dict[str, Any]) -> list[Gap]:
    """What is missing, in the reader's language, what blocks first."""
    found = []
    if not content["chair"]:
        found.append(Gap(_("没有主持人。请在会议页填写主持人。"), True))
    if not content["recorder"]:
        found.append(Gap(_("没有记录人。请在会议页填写记录人。"), True))
    if not content["items"]:
        found.append(Gap(_("议程是空的。请核对会议的议程。")))
    if content["unknown"]:
        names = _("、").join(content["unknown"])
        found.append(Gap(_("还没有登记到会情况：%(names)s。不登记的按缺席印。") % {"names": names}))
    if not content["opening"]:
        found.append(Gap(_("没有会议概况。可以写，也可以不写。")))
    for item in content["items"]:
        words = {"number": item["number"], "title": item["title"]}
        if not item["outcome"]:
            found.append(Gap(_("第 %(number)s 项“%(title)s”还没有结果。请先记录审议结果。") % words, True))
            continue
        if not item["discussion"] and not item["is_last_results"]:
            found.append(Gap(_("第 %(number)s 项“%(title)s”没有讨论要点。") % words))
        if not item["resolution"] and not item["is_last_results"]:
            found.append(Gap(_("第 %(number)s 项“%(title)s”没有写结论。") % words))
        if item["decision"] and not item["duties"]:
            found.append(
                Gap(_("第 %(number)s 项“%(title)s”的决议还没有议定事项，没有单位负责办。") % words)
            )
    return sorted(found, key=lambda gap: not gap.blocks)
