"""Which units have a vote on an item, and which of them are there: what a quorum and a tally are counted from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import AgendaItem, Attendance, Ballot, Meeting, Membership, StepOut
from alliances.rules.votes import Quorum, Seat, count_quorum
from alliances.states import BallotValue, MotionState, Presence, StepOutKind
from members.models import Kind, Organisation
from workflow.exceptions import InvalidTransition, NotPermitted


@dataclass(frozen=True)
class Place:
    """A unit entitled to vote on an item. `note`: why it is not there, or who speaks for it.

    `speaker`: who casts its ballot, itself or the unit that represents it; None while nobody is there.
    """

    organisation: Organisation
    seat: Seat
    speaker: Organisation | None
    note: str = ""

    @property
    def word(self) -> str:
        """Its ballot in words, empty without one."""
        return BallotValue(self.seat.value).label if self.seat.value else ""


def seats_of(item: AgendaItem) -> list[Seat]:
    """The seats of `places_of`, for counting."""
    return [place.seat for place in places_of(item)]


def places_of(item: AgendaItem) -> list[Place]:
    """Every unit entitled to vote on `item`, in the order of the tree, with its ballot. Four queries."""
    return places_at(item.meeting, [item])[item.pk]


def places_at(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[int, list[Place]]:
    """The places of each of `items` of `meeting`, by its id; four queries, however many items and units.

    Entitled is a member on the day of the meeting with the vote that does not keep out of the item (回避).
    There is who came and has not left before the item, and, when the rules allow proxies, who is
    represented by such a unit. A ballot that was let in keeps its seat, whatever is changed afterwards:
    nobody can take a vote out of a running count by ending a membership or an attendance.
    """
    keys = [item.pk for item in items]
    rows = list(_attendances(meeting))
    kinds = {row.organisation_id: row.organisation for row in rows}
    stepped = {(one.item_id, one.organisation_id): one.kind for one in _step_outs(keys)}
    ballots: dict[int, dict[int, Ballot]] = {key: {} for key in keys}
    for ballot in _ballots(keys):
        ballots[ballot.motion.item_id][ballot.organisation_id] = ballot
        kinds.setdefault(ballot.organisation_id, ballot.organisation)
    codes = kinds_of(kinds.values())
    proxies = meeting.rules.proxies
    return {
        key: list(
            _places(rows, {o: k for (i, o), k in stepped.items() if i == key}, ballots[key], codes, proxies)
        )
        for key in keys
    }


def quorum_of(item: AgendaItem) -> Quorum:
    """Whether enough units are there to decide on `item` at this moment."""
    return count_quorum(seats_of(item), item.meeting.rules)


def check_seated(item: AgendaItem, organisation: Organisation, places: Iterable[Place]) -> Place:
    """The place of `organisation`; raises `NotPermitted` without a vote on `item`, `InvalidTransition` when absent."""
    place = next((one for one in places if one.organisation.pk == organisation.pk), None)
    if place and place.speaker:
        return place
    names = {"organisation": organisation, "note": place.note if place else ""}
    if place:
        raise InvalidTransition(
            _("%(organisation)s 的到会情况是“%(note)s”，不能投票。情况不符的，请会议记录人先更正。") % names
        )
    if StepOut.objects.filter(item=item, organisation=organisation, kind=StepOutKind.RECUSED).exists():
        raise NotPermitted(_("%(organisation)s 回避了这条议题，不参加表决。请等待表决结果。") % names)
    raise NotPermitted(
        _("%(organisation)s 在会议当天没有表决权。请在会议页面核对成员关系和到会名单。") % names
    )


def missing_words(quorum: Quorum, names: dict[str, str] | None = None) -> list[str]:
    """What a quorum lacks, part by part: 还差 非公企业联合党委 1 家单位. Empty when it is met; at most one query."""
    if names is None:
        names = kind_names(part.kind for part in quorum.missing)
    words = []
    if quorum.short:
        params = {"count": quorum.short, "needed": quorum.needed, "present": quorum.present}
        words.append(
            ngettext(
                "还差 %(count)s 家单位到会（须到 %(needed)s 家，实到 %(present)s 家）",
                "还差 %(count)s 家单位到会（须到 %(needed)s 家，实到 %(present)s 家）",
                quorum.short,
            )
            % params
        )
    for part in quorum.missing:
        count = part.least - part.present
        params = {"count": count, "kind": names.get(part.kind, part.kind)}
        words.append(
            ngettext("还差 %(kind)s %(count)s 家单位", "还差 %(kind)s %(count)s 家单位", count) % params
        )
    return words


def kind_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of kinds by their codes, in the reader's language."""
    wanted = set(codes)
    return {kind.code: str(kind) for kind in Kind.objects.filter(code__in=wanted)} if wanted else {}


def _attendances(meeting: Meeting):
    members = Membership.objects.current(meeting.held_on).filter(
        alliance=meeting.alliance_id, organisation=OuterRef("organisation")
    )
    return (
        Attendance.objects.filter(meeting=meeting)
        .annotate(is_member=Exists(members))
        .select_related("organisation__kind", "represented_by__kind")
        .order_by("organisation__path")
    )


def _step_outs(items: list[int]):
    return StepOut.objects.filter(item__in=items).only("item_id", "organisation_id", "kind")


def _ballots(items: list[int]):
    return (
        Ballot.objects.filter(motion__item__in=items)
        .exclude(motion__state=MotionState.WITHDRAWN)
        .select_related("motion", "organisation__kind")
        .order_by("organisation__path")
    )


def kinds_of(organisations: Iterable[Organisation]) -> dict[int, frozenset[str]]:
    """Codes of the kind of each organisation and of the kinds above it, by its id; one query."""
    step = Organisation.steplen
    above = {
        one.pk: [one.path[:length] for length in range(step, len(one.path) + 1, step)]
        for one in organisations
    }
    paths = {path for paths in above.values() for path in paths}
    codes = dict(Organisation.objects.filter(path__in=paths).values_list("path", "kind__code"))
    return {pk: frozenset(codes[path] for path in paths) for pk, paths in above.items()}


def _places(rows, stepped: dict[int, str], ballots: dict[int, Ballot], kinds, proxies: bool):
    entitled = [
        row
        for row in rows
        if row.organisation_id in ballots
        or (row.has_vote and row.is_member and stepped.get(row.organisation_id) != StepOutKind.RECUSED)
    ]
    there = {
        row.organisation_id
        for row in entitled
        if row.presence == Presence.PRESENT and row.organisation_id not in stepped
    }
    for row in entitled:
        key, ballot = row.organisation_id, ballots.get(row.organisation_id)
        speaker, note = None, row.get_presence_display()
        if key in there:
            speaker, note = row.organisation, ""
        elif stepped.get(key) == StepOutKind.LEFT:
            note = StepOutKind.LEFT.label
        elif row.presence == Presence.REPRESENTED:
            note = _("委托 %(unit)s") % {"unit": row.represented_by}
            if proxies and row.represented_by_id in there:
                speaker = row.represented_by
        yield _place(row.organisation, kinds[key], ballot, speaker, note)
    seated = {row.organisation_id for row in entitled}
    for key, ballot in ballots.items():
        if key not in seated:
            yield _place(ballot.organisation, kinds[key], ballot, None, "")


def _place(organisation: Organisation, kinds, ballot: Ballot | None, speaker, note: str) -> Place:
    value = ballot.value if ballot else None
    is_present = ballot is not None or speaker is not None
    seat = Seat(unit=organisation.pk, kinds=kinds, is_present=is_present, value=value)
    return Place(organisation, seat, speaker or (organisation if ballot else None), str(note))
