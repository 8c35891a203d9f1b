"""The product's rows for one run: a generated city, who speaks in them, and their signed-in sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.middleware.csrf import get_token
from django.test import RequestFactory

from config.sessions import SessionStore
from members.models import Organisation, User
from members.states import Level
from projects.models import Claim, Listing, Slot

#: 31,000 organisations: the district that is measured, between two halves of the city around it, so that its
#: rows are neither the newest nor the oldest.
DISTRICT = {"streets": 10, "units": 2_500}
HALF_CITY = {"streets": 48, "units": 13_500}


@dataclass(frozen=True)
class Size:
    """How many rows; at scale 1 as many listings as the floor has items."""

    listings: int
    claims: int

    @classmethod
    def of(cls, scale: float) -> "Size":
        return cls(listings=max(6_000, int(30_000 * scale)), claims=max(12_000, int(60_000 * scale)))


def fill(size: Size) -> None:
    """Migrate the empty database and load it, each part with its share of listings and claims."""
    call_command("migrate", verbosity=0)
    parts = (HALF_CITY, DISTRICT, HALF_CITY)
    streets = sum(part["streets"] for part in parts)
    for part in parts:
        share = part["streets"] / streets
        generate(**part, listings=int(size.listings * share), claims=int(size.claims * share))
    # Claims are to be measured, not refusals; this is no act, so it leaves no history.
    with without_triggers(Slot):
        Slot.objects.update(quantity=100_000)
    tidy()


def generate(**sizes: int) -> None:
    """One more district by the product's own generator."""
    call_command("generate", **sizes, into_existing=True, stdout=StringIO())


@contextmanager
def without_triggers(model) -> Iterator[None]:
    """Rows of `model` change without rules and history."""
    table = model._meta.db_table
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def run(statement: str, params: list | None = None) -> int:
    """Execute `statement`; the number of rows that it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def tidy() -> None:
    """Statistics and visibility as a database that has run for a while has them."""
    run("VACUUM ANALYZE")


def district() -> Organisation:
    """The district that is measured: about 2,600 organisations."""
    return Organisation.objects.filter(depth=1).order_by("pk")[1]


def first(level: Level) -> Organisation:
    """The first organisation of `level` in the district."""
    return Organisation.objects.under(district()).filter(kind__level=level).order_by("pk").first()


def speaker(organisation: Organisation) -> User:
    """The one person that the generator gave to `organisation`."""
    return User.objects.get(assignments__organisation=organisation)


def liaisons(count: int) -> list[User]:
    """So many liaisons of the district; units follow each other street by street."""
    units = Organisation.objects.under(district()).units()
    every = units.count() // count
    chosen = list(units.order_by("path").values_list("pk", flat=True))[::every][:count]
    return list(User.objects.filter(assignments__organisation__in=chosen).order_by("pk"))


def open_needs(user: User, count: int) -> list[Listing]:
    """Published needs on which `user` waits for no answer, newest first, each with its one slot in `.slot_id`."""
    waiting = Claim.objects.unanswered().filter(organisation=user.organisation)
    waited_for = list(waiting.values_list("slot__listing_id", flat=True))
    rows = Listing.objects.visible_to(user).needs().published().exclude(pk__in=waited_for)
    rows = list(rows.order_by("-pk")[:count])
    slots = dict(Slot.objects.filter(listing__in=[row.pk for row in rows]).values_list("listing_id", "pk"))
    for row in rows:
        row.slot_id = slots[row.pk]
    return rows


@dataclass(frozen=True)
class Login:
    """The cookies of a signed-in person, and the token that a form of this session carries."""

    cookies: str
    csrf_token: str


def sign_in(user: User) -> Login:
    """A session as the sign-in page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    request = RequestFactory().get("/")
    token = get_token(request)
    return Login(f"sessionid={session.session_key}; csrftoken={request.META['CSRF_COOKIE']}", token)
