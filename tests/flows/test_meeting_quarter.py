"""One quarter of joint meetings: from the rules to the filed minutes, and from a duty to the list of needs.

Each act is that of the person whose job it is, on its day; the clock does what is the clock's.
"""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from alliances import actions, tasks
from alliances.documents import check_value, content_of
from alliances.exceptions import BallotCast
from alliances.models import AgendaItem, Decision, Duty, FlowBack, Meeting
from alliances.reports import work_for
from alliances.reports.duties import flow_back_counts
from alliances.states import (
    AppealState,
    BallotValue,
    DutyState,
    ItemOutcome,
    ItemSource,
    ItemState,
    MeetingState,
    MinutesVerdict,
    MotionForm,
    Presence,
)
from members.models import Notification
from members.states import Role
from projects.actions import change_listing, draft_listing_from_duty, publish_listing
from projects.states import ListingState
from tests.factories import meetings as make
from tests.factories import members
from workflow.exceptions import InvalidTransition, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.server]


@pytest.fixture
def clock():
    """Move on by `clock.move_to(moment)`; the whole test lives in 2026."""
    with time_machine.travel("2026-08-31T09:30:00+08:00", tick=True) as traveller:
        yield traveller


def _on(month: int, day: int, hour: int = 9) -> dt.datetime:
    return timezone.make_aware(dt.datetime(2026, month, day, hour, 30))


def test_quarter_of_meetings(clock):
    t = make.make_table()
    t.speaker = lambda organisation: t.liaisons.get(organisation.pk, t.staff)
    t.tax, t.police, t.property, t.hospital, t.firm, t.bank = t.members

    actions.set_procedure(
        alliance=t.alliance,
        by=t.staff,
        values={"majority": "two_thirds", "proxies": True},
        reason="成员单位大会通过",
    )

    meeting = _call(t, clock)
    items = _propose(t, meeting, clock)
    meeting = _plan_and_announce(t, meeting, items, clock)
    meeting = _hold(t, meeting, items, clock)
    duties = _decide(t, items)
    meeting = _write_and_file(t, meeting, clock)
    _follow_up(t, duties, clock)
    _next_meeting(t, duties, clock)


def _call(t: SimpleNamespace, clock) -> Meeting:
    clock.move_to(_on(9, 1))
    meeting = actions.call_meeting(
        alliance=t.alliance,
        kind=make.shipped_meeting_kind(),
        by=t.staff,
        title="第三季度党建联席会议",
        starts_at=_on(9, 24, 14),
        ends_at=_on(9, 24, 16),
        place="党群服务中心 301",
        chair="周主任",
        recorder="王敏",
    )
    assert (meeting.closes_on, meeting.notice_on) == (dt.date(2026, 9, 17), dt.date(2026, 9, 21))
    assert meeting.rules.majority == "two_thirds"
    assert Notification.objects.filter(kind="meeting_called").count() >= len(t.members)
    return meeting


def _propose(t: SimpleNamespace, meeting: Meeting, clock) -> SimpleNamespace:
    """Four are accepted, a fifth goes back with its reason; late ones are refused."""
    clock.move_to(_on(9, 7))
    titles = {
        "parking": (t.hospital, "停车场夜间开放"),
        "classes": (t.tax, "四点半课堂"),
        "canopy": (t.property, "南门雨棚加固"),
        "unloading": (t.firm, "卸货时段调整"),
        "places": (t.bank, "协调入学名额"),
    }
    items = SimpleNamespace()
    for name, (proposer, title) in titles.items():
        item = actions.propose_item(
            alliance=t.alliance, proposer=proposer, by=t.speaker(proposer), title=title, meeting=meeting
        )
        assert item.source == ItemSource.MEMBER
        setattr(items, name, item)
    for name in ("parking", "classes", "canopy", "unloading"):
        setattr(items, name, actions.accept_item(item=getattr(items, name), by=t.staff))
    with pytest.raises(NotPermitted):
        actions.return_item(item=items.places, by=t.speaker(t.bank), reason="不议")
    actions.return_item(item=items.places, by=t.staff, reason="不属于联席会议事项")
    told = Notification.objects.get(kind="item_returned", recipient=t.speaker(t.bank))
    assert "不属于联席会议事项" in told.params["reason"]

    clock.move_to(_on(9, 18))
    with pytest.raises(InvalidTransition):
        actions.propose_item(
            alliance=t.alliance, proposer=t.bank, by=t.speaker(t.bank), title="迟到的议题", meeting=meeting
        )
    return items


def _plan_and_announce(t, meeting: Meeting, items: SimpleNamespace, clock) -> Meeting:
    """The clock closes the items; the street orders them, gives notice, and units say who comes."""
    tasks.plan_due_agendas()
    tasks.plan_due_agendas()
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED
    agenda = list(meeting.items.on_agenda())
    assert agenda == [items.parking, items.classes, items.canopy, items.unloading]
    actions.save_agenda(
        meeting=meeting,
        by=t.staff,
        version=meeting.agenda_version,
        items=[
            (items.classes.pk, 20),
            (items.parking.pk, 30),
            (items.canopy.pk, 20),
            (items.unloading.pk, 20),
        ],  # fmt: skip
    )
    clock.move_to(_on(9, 21))
    meeting = actions.give_notice(meeting=meeting, by=t.staff)
    assert meeting.attendances.voting().count() == len(t.members) + 1
    actions.excuse_unit(
        meeting=meeting, organisation=t.police, by=t.speaker(t.police), represented_by=t.tax
    )
    grid = members.make_organisation(kind="grid", parent=members.make_community(t.street))
    actions.invite_observer(meeting=meeting, organisation=grid, by=t.staff)
    return meeting


def _hold(t: SimpleNamespace, meeting: Meeting, items: SimpleNamespace, clock) -> Meeting:
    """One unit by the code in the room, the rest by hand; one is missing."""
    clock.move_to(_on(9, 24, 14))
    meeting = actions.open_session(meeting=meeting, by=t.staff, room_code=True)
    actions.check_in(
        meeting=meeting, organisation=t.hospital, code=meeting.room_code, by=t.speaker(t.hospital)
    )
    rows = [(one.pk, Presence.PRESENT, None, "") for one in (t.street, t.tax, t.property, t.firm)]
    actions.set_attendance(
        meeting=meeting, by=t.staff, rows=[*rows, (t.bank.pk, Presence.ABSENT, None, "")]
    )
    return meeting


def _decide(t: SimpleNamespace, items: SimpleNamespace) -> SimpleNamespace:
    duties = SimpleNamespace()
    classes = _consensus(t, items.classes)
    parking = _ballot(t, items.parking)
    canopy = _paper(t, items.canopy)
    assert [one.serial for one in (classes, parking, canopy)] == [1, 2, 3]
    actions.conclude_item(
        item=items.unloading, by=t.staff, outcome=ItemOutcome.DEFERRED, resolution="补听意见后再议"
    )
    duties.classes = _duty(t, classes, t.tax, "四点半课堂开班", dt.date(2026, 12, 18))
    duties.parking = _duty(t, parking, t.hospital, "车库夜间开放", dt.date(2026, 12, 31), [t.property])
    duties.guards = _duty(t, parking, t.firm, "夜间安保费用方案", dt.date(2026, 11, 30))
    duties.canopy = _duty(t, canopy, t.property, "南门雨棚加固", dt.date(2026, 10, 15))
    return duties


def _consensus(t: SimpleNamespace, item: AgendaItem) -> Decision:
    return actions.conclude_item(
        item=item, by=t.staff, outcome=ItemOutcome.CONSENSUS, resolution="开办四点半课堂，不收费。"
    ).decision


def _ballot(t: SimpleNamespace, item: AgendaItem) -> Decision:
    """Four of six are just the two thirds that are needed; the one against keeps its opinion under the decision."""
    motion = actions.open_motion(item=item, by=t.staff, text="是否同意夜间开放")
    with pytest.raises(InvalidTransition):
        actions.cast_ballot(motion=motion, organisation=t.bank, value=BallotValue.FOR, by=t.speaker(t.bank))
    actions.cast_ballot(motion=motion, organisation=t.firm, value=BallotValue.AGAINST, by=t.speaker(t.firm))
    with pytest.raises(BallotCast, match="反对"):
        actions.cast_ballot(motion=motion, organisation=t.firm, value=BallotValue.FOR, by=t.speaker(t.firm))
    # Represented by its neighbour, whose speaker votes for both.
    for unit in (t.tax, t.police):
        actions.cast_ballot(motion=motion, organisation=unit, value=BallotValue.FOR, by=t.speaker(t.tax))
    hands = {
        t.street: BallotValue.FOR,
        t.hospital: BallotValue.FOR,
        t.property: BallotValue.ABSTAIN,
    }
    actions.cast_ballots(motion=motion, values=hands, by=t.staff)
    motion = actions.close_motion(motion=motion, by=t.staff)
    tally = motion.tally
    assert (tally.favour, tally.against, tally.abstain, tally.absent) == (4, 1, 1, 1)
    assert (tally.entitled, tally.present, tally.needed) == (7, 6, 4)
    assert tally.is_quorate
    assert tally.is_passed
    with pytest.raises(InvalidTransition):
        actions.conclude_item(item=item, by=t.staff, outcome=ItemOutcome.REJECTED, resolution="不同意")
    actions.record_opinion(
        item=item, organisation=t.firm, text="夜间安保费用没有着落。", by=t.speaker(t.firm)
    )
    return actions.conclude_item(
        item=item, by=t.staff, outcome=ItemOutcome.CARRIED, resolution="停车场夜间开放，先试三个月。"
    ).decision


def _paper(t: SimpleNamespace, item: AgendaItem) -> Decision:
    """Typed, sent back, typed again; a unit that is there confirms what the recorder may not confirm himself."""
    motion = actions.open_motion(item=item, by=t.staff, text="是否同意加固方案", form=MotionForm.PAPER)
    motion = actions.count_paper_vote(
        motion=motion, by=t.staff, favour=6, against=0, abstain=0, not_voting=0
    )
    motion = actions.return_paper_count(motion=motion, by=t.staff2, reason="少数一张反对票")
    motion = actions.count_paper_vote(
        motion=motion, by=t.staff, favour=5, against=1, abstain=0, not_voting=0
    )
    with pytest.raises(NotPermitted):
        actions.confirm_paper_vote(motion=motion, by=t.staff)
    motion = actions.confirm_paper_vote(motion=motion, by=t.speaker(t.hospital))
    assert (motion.tally.favour, motion.tally.against, motion.tally.is_passed) == (5, 1, True)
    return actions.conclude_item(
        item=item, by=t.staff, outcome=ItemOutcome.CARRIED, resolution="按原样加固方案实施。"
    ).decision


def _duty(t, decision: Decision, lead, title: str, due_on: dt.date, partners=()) -> Duty:
    return actions.add_duty(
        decision=decision,
        by=t.staff,
        lead=lead,
        title=title,
        done_means="居民可以使用",
        due_on=due_on,
        partners=partners,
    )


def _write_and_file(t: SimpleNamespace, meeting: Meeting, clock) -> Meeting:
    """Minutes go round, one unit objects, the second version is confirmed by all, and the meeting is closed for good."""
    meeting = actions.end_session(meeting=meeting, by=t.staff)
    assert meeting.minutes_on == dt.date(2026, 9, 30)
    clock.move_to(_on(9, 28))
    minutes = actions.circulate_minutes(meeting=meeting, by=t.staff)
    asked = [row.organisation for row in meeting.attendances.asked().select_related("organisation")]
    assert set(asked) == {t.tax, t.police, t.property, t.hospital, t.firm}
    actions.confirm_minutes(
        minutes=minutes,
        organisation=t.firm,
        by=t.speaker(t.firm),
        verdict=MinutesVerdict.OBJECTED,
        note="应写明费用由谁承担",
    )
    with pytest.raises(InvalidTransition, match="费用由谁承担"):
        actions.close_meeting(meeting=meeting, by=t.staff)
    actions.revise_minutes(meeting=meeting, by=t.staff, reason="补写讨论要点")
    parking = meeting.items.get(title="停车场夜间开放")
    actions.note_discussion(item=parking, by=t.staff, text="费用分担方案由牵头单位另行提出。")
    minutes = actions.circulate_minutes(meeting=meeting, by=t.staff)
    assert minutes.version == 2
    with pytest.raises(InvalidTransition):
        actions.close_meeting(meeting=meeting, by=t.staff)
    for unit in asked:
        actions.confirm_minutes(
            minutes=minutes, organisation=unit, by=t.speaker(unit), verdict=MinutesVerdict.CONFIRMED
        )
    meeting = actions.close_meeting(meeting=meeting, by=t.staff)
    assert (meeting.state, meeting.number) == (MeetingState.CLOSED, "〔2026〕1号")
    printed = {item["title"]: item for item in minutes.content["items"]}
    assert printed["停车场夜间开放"]["opinions"] == [
        {"unit": str(t.firm), "text": "夜间安保费用没有着落。"}
    ]
    assert printed["停车场夜间开放"]["vote"]["favour"] == 4
    assert check_value(minutes.content) == minutes.sha256
    # The same records give the same words, whoever leaves the alliance afterwards.
    actions.end_membership(
        membership=t.alliance.memberships.get(organisation=t.bank), by=t.staff, reason="迁出辖区"
    )
    assert check_value(content_of(meeting)) == minutes.sha256
    return meeting


def _follow_up(t: SimpleNamespace, duties: SimpleNamespace, clock) -> None:
    clock.move_to(_on(10, 12))
    _help_and_finish(t, duties.classes)
    listing = draft_listing_from_duty(duty=duties.parking, by=t.speaker(t.hospital))
    assert (listing.title, listing.organisation, listing.valid_until) == (
        duties.parking.title, t.hospital, duties.parking.due_on,
    )  # fmt: skip
    listing = change_listing(
        listing=listing,
        by=t.speaker(t.hospital),
        valid_until=listing.valid_until,
        slots=[(None, None, 40)],
    )
    listing = publish_listing(listing=listing, by=t.speaker(t.hospital))
    assert listing.state == ListingState.PUBLISHED
    assert list(duties.parking.listings.all()) == [listing]

    clock.move_to(_on(10, 20))
    actions.hand_back_duty(
        duty=duties.guards, by=t.speaker(t.firm), to=t.street, reason="费用涉及多家单位，本单位统筹不了"
    )
    appeal = actions.escalate_duty(duty=duties.guards, by=t.staff, reason="请区里明确经费来源")
    assert appeal.answer_by == dt.date(2026, 10, 27)
    admin = members.make_person(Role.DISTRICT_ADMIN, appeal.addressee)
    assert appeal.get_absolute_url() in {work.url for work in work_for(admin)}
    appeal = actions.answer_appeal(appeal=appeal, by=admin, granted=True, answer="可用区级共建经费补贴")
    assert appeal.state == AppealState.GRANTED


def _help_and_finish(t: SimpleNamespace, duty: Duty) -> None:
    appeal = actions.ask_help(duty=duty, by=t.speaker(t.tax), addressee=t.hospital, reason="缺两名助教")
    actions.answer_appeal(appeal=appeal, by=t.speaker(t.hospital), granted=True, answer="每周派两人")
    actions.report_progress(duty=duty, organisation=t.hospital, by=t.speaker(t.hospital), text="已派人")
    actions.report_progress(
        duty=duty, organisation=t.tax, by=t.speaker(t.tax), text="两个班已开课", is_final=True
    )
    assert actions.finish_duty(duty=duty, by=t.staff).state == DutyState.DONE


def _next_meeting(t: SimpleNamespace, duties: SimpleNamespace, clock) -> None:
    """The next agenda opens with the last results; the overdue duty and the deferred item follow by themselves."""
    clock.move_to(_on(10, 22))
    tasks.carry_duties()
    tasks.carry_duties()
    waiting = AgendaItem.objects.get(source=ItemSource.OVERDUE_DUTY)
    assert (waiting.source_duty, waiting.state) == (duties.canopy, ItemState.ACCEPTED)
    meeting = actions.call_meeting(
        alliance=t.alliance,
        kind=make.shipped_meeting_kind(),
        by=t.staff,
        title="第四季度党建联席会议",
        starts_at=_on(11, 19, 14),
        ends_at=_on(11, 19, 16),
        place="党群服务中心 301",
    )
    item = actions.propose_item(
        alliance=t.alliance, proposer=t.tax, by=t.speaker(t.tax), title="反诈宣传", meeting=meeting
    )
    actions.accept_item(item=item, by=t.staff)
    clock.move_to(_on(11, 13))
    tasks.plan_due_agendas()
    agenda = list(meeting.items.on_agenda())
    assert [one.source for one in agenda] == [
        ItemSource.LAST_RESULTS, ItemSource.OVERDUE_DUTY, ItemSource.DEFERRED, ItemSource.MEMBER,
    ]  # fmt: skip
    assert "4 项议定事项：1 项已销号，3 项未办结（其中逾期 1 项）" in agenda[0].body
    assert agenda[2].source_item.title == "卸货时段调整"

    # Finished before the day: the opening words are those of the day.
    actions.report_progress(
        duty=duties.canopy, organisation=t.property, by=t.speaker(t.property), text="完工", is_final=True
    )
    actions.finish_duty(duty=duties.canopy, by=t.staff)
    meeting.refresh_from_db()
    actions.give_notice(meeting=meeting, by=t.staff)
    clock.move_to(_on(11, 19, 14))
    actions.open_session(meeting=meeting, by=t.staff)
    agenda[0].refresh_from_db()
    assert "2 项已销号，2 项未办结（其中逾期 0 项）" in agenda[0].body

    counts = flow_back_counts(FlowBack.objects.visible_to(t.staff))
    assert [(one.alliance, one.year, one.quarter, one.count) for one in counts] == [
        (t.alliance.name, 2026, 4, 1)
    ]
    assert not flow_back_counts(FlowBack.objects.visible_to(t.stranger))
