"""Meetings and what hangs on them for tests, made through the ORM in any state."""

import datetime as dt
import itertools
from types import SimpleNamespace

from django.utils import timezone

from alliances.models import (
    AgendaItem,
    Alliance,
    Attendance,
    Decision,
    Duty,
    Meeting,
    MeetingKind,
    Motion,
    Procedure,
)
from alliances.states import (
    DutyState,
    ItemOutcome,
    ItemSource,
    ItemState,
    MeetingState,
    MotionForm,
    MotionState,
    Presence,
)
from members.models import Organisation
from members.states import Role
from tests.factories import members as make
from tests.factories.alliances import make_alliance, make_membership

_numbers = itertools.count(1)


def shipped_meeting_kind(code: str = "joint") -> MeetingKind:
    """A kind that ships: joint, committee, work_report, hearing, consultation, ad_hoc."""
    return MeetingKind.objects.get(district=None, code=code)


def make_table(*, units: int = 2) -> SimpleNamespace:
    """A "1+3" street and its alliance at a table: `units` members under each of the three, everybody with a liaison.

    `members` are all organisations of the alliance but the host; `liaisons[organisation.pk]` speaks for each;
    `staff` and `staff2` look after the host; `stranger` belongs to another street of another district.
    """
    street = make.make_street()
    alliance = make_alliance(host=street)
    members = [
        make.make_organisation(parent=make.committee(street, kind))
        for kind in ("administrative_group", "residential_committee", "enterprise_committee")
        for _number in range(units)
    ]
    for organisation in members:
        make_membership(alliance=alliance, organisation=organisation)
    return SimpleNamespace(
        street=street,
        alliance=alliance,
        members=members,
        liaisons={one.pk: make.make_person(Role.LIAISON, one) for one in members},
        staff=make.make_person(Role.STREET_ADMIN, street),
        staff2=make.make_person(Role.STAFF, street),
        stranger=make.make_person(Role.STREET_ADMIN, make.make_street()),
    )


def make_meeting(
    alliance: Alliance,
    *,
    state: str = MeetingState.CALLED,
    kind: str = "joint",
    day: dt.date | None = None,
    **fields,
) -> Meeting:
    """A meeting in `state` on `day`, 20 days ahead by default (today when in session, a week ago when held)."""
    over = (MeetingState.HELD, MeetingState.CONFIRMING, MeetingState.CLOSED)
    ahead = -7 if state in over else 0 if state == MeetingState.IN_SESSION else 20
    day = day or timezone.localdate() + dt.timedelta(days=ahead)
    starts_at = timezone.make_aware(dt.datetime.combine(day, dt.time(14, 30)))
    terms = fields.pop("terms", None) or Procedure.objects.terms_of(alliance)
    caller = fields.pop("called_by", None) or make.make_person(Role.STREET_ADMIN, alliance.host)
    fields.setdefault("title", f"党建联席会议{next(_numbers)}")
    if state == MeetingState.CANCELLED:
        fields.setdefault("cancel_reason", "人数不足")
    return Meeting.objects.create(
        alliance=alliance,
        kind=shipped_meeting_kind(kind),
        convener=alliance.host,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        place=fields.pop("place", "街道党群服务中心 301"),
        terms=terms.as_json(),
        state=state,
        closes_on=fields.pop("closes_on", day - dt.timedelta(days=terms.close_days)),
        notice_on=day - dt.timedelta(days=terms.notice_days),
        called_by=caller,
        **fields,
    )


def make_attendances(meeting: Meeting, presence: str = Presence.PRESENT) -> list[Attendance]:
    """Every member of the day, host included, with the vote and this presence."""
    members = meeting.alliance.memberships.current(meeting.held_on).select_related("organisation")
    return [
        Attendance.objects.create(meeting=meeting, organisation=row.organisation, presence=presence)
        for row in members
    ]


def make_item(
    alliance: Alliance,
    *,
    meeting: Meeting | None = None,
    state: str = "",
    proposer: Organisation | None = None,
    **fields,
) -> AgendaItem:
    """An item of `proposer`, the host by default: on the agenda of `meeting` when there is one, else proposed."""
    state = state or (ItemState.SCHEDULED if meeting else ItemState.PROPOSED)
    number = next(_numbers)
    fields.setdefault("title", f"议题{number}")
    fields.setdefault("source", ItemSource.MEMBER if proposer else ItemSource.STREET)
    if state in (ItemState.SCHEDULED, ItemState.CONCLUDED):
        fields.setdefault("position", number)
    if state == ItemState.CONCLUDED:
        fields.setdefault("outcome", ItemOutcome.CONSENSUS)
        fields.setdefault("concluded_at", timezone.now())
        fields.setdefault("resolution", "同意。")
    if state == ItemState.RETURNED:
        fields.setdefault("return_reason", "不属于联席会议事项")
    return AgendaItem.objects.create(
        alliance=alliance, meeting=meeting, state=state, proposer=proposer or alliance.host, **fields
    )


def make_motion(
    item: AgendaItem, *, state: str = MotionState.OPEN, form: str = MotionForm.OPEN, **fields
) -> Motion:
    """A vote on `item`."""
    fields.setdefault("text", f"是否同意{item.title}")
    fields.setdefault("opened_by", item.meeting.called_by)
    if state == MotionState.CLOSED:
        fields.setdefault("closed_at", timezone.now())
        fields.setdefault("closed_by", item.meeting.called_by)
    return Motion.objects.create(item=item, state=state, form=form, **fields)


def make_decision(alliance: Alliance, *, item: AgendaItem | None = None, **fields) -> Decision:
    """A numbered decision on `item`, a new concluded one of a held meeting by default."""
    if item is None:
        meeting = make_meeting(alliance, state=MeetingState.HELD)
        item = make_item(alliance, meeting=meeting, state=ItemState.CONCLUDED)
    fields.setdefault("decided_on", item.meeting.held_on)
    fields.setdefault("year", fields["decided_on"].year)
    fields.setdefault("serial", next(_numbers))
    fields.setdefault("text", "同意。")
    return Decision.objects.create(alliance=alliance, item=item, **fields)


def make_duty(
    alliance: Alliance,
    *,
    lead: Organisation,
    state: str = DutyState.ONGOING,
    decision: Decision | None = None,
    **fields,
) -> Duty:
    """A duty that `lead` leads, due in ten days."""
    today = timezone.localdate()
    fields.setdefault("title", f"议定事项{next(_numbers)}")
    fields.setdefault("done_means", "居民可以使用")
    fields.setdefault("due_on", today + dt.timedelta(days=10))
    if state in (DutyState.DONE, DutyState.DROPPED):
        fields.setdefault("closed_on", today)
    if state in (DutyState.REPORTED, DutyState.DONE):
        fields.setdefault("reported_on", today)
    return Duty.objects.create(
        decision=decision or make_decision(alliance), lead=lead, state=state, **fields
    )
