"""The pages of agenda items: the pool, a proposal, the answers to it, and two people writing one item."""

import pytest
from django.urls import reverse

from alliances import actions
from alliances.models import AgendaItem
from alliances.states import ItemSource, ItemState, MeetingState, Presence
from members.states import Role
from tests.factories.meetings import make_attendances, make_item, make_meeting, make_table
from tests.factories.members import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table(units=1)


@pytest.fixture
def unit(table):
    return table.members[0]


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def address(name, item):
    return reverse(name, args=[item.pk])


def test_item_list_filters(table, unit, as_):
    make_item(table.alliance, proposer=unit, title="夜间停车")
    make_item(table.alliance, state=ItemState.RETURNED, title="年会场地", return_reason="不属于议事范围")
    client = as_(table.liaisons[unit.pk])
    waiting = client.get(reverse("item-list")).content.decode()
    assert "夜间停车" in waiting
    assert "年会场地" not in waiting
    assert "不属于议事范围" in client.get(reverse("item-list"), {"view": "all"}).content.decode()
    assert "年会场地" not in client.get(reverse("item-list"), {"view": "own"}).content.decode()
    assert "没有符合条件" in client.get(reverse("item-list"), {"q": "没有这个"}).content.decode()
    assert client.get(reverse("item-list"), {"state": "lost"}).status_code == 400
    assert "夜间停车" not in as_(table.stranger).get(reverse("item-list")).content.decode()


def test_item_propose_in_two_answers(table, unit, as_):
    meeting = make_meeting(table.alliance)
    client = as_(table.liaisons[unit.pk])
    response = client.get(reverse("item-propose"), {"meeting": meeting.pk})
    assert "截止" in response.content.decode()
    form = response.context["form"]
    values = {name: form.initial[name].pk for name in ("alliance", "proposer", "meeting")}
    empty = client.post(reverse("item-propose"), values)
    assert empty.status_code == 400
    assert "请填写“议题”" in empty.content.decode()
    answer = client.post(reverse("item-propose"), {**values, "title": "夜间停车", "body": "请定开放时间。"})
    item = AgendaItem.objects.get()
    assert answer.url == item.get_absolute_url()
    assert (item.proposer, item.meeting, item.source) == (unit, meeting, ItemSource.MEMBER)


def test_item_propose_of_those_without_a_voice_is_refused(table, as_):
    assert as_(make_person(Role.AUDITOR, table.street)).get(reverse("item-propose")).status_code == 403


def test_item_propose_for_another_unit_is_refused(table, unit, as_):
    values = {"alliance": table.alliance.pk, "proposer": table.members[1].pk, "title": "冒名"}
    assert as_(table.liaisons[unit.pk]).post(reverse("item-propose"), values).status_code == 400
    assert not AgendaItem.objects.exists()


def test_item_pages_are_missing_for_strangers(table, unit, as_, client):
    item = make_item(table.alliance, proposer=unit)
    assert client.get(item.get_absolute_url()).status_code == 302
    assert as_(table.stranger).get(item.get_absolute_url()).status_code == 404
    for name in ("item-accept", "item-return", "item-withdraw", "item-revise", "item-note", "item-stepout"):
        assert client.post(address(name, item)).status_code == 404, name


def test_item_accept_and_return_with_a_reason(table, unit, as_):
    item, other = make_item(table.alliance, proposer=unit), make_item(table.alliance, proposer=unit)
    client = as_(table.liaisons[unit.pk])
    assert client.post(address("item-accept", item)).status_code == 403
    client = as_(table.staff)
    assert "受理" in client.get(item.get_absolute_url()).content.decode()
    assert client.post(address("item-accept", item)).status_code == 302
    wrong = client.post(address("item-return", other), {"reason": " "})
    assert wrong.status_code == 400
    assert "退回原因" in wrong.content.decode()
    assert client.post(address("item-return", other), {"reason": "不属于议事范围"}).status_code == 302
    assert "不属于议事范围" in as_(table.liaisons[unit.pk]).get(other.get_absolute_url()).content.decode()


def test_item_withdraw_then_again_says_why(table, unit, as_):
    item = make_item(table.alliance, proposer=unit)
    client = as_(table.liaisons[unit.pk])
    assert client.post(address("item-withdraw", item)).status_code == 302
    again = client.post(address("item-withdraw", item))
    assert again.status_code == 400
    assert "已撤回" in again.content.decode()


def test_item_revise_two_at_once_see_both_versions(table, unit, as_):
    item = make_item(table.alliance, proposer=unit, title="夜间停车", body="原文")
    client = as_(table.liaisons[unit.pk])
    stale = {"title": "夜间停车", "body": "我的说明", "version": item.version}
    actions.revise_item(
        item=item, by=table.staff, title="夜间停车", body="街道的说明", version=item.version
    )
    answer = client.post(address("item-revise", item), stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert str(table.staff) in text
    assert "街道的说明" in text
    assert "我的说明" in text
    item.refresh_from_db()
    assert item.body == "街道的说明"
    assert client.post(address("item-revise", item), {**stale, "version": item.version}).status_code == 302
    item.refresh_from_db()
    assert item.body == "我的说明"


def test_item_note_two_at_once_see_both_versions(table, unit, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    item = make_item(table.alliance, meeting=meeting, proposer=unit)
    client = as_(table.staff)
    stale = {"text": "物业愿意承担引导", "version": item.version}
    assert client.post(address("item-note", item), stale).status_code == 302
    answer = client.post(address("item-note", item), {**stale, "text": "医院要留急诊通道"})
    assert answer.status_code == 409
    assert "物业愿意承担引导" in answer.content.decode()
    assert "医院要留急诊通道" in answer.content.decode()


def test_item_stepout_and_back(table, unit, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(meeting, Presence.PRESENT)
    item = make_item(table.alliance, meeting=meeting)
    client = as_(table.liaisons[unit.pk])
    assert "登记回避或离席" in client.get(item.get_absolute_url()).content.decode()
    values = {"organisation": unit.pk, "kind": "recused"}
    assert client.post(address("item-stepout", item), {**values, "kind": ""}).status_code == 400
    assert client.post(address("item-stepout", item), values).status_code == 302
    assert f"{unit}，回避" in client.get(item.get_absolute_url()).content.decode()
    assert f"{unit} 回避" in client.get(meeting.get_absolute_url()).content.decode()
    other = {"organisation": table.members[1].pk, "kind": "left"}
    assert client.post(address("item-stepout", item), other).status_code == 403
    assert client.post(address("item-stepin", item), {"organisation": unit.pk}).status_code == 302
    assert not item.step_outs.exists()


def test_item_detail_shows_its_way_and_result(table, unit, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.HELD)
    item = make_item(
        table.alliance, meeting=meeting, state=ItemState.CONCLUDED, proposer=unit, resolution="先试三个月"
    )
    text = as_(table.liaisons[unit.pk]).get(item.get_absolute_url()).content.decode()
    assert "先试三个月" in text
    assert "协商一致" in text
    assert str(meeting) in text
