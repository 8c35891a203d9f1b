"""What the page of a meeting asks of those who run it."""

import pytest
from django.urls import reverse

from alliances.reports.meeting_page import step_for
from alliances.states import ItemOutcome, ItemState, MeetingState
from tests.factories.meetings import make_item, make_meeting, make_table

pytestmark = pytest.mark.django_db


def test_step_for_a_session_units_that_nobody_registered_do_not_hold_it_up():
    table = make_table()
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    first, second = (make_item(table.alliance, meeting=meeting) for _number in range(2))

    def step(left):
        return step_for(meeting, [first, second], None, waiting=0, left=left)

    assert step(left=16).label == "登记到会"
    assert step(left=0).label == "审议第 1 项"
    first.state, first.outcome = ItemState.CONCLUDED, ItemOutcome.DEFERRED
    assert step(left=16).label == "审议第 2 项"
    second.state, second.outcome = ItemState.CONCLUDED, ItemOutcome.DEFERRED
    assert step(left=16).url == reverse("meeting-end", args=[meeting.pk])
    assert "还有 16 个应到单位没有登记到会" in step(left=16).why
    assert step(left=0).why == ""
