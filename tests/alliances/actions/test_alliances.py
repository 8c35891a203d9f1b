from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances.actions import cancel_meeting, change_alliance, drop_duty, end_alliance, found_alliance
from alliances.exceptions import NameTaken
from alliances.models import Alliance
from alliances.states import ItemState, MeetingState, MemberRole
from members.models import Change, Notification
from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.meetings import make_decision, make_duty, make_item, make_meeting
from tests.factories.members import committee, make_person
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def test_found_alliance_makes_the_host_its_leading_member(street):
    alliance = found_alliance(host=street.street, by=street.admin, name=" 红色物业联盟 ", answer_days=3)
    assert (alliance.name, alliance.answer_days, alliance.sign_days) == ("红色物业联盟", 3, 10)
    membership = alliance.memberships.get()
    assert (membership.organisation, membership.role) == (street.street, MemberRole.LEAD)
    assert Change.objects.about(alliance).get().user_id == street.admin.pk


def test_found_alliance_by_one_of_the_three(street):
    host = committee(street.street, "enterprise_committee")
    by = make_person(Role.STAFF, host)
    assert found_alliance(host=host, by=by, name="楼宇联盟").host == host


def test_found_alliance_wrong_person(street):
    for by in (street.liaison, street.stranger, None):
        with pytest.raises(NotPermitted):
            found_alliance(host=street.street, by=by, name="联盟")


def test_found_alliance_closed_host(street):
    host = committee(street.street)
    host.closed_on = timezone.localdate()
    host.save()
    with pytest.raises(InvalidTransition):
        found_alliance(host=host, by=street.admin, name="联盟")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "长" * 101),
        ("name", "\u200b"),
        ("answer_days", 0),
        ("sign_days", 61),
    ],
)
def test_found_alliance_wrong_value_names_the_field(street, field, value):
    with pytest.raises(BadInput) as refused:
        found_alliance(**{"host": street.street, "by": street.admin, "name": "联盟", field: value})
    assert refused.value.field == field
    assert Alliance.objects.count() == 1


def test_found_alliance_name_taken(street):
    with pytest.raises(NameTaken):
        found_alliance(host=street.street, by=street.admin, name=street.alliance.name)


def test_change_alliance_keeps_what_is_left_out(street):
    alliance = change_alliance(
        alliance=street.alliance, by=street.admin, purpose="共建", acknowledge_days=7
    )
    alliance.refresh_from_db()
    assert (alliance.purpose, alliance.acknowledge_days, alliance.answer_days) == ("共建", 7, 5)
    assert alliance.name == street.alliance.name


def test_change_alliance_wrong_person(street):
    for by in (street.liaison, street.stranger):
        with pytest.raises(NotPermitted):
            change_alliance(alliance=street.alliance, by=by, name="别的")


def test_change_alliance_ended(street):
    end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    with pytest.raises(InvalidTransition):
        change_alliance(alliance=street.alliance, by=street.admin, name="别的")


def test_end_alliance_ends_every_membership_and_tells_the_members(street):
    today = timezone.localdate()
    end_alliance(alliance=street.alliance, by=street.admin, reason="街道合并")
    street.alliance.refresh_from_db()
    assert street.alliance.ended_on == today
    assert set(street.alliance.memberships.values_list("ends_on", flat=True)) == {today}
    told = Notification.objects.get(recipient=street.liaison)
    assert told.params["reason"] == "街道合并"


def test_end_alliance_on_a_day_to_come(street):
    day = timezone.localdate() + timedelta(days=1)
    with pytest.raises(BadInput) as refused:
        end_alliance(alliance=street.alliance, by=street.admin, reason="合并", ended_on=day)
    assert refused.value.field == "ended_on"


def test_end_alliance_before_the_last_admission_changes_nothing(street):
    make_membership(alliance=street.alliance, starts_on=timezone.localdate() + timedelta(days=3))
    with pytest.raises(BadInput) as refused:
        end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    assert refused.value.field == "ended_on"
    street.alliance.refresh_from_db()
    assert street.alliance.is_open


def test_end_alliance_waits_for_meetings_and_duties(street):
    meeting = make_meeting(street.alliance)
    with pytest.raises(InvalidTransition, match="1 个会议"):
        end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    cancel_meeting(meeting=meeting, by=street.admin, reason="改期")
    held = make_meeting(street.alliance, state=MeetingState.CLOSED)
    item = make_item(street.alliance, meeting=held, state=ItemState.CONCLUDED)
    duty = make_duty(street.alliance, lead=street.unit, decision=make_decision(street.alliance, item=item))
    with pytest.raises(InvalidTransition, match="1 件议定事项"):
        end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    drop_duty(duty=duty, by=street.admin, reason="需求变化")
    assert end_alliance(alliance=street.alliance, by=street.admin, reason="合并").ended_on


def test_end_alliance_without_reason(street):
    with pytest.raises(BadInput):
        end_alliance(alliance=street.alliance, by=street.admin, reason=" ")


def test_end_alliance_second_caller(street):
    end_alliance(alliance=street.alliance, by=street.admin, reason="合并")
    with pytest.raises(InvalidTransition):
        end_alliance(alliance=street.alliance, by=street.admin, reason="再合并")


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("alliance_dates_in_order", {"ended_on": timezone.localdate() - timedelta(days=9999)}),
        ("alliance_days_sensible", {"sign_days": 0}),
    ],
)
def test_alliance_constraint_refuses(street, constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Alliance.objects.filter(pk=street.alliance.pk).update(**fields)


def test_alliance_constraint_refuses_a_second_name(street):
    with pytest.raises(IntegrityError, match="alliance_name_once_per_host"), transaction.atomic():
        make_alliance(host=street.street, name=street.alliance.name)
