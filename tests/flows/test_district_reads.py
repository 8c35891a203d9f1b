"""A published report stands on the district's first page until it is opened, and on nobody else's."""

import pytest
from django.urls import reverse

from tests.factories.world import make_world


@pytest.mark.django_db
def test_report_waits_for_the_district_until_it_is_opened(client):
    world = make_world()
    report = world.home.report
    client.force_login(world.district_reader)
    line = f"查阅报告：{report.title}"
    assert line in client.get(reverse("home")).content.decode()

    client.get(report.get_absolute_url())

    assert line not in client.get(reverse("home")).content.decode()
    client.force_login(world.home.staff)
    assert line not in client.get(reverse("home")).content.decode()
