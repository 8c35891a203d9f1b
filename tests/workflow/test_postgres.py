"""The line to the server: statements planned once, and a lost line noticed without asking."""

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.db.backends.postgresql import base
from django.test.utils import CaptureQueriesContext

from members.models import User
from tests.factories.members import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def plans(words):
    """How many prepared statements of this connection contain `words`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s AND NOT from_sql",
            [f"%{words}%"],
        )
        return cursor.fetchone()[0]


def end_the_line():
    """The server ends this connection, as it does when it is restarted."""
    connection.ensure_connection()
    params = connection.get_connection_params()
    address = {
        name: params[name] for name in ("dbname", "user", "host", "port", "password") if name in params
    }
    with psycopg.connect(**address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


def test_prepared_plans_once_whatever_the_size_of_the_numbers():
    for number in (1, 40_000, 3_000_000_000):
        with connection.prepared() as cursor:
            cursor.execute("SELECT 'planned once', %(number)s", {"number": number})
            assert cursor.fetchone() == ("planned once", number)
    assert plans("planned once") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'planned each time', %s", [1])
    assert plans("planned each time") == 0


def test_prepared_is_counted_and_belongs_to_the_transaction():
    with CaptureQueriesContext(connection) as queries, connection.prepared() as cursor:
        cursor.execute("SELECT %(number)s", {"number": 1})
    assert [query["sql"] for query in queries] == ["SELECT %(number)s"]


def test_a_line_that_the_server_ended_is_replaced_before_the_request_needs_it():
    make_user()
    end_the_line()
    assert not connection.is_usable()
    connection.close_if_unusable_or_obsolete()
    connection.health_check_done = False
    assert User.objects.count() == 1


def test_a_sound_line_is_not_asked(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: pytest.fail("asked"))
    assert connection.is_usable()


def test_after_an_error_the_server_is_asked(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: False)
    monkeypatch.setattr(connection, "errors_occurred", True)
    assert not connection.is_usable()


def test_health_checks_are_on():
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]


@pytest.mark.django_db
def test_line_after_a_refused_statement_is_not_usable():
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("INSERT INTO members_notification (kind) VALUES (NULL)")
    assert not connection.is_usable()
