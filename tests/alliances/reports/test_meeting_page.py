"""What the page of a meeting asks of those who run it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.reports.meeting_page import step_for
from alliances.states import ItemOutcome, ItemState, MeetingState
from tests.factories.meetings import make_item, make_meeting, make_table

pytestmark = pytest.mark.django_db


def test_step_for_a_call_says_that_planning_ends_it():
    table = make_table()
    open_call = make_meeting(table.alliance)
    assert "现在排定议程，征集随即结束" in step_for(open_call, [], None, waiting=0, left=0).why
    open_call.closes_on = timezone.localdate() - dt.timedelta(days=1)
    assert step_for(open_call, [], None, waiting=0, left=0).why == ""


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
