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
    _drop(url, name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        _drop(url, name)


def _drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


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
