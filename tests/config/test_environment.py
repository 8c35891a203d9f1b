"""A missing or wrong setting stops the start with its name and an example."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import environment


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("", "missing"),
        ("mysql://x/y", "postgres://"),
        ("postgres://localhost", "names no database"),
        ("postgres://localhost:port/x", "Port"),
    ],
)
def test_database_wrong_address_is_named(monkeypatch, value, part):
    monkeypatch.setenv("SOME_DATABASE", value)
    with pytest.raises(ImproperlyConfigured) as error:
        environment.database("SOME_DATABASE", example="postgres://user@host/name")
    assert "SOME_DATABASE" in str(error.value)
    assert part in str(error.value)
    assert "Example: SOME_DATABASE=postgres://user@host/name" in str(error.value)


def test_database_reads_a_socket_folder(monkeypatch):
    monkeypatch.setenv("SOME_DATABASE", "postgres://me@/alliance?host=%2Ftmp%2Fa%20b&port=5439")
    found = environment.database("SOME_DATABASE", example="x")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/tmp/a b", "5439", "alliance")


@pytest.mark.parametrize("value", ["maybe", "2", ""])
def test_boolean_wrong_word_is_named(monkeypatch, value):
    monkeypatch.setenv("SOME_SWITCH", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_SWITCH"):
        environment.boolean("SOME_SWITCH", default=False)


def test_production_start_without_secret_says_which():
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "DATABASE_URL": "postgres://postgres@127.0.0.1/x",
        "REDIS_URL": "redis://127.0.0.1/0",
        "SURVEY_CODE_PEPPER": "x" * 64,
        "SURVEY_KEY_DIR": "keys",
    }
    run = subprocess.run(
        [sys.executable, "manage.py", "check"], env=variables, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "SECRET_KEY is missing. Example: SECRET_KEY=" in run.stderr
