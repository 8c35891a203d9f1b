import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import DutyTerm, MeetingKind
from members.models import Organisation
from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import committee, make_organisation, make_person
from tests.factories.procedure import make_meeting_kind, make_procedure

pytestmark = pytest.mark.django_db


def test_procedures_are_read_only_and_own(street, client):
    own, foreign = make_procedure(street.alliance, reason="单位多"), make_procedure(make_alliance())
    client.force_login(street.admin)
    assert "单位多" in client.get(reverse("admin:alliances_procedure_changelist")).content.decode()
    url = reverse("admin:alliances_procedure_change", args=[own.pk])
    assert 'name="_save"' not in client.get(url).content.decode()
    assert client.post(url, {"reason": "别的"}).status_code == 403
    assert client.get(reverse("admin:alliances_procedure_change", args=[foreign.pk])).status_code == 302


def test_meeting_kind_is_added_and_retired_by_the_district(street, client):
    district = Organisation.objects.get_root(street.street)
    client.force_login(make_person(Role.DISTRICT_ADMIN, district))
    add = reverse("admin:alliances_meetingkind_add")
    assert client.post(add, {"district": district.pk, "name": "恳谈会"}).status_code == 302
    kind = MeetingKind.objects.get(name="恳谈会")
    change = reverse("admin:alliances_meetingkind_change", args=[kind.pk])
    assert client.post(change, {"name": "圆桌会"}).status_code == 302
    kind.refresh_from_db()
    assert (kind.name, kind.is_used) == ("圆桌会", False)
    client.force_login(street.admin)
    assert client.get(add).status_code == 403
    assert client.post(change, {"name": "别的"}).status_code == 403


def test_meeting_kind_refusal_is_a_message(street, client):
    district = Organisation.objects.get_root(street.street)
    make_meeting_kind(district, name="恳谈会")
    client.force_login(make_person(Role.DISTRICT_ADMIN, district))
    answer = client.post(
        reverse("admin:alliances_meetingkind_add"), {"district": district.pk, "name": "恳谈会"}, follow=True
    )
    assert "已有名为“恳谈会”的会议类型" in answer.content.decode()


def test_duty_term_is_added_by_the_action(street, client):
    client.force_login(street.admin)
    today = timezone.localdate()
    values = {
        "alliance": street.alliance.pk,
        "organisation": street.unit.pk,
        "starts_on": today.isoformat(),
        "ends_on": today.isoformat(),
    }
    url = reverse("admin:alliances_dutyterm_add")
    assert client.post(url, values).status_code == 302
    assert DutyTerm.objects.get().organisation == street.unit
    # Django's own form asks the constraint first, and keeps what was typed.
    assert client.post(url, values).status_code == 200
    assert DutyTerm.objects.count() == 1


def test_memberships_without_a_fixed_contact(street, client):
    unit = make_organisation(parent=committee(street.street, "enterprise_committee"), name="云溪科技公司")
    make_membership(alliance=street.alliance, organisation=unit)
    client.force_login(street.admin)
    url = reverse("admin:alliances_membership_changelist")
    text = client.get(url, {"contact": "missing"}).content.decode().split("<tbody")[1]
    assert "云溪科技公司" in text
    assert "梧桐医院" not in text
