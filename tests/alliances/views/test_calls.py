"""The form that calls a meeting, as it begins."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import SpecialDay
from tests.factories.meetings import make_table

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
    assert f'value="{day:%Y-%m-%d}"' in client.get(reverse("meeting-call")).content.decode()
