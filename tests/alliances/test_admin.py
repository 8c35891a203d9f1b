import pytest
from django.urls import reverse

from alliances.models import Alliance, Membership
from tests.factories.alliances import make_alliance

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, street):
    client.force_login(street.admin)
    return client


def test_registers_show_own_rows_alone(staff, street):
    foreign = make_alliance(name="外街联盟")
    text = staff.get(reverse("admin:alliances_alliance_changelist")).content.decode()
    assert "云溪街道党建联盟" in text
    assert "外街联盟" not in text
    text = staff.get(reverse("admin:alliances_membership_changelist")).content.decode()
    assert "梧桐医院" in text
    assert "外街联盟" not in text
    assert staff.get(reverse("admin:alliances_alliance_change", args=[foreign.pk])).status_code == 302


def test_add_alliance_calls_the_action(staff, street):
    url = reverse("admin:alliances_alliance_add")
    form = staff.get(url).context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values |= {"host": street.street.pk, "name": "红色物业联盟", "started_on": "2026-01-05", "purpose": ""}
    answer = staff.post(url, values)
    assert answer.status_code == 302
    assert Alliance.objects.get(name="红色物业联盟").memberships.count() == 1


def test_change_contact_calls_the_action_and_a_refusal_is_a_message(staff, street):
    url = reverse("admin:alliances_membership_change", args=[street.membership.pk])
    wrong = staff.post(url, {"contact_name": "李梅", "contact_phone": "电话"}, follow=True)
    assert "电话号码无法识别" in wrong.content.decode()
    staff.post(url, {"contact_name": "李梅", "contact_phone": "0500-00001234"})
    street.membership.refresh_from_db()
    assert street.membership.contact_name == "李梅"


def test_end_selected_asks_for_a_reason_then_ends(staff, street):
    url = reverse("admin:alliances_membership_changelist")
    chosen = {"action": "end_selected", "_selected_action": [street.membership.pk]}
    assert "退出原因" in staff.post(url, chosen).content.decode()
    assert "梧桐医院" in staff.post(url, {**chosen, "confirmed": "1", "reason": ""}).content.decode()
    staff.post(url, {**chosen, "confirmed": "1", "reason": "搬离"})
    assert Membership.objects.get(pk=street.membership.pk).ends_on is not None
