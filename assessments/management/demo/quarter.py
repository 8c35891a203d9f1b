"""Last quarter's joint meeting, from its call to its filing: one item by consensus, one by two thirds, one on paper,
one deferred. Every act is that of the person whose job it is, on its day.
"""

import datetime as dt
from dataclasses import dataclass

from alliances import actions
from alliances.models import AgendaItem, Decision, Duty, Meeting
from alliances.states import BallotValue, ItemOutcome, MinutesVerdict, MotionForm, Presence
from assessments.management.demo import agenda, clock
from assessments.management.demo.agenda import Task, Topic
from assessments.management.demo.table import DAY, Table
from members.models import Organisation, SpecialDay
from members.states import UnitType

#: How far into the quarter its meeting is held: late enough to be called in it, early enough to be filed in it.
MEETING_DAY = 50


@dataclass
class Quarter:
    """Plays the meeting of one quarter at its table."""

    table: Table

    def play(self, starts_on: dt.date) -> Meeting:
        """The meeting of the quarter that begins on `starts_on`, from its call to its filing, with what it decided."""
        calendar = SpecialDay.objects.calendar()
        day = calendar.add(starts_on + MEETING_DAY * DAY, 1)
        meeting = self.table.call("joint", starts_on, day, before=24)
        self.table.propose(agenda.PAST, meeting, day - 20 * DAY)
        with clock.on(day - 12 * DAY):
            item = self.table.item(agenda.RETURNED, meeting)
            actions.return_item(item=item, by=self.table.staff, reason=agenda.RETURN_REASON)
        with clock.on(day - 6 * DAY, hour=0, minute=20):
            meeting = actions.plan_agenda(meeting=meeting, by=None)
        self._announce(meeting, day - 4 * DAY)
        self._excuse(meeting, day - 2 * DAY)
        with clock.on(day, hour=14):
            self._hold(meeting)
        with clock.on(calendar.add(day, 2)):
            minutes = actions.circulate_minutes(meeting=meeting, by=self.table.staff)
        asked = meeting.attendances.asked().select_related("organisation").order_by("organisation__path")
        with clock.on(calendar.add(day, 4)):
            # A few say nothing until the day is over, as in life.
            for row in list(asked)[: 3 * len(asked) // 4]:
                actions.confirm_minutes(
                    minutes=minutes,
                    organisation=row.organisation,
                    by=self.table.street.speaker(row.organisation),
                    verdict=MinutesVerdict.CONFIRMED,
                )
        with clock.on(calendar.add(minutes.confirm_by, 1)):
            meeting = actions.close_meeting(meeting=meeting, by=self.table.staff)
        return meeting

    def _hold(self, meeting: Meeting) -> None:
        meeting = actions.open_session(meeting=meeting, by=self.table.staff)
        self._take_attendance(meeting)
        decided = {
            agenda.PARKING: self._decide_parking,
            agenda.CLASSES: self._decide_classes,
            agenda.CANOPY: self._decide_canopy,
            agenda.UNLOADING: self._defer,
        }
        for topic, decide in decided.items():
            item = AgendaItem.objects.get(meeting=meeting, title=topic.title)
            item = actions.note_discussion(item=item, by=self.table.staff, text=topic.discussion)
            decide(item)
        actions.set_people(
            meeting=meeting,
            by=self.table.staff,
            chair=self.table.street.admin.name,
            recorder=self.table.staff.name,
            opening="会议听取了各单位对议题的说明，逐项审议，形成以下意见。",
        )
        actions.end_session(meeting=meeting, by=self.table.staff)

    def _take_attendance(self, meeting: Meeting) -> None:
        """Who was excused stays so; two units are missing; all others are there."""
        missing = {self.table.member(UnitType.ENTERPRISE, 5).pk, self.table.member(UnitType.SOCIAL, 2).pk}
        due = meeting.attendances.filter(presence=Presence.DUE).order_by("pk")
        rows = []
        for organisation in due.values_list("organisation", flat=True):
            presence = Presence.ABSENT if organisation in missing else Presence.PRESENT
            rows.append((organisation, presence, None, ""))
        actions.set_attendance(meeting=meeting, by=self.table.staff, rows=rows)

    def _decide_parking(self, item: AgendaItem) -> None:
        """By two thirds: some units vote on their phones, hands are counted for the rest; one opinion is kept."""
        motion = actions.open_motion(
            item=item, by=self.table.staff, text="是否同意停车场夜间开放，先试三个月"
        )
        bank = self.table.member(UnitType.BANK)
        against = {
            bank.pk,
            self.table.member(UnitType.BANK, 1).pk,
            self.table.member(UnitType.ENTERPRISE, 3).pk,
        }
        abstain = {self.table.member(UnitType.ENTERPRISE, number).pk for number in (6, 7, 8)}
        phones = {bank.pk, self.table.member(UnitType.HOSPITAL).pk, self.table.member(UnitType.PROPERTY).pk}
        hands = {}
        rows = item.meeting.attendances.voting().exclude(presence__in=[Presence.EXCUSED, Presence.ABSENT])
        for row in rows.select_related("organisation").order_by("pk"):
            unit = row.organisation
            value = BallotValue.AGAINST if unit.pk in against else BallotValue.FOR
            value = BallotValue.ABSTAIN if unit.pk in abstain else value
            if unit.pk in phones:
                actions.cast_ballot(
                    motion=motion, organisation=unit, value=value, by=self.table.street.speaker(unit)
                )
            else:
                hands[unit] = value
        actions.cast_ballots(motion=motion, values=hands, by=self.table.staff)
        actions.close_motion(motion=motion, by=self.table.staff)
        actions.record_opinion(
            item=item,
            organisation=bank,
            text="不反对开放，但夜间安保费用没有着落，现在表决过早。建议先落实费用，再定开放时间。",
            by=self.table.street.speaker(bank),
        )
        decision = self._conclude(item, ItemOutcome.CARRIED, agenda.PARKING)
        self._task(decision, agenda.OPENING_HOURS, self.table.today + 38 * DAY, review_after=20)
        self._task(decision, agenda.GUARDS, self.table.today + 12 * DAY)

    def _decide_classes(self, item: AgendaItem) -> None:
        decision = self._conclude(item, ItemOutcome.CONSENSUS, agenda.CLASSES)
        self._task(decision, agenda.ROOMS, item.meeting.held_on + 30 * DAY, review_after=30)
        self._task(decision, agenda.HELPERS, self.table.today + 25 * DAY)

    def _decide_canopy(self, item: AgendaItem) -> None:
        """On paper: one person types the totals, another one confirms them."""
        motion = actions.open_motion(
            item=item, by=self.table.staff, text="是否同意按原样加固方案实施", form=MotionForm.PAPER
        )
        there = item.meeting.attendances.voting().filter(presence=Presence.PRESENT).count()
        motion = actions.count_paper_vote(
            motion=motion, by=self.table.staff, favour=there - 8, against=5, abstain=2, not_voting=1
        )
        actions.confirm_paper_vote(motion=motion, by=self.table.street.admin)
        decision = self._conclude(item, ItemOutcome.CARRIED, agenda.CANOPY)
        self._task(decision, agenda.BRACING, _overdue(self.table.today), review_after=30)

    def _defer(self, item: AgendaItem) -> None:
        actions.conclude_item(
            item=item,
            by=self.table.staff,
            outcome=ItemOutcome.DEFERRED,
            resolution=agenda.UNLOADING.resolution,
        )

    def _announce(self, meeting: Meeting, day: dt.date) -> None:
        """Time boxes, notice, and who attends without a vote."""
        self.table.set_minutes(meeting, {topic.title: topic.minutes for topic in agenda.PAST})
        place = self.table.member(agenda.CANOPY.proposer)
        guest = Organisation.objects.filter(path__startswith=place.path, kind__code="grid").order_by(
            "path"
        )[0]
        with clock.on(day):
            meeting = actions.give_notice(meeting=meeting, by=self.table.staff)
            actions.invite_observer(meeting=meeting, organisation=guest, by=self.table.staff)

    def _excuse(self, meeting: Meeting, day: dt.date) -> None:
        """Two units cannot come, a third is represented by its neighbour."""
        proxies = {
            self.table.member(UnitType.ENTERPRISE, 4): None,
            self.table.member(UnitType.GOVERNMENT, 1): None,
            self.table.member(UnitType.SOCIAL, 1): self.table.member(UnitType.SOCIAL),
        }
        for organisation, proxy in proxies.items():
            with clock.on(day):
                actions.excuse_unit(
                    meeting=meeting,
                    organisation=organisation,
                    by=self.table.street.speaker(organisation),
                    represented_by=proxy,
                )

    def _conclude(self, item: AgendaItem, outcome: ItemOutcome, topic: Topic) -> Decision:
        item = actions.conclude_item(
            item=item, by=self.table.staff, outcome=outcome, resolution=topic.resolution
        )
        return item.decision

    def _task(
        self, decision: Decision, task: Task, due_on: dt.date, *, review_after: int | None = None
    ) -> Duty:
        return actions.add_duty(
            decision=decision,
            by=self.table.staff,
            lead=self.table.member(task.lead),
            title=task.title,
            done_means=task.done_means,
            due_on=_worked(due_on),
            review_on=_worked(due_on + review_after * DAY) if review_after else None,
            partners=[self.table.member(one) for one in task.partners],
        )


def _worked(day: dt.date) -> dt.date:
    """`day`, or the first working day after it."""
    calendar = SpecialDay.objects.calendar()
    return day if calendar.is_workday(day) else calendar.add(day, 1)


def _overdue(today: dt.date) -> dt.date:
    """Late enough to stand on the next agenda, which is planned two days ago at the earliest."""
    return SpecialDay.objects.calendar().add(today, -3)
