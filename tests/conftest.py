"""What every test stands on: the shipped rows, and a flush that may empty the append-only history."""

import functools
import importlib

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase

#: Migrations whose rows a flush takes away and the next test expects.
SHIPPED = [
    "members.migrations.0002_shipped_structures",
    "alliances.migrations.0005_shipped_meeting_kinds",
    "projects.migrations.0002_shipped_categories",
    "projects.migrations.0009_category_groups",
    "assessments.migrations.0004_shipped_schemes",
]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the test database is dropped, end the sessions that a browser test's event loop left behind."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def pytest_collection_modifyitems(items):
    """Races, triggers under real commits and the broker are what another server may do differently."""
    for item in items:
        database = item.get_closest_marker("django_db")
        commits = database is not None and database.kwargs.get("transaction")
        if commits and not item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.server)


@pytest.fixture(scope="session", autouse=True)
def _flush_restores_shipped_rows():
    """After a test with real transactions: empty every table, history included, and ship the defaults again."""
    teardown = TransactionTestCase._fixture_teardown

    @functools.wraps(teardown)
    def flush_and_ship(self):
        with pgtrigger.ignore(
            "members.Change:no_truncate", "alliances.Ballot:no_truncate", "alliances.Tally:no_truncate"
        ):
            teardown(self)
        for name in SHIPPED:
            importlib.import_module(name).ship(apps, None)

    TransactionTestCase._fixture_teardown = flush_and_ship
    yield
    TransactionTestCase._fixture_teardown = teardown
