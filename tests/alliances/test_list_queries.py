"""Every list of the room, page and API, costs the same queries at 5 and at 250 meetings."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.models import FlowBack, Meeting, Minutes, Opinion
from alliances.states import AppealKind, ItemState, MeetingState
from tests.factories.meetings import (
    make_attendances,
    make_decision,
    make_duty,
    make_item,
    make_meeting,
    make_motion,
    make_table,
)

pytestmark = pytest.mark.django_db

PAGES = (
    "meeting-list",
    "item-list",
    "decision-list",
    "duty-list",
    "flowback-list",
    "alliance-list",
    "home",
)
NOUNS = (
    "meetings", "items", "motions", "opinions", "decisions", "duties", "appeals", "flow-backs", "minutes",
    "alliances", "memberships", "procedures", "meeting-kinds", "duty-terms",
)  # fmt: skip


def add(table, count):
    """Meetings that were held, each with one row of every noun that hangs on a meeting."""
    unit, other = table.members[:2]
    liaison = table.liaisons[unit.pk]
    for _number in range(count):
        meeting = make_meeting(table.alliance, state=MeetingState.HELD, called_by=table.staff)
        make_attendances(meeting)
        item = make_item(table.alliance, meeting=meeting, proposer=unit, state=ItemState.CONCLUDED)
        make_motion(item)
        Opinion.objects.create(item=item, organisation=other, text="反对。", given_by=table.staff)
        duty = make_duty(table.alliance, lead=unit, decision=make_decision(table.alliance, item=item))
        duty.partners.create(organisation=other)
        duty.appeals.create(
            kind=AppealKind.HELP, organisation=unit, addressee=other, reason="缺人手", asked_by=liaison,
            answer_by=duty.due_on,
        )  # fmt: skip
        FlowBack.objects.create(
            duty=duty, organisation=unit, to=table.street, reason="无权限", handed_back_by=liaison
        )
        Minutes.objects.create(
            meeting=meeting, version=1, content={}, sha256="0" * 64, confirm_by=duty.due_on,
            circulated_by=table.staff,
        )  # fmt: skip


def test_every_list_costs_the_same_at_5_and_250_meetings(client):
    table = make_table()
    client.force_login(table.liaisons[table.members[0].pk])
    urls = [f"{reverse(name)}?view=all" for name in PAGES] + [f"/api/{noun}/" for noun in NOUNS]

    def costs():
        found = {}
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200, url
            found[url] = len(queries)
        return found

    add(table, 5)
    few = costs()
    add(table, 245)
    assert Meeting.objects.count() == 250
    assert costs() == few
