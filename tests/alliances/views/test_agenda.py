"""The agenda being put in order, and two people at it at once."""

import pytest
from django.urls import reverse

from alliances import actions
from alliances.states import ItemSource, ItemState, MeetingState
from tests.factories.meetings import make_item, make_meeting, make_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table(units=1)


@pytest.fixture
def meeting(table):
    return make_meeting(table.alliance, state=MeetingState.PLANNED)


@pytest.fixture
def items(table, meeting):
    return [make_item(table.alliance, meeting=meeting, title=f"议题{word}") for word in "甲乙丙"]


@pytest.fixture
def desk(client, table):
    client.force_login(table.staff)
    return client


def url(meeting):
    return reverse("meeting-agenda", args=[meeting.pk])


def form(meeting, items, **changes):
    """What the page sends for `items` in this order."""
    values = {"version": meeting.agenda_version, "item": [one.pk for one in items]}
    for place, one in enumerate(items, 1):
        values |= {f"place-{one.pk}": place, f"minutes-{one.pk}": one.duration}
    return values | changes


def order(meeting):
    return [one.title[-1] for one in meeting.items.on_agenda()]


def test_meeting_agenda_shows_the_running_clock_and_what_is_over(desk, meeting, items):
    text = desk.get(url(meeting)).content.decode()
    assert "14:30–14:40" in text
    assert "14:50–15:00" in text
    assert "比预计散会 16:30 早 90 分钟" in text
    typed = form(meeting, items, move="", **{f"minutes-{items[0].pk}": "１３０"})
    text = desk.post(url(meeting), typed).content.decode()
    assert "14:30–16:40" in text
    assert "晚 30 分钟" in text
    assert "还没有保存" in text
    items[0].refresh_from_db()
    assert items[0].duration == 10


def test_meeting_agenda_buttons_move_without_saving(desk, meeting, items):
    text = desk.post(url(meeting), form(meeting, items, move=f"down-{items[0].pk}")).content.decode()
    assert text.index("议题乙") < text.index("议题甲") < text.index("议题丙")
    assert order(meeting) == ["甲", "乙", "丙"]
    desk.post(url(meeting), form(meeting, [items[1], items[0], items[2]]))
    assert order(meeting) == ["乙", "甲", "丙"]


@pytest.mark.parametrize(
    ("item", "place", "expected"),
    [
        (0, "3", ["乙", "丙", "甲"]),
        (2, "1", ["丙", "甲", "乙"]),
        (1, "２", ["甲", "乙", "丙"]),
        (0, "99", ["乙", "丙", "甲"]),
    ],
)
def test_meeting_agenda_typed_numbers_put_in_order(desk, meeting, items, item, place, expected):
    changes = {f"place-{items[item].pk}": place}
    assert desk.post(url(meeting), form(meeting, items, **changes)).status_code == 302
    assert order(meeting) == expected


@pytest.mark.parametrize(
    ("name", "value"), [("place", "x"), ("place", "0"), ("minutes", "0"), ("minutes", "481")]
)
def test_meeting_agenda_wrong_numbers_are_named_and_kept(desk, meeting, items, name, value):
    answer = desk.post(url(meeting), form(meeting, items, **{f"{name}-{items[0].pk}": value}))
    assert answer.status_code == 400
    assert "“议题甲”" in answer.content.decode()
    assert order(meeting) == ["甲", "乙", "丙"]


def test_meeting_agenda_results_of_the_last_meeting_stay_first(desk, table, meeting, items):
    first = make_item(table.alliance, meeting=meeting, source=ItemSource.LAST_RESULTS, position=0)
    answer = desk.post(url(meeting), form(meeting, [items[0], first, *items[1:]]))
    assert answer.status_code == 400
    assert "排在第一项" in answer.content.decode()


def test_meeting_agenda_two_at_once_see_both_versions(desk, table, meeting, items):
    stale = form(meeting, [items[2], items[0], items[1]], **{f"minutes-{items[0].pk}": 45})
    added = make_item(table.alliance, state=ItemState.ACCEPTED, title="别人加的")
    actions.add_to_agenda(item=added, meeting=meeting, by=table.staff2)
    actions.take_off_agenda(item=items[1], by=table.staff2)
    answer = desk.post(url(meeting), stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert str(table.staff2) in text
    assert "有人先改过了" in text
    assert "第 1 项，10 分钟" in text
    assert "第 2 项，45 分钟" in text
    assert "已移出议程" in text
    assert "您打开时还没有" in text
    assert order(meeting) == ["甲", "丙", "的"]
    meeting.refresh_from_db()
    # Sent again deliberately: my order on top of the items that are there now.
    mine = {"version": meeting.agenda_version, "item": [pk for pk, _minutes in answer.context["merged"]]}
    mine |= {f"minutes-{pk}": minutes for pk, minutes in answer.context["merged"]}
    assert desk.post(url(meeting), mine).status_code == 302
    assert order(meeting) == ["丙", "甲", "的"]
    items[0].refresh_from_db()
    assert items[0].duration == 45


def test_meeting_agenda_items_come_and_go(desk, table, meeting, items):
    waiting = make_item(table.alliance, state=ItemState.ACCEPTED, title="议题丁")
    assert "议题丁" in desk.get(url(meeting)).content.decode()
    schedule = reverse("item-schedule", args=[waiting.pk])
    assert desk.post(schedule, {"meeting": meeting.pk}).status_code == 302
    assert order(meeting) == ["甲", "乙", "丙", "丁"]
    assert desk.post(reverse("item-unschedule", args=[items[0].pk])).status_code == 302
    assert order(meeting) == ["乙", "丙", "丁"]
    assert desk.post(schedule, {"meeting": "x"}).status_code == 404


def test_meeting_agenda_shows_no_item_of_another_alliance(desk, meeting, items):
    other = make_table(units=1)
    foreign = make_item(other.alliance, state=ItemState.ACCEPTED, title="外街议题")
    text = desk.post(url(meeting), form(meeting, [*items, foreign], move="")).content.decode()
    assert "外街议题" not in text
    assert (
        desk.post(reverse("item-schedule", args=[foreign.pk]), {"meeting": meeting.pk}).status_code == 404
    )
