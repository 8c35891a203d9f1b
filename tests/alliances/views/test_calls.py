"""The form that calls a meeting, as it begins."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import SpecialDay
from tests.factories.meetings import make_meeting, make_table
from workflow.templatetags.workflow import cn_date

pytestmark = pytest.mark.django_db


def test_meeting_call_begins_on_a_working_day(client):
    table = make_table()
    client.force_login(table.staff)
    for ahead in range(7):
        SpecialDay.objects.update_or_create(
            day=timezone.localdate() + dt.timedelta(days=15 + ahead),
            defaults={"is_workday": ahead == 6},
        )
    day = timezone.localdate() + dt.timedelta(days=21)
    assert f'value="{cn_date(day)}"' in client.get(reverse("meeting-call")).content.decode()


def test_meeting_call_offers_no_name_that_a_coming_meeting_has(client):
    table = make_table()
    client.force_login(table.staff)
    offered = client.get(reverse("meeting-call")).context["form"].initial["title"]
    assert offered.endswith("党建联席会议")
    make_meeting(table.alliance, title=offered)
    assert client.get(reverse("meeting-call")).context["form"].initial["title"] == ""
