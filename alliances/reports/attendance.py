"""Who came to a meeting, by constituency, and whether that is enough; of organisations, never of persons."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from alliances.models import Attendance, Meeting, Membership
from alliances.reports.seats import kind_names, kinds_of, missing_words
from alliances.rules import Part as QuorumPart
from alliances.rules import Quorum, Seat, Terms, count_quorum, unreachable
from alliances.states import Presence
from members.models import Organisation
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
    """到会 of one meeting: parts in the order of the tree, their sum, and the quorum.

    `observers` attend without a vote; `gone` were told of the meeting and left the alliance before its day.
    """

    parts: list[Part]
    total: Part
    observers: list[Attendance]
    gone: list[Attendance]
    quorum: Quorum
    terms: Terms
    unreachable: tuple[QuorumPart, ...] = ()

    @property
    def missing(self) -> list[str]:
        """What is missing for the quorum, part by part."""
        return missing_words(self.quorum)

    @property
    def out_of_reach(self) -> str:
        """The kinds of unit that the quorum asks for and that the alliance has not, as after a merge."""
        names = kind_names(part.kind for part in self.unreachable)
        return _("、").join(names.get(part.kind, part.kind) for part in self.unreachable)

    @property
    def line(self) -> str:
        """Where the quorum stands on the bar of the sum."""
        return f"{100 * self.terms.quorum_numerator / self.terms.quorum_denominator:.1f}%"

    @property
    def left(self) -> int:
        """Units of which nothing is known yet."""
        return sum(row.presence == Presence.DUE for row in self.total.rows)


def roll_of(meeting: Meeting) -> Roll:
    """The roll of `meeting`, from whoever is a member on its day; three queries, however many units."""
    rows = attendances_of(meeting)
    terms, host = meeting.rules, meeting.alliance.host
    branches = list(Organisation.objects.get_children(host).exclude(kind__level=Level.UNIT)) if rows else []
    voting = [row for row in rows if row.has_vote and row.is_member]
    there = {row.organisation_id for row in voting if row.presence == Presence.PRESENT}
    kinds = kinds_of([row.organisation for row in voting])
    total, parts, seats = Part(_("合计")), {}, []
    for row in voting:
        is_present = row.organisation_id in there or (
            terms.proxies and row.presence == Presence.REPRESENTED and row.represented_by_id in there
        )
        name = _constituency(row.organisation, host, branches)
        parts.setdefault(name, Part(name)).add(row, is_present)
        total.add(row, is_present)
        seats.append(Seat(row.organisation_id, kinds[row.organisation_id], is_present))
    return Roll(
        parts=list(parts.values()),
        total=total,
        observers=[row for row in rows if not row.has_vote],
        gone=[row for row in rows if row.has_vote and not row.is_member],
        quorum=count_quorum(seats, terms),
        terms=terms,
        unreachable=unreachable(seats, terms) if seats else (),
    )


def attendances_of(meeting: Meeting) -> Sequence[Attendance]:
    """Every row in the order of the tree, each with `is_member`: in the alliance on the day of the meeting."""
    members = Membership.objects.current(meeting.held_on).filter(
        alliance=meeting.alliance_id, organisation=OuterRef("organisation")
    )
    rows = meeting.attendances.annotate(is_member=Exists(members))
    return list(
        rows.select_related("organisation__kind", "represented_by__kind").order_by("organisation__path")
    )


def _constituency(organisation: Organisation, host: Organisation, branches: list[Organisation]) -> str:
    """The branch of the host under which the unit stands, as the table of attendance names it."""
    if organisation.path == host.path:
        return host.name
    for branch in branches:
        if organisation.path.startswith(branch.path):
            return branch.name
    return _("直属单位") if organisation.path.startswith(host.path) else _("其他单位")
