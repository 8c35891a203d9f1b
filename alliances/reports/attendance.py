"""Who came to a meeting, by constituency, and whether that is enough; of organisations, never of persons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Attendance, Meeting
from alliances.rules import Quorum, Seat, Terms, count_quorum
from alliances.states import Presence
from members.models import Kind, Organisation
from members.states import Level


@dataclass
class Part:
    """One constituency: how many of its units are due and what became of them."""

    name: str
    rows: list[Attendance] = field(default_factory=list)
    due: int = 0
    present: int = 0
    excused: int = 0
    absent: int = 0
    represented: int = 0

    @property
    def share(self) -> str:
        """Present of due in percent, as an SVG length wants it."""
        return f"{100 * self.present / self.due:.1f}%" if self.due else "0%"

    def add(self, row: Attendance, is_present: bool) -> None:
        self.rows.append(row)
        self.due += 1
        self.present += is_present
        self.represented += row.presence == Presence.REPRESENTED
        self.excused += row.presence == Presence.EXCUSED
        self.absent += row.presence == Presence.ABSENT


@dataclass
class Roll:
    """到会 of one meeting: parts in the order of the tree, their sum, those without a vote, and the quorum."""

    parts: list[Part]
    total: Part
    observers: list[Attendance]
    quorum: Quorum
    terms: Terms
    #: What is missing for the quorum, each a clause.
    missing: list[str]

    @property
    def line(self) -> str:
        """Where the quorum stands on the bar of the sum."""
        return f"{100 * self.terms.quorum_numerator / self.terms.quorum_denominator:.1f}%"

    @property
    def is_taken(self) -> bool:
        """Whether anybody's presence is known yet."""
        return any(row.presence != Presence.DUE for row in self.total.rows)

    @property
    def open(self) -> int:
        """Units of which nothing is known yet."""
        return sum(row.presence == Presence.DUE for row in self.total.rows)


def roll_of(meeting: Meeting, rows: Sequence[Attendance] | None = None) -> Roll:
    """The roll of `meeting`; `rows` with organisation and its kind, when the page has them already. Four queries."""
    if rows is None:
        rows = attendances_of(meeting)
    terms = meeting.rules
    host = meeting.alliance.host
    branches = list(host.get_children().exclude(kind__level=Level.UNIT)) if rows else []
    voting = [row for row in rows if row.has_vote]
    there = {row.organisation_id for row in voting if row.presence == Presence.PRESENT}
    total, parts = Part(_("合计")), {}
    kinds = _kinds_above(voting)
    seats = []
    for row in sorted(voting, key=lambda row: row.organisation.path):
        is_present = row.organisation_id in there or (
            terms.proxies and row.presence == Presence.REPRESENTED and row.represented_by_id in there
        )
        name = _constituency(row.organisation, host, branches)
        parts.setdefault(name, Part(name)).add(row, is_present)
        total.add(row, is_present)
        seats.append(Seat(row.organisation_id, kinds[row.organisation_id], is_present))
    quorum = count_quorum(seats, terms)
    return Roll(
        parts=list(parts.values()),
        total=total,
        observers=[row for row in rows if not row.has_vote],
        quorum=quorum,
        terms=terms,
        missing=missing_words(quorum, branches),
    )


def attendances_of(meeting: Meeting) -> list[Attendance]:
    rows = meeting.attendances.select_related("organisation__kind", "represented_by__kind")
    return list(rows.order_by("organisation__path"))


def missing_words(quorum: Quorum, branches: Iterable[Organisation] = ()) -> list[str]:
    """What is missing, in words; an organisation that stands at the table is called by its own name."""
    words = []
    if not quorum.entitled:
        return [_("没有应到单位")]
    if quorum.short:
        words.append(
            ngettext("还差 %(count)s 个单位", "还差 %(count)s 个单位", quorum.short)
            % {"count": quorum.short}
        )
    if not quorum.missing:
        return words
    names = dict(
        Kind.objects.filter(code__in=[part.kind for part in quorum.missing]).values_list("code", "name")
    )
    names.update({branch.kind.code: branch.name for branch in branches})
    for part in quorum.missing:
        name = names.get(part.kind, part.kind)
        left = part.least - part.present
        words.append(
            ngettext(
                "%(name)s还要有 %(count)s 个单位到会", "%(name)s还要有 %(count)s 个单位到会", left
            )
            % {"name": name, "count": left}
        )
    return words


def _constituency(organisation: Organisation, host: Organisation, branches: list[Organisation]) -> str:
    if organisation.path == host.path:
        return host.name
    for branch in branches:
        if organisation.path.startswith(branch.path):
            return branch.name
    return _("直属单位") if organisation.path.startswith(host.path) else _("其他单位")


def _kinds_above(rows: Iterable[Attendance]) -> dict[int, frozenset[str]]:
    """The code of each unit's kind and of the kinds above it, by unit."""
    rows = list(rows)
    step = Organisation.steplen
    paths = {
        row.organisation.path[:end]
        for row in rows
        for end in range(step, len(row.organisation.path) + 1, step)
    }
    codes = dict(Organisation.objects.filter(path__in=paths).values_list("path", "kind__code"))
    return {
        row.organisation_id: frozenset(
            codes[row.organisation.path[:end]]
            for end in range(step, len(row.organisation.path) + 1, step)
        )
        for row in rows
    }
