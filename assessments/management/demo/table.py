"""The joint meetings of a demo street: its rules, who is meant by a name, and how a meeting is called and filled.

What is said there is in `agenda`; last quarter's meeting in `quarter`, what became of it in `duties`.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from alliances import actions
from alliances.models import AgendaItem, Meeting, MeetingKind
from alliances.rules import RULES
from alliances.states import ItemState
from assessments.management.demo import clock, names
from assessments.management.demo.agenda import Topic
from assessments.management.demo.streets import Street
from members.models import Organisation, SpecialDay, User
from members.states import UnitType

DAY = dt.timedelta(days=1)
PLACE = "街道党群服务中心 301"
#: Rules that the district keeps for all its streets.
KEPT = ("quorum_numerator", "quorum_denominator", "quorum_strict", "quorum_parts", "duty_answer_days")
#: On the host's side, the one who looks after the enterprises.
CONTACT = 63


def set_district_rules(district: Organisation, by: User, day: dt.date) -> None:
    """The first version of the district's rules of procedure: what ships, some of it for all streets alike."""
    with clock.on(day):
        actions.set_district_procedure(
            district=district,
            by=by,
            values={},
            open_fields=[rule for rule in RULES if rule not in KEPT],
            reason="区里印发党建联席会议议事规则，法定人数和答复期限全区统一。",
        )


@dataclass
class Table:
    """The table of one street's alliance. `today` is the day up to which the demo has lived."""

    street: Street
    today: dt.date

    def prepare(self, founded: dt.date, term_from: dt.date) -> None:
        """The alliance's own rules, its duty unit, and who looks after the enterprises: all but the last two."""
        street, by = self.street, self.street.admin
        with clock.on(founded):
            actions.set_procedure(
                alliance=street.alliance,
                by=by,
                values={"majority": "two_thirds", "proxies": True},
                reason="成员单位大会通过：协商不成的，到会单位三分之二以上同意方为通过。",
            )
        with clock.on(term_from):
            actions.set_duty_term(
                alliance=street.alliance,
                by=by,
                organisation=self.member(UnitType.SCHOOL),
                starts_on=term_from,
            )
            enterprises = [
                row
                for row in street.alliance.memberships.select_related("organisation").order_by("pk")
                if row.organisation.unit_type in (UnitType.ENTERPRISE, UnitType.BANK)
            ]
            for row in enterprises[:-2]:
                actions.set_committee_contact(
                    membership=row, by=by, name=names.person(CONTACT), phone=names.phone(9000)
                )

    def member(self, key: str | UnitType, number: int = 0) -> Organisation:
        """A unit by its type, a community by its name (another street: one in its place), the street, its first unit."""
        if isinstance(key, UnitType):
            return [one for one in self.street.units if one.unit_type == key][number]
        if key == "street":
            return self.street.node
        if key == "unit":
            return self.street.units[0]
        communities = self.street.communities
        named = [one for one in communities if one.name == f"{key}社区"]
        return named[0] if named else communities[sum(map(ord, key)) % len(communities)]

    @property
    def staff(self) -> User:
        """Who keeps the street's meetings: writes, counts, sends round."""
        return self.street.speaker(self.street.node)

    def workday(self, ahead: int) -> dt.date:
        """The first working day from so many days ahead, within three; the first of them in a long holiday."""
        days = [self.today + (ahead + turn) * DAY for turn in range(3)]
        calendar = SpecialDay.objects.calendar()
        return next((day for day in days if calendar.is_workday(day)), days[0])

    def call(self, kind: str, of_quarter: dt.date, day: dt.date, *, before: int) -> Meeting:
        starts_at = at(day, 14, 30)
        title = f"{of_quarter.year}年第{'一二三四'[(of_quarter.month - 1) // 3]}季度党建联席会议"
        with clock.on(min(day - before * DAY, self.today)):
            return actions.call_meeting(
                alliance=self.street.alliance,
                kind=kind_of(kind),
                by=self.staff,
                title=title if kind == "joint" else "望河路停车议事协商会",
                starts_at=starts_at,
                ends_at=starts_at + dt.timedelta(hours=2),
                place=PLACE,
                chair=self.street.admin.name,
                recorder=self.staff.name,
            )

    def item(self, topic: Topic, meeting: Meeting) -> AgendaItem:
        proposer = self.member(topic.proposer)
        return actions.propose_item(
            alliance=self.street.alliance,
            proposer=proposer,
            by=self.street.speaker(proposer),
            title=topic.title,
            body=topic.body,
            source_note=topic.note,
            meeting=meeting,
        )

    def propose(self, topics: tuple[Topic, ...], meeting: Meeting, first: dt.date) -> None:
        """Proposed one after the other, each accepted the day after."""
        for turn, topic in enumerate(topics):
            with clock.on(first + 2 * turn * DAY, hour=11):
                item = self.item(topic, meeting)
            with clock.on(first + (2 * turn + 1) * DAY):
                actions.accept_item(item=item, by=self.staff)

    def set_minutes(self, meeting: Meeting, minutes: dict[str, int]) -> None:
        items = AgendaItem.objects.filter(meeting=meeting, state=ItemState.SCHEDULED).order_by("position")
        with clock.on(min(meeting.held_on - 5 * DAY, self.today)):
            actions.save_agenda(
                meeting=meeting,
                by=self.staff,
                version=meeting.agenda_version,
                items=[(item.pk, minutes.get(item.title, item.duration)) for item in items],
            )


def kind_of(code: str) -> MeetingKind:
    return MeetingKind.objects.get(district=None, code=code)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))
