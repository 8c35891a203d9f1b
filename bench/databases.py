"""Two databases on the one server that was given: the product's and the floor's, made for one run and dropped."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql


@contextlib.contextmanager
def fresh(url: str, suffix: str) -> Iterator[str]:
    """The address of an empty database named after that in `url` with `suffix`; gone at the end.

    The database in `url` itself is only used to reach the server.
    """
    name = unquote(urlsplit(url).path.lstrip("/")) + suffix
    quoted = sql.Identifier(name)
    try:
        # One that is still there was left by a killed run, or belongs to one that is under way.
        _execute(url, sql.SQL("DROP DATABASE IF EXISTS {}").format(quoted))
    except psycopg.errors.ObjectInUse:
        sys.exit(f"bench: the database {name} is in use. Let the other benchmark end first.")
    _execute(url, sql.SQL("CREATE DATABASE {}").format(quoted))
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        _execute(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))


def _execute(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def for_libpq(url: str) -> dict[str, str]:
    """The environment in which libpq alone finds the database in `url`; the floor reads nothing else."""
    given = psycopg.conninfo.conninfo_to_dict(url)
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    return {names[key]: str(value) for key, value in given.items() if key in names}


def fill_floor(url: str) -> None:
    """The yardstick's own tables and rows."""
    subprocess.run([sys.executable, "-m", "bench.floor"], env={**os.environ, **for_libpq(url)}, check=True)
