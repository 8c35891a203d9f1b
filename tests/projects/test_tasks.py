"""Deadlines called to mind: once per row, deadline and person, whoever runs how often."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Notification, SpecialDay
from members.states import Role
from projects import actions
from projects.models import Agreement, Claim, Delivery, Listing
from projects.states import ListingState
from projects.tasks import remind_due
from tests.factories.members import make_person
from tests.factories.projects import make_agreement, make_circle, make_claim, make_delivery, make_listing
from tests.projects.test_races import at_once
from workflow.workdays import end_of


def reminders(**lookup):
    kinds = ["claim_unanswered", "agreement_unsigned", "delivery_unacknowledged"]
    return Notification.objects.filter(kind__in=kinds, **lookup)


@pytest.mark.django_db
def test_remind_due_claim_unanswered(circle):
    claim = make_claim(circle)
    remind_due()
    assert not reminders().exists()
    next_workday = SpecialDay.objects.calendar().add(timezone.localdate(), 1)
    Claim.objects.update(answer_due=next_workday)
    remind_due()
    remind_due()
    row = reminders().get()
    assert (row.recipient, row.row_id, row.due) == (circle.staff, claim.pk, next_workday)
    assert row.url == claim.get_absolute_url()
    assert row.params == {"title": "夜间停车位", "day": next_workday.isoformat()}


@pytest.mark.django_db
def test_remind_due_open_share_tells_its_unit_and_not_the_lead(circle):
    claim = actions.claim_together(
        slot=make_listing(circle).slots.get(),
        organisation=circle.unit,
        by=circle.liaison,
        shares=[(circle.unit, 1), (circle.other_unit, 1)],
    )
    kinds = ["share_unconfirmed", "hold_unconfirmed"]
    rows = Notification.objects.filter(kind__in=kinds)
    remind_due()
    assert not rows.exists()
    next_workday = SpecialDay.objects.calendar().add(timezone.localdate(), 1)
    Claim.objects.update(expires_at=end_of(next_workday))
    remind_due()
    remind_due()
    row, share = rows.get(), claim.shares.get(organisation=circle.other_unit)
    assert (row.kind, row.recipient, row.row_id) == ("share_unconfirmed", circle.other_liaison, share.pk)
    assert (row.due, row.url) == (next_workday, claim.get_absolute_url())
    rows.delete()
    actions.confirm_share(share=share, by=circle.other_liaison)
    remind_due()
    assert not rows.exists()


@pytest.mark.django_db
def test_remind_due_goes_up_to_the_nearest_who_speaks(circle):
    circle.staff.is_active = False
    circle.staff.save()
    make_claim(circle)
    Claim.objects.update(answer_due=timezone.localdate())
    remind_due()
    assert reminders().get().recipient == circle.street_staff


@pytest.mark.django_db
def test_remind_due_agreement_tells_the_sides_that_have_not_signed(circle):
    agreement = make_agreement(circle)
    Agreement.objects.update(
        sign_due=timezone.localdate(), party_a_signed_at=timezone.now(), party_a_signed_by=circle.liaison
    )
    remind_due()
    row = reminders().get()
    assert (row.kind, row.recipient, row.url) == (
        "agreement_unsigned",
        circle.staff,
        agreement.get_absolute_url(),
    )


@pytest.mark.django_db
def test_remind_due_delivery_tells_the_requester(circle):
    delivery = make_delivery(circle)
    Delivery.objects.update(acknowledge_due=timezone.localdate() - timedelta(days=3))
    remind_due()
    row = reminders().get()
    assert (row.kind, row.recipient, row.row_id) == ("delivery_unacknowledged", circle.staff, delivery.pk)
    assert row.url == delivery.get_absolute_url()


@pytest.mark.django_db
def test_remind_due_takes_expired_listings_off(circle):
    listing = make_listing(circle, valid_until=timezone.localdate())
    Listing.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    remind_due()
    listing.refresh_from_db()
    assert listing.state == ListingState.EXPIRED


@pytest.mark.django_db
def test_remind_due_number_of_statements_is_constant(circle):
    due = timezone.localdate()

    def add(number):
        Claim.objects.bulk_create(
            Claim(
                slot=make_listing(circle).slots.get(),
                organisation=circle.unit,
                quantity=1,
                answer_due=due,
                expires_at=end_of(due),
                claimed_by=circle.liaison,
            )
            for _ in range(number)
        )

    add(2)
    with CaptureQueriesContext(connection) as few:
        remind_due()
    add(20)
    with CaptureQueriesContext(connection) as many:
        remind_due()
    assert len(few) == len(many)
    assert reminders().count() == 22


@pytest.mark.django_db(transaction=True)
def test_remind_due_four_at_once_is_exactly_once():
    circle = make_circle()
    make_person(Role.STAFF, circle.community)
    for _ in range(10):
        make_claim(circle, make_listing(circle))
    Claim.objects.update(answer_due=timezone.localdate())
    at_once(*[remind_due] * 4)
    assert reminders().count() == 20
