"""Two ends of one dispute at the same moment."""

from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone

from members.models import Notification
from members.states import Role
from projects import actions
from projects.models import Delivery, Dispute
from projects.states import Outcome
from tests.factories.members import make_person
from tests.factories.projects import assert_ledger_adds_up, make_circle, make_delivery
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def circle():
    return make_circle()


def stated(circle):
    """A dispute in which both sides have spoken."""
    one = actions.dispute_delivery(
        delivery=make_delivery(circle), by=circle.staff, counted=1, statement="只来了一个"
    )
    return actions.state_side(dispute=one, by=circle.liaison, statement="两个都到了")


def test_agree_and_decide_at_once_settle_once(circle):
    one = stated(circle)
    decider = make_person(Role.STREET_ADMIN, circle.street, name="李处理")
    at_once(
        partial(actions.agree_with_requester, dispute=one, by=circle.liaison),
        partial(actions.agree_with_provider, dispute=one, by=circle.staff, rating="good"),
        partial(actions.decide_dispute, dispute=one, by=decider, quantity=2, decision="看了单子"),
    )
    one.refresh_from_db()
    delivery = Delivery.objects.get()
    assert delivery.accepted_quantity == one.settled_quantity
    assert Notification.objects.filter(kind="dispute_settled").values("row_id").distinct().count() == 1
    assert_ledger_adds_up()


def test_agree_and_decide_without_the_lock_are_stopped_by_the_trigger(circle):
    """The broken twin: both have looked before either writes; the second is refused by the database."""
    one = stated(circle)
    seen = [Dispute.objects.get(pk=one.pk) for _each in range(2)]
    for quantity, mine in enumerate(seen, start=1):
        mine.outcome, mine.settled_quantity, mine.decision = Outcome.DECIDED, quantity, "看了单子"
        mine.settled_at, mine.settled_by = timezone.now(), circle.street_staff
    seen[0].save()
    with pytest.raises(IntegrityError, match="statements are kept"):
        seen[1].save()
