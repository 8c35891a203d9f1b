"""A database for one drill beside the one in the settings, whose rows no drill ever touches."""

import contextlib
from collections.abc import Iterator
from urllib.parse import quote

from django.core.management import CommandError, call_command
from django.db import Error, connection
from psycopg import sql

#: Written on the database: only what a drill has made is ever dropped.
MARK = "made by claim_drill"


@contextlib.contextmanager
def scratch() -> Iterator[str]:
    """`connection` stands on an empty migrated database, whose address is given; gone at the end.

    Raises `CommandError` where the server does not allow it, where another drill is under way, and where
    the name belongs to a database that no drill has made.
    """
    settings = connection.settings_dict
    given = settings["NAME"]
    name = f"{given}_drill"
    _check_free(name)
    is_ours = True
    try:
        try:
            _run("CREATE DATABASE {name}", name)
        except Error as error:
            is_ours = False
            raise CommandError(
                f"The database {name} could not be made: {str(error).strip()}. "
                "Give the account of DATABASE_URL the right to create databases, or name another server."
            ) from error
        _run("COMMENT ON DATABASE {name} IS {mark}", name)
        connection.close()
        settings["NAME"] = name
        call_command("migrate", verbosity=0)
        yield address(settings)
    finally:
        connection.close()
        settings["NAME"] = given
        if is_ours:
            _run("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name)


def _check_free(name: str) -> None:
    """Nothing of that name stays; what a killed drill has left is dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') = %s,"
            " EXISTS (SELECT FROM pg_stat_activity WHERE datname = %s)"
            " FROM pg_database WHERE datname = %s",
            [MARK, name, name],
        )
        found = cursor.fetchone()
    if found:
        is_ours, is_busy = found
        if not is_ours:
            raise CommandError(f"There is a database {name} that no drill has made. Rename it first.")
        if is_busy:
            raise CommandError(f"The database {name} is in use. Let the other drill end first.")
        _run("DROP DATABASE {name}", name)


def _run(statement: str, name: str) -> None:
    """On the database in the settings, which is only used to reach the server."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(name=sql.Identifier(name), mark=sql.Literal(MARK)))


def address(settings: dict) -> str:
    """The same as a DATABASE_URL; the host in the query, where a socket folder keeps its capitals."""
    user, password, host, name = (
        quote(str(settings[key]), safe="") for key in ("USER", "PASSWORD", "HOST", "NAME")
    )
    return f"postgres://{user}:{password}@/{name}?host={host}&port={settings['PORT']}"
