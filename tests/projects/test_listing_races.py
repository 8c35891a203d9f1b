"""Drafts and standing resources, when the same thing is asked for many times at once."""

import threading
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone

from projects import actions
from projects.models import Attachment, Listing
from tests.factories.projects import assert_ledger_adds_up, make_circle, make_listing, make_photograph
from tests.together import at_once
from workflow.exceptions import InvalidTransition

pytestmark = pytest.mark.django_db(transaction=True)


def test_add_attachment_six_at_once_leave_three():
    circle = make_circle()
    listing = make_listing(circle, is_published=False)

    def add():
        return actions.add_attachment(
            listing=listing, upload=make_photograph(), name="a.jpg", by=circle.staff
        )

    results = at_once(*[add] * 6)
    assert sorted(one.position for one in results if isinstance(one, Attachment)) == [1, 2, 3]
    assert sum(isinstance(one, InvalidTransition) for one in results) == 3
    assert_ledger_adds_up()


def make_standing(circle):
    return make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction="resource",
        is_standing=True,
        valid_until=timezone.localdate(),
    )


def test_roll_over_listing_eight_at_once_are_one_period():
    circle = make_circle()
    listing = make_standing(circle)
    results = at_once(*[partial(actions.roll_over_listing, listing=listing, by=circle.liaison)] * 8)
    assert {one.pk for one in results} == {Listing.objects.get(continues=listing).pk}
    assert_ledger_adds_up()


def test_roll_over_listing_broken_twin_asks_the_database():
    """Look, then write, without the lock: the constraint alone keeps a second period out."""
    circle = make_circle()
    listing = make_standing(circle)
    looked = threading.Barrier(4)

    def roll_over():
        assert not Listing.objects.filter(continues=listing).exists()
        looked.wait(timeout=30)
        return Listing.objects.create(
            continues=listing,
            alliance=listing.alliance,
            organisation=listing.organisation,
            direction=listing.direction,
            category=listing.category,
            title=listing.title,
        )

    results = at_once(*[roll_over] * 4, refusals=(IntegrityError,))
    assert sum(isinstance(one, IntegrityError) for one in results) == 3
    assert Listing.objects.filter(continues=listing).count() == 1
    assert_ledger_adds_up()
