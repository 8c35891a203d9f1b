import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import DutyTerm
from tests.factories.alliances import make_membership
from tests.factories.members import committee, make_organisation
from tests.factories.procedure import make_duty_term

pytestmark = pytest.mark.django_db


def test_term_set_offers_members_and_the_day_after_the_last_term(street, client):
    term = make_duty_term(street.alliance)
    client.force_login(street.admin)
    url = reverse("term-set", args=[street.alliance.pk])
    form = client.get(url).context["form"]
    assert form.initial["starts_on"] == term.ends_on + dt.timedelta(days=1)
    assert set(form.fields["organisation"].queryset) == {street.street, street.unit}
    overlapping = {"organisation": street.unit.pk, "starts_on": "今天", "ends_on": ""}
    refused = client.post(url, overlapping)
    assert refused.status_code == 400
    assert "已由 云溪街道 轮值" in refused.content.decode()
    values = overlapping | {"starts_on": (term.ends_on + dt.timedelta(days=1)).isoformat()}
    assert client.post(url, values).status_code == 302
    assert DutyTerm.objects.filter(organisation=street.unit).exists()


def test_term_set_wrong_person(street, client):
    url = reverse("term-set", args=[street.alliance.pk])
    client.force_login(street.liaison)
    assert client.get(url).status_code == 403
    client.force_login(street.stranger)
    assert client.get(url).status_code == 404


def test_dutyterm_end_and_cancel(street, client):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    term = make_duty_term(street.alliance, organisation=street.unit, starts_on=tomorrow)
    client.force_login(street.admin)
    cancel = reverse("dutyterm-cancel", args=[term.pk])
    assert client.post(cancel, {"reason": ""}).status_code == 400
    assert client.post(cancel, {"reason": "另排"}).status_code == 302
    assert not DutyTerm.objects.exists()
    term = make_duty_term(street.alliance, organisation=street.unit)
    text = client.get(reverse("alliance-procedure", args=[street.alliance.pk])).content.decode()
    end = reverse("dutyterm-end", args=[term.pk])
    assert end in text
    assert client.post(end, {"ends_on": "今天", "reason": "换届"}).status_code == 302
    term.refresh_from_db()
    assert term.ends_on == timezone.localdate()


def test_membership_committee_contact_is_seen_by_the_unit(street, client):
    client.force_login(street.admin)
    url = reverse("membership-committee-contact", args=[street.membership.pk])
    wrong = client.post(url, {"name": "", "phone": "0500-00001234"})
    assert wrong.status_code == 400
    assert client.post(url, {"name": "周洁", "phone": "0500-00001234转8"}).status_code == 302
    client.force_login(street.liaison)
    text = client.get(street.alliance.get_absolute_url()).content.decode()
    card = text.split("您的固定联系人")[1]
    assert "周洁" in card
    assert 'href="tel:050000001234,8"' in card
    assert client.get(url).status_code == 403


def test_alliance_detail_finds_units_without_a_fixed_contact(street, client):
    enterprise = make_organisation(
        parent=committee(street.street, "enterprise_committee"), name="云溪科技公司"
    )
    membership = make_membership(alliance=street.alliance, organisation=enterprise)
    client.force_login(street.admin)
    url = street.alliance.get_absolute_url()
    table = client.get(url, {"contact": "missing"}).content.decode().split("<tbody")[1]
    assert "云溪科技公司" in table
    assert "梧桐医院" not in table
    membership.committee_contact = "周洁"
    membership.save()
    assert "云溪科技公司" not in client.get(url, {"contact": "missing"}).content.decode()
