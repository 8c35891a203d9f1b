"""How an item is proposed, answered, revised, withdrawn and written down; who may not; what a failure leaves."""

import datetime as dt

import pytest
from django.utils import timezone

from alliances import actions, permissions
from alliances.exceptions import ItemChanged
from alliances.models import AgendaItem
from alliances.states import ItemSource, ItemState, MeetingState, MotionState
from members.models import Notification
from members.states import Role
from tests.factories import meetings as make
from tests.factories.members import make_organisation, make_person
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted
from workflow.moves import allowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make.make_table()


def propose(table, number=0, **values):
    unit = table.members[number]
    values = {"proposer": unit, "by": table.liaisons[unit.pk], "title": "夜间停车", **values}
    return actions.propose_item(alliance=table.alliance, **values)


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_propose_item_by_any_member_and_by_the_street(table):
    item = propose(table, body="车位不够。", source_note="居民议事会")
    assert (item.state, item.source, item.meeting) == (ItemState.PROPOSED, ItemSource.MEMBER, None)
    assert (item.source_note, item.proposed_by) == ("居民议事会", table.liaisons[table.members[0].pk])
    assert told("item_proposed") == {table.staff.pk, table.staff2.pk}
    street = propose(table, proposer=table.street, by=table.staff)
    assert street.source == ItemSource.STREET


def test_propose_item_by_the_clock_comes_from_a_record(table):
    item = propose(table, proposer=table.street, by=None)
    assert (item.source, item.proposed_by) == (ItemSource.RECORD, None)


def test_propose_item_for_a_meeting_until_it_closes(table):
    meeting = make.make_meeting(table.alliance, closes_on=timezone.localdate())
    assert propose(table, meeting=meeting).meeting == meeting
    closed = make.make_meeting(table.alliance, closes_on=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(InvalidTransition, match="截止"):
        propose(table, meeting=closed)
    assert propose(table, proposer=table.street, by=table.staff, meeting=closed).meeting == closed
    held = make.make_meeting(table.alliance, state=MeetingState.HELD)
    with pytest.raises(InvalidTransition):
        propose(table, proposer=table.street, by=table.staff, meeting=held)


def test_propose_item_wrong_person(table):
    own, other = table.members[:2]
    for values in (
        {"by": table.stranger},
        {"by": table.staff},
        {"by": table.liaisons[other.pk]},
        {"by": make_person(Role.AUDITOR, table.street)},
        {"proposer": make_organisation(parent=table.street), "by": table.staff},
    ):
        with pytest.raises(NotPermitted):
            propose(table, **{"proposer": own, **values})


def test_propose_item_wrong_value(table):
    other = make.make_meeting(make.make_table().alliance)
    for values, field in (
        ({"title": ""}, "title"),
        ({"title": "题" * 81}, "title"),
        ({"body": "说" * 1001}, "body"),
        ({"meeting": other}, "meeting"),
        ({"source": ItemSource.LAST_RESULTS}, "source"),
    ):
        with pytest.raises(BadInput) as caught:
            propose(table, **values)
        assert caught.value.field == field
    assert not AgendaItem.objects.exists()


def test_propose_item_rolls_back(table, monkeypatch):
    monkeypatch.setattr("alliances.notifications.item_proposed", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        propose(table)
    assert not AgendaItem.objects.exists()


def test_accept_item(table):
    item = propose(table)
    assert actions.accept_item(item=item, by=table.staff).state == ItemState.ACCEPTED
    assert told("item_accepted") == {table.liaisons[table.members[0].pk].pk}
    with pytest.raises(InvalidTransition):
        actions.accept_item(item=item, by=table.staff2)
    with pytest.raises(NotPermitted):
        actions.accept_item(item=propose(table), by=table.liaisons[table.members[0].pk])


def test_accept_item_never_takes_it_off_its_agenda(table):
    """From an older page, or among many chosen at once."""
    item = make.make_item(
        table.alliance, meeting=make.make_meeting(table.alliance, state=MeetingState.PLANNED)
    )
    assert item.state == ItemState.SCHEDULED
    with pytest.raises(InvalidTransition, match="已经列入议程"):
        actions.accept_item(item=item, by=table.staff)
    item.refresh_from_db()
    assert item.state == ItemState.SCHEDULED


def test_accept_item_by_the_convener_of_its_meeting(table):
    unit = table.members[1]
    meeting = make.make_meeting(table.alliance)
    meeting.convener = unit
    meeting.save()
    item = propose(table, meeting=meeting)
    assert actions.accept_item(item=item, by=table.liaisons[unit.pk]).state == ItemState.ACCEPTED


def test_return_item_tells_the_reason(table):
    item = propose(table)
    with pytest.raises(BadInput):
        actions.return_item(item=item, by=table.staff, reason=" ")
    item = actions.return_item(item=item, by=table.staff, reason="由物业直接办理")
    assert (item.state, item.return_reason) == (ItemState.RETURNED, "由物业直接办理")
    assert told("item_returned") == {table.liaisons[table.members[0].pk].pk}
    with pytest.raises(InvalidTransition):
        actions.return_item(item=item, by=table.staff2, reason="再退")


def test_return_item_never_what_the_system_carried(table):
    duty = make.make_duty(table.alliance, lead=table.members[0])
    item = make.make_item(
        table.alliance, state=ItemState.ACCEPTED, source=ItemSource.OVERDUE_DUTY, source_duty=duty
    )
    with pytest.raises(InvalidTransition, match="系统列入"):
        actions.return_item(item=item, by=table.staff, reason="不议")
    with pytest.raises(InvalidTransition):
        actions.withdraw_item(item=item, by=table.staff)


def test_withdraw_item_by_the_proposer_alone(table):
    item, by = propose(table), table.liaisons[table.members[0].pk]
    with pytest.raises(NotPermitted):
        actions.withdraw_item(item=item, by=table.staff)
    assert actions.withdraw_item(item=item, by=by).state == ItemState.WITHDRAWN
    assert told("item_withdrawn") == {table.staff.pk, table.staff2.pk}
    with pytest.raises(InvalidTransition):
        actions.withdraw_item(item=item, by=by)


def test_revise_item_second_caller_is_told(table):
    item, by = propose(table), table.liaisons[table.members[0].pk]
    revised = actions.revise_item(item=item, by=by, title="夜间停车位", body="开放车库", version=1)
    assert (revised.title, revised.version) == ("夜间停车位", 2)
    with pytest.raises(ItemChanged):
        actions.revise_item(item=item, by=table.staff, title="别的", body="", version=1)
    item.refresh_from_db()
    assert item.title == "夜间停车位"
    actions.revise_item(item=item, by=table.staff, title="夜间停车（修改）", body="", version=2)


def test_revise_item_refused(table):
    item, by = propose(table), table.liaisons[table.members[0].pk]
    words = {"title": "改", "body": "", "version": 1}
    with pytest.raises(NotPermitted):
        actions.revise_item(item=item, by=table.liaisons[table.members[1].pk], **words)
    actions.accept_item(item=item, by=table.staff)
    with pytest.raises(InvalidTransition, match="提出单位不能再改"):
        actions.revise_item(item=item, by=by, **words)
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    voted = make.make_item(table.alliance, meeting=meeting)
    make.make_motion(voted, state=MotionState.OPEN)
    with pytest.raises(InvalidTransition, match="交付表决"):
        actions.revise_item(item=voted, by=table.staff, **words)
    done = make.make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED)
    with pytest.raises(InvalidTransition, match="已经固定"):
        actions.revise_item(item=done, by=table.staff, **words)


def test_note_discussion(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    item = make.make_item(table.alliance, meeting=meeting)
    noted = actions.note_discussion(item=item, by=table.staff, text="各单位赞成。\n物业有顾虑。", version=1)
    assert (noted.discussion, noted.version) == ("各单位赞成。\n物业有顾虑。", 2)
    with pytest.raises(ItemChanged):
        actions.note_discussion(item=item, by=table.staff2, text="别的", version=1)
    with pytest.raises(NotPermitted):
        actions.note_discussion(item=item, by=table.liaisons[table.members[0].pk], text="别的")
    early = make.make_item(table.alliance, meeting=make.make_meeting(table.alliance))
    with pytest.raises(InvalidTransition):
        actions.note_discussion(item=early, by=table.staff, text="早了")


def test_item_acts_of_an_ended_alliance_are_closed(table):
    item = propose(table)
    table.alliance.ended_on = timezone.localdate()
    table.alliance.save()
    for act in (
        lambda: actions.accept_item(item=item, by=table.staff),
        lambda: actions.withdraw_item(item=item, by=table.liaisons[table.members[0].pk]),
        lambda: propose(table),
    ):
        with pytest.raises(InvalidTransition):
            act()


def test_items_are_seen_within_the_alliance_alone(table):
    item = propose(table)
    other = make.make_table()
    assert list(AgendaItem.objects.visible_to(table.liaisons[table.members[3].pk])) == [item]
    for user in (other.staff, *other.liaisons.values()):
        assert not AgendaItem.objects.visible_to(user).exists()
    assert not allowed(permissions.check_can_propose_item, other.staff, table.alliance)
    assert allowed(permissions.check_can_propose_item, table.staff, table.alliance)
