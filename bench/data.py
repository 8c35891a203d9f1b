"""The product's rows for one run: a city by INSERT … SELECT, people by the ORM, and their signed-in sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.management import call_command
from django.db import connection, transaction
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils.module_loading import import_string

from members.models import Assignment, Organisation, User
from members.states import Role

LOADED = (
    "members_organisation",
    "alliances_alliance",
    "alliances_membership",
    "projects_listing",
    "projects_slot",
    "projects_claim",
)
STREETS, DISTRICTS, COMMUNITIES, UNITS = 107, 16, 10, 268
#: Liaisons sign in for the first unit of so many streets.
LIAISONS = 40


@dataclass(frozen=True)
class Size:
    """How many rows; at scale 1 as many listings as the floor has items."""

    listings: int
    claims: int

    @classmethod
    def of(cls, scale: float) -> "Size":
        return cls(listings=max(STREETS * 60, int(30_000 * scale)), claims=max(1, int(60_000 * scale)))


def fill(size: Size) -> None:
    """Migrate the empty database and load it: 30,000 organisations, whatever the scale of the rest."""
    call_command("migrate", verbosity=0)
    publisher = _user("bench-publisher")
    statements = (Path(__file__).parent / "fill.sql").read_text()
    numbers = {
        "streets": STREETS,
        "districts": DISTRICTS,
        "communities": COMMUNITIES,
        "units": UNITS,
        "listings": size.listings,
        "claims": size.claims,
        "publisher": publisher.pk,
    }
    with loading(*LOADED):
        run(statements.format(**numbers))
    for table in LOADED:
        run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    _employ()
    tidy()


@contextmanager
def loading(*tables: str) -> Iterator[None]:
    """The tables without their triggers: rows made in bulk for a measurement never happened and have no history."""
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with transaction.atomic():
        yield
    for table in tables:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def run(statement: str, params: list | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def tidy() -> None:
    """Statistics and visibility as a database that has run for a while has them."""
    run("VACUUM ANALYZE")


def _employ() -> None:
    """A district reader, staff of every street, and liaisons."""
    people = [("bench-district", Role.DISTRICT_READER, 1, True)]
    people += [(f"bench-staff-{s}", Role.STAFF, 100 + s, True) for s in range(1, STREETS + 1)]
    people += [
        (f"bench-liaison-{s}", Role.LIAISON, 100001 + (s - 1) * UNITS, False)
        for s in range(1, LIAISONS + 1)
    ]
    for name, role, organisation, is_recursive in people:
        Assignment.objects.create(
            user=_user(name), role=role, organisation_id=organisation, is_recursive=is_recursive
        )


def _user(username: str) -> User:
    return User.objects.create(username=username, name=username, password="!")


def person(username: str) -> User:
    return User.objects.get(username=username)


def liaisons() -> list[tuple[int, User]]:
    """Street number and liaison, in order of the streets."""
    return [(s, person(f"bench-liaison-{s}")) for s in range(1, LIAISONS + 1)]


@dataclass(frozen=True)
class Login:
    """The cookies of a signed-in person, and the token that a form of this session carries."""

    cookies: str
    csrf_token: str


def sign_in(user: User) -> Login:
    """A session as the sign-in page makes it."""
    store = import_string("config.sessions.SessionStore")
    session: SessionBase = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    request = RequestFactory().get("/")
    token = get_token(request)
    return Login(f"sessionid={session.session_key}; csrftoken={request.META['CSRF_COOKIE']}", token)


def needs_of(street: int, count: int) -> list[int]:
    """Ids of needs in the alliance of `street`, newest first; the slot of a listing has its id."""
    from projects.models import Listing

    rows = Listing.objects.filter(alliance_id=street, direction="need").order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:count])


def organisation(level: str) -> Organisation:
    """The first district or street."""
    return Organisation.objects.get(pk={"district": 1, "street": 101}[level])
