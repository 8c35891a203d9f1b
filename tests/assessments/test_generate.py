from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Q, Sum

from alliances.models import Membership
from members.models import Change, Organisation, User
from projects.models import Claim, Delivery, Listing, Slot
from projects.states import LIVE_CLAIM_STATES, ClaimState

pytestmark = pytest.mark.django_db
SIZES = {"streets": 2, "communities": 3, "units": 30, "listings": 60, "claims": 200}


def generate(**options) -> str:
    out = StringIO()
    call_command("generate", **{**SIZES, **options}, stdout=out)
    return out.getvalue()


def test_generate_fills_the_sizes_asked_for_without_history():
    before = Change.objects.count()
    assert "SECONDS" in generate()
    assert Organisation.objects.units().count() == 30
    assert (Listing.objects.count(), Claim.objects.count()) == (60, 200)
    assert Membership.objects.count() == 2 * (1 + 3) + 30
    assert Change.objects.count() == before


def test_generate_adds_up():
    generate()
    held = Sum("claims__quantity", filter=Q(claims__state__in=LIVE_CLAIM_STATES), default=0)
    assert not Slot.objects.annotate(held=held).exclude(taken=F("held")).exists()
    delivered = Claim.objects.filter(state=ClaimState.DELIVERED)
    done = Sum("deliveries__accepted_quantity", default=0)
    assert delivered.exists()
    assert not delivered.annotate(done=done).exclude(quantity=F("done")).exists()
    assert set(Organisation.objects.filter(depth=1).values_list("numchild", flat=True)) == {2}


def test_generate_leaves_every_trigger_on():
    generate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)
    unit = Organisation.objects.units().first()
    unit.name = "改名"
    unit.save()
    assert Change.objects.about(unit).exists()


def test_generate_people_see_their_street_alone():
    generate()
    liaison = User.objects.filter(username__startswith="bench-u").first()
    alliances = Listing.objects.visible_to(liaison).values_list("alliance", flat=True)
    assert len(set(alliances)) == 1


def test_generate_refuses_a_database_in_use():
    generate()
    with pytest.raises(CommandError, match="--into-existing"):
        generate()
    generate(into_existing=True)
    assert Organisation.objects.filter(depth=1).count() == 2
    assert Claim.objects.count() == 400


@pytest.mark.parametrize(
    ("name", "value"), [("units", 1), ("communities", 0), ("listings", 0), ("claims", -1)]
)
def test_generate_refuses_sizes_that_make_no_sense(name, value):
    with pytest.raises(CommandError, match=f"--{name}"):
        generate(**{name: value})
    assert not Organisation.objects.exists()


def test_generate_same_sizes_same_rows():
    generate()
    first = list(Claim.objects.order_by("pk").values_list("quantity", "state"))
    generate(into_existing=True)
    assert list(Claim.objects.order_by("pk").values_list("quantity", "state"))[200:] == first
    assert Delivery.objects.count() % 2 == 0
