import pytest
from django.contrib.admin import helpers
from django.urls import reverse

from alliances.states import ItemState, MeetingState
from tests.factories import meetings as make

pytestmark = pytest.mark.django_db
ITEMS = reverse("admin:alliances_agendaitem_changelist")


@pytest.fixture
def table():
    return make.make_table()


def tick(client, action, *items, **values):
    ticked = {helpers.ACTION_CHECKBOX_NAME: [item.pk for item in items]}
    return client.post(ITEMS, {"action": action, **ticked, **values}, follow=True)


def test_registers_show_own_rows_read_only(client, table):
    meeting = make.make_meeting(
        table.alliance, state=MeetingState.IN_SESSION, title="本街会议", room_code="918273"
    )
    make.make_attendances(meeting)
    make.make_item(table.alliance, meeting=meeting, title="本街议题")
    client.force_login(table.staff)
    for name in ("meeting", "agendaitem", "attendance", "stepout"):
        assert client.get(reverse(f"admin:alliances_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:alliances_{name}_add")).status_code == 403
    for view in ("change", "history"):
        page = client.get(reverse(f"admin:alliances_meeting_{view}", args=[meeting.pk])).content.decode()
        assert "本街会议" in page
        assert "918273" not in page
    client.force_login(table.stranger)
    assert "本街会议" not in client.get(reverse("admin:alliances_meeting_changelist")).content.decode()


def test_accept_selected_leaves_the_refused_alone(client, table):
    first = make.make_item(table.alliance)
    done = make.make_item(table.alliance, state=ItemState.RETURNED)
    client.force_login(table.staff)
    page = tick(client, "accept_selected", first, done).content.decode()
    assert "已办理 1 项" in page
    for item, state in ((first, ItemState.ACCEPTED), (done, ItemState.RETURNED)):
        item.refresh_from_db()
        assert item.state == state


def test_return_selected_asks_for_the_reason_once(client, table):
    item = make.make_item(table.alliance, proposer=table.members[0])
    client.force_login(table.staff)
    assert "退回议题" in tick(client, "return_selected", item).content.decode()
    item.refresh_from_db()
    assert item.state == ItemState.PROPOSED
    tick(client, "return_selected", item, confirmed="1", reason="不议")
    item.refresh_from_db()
    assert (item.state, item.return_reason) == (ItemState.RETURNED, "不议")


def test_return_selected_of_another_street_does_nothing(client, table):
    item = make.make_item(table.alliance)
    client.force_login(table.stranger)
    tick(client, "return_selected", item, confirmed="1", reason="不议")
    item.refresh_from_db()
    assert item.state == ItemState.PROPOSED
