"""Minutes and the units' words on them for tests, made through the ORM; a meeting that has everything."""

import datetime as dt

from django.utils import timezone

from alliances.documents import check_value, content_of
from alliances.models import (
    Attendance,
    Confirmation,
    DutyPartner,
    Meeting,
    Minutes,
    Opinion,
    StepOut,
    Tally,
)
from alliances.rules import count_paper, paper_inputs
from alliances.states import (
    ItemOutcome,
    ItemSource,
    ItemState,
    MeetingState,
    MinutesVerdict,
    MotionForm,
    Presence,
    StepOutKind,
)
from members.models import Organisation
from tests.factories.meetings import (
    make_attendances,
    make_decision,
    make_duty,
    make_item,
    make_meeting,
    make_motion,
)


def make_held_meeting(table, **fields) -> Meeting:
    """A held meeting of `table` with chair, recorder, one item agreed on and everybody present."""
    fields.setdefault("chair", "李建国")
    fields.setdefault("recorder", "王敏")
    fields.setdefault("called_by", table.staff)
    meeting = make_meeting(table.alliance, state=fields.pop("state", MeetingState.HELD), **fields)
    make_attendances(meeting)
    make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED, discussion="各单位都同意。")
    return meeting


def make_full_meeting(table) -> Meeting:
    """A held meeting in which everything happened that minutes can print; `table` of six members at least."""
    alliance, units = table.alliance, table.members
    earlier = make_meeting(alliance, state=MeetingState.HELD, day=dt.date(2026, 8, 27), title="上次会议")
    old_item = make_item(alliance, meeting=earlier, state=ItemState.CONCLUDED, title="四点半课堂")
    old = make_decision(alliance, item=old_item, year=2026, serial=1, decided_on=dt.date(2026, 8, 27))
    make_duty(alliance, lead=units[0], decision=old, title="课堂开班", due_on=dt.date(2026, 10, 12))

    meeting = make_held_meeting(
        table, day=dt.date(2026, 11, 18), title="第四季度党建联席会议", opening="会议学习了文件。"
    )
    rows = {row.organisation_id: row for row in meeting.attendances.all()}
    for unit, presence, by in (
        (units[3], Presence.EXCUSED, None),
        (units[4], Presence.ABSENT, None),
        (units[5], Presence.REPRESENTED, units[0]),
    ):
        row = rows[unit.pk]
        row.presence, row.represented_by = presence, by
        row.save()
    Attendance.objects.filter(pk=rows[units[0].pk].pk).update(attendee="周岚")
    guest = Organisation.objects.get_children(table.street).last()
    Attendance.objects.create(
        meeting=meeting, organisation=guest, has_vote=False, presence=Presence.PRESENT
    )

    def item(title, outcome, **kwargs):
        kwargs.setdefault("proposer", units[0])
        return make_item(
            alliance,
            meeting=meeting,
            state=ItemState.CONCLUDED,
            title=title,
            outcome=outcome,
            **kwargs,
        )

    item("通报上次议定事项", ItemOutcome.NOTED, source=ItemSource.LAST_RESULTS, resolution="同意通报。")
    parking = item(
        "停车场夜间开放",
        ItemOutcome.CARRIED,
        source_note="南园社区议事会提出",
        discussion="医院可以开放。\n银行担心费用。",
        resolution="先试三个月。",
    )
    add_tally(parking, favour=2, against=1)
    StepOut.objects.create(item=parking, organisation=units[2], kind=StepOutKind.RECUSED)
    Opinion.objects.create(
        item=parking, organisation=units[1], text="费用没有着落。\n先试再定。", given_by=table.staff
    )
    decision = make_decision(
        alliance, item=parking, year=2026, serial=2, text="先试三个月。", supersedes=old
    )
    duty = make_duty(
        alliance,
        lead=units[0],
        decision=decision,
        title="开放八十个车位",
        done_means="居民可以停车",
        due_on=dt.date(2026, 12, 31),
    )
    DutyPartner.objects.create(duty=duty, organisation=units[1])
    fund = item("设立共建资金", ItemOutcome.REJECTED, discussion="时机不成熟。", resolution="不设立。")
    add_tally(fund, form=MotionForm.PAPER, favour=1, against=2)
    item("卸货时段", ItemOutcome.DEFERRED, discussion="意见不全。", resolution="下次再议。")
    item(
        "外墙脱落",
        ItemOutcome.REFERRED,
        referred_to=units[2],
        discussion="已围挡。",
        resolution="三日内鉴定。",
    )
    return meeting


def add_tally(item, *, form: str = MotionForm.OPEN, favour: int, against: int, entitled: int = 6) -> Tally:
    """A closed vote on `item` and its count, everybody present that voted."""
    totals = {"favour": favour, "against": against, "abstain": 0, "not_voting": 0}
    terms = item.meeting.rules
    there = {part.kind: part.least for part in terms.quorum_parts}
    present = max(favour + against, 4)
    count = count_paper(totals, entitled, present, terms, of_kind=there)
    motion = make_motion(item, form=form, text=f"是否同意{item.title}")
    if form == MotionForm.PAPER:
        motion.totals, motion.counted_by = totals, motion.opened_by
    motion.save()
    numbers = count.as_json()
    tally = Tally.objects.create(
        motion=motion,
        **{
            name: numbers[name]
            for name in (
                "entitled", "present", "favour", "against", "abstain", "not_voting", "absent", "needed", "is_passed",
            )
        },
        is_quorate=count.quorum.is_met,
        inputs=paper_inputs(totals, entitled, present, terms, of_kind=there),
        result=numbers,
    )  # fmt: skip
    return tally


def make_minutes(meeting: Meeting, **fields) -> Minutes:
    """The next version of the minutes of `meeting`, frozen from what its records say now."""
    content = fields.pop("content", None) or content_of(meeting)
    fields.setdefault("version", meeting.minutes.count() + 1)
    fields.setdefault("confirm_by", timezone.localdate() + dt.timedelta(days=7))
    fields.setdefault("circulated_by", meeting.called_by)
    return Minutes.objects.create(meeting=meeting, content=content, sha256=check_value(content), **fields)


def make_confirming_meeting(table, **fields) -> Minutes:
    """The first version of the minutes of a meeting that waits for its units; `meeting.number` is taken."""
    taken = table.alliance.meetings.exclude(serial=None).count()
    meeting = make_held_meeting(table, state=MeetingState.CONFIRMING, year=2026, serial=taken + 1, **fields)
    return make_minutes(meeting)


def make_confirmation(minutes: Minutes, organisation, note: str = "", **fields) -> Confirmation:
    """The word of `organisation`: no objection, or `note`."""
    fields.setdefault("given_by", minutes.circulated_by)
    verdict = MinutesVerdict.OBJECTED if note else MinutesVerdict.CONFIRMED
    return Confirmation.objects.create(
        minutes=minutes, organisation=organisation, verdict=verdict, note=note, **fields
    )
