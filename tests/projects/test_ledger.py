"""The ledger check: every kind of fault, who may look, how far, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from alliances.models import Alliance
from members.models import Organisation
from members.states import Role
from projects.api import ledger as api
from projects.models import Agreement, AgreementClaim, Claim, Delivery, Listing, Share, Slot
from projects.reports import find_faults, ledger
from tests.factories.members import make_person
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_accepted_claim,
    make_agreed_claim,
    make_circle,
    make_claim,
    make_delivery,
    make_listing,
    make_waiting_claim,
)

pytestmark = pytest.mark.django_db


def kinds():
    return [fault.kind for fault in find_faults()]


def read(client, user, status=200):
    client.force_login(user)
    response = client.get(reverse("ledger-check"))
    assert response.status_code == status
    return response.content.decode()


def read_api(user, status=200):
    client = APIClient()
    client.force_login(user)
    response = client.get("/api/ledger/")
    assert response.status_code == status
    return response.json()


def district_admin(circle):
    return make_person(Role.DISTRICT_ADMIN, Organisation.objects.get_root(circle.street))


def close(organisation):
    Organisation.objects.filter(pk=organisation.pk).update(closed_on=timezone.localdate())


def test_ledger_faults_every_state_of_the_line_is_clean(circle):
    for make in (make_claim, make_accepted_claim, make_agreed_claim):
        make(circle, make_listing(circle))
    make_delivery(circle, listing=make_listing(circle), delivered=1)
    assert_ledger_adds_up()


def test_ledger_faults_delivery_beyond_the_claim(circle):
    delivery = make_delivery(circle)
    Delivery.objects.filter(pk=delivery.pk).update(quantity=9)
    assert [(one.kind, one.noun, one.pk) for one in find_faults()] == [
        ("delivery", "claim", delivery.claim_id)
    ]


def test_ledger_faults_delivery_of_a_claim_that_left(circle):
    delivery = make_delivery(circle)
    Claim.objects.filter(pk=delivery.claim_id).update(state="revoked", reason="场地", expires_at=None)
    Slot.objects.update(taken=0)
    Agreement.objects.update(state="cancelled")
    assert kinds() == ["delivery"]


@pytest.mark.parametrize("which", ["alliance", "claimant", "owner", "listing"])
def test_ledger_faults_open_claim_left_behind(circle, which):
    claim = make_claim(circle)
    named = {"alliance": circle.alliance, "claimant": circle.unit, "owner": circle.community}
    if which == "alliance":
        Alliance.objects.update(ended_on=timezone.localdate())
    elif which == "listing":
        Listing.objects.update(state="settled", exit_reason="原因")
    else:
        close(named[which])
    (fault,) = find_faults()
    assert (fault.kind, fault.url) == ("orphan", claim.get_absolute_url())
    assert (f"{named[which]}却已终止" if which in named else "不在清单上") in fault.sentence.replace(
        " ", ""
    )


def test_ledger_faults_finished_claim_of_an_ended_alliance_is_no_fault(circle):
    delivery = make_delivery(circle)
    claims = Claim.objects.filter(pk=delivery.claim_id)
    Delivery.objects.update(
        state="accepted",
        accepted_quantity=2,
        rating="good",
        acknowledged_at=timezone.now(),
        acknowledged_by=circle.staff,
    )
    claims.update(state="delivered", expires_at=None)
    Alliance.objects.update(ended_on=timezone.localdate())
    assert_ledger_adds_up()


def test_ledger_faults_agreement_without_a_claim(circle):
    claim = make_accepted_claim(circle)
    AgreementClaim.objects.all().delete()
    assert kinds() == ["agreement", "stray"]
    assert find_faults()[1].pk == Agreement.objects.get().pk
    Claim.objects.filter(pk=claim.pk).update(state="withdrawn", cause="budget", expires_at=None)
    Slot.objects.update(taken=0)
    assert kinds() == ["stray"]


def test_ledger_check_clean_says_so_with_counts_and_moment(circle, client):
    make_agreed_claim(circle)
    text = read(client, circle.street_staff)
    assert "账实相符：时段 1 个、有效认领 1 条、协议 1 份、交付 0 次都对得上" in text
    assert "检查时间：" in text


def test_ledger_check_lists_each_fault_with_link_and_remedy(circle, client):
    claim = make_agreed_claim(circle)
    Slot.objects.update(taken=1)
    Agreement.objects.update(state="cancelled")
    text = read(client, circle.street_staff)
    assert "发现 2 处对不上" in text
    assert f'href="{claim.listing.get_absolute_url()}"' in text
    assert f'href="{claim.get_absolute_url()}"' in text
    for fault in find_faults():
        assert fault.sentence in text
        assert fault.remedy in text
        assert client.get(fault.url).status_code == 200


def test_ledger_check_units_and_strangers_are_refused(circle, client):
    nobody = make_person(Role.AUDITOR, circle.street)
    for person in (circle.liaison, circle.staff, circle.stranger, nobody):
        assert "可以对账" in read(client, person, status=403)
        assert "可以对账" in read_api(person, status=403)["detail"]
    client.logout()
    assert client.get(reverse("ledger-check")).status_code == 302


def test_ledger_check_reaches_the_own_alliances_only(circle, client):
    other = make_circle()
    Organisation.objects.filter(pk=other.street.pk).update(name="别处街道")
    make_claim(circle)
    make_claim(other, make_listing(other, title="别处的事"))
    Slot.objects.update(taken=1)
    for mine in (circle.street_staff, district_admin(circle)):
        assert "别处" not in read(client, mine)
        body = read_api(mine)
        assert (body["slots"], body["claims"], body["total"]) == (1, 1, 1)
    assert "别处的事" in read(client, other.street_staff)
    assert len(find_faults()) == 2


def test_ledger_api_names_the_row(circle):
    claim = make_claim(circle)
    assert read_api(circle.street_staff)["is_clean"] is True
    close(circle.unit)
    body = read_api(circle.street_staff)
    assert body["is_clean"] is False
    (fault,) = body["faults"]
    assert (fault["kind"], fault["noun"], fault["id"]) == ("orphan", "claim", claim.pk)
    assert fault["kind"] in api.FaultSerializer().fields["kind"].choices


def test_ledger_check_lists_so_many_and_counts_all(circle, client, monkeypatch):
    monkeypatch.setattr(ledger, "MOST", 2)
    for _ in range(3):
        make_claim(circle, make_listing(circle))
    Slot.objects.update(taken=1)
    text = read(client, circle.street_staff)
    assert "发现 3 处对不上" in text
    assert text.count("有效认领合计却是") == 2
    assert "只列出前" in text


def test_ledger_check_number_of_queries_is_constant(circle, client):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            read(client, circle.street_staff)
        return len(queries)

    read(client, circle.street_staff)
    for _ in range(5):
        make_claim(circle, make_listing(circle))
    Slot.objects.update(taken=1)
    few = cost()
    for _ in range(50):
        make_claim(circle, make_listing(circle))
    Slot.objects.update(taken=1)
    assert cost() == few


def test_alliance_page_leads_to_the_ledger_for_those_who_run_it(circle, client):
    address = circle.alliance.get_absolute_url()
    link = f'href="{reverse("ledger-check")}"'
    client.force_login(circle.street_staff)
    assert link in client.get(address).content.decode()
    client.force_login(circle.liaison)
    assert link not in client.get(address).content.decode()


def test_ledger_faults_hold_long_past_its_time(circle):
    claim = make_claim(circle)
    now = timezone.now()
    Claim.objects.update(expires_at=now - ledger.LATE + timedelta(minutes=1))
    assert_ledger_adds_up()
    Claim.objects.update(expires_at=now - ledger.LATE)
    assert [(one.kind, one.noun, one.pk) for one in find_faults()] == [("hold", "claim", claim.pk)]


def test_ledger_faults_shares_that_do_not_come_to_the_claim(circle):
    """The database refuses it when the transaction ends; the check would see it all the same."""
    claim = make_claim(circle, quantity=2)
    fields = {"answered_at": timezone.now(), "answered_by": circle.liaison, "state": "confirmed"}
    Share.objects.create(claim=claim, organisation=circle.unit, quantity=2, **fields)
    assert_ledger_adds_up()
    Share.objects.update(quantity=1)
    assert kinds() == ["share"]
    Share.objects.update(quantity=2)


def test_ledger_faults_somebody_waits_for_what_is_free(circle):
    claim = make_claim(circle, make_listing(circle, quantity=1), quantity=1)
    waiting = make_waiting_claim(circle, claim)
    assert_ledger_adds_up()
    Claim.objects.filter(pk=claim.pk).update(state="declined", reason="场地", expires_at=None)
    Slot.objects.update(taken=0)
    assert [(one.kind, one.pk) for one in find_faults()] == [("queue", waiting.pk)]
    # A queue with nothing to wait for is the clock's to end, and holds nothing meanwhile.
    Listing.objects.update(state="expired")
    assert kinds() == []
