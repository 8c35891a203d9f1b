"""Who is there: the sheet, the code, excuses, observers."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from alliances.models import Procedure
from alliances.rules import read_terms
from alliances.states import MeetingState, Presence
from members.models import Change, Replay
from members.states import Role
from tests.factories.meetings import make_attendances, make_meeting, make_table
from tests.factories.members import make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def table():
    return make_table()


@pytest.fixture
def session(table):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION, room_code="482913")
    make_attendances(meeting, Presence.DUE)
    return meeting


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def presences(meeting):
    return {row.organisation_id: row.presence for row in meeting.attendances.all()}


def address(name, meeting):
    return reverse(name, args=[meeting.pk])


def test_meeting_attendance_is_set_on_one_page(table, session, as_):
    client = as_(table.staff)
    text = client.get(address("meeting-attendance", session)).content.decode()
    assert text.count('role="radiogroup"') == 7
    first, second = table.members[:2]
    values = {f"presence-{one.pk}": Presence.PRESENT for one in table.members}
    values |= {f"presence-{second.pk}": Presence.EXCUSED, f"attendee-{first.pk}": "李梅"}
    assert client.post(address("meeting-attendance", session), values).status_code == 302
    found = presences(session)
    assert found[first.pk] == Presence.PRESENT
    assert found[second.pk] == Presence.EXCUSED
    assert found[table.street.pk] == Presence.DUE
    # The name is for the minutes; the sheet that all units see has none.
    assert (
        "李梅"
        not in as_(table.liaisons[first.pk]).get(address("meeting-attendance", session)).content.decode()
    )


def test_meeting_attendance_is_refused_to_others(table, session, as_):
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    text = client.get(address("meeting-attendance", session)).content.decode()
    assert "签到表" in text
    assert "保存到会情况" not in text
    assert client.post(address("meeting-attendance", session), {}).status_code == 403
    assert as_(table.stranger).post(address("meeting-attendance", session), {}).status_code == 404


def test_meeting_attendance_a_wrong_proxy_keeps_what_was_ticked(table, as_):
    terms = read_terms({"proxies": True}, over=Procedure.objects.terms_of(table.alliance))
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION, terms=terms)
    make_attendances(meeting, Presence.DUE)
    first, second = table.members[:2]
    client = as_(table.staff)
    values = {
        f"presence-{first.pk}": "represented",
        f"proxy-{first.pk}": second.pk,
        f"attendee-{second.pk}": "李梅",
    }
    answer = client.post(address("meeting-attendance", meeting), values)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "受托单位" in text
    assert f'name="presence-{first.pk}" value="represented" checked' in text
    assert "李梅" in text
    values |= {f"presence-{second.pk}": "present"}
    assert client.post(address("meeting-attendance", meeting), values).status_code == 302
    assert meeting.attendances.get(organisation=first).represented_by == second


def sheet_of(client, meeting):
    """The fields of the sheet as the browser would send them untouched."""
    text = client.get(address("meeting-attendance", meeting)).content.decode()
    values = dict(re.findall(r'<input type="hidden" name="(seen-\d+)" value="([^"]*)"', text))
    return values | dict(re.findall(r'name="(presence-\d+)" value="(\w+)" checked', text))


def test_meeting_attendance_an_older_page_writes_over_nobody(table, session, as_):
    """Two people at the door, and units that type the code: each page writes what was changed on it alone."""
    client = as_(table.staff)
    first, second, third = table.members[:3]
    older = sheet_of(client, session)
    session.attendances.filter(organisation__in=[first, third]).update(presence=Presence.PRESENT)
    values = older | {f"presence-{second.pk}": "excused"}
    assert client.post(address("meeting-attendance", session), values).status_code == 302
    found = presences(session)
    assert (found[first.pk], found[second.pk]) == (Presence.PRESENT, Presence.EXCUSED)

    # The same unit, otherwise: refused with what stands now; saved once more, it is meant.
    values = older | {f"presence-{first.pk}": "absent"}
    answer = client.post(address("meeting-attendance", session), values)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "刚刚已登记为“实到”" in text
    assert f'name="presence-{first.pk}" value="absent" checked' in text
    assert f'name="presence-{third.pk}" value="present" checked' in text
    assert presences(session)[first.pk] == Presence.PRESENT
    again = dict(re.findall(r'<input type="hidden" name="(seen-\d+)" value="([^"]*)"', text))
    again |= dict(re.findall(r'name="(presence-\d+)" value="(\w+)" checked', text))
    assert client.post(address("meeting-attendance", session), again).status_code == 302
    found = presences(session)
    assert (found[first.pk], found[second.pk], found[third.pk]) == (
        Presence.ABSENT,
        Presence.EXCUSED,
        Presence.PRESENT,
    )


def test_meeting_attendance_the_rest_is_registered_at_once(table, session, as_):
    client = as_(table.staff)
    first, second, third = table.members[:3]
    older = sheet_of(client, session)
    # It types the code meanwhile: then it is no longer of those that nobody registered.
    session.attendances.filter(organisation=third).update(presence=Presence.PRESENT)
    values = older | {f"presence-{first.pk}": "excused", "rest": "absent"}
    assert client.post(address("meeting-attendance", session), values).status_code == 302
    found = presences(session)
    assert (found[first.pk], found[second.pk]) == (Presence.EXCUSED, Presence.ABSENT)
    assert found[third.pk] == Presence.PRESENT
    assert Presence.DUE not in found.values()


def test_meeting_room_shows_the_code_to_those_who_run_it_alone(table, session, as_):
    text = as_(table.staff).get(address("meeting-room", session)).content.decode()
    assert "482 913" in text
    assert reverse("meeting-checkin", args=[session.pk]) in text
    assert "已到 <b>0</b> / 7" in text
    assert as_(table.liaisons[table.members[0].pk]).get(address("meeting-room", session)).status_code == 403
    assert as_(table.stranger).get(address("meeting-room", session)).status_code == 404
    assert as_(table.staff).post(address("meeting-renew", session)).status_code == 302
    session.refresh_from_db()
    assert session.room_code != "482913"


def test_meeting_checkin_reads_full_width_digits(table, session, as_):
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    assert 'inputmode="numeric"' in client.get(address("meeting-checkin", session)).content.decode()
    wrong = client.post(address("meeting-checkin", session), {"code": "000000", "organisation": unit.pk})
    assert wrong.status_code == 400
    assert "到会码不对" in wrong.content.decode()
    right = {"code": "４８２ ９１３", "organisation": unit.pk}
    assert client.post(address("meeting-checkin", session), right).status_code == 302
    assert presences(session)[unit.pk] == Presence.PRESENT


def test_meeting_checkin_is_not_asked_of_a_unit_that_is_there(table, session, as_):
    unit = table.members[0]
    client, url = as_(table.liaisons[unit.pk]), address("meeting-checkin", session)
    session.attendances.filter(organisation=unit).update(presence=Presence.PRESENT)
    answer = client.get(url, follow=True)
    assert answer.redirect_chain[-1][0] == session.get_absolute_url()
    assert "不用再签" in answer.content.decode()


def test_meeting_excuse_offers_the_others_to_stand_for_a_unit(table, as_):
    terms = read_terms({"proxies": True}, over=Procedure.objects.terms_of(table.alliance))
    meeting = make_meeting(
        table.alliance, state=MeetingState.NOTICED, noticed_at=timezone.now(), terms=terms
    )
    make_attendances(meeting, Presence.DUE)
    unit, other = table.members[:2]
    form = as_(table.liaisons[unit.pk]).get(address("meeting-excuse", meeting)).context["form"]
    offered = set(form.fields["represented_by"].queryset)
    assert other in offered
    assert unit not in offered


def test_meeting_checkin_leaves_no_moment_anywhere(table, session, as_):
    unit = table.members[1]
    client, url = as_(table.liaisons[unit.pk]), address("meeting-checkin", session)
    values = {"code": "482913", "organisation": unit.pk, "form_token": "one-key"}
    before = Change.objects.count()
    # Pressed twice, it is done twice, and comes to the same.
    assert [client.post(url, values).status_code for _press in range(2)] == [302, 302]
    api = f"/api/meetings/{session.pk}/check-in/"
    again = client.post(api, values, content_type="application/json", headers={"Idempotency-Key": "other"})
    assert again.status_code == 200
    assert presences(session)[unit.pk] == Presence.PRESENT
    assert (Replay.objects.count(), Change.objects.count()) == (0, before)


def test_meeting_checkin_for_another_unit_is_refused(table, session, as_):
    unit, other = table.members[:2]
    client = as_(table.liaisons[unit.pk])
    values = {"code": "482913", "organisation": other.pk}
    assert client.post(address("meeting-checkin", session), values).status_code == 400
    assert presences(session)[other.pk] == Presence.DUE
    assert (
        as_(make_person(Role.AUDITOR, table.street)).get(address("meeting-checkin", session)).status_code
        == 403
    )


def test_meeting_excuse_before_the_session(table, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.NOTICED, noticed_at=timezone.now())
    make_attendances(meeting, Presence.DUE)
    unit = table.members[0]
    client = as_(table.liaisons[unit.pk])
    assert "委托哪个单位" not in client.get(address("meeting-excuse", meeting)).content.decode()
    assert client.post(address("meeting-excuse", meeting), {"organisation": unit.pk}).status_code == 302
    assert presences(meeting)[unit.pk] == Presence.EXCUSED
    assert "已登记请假" in client.get(meeting.get_absolute_url()).content.decode()


def test_meeting_excuse_once_it_began_says_why(table, session, as_):
    answer = as_(table.liaisons[table.members[0].pk]).get(address("meeting-excuse", session))
    assert answer.status_code == 400
    assert "不能在这里请假" in answer.content.decode()


def test_meeting_invite_and_drop_an_observer(table, as_):
    meeting = make_meeting(table.alliance, state=MeetingState.PLANNED)
    guest = make_organisation(parent=table.street, name="消防救援站")
    client = as_(table.staff)
    assert "消防救援站" in client.get(address("meeting-invite", meeting), {"q": "xfjyz"}).content.decode()
    assert client.post(address("meeting-invite", meeting), {"organisation": guest.pk}).status_code == 302
    assert not meeting.attendances.get().has_vote
    again = client.post(address("meeting-invite", meeting), {"organisation": guest.pk})
    assert again.status_code == 400
    assert client.post(address("meeting-drop", meeting), {"organisation": guest.pk}).status_code == 302
    assert not meeting.attendances.exists()
    foreign = table.stranger.organisation
    assert client.post(address("meeting-invite", meeting), {"organisation": foreign.pk}).status_code == 400
    assert client.post(address("meeting-drop", meeting), {"organisation": foreign.pk}).status_code == 404
