import pytest
from django.urls import reverse

from members.models import Notification
from members.notifications import notify
from tests.factories.members import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(community, staff):
    notify("organisation_closed", community, [staff], organisation=community)
    return Notification.objects.get(recipient=staff)


def test_notification_open_marks_read_and_leads_there(client, told, staff):
    client.force_login(staff)
    assert "“南园社区”已终止。" in client.get(reverse("notification-list")).content.decode()
    response = client.post(reverse("notification-open", args=[told.pk]))
    assert response.url == told.url
    told.refresh_from_db()
    assert told.read_at
    assert "没有未读通知" in client.get(reverse("notification-list"), {"unread": 1}).content.decode()


def test_notification_read_all_up_to_what_was_shown(client, told, staff):
    client.force_login(staff)
    for wrong in ("", "x", "9" * 30):
        assert client.post(reverse("notification-read-all"), {"up_to": wrong}).status_code == 400
    assert client.post(reverse("notification-read-all"), {"up_to": told.pk}).status_code == 302
    assert not Notification.objects.visible_to(staff).unread().exists()


def test_notification_of_somebody_else_is_missing(client, told):
    client.force_login(make_user())
    assert client.post(reverse("notification-open", args=[told.pk])).status_code == 404
    assert "南园社区" not in client.get(reverse("notification-list")).content.decode()


def test_notification_list_queries(client, community, staff, django_assert_max_num_queries):
    for number in range(60):
        notify(f"kind{number}", community, [staff], organisation=community)
    client.force_login(staff)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("notification-list")).content.decode()
    assert "after=" in page
