"""The drill of claiming as an operator starts it: with the guard nothing is oversold, without it the drill fails."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from projects.management.drill.scratch import address

SMALL = ("--clients", "8", "--capacity", "10", "--attempts", "40")

server = pytest.mark.server


@pytest.fixture
def start():
    """Starts the command on a database beside that of the tests, which it only asks for another one."""

    def begin(*words):
        return subprocess.Popen(
            [sys.executable, "manage.py", "claim_drill", *SMALL, *words],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DATABASE_URL": address(connection.settings_dict),
                "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell starts what runs in its background deaf to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    return begin


def finish(drill):
    """Exit code, the table as numbers, and what was said of faults."""
    output, faults = drill.communicate(timeout=240)
    rows = re.findall(r"^([a-z, ]+?) {2,}([\d,.]+)$", output, re.MULTILINE)
    return drill.returncode, {name: float(count.replace(",", "")) for name, count in rows}, faults


def drill_name():
    return f"{connection.settings_dict['NAME']}_drill"


def drill_databases():
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [drill_name()])
        return cursor.fetchall()


@server
@pytest.mark.django_db(transaction=True)
def test_claim_drill_with_the_guard_oversells_nothing(start):
    code, rows, faults = finish(start())
    assert (code, faults) == (0, "")
    assert (rows["oversold"], rows["ledger faults"], rows["other answers"]) == (0, 0, 0)
    assert rows["accepted"] + rows["refused"] == rows["attempts"] == 40
    assert rows["claims in the database"] == rows["accepted"] > 0
    assert rows["refused"] > 0
    assert rows["claimed"] == rows["taken"] <= rows["quantity"] == 10
    # Rates of a busy machine: that the two were measured, not which is faster.
    assert rows["floor, per second"] > 0
    assert 0 < rows["ratio to the floor"] < 10
    assert not drill_databases()


@server
@pytest.mark.django_db(transaction=True)
def test_claim_drill_without_the_guard_oversells_and_fails(start):
    code, rows, faults = finish(start("--without-guard"))
    assert code == 1
    assert rows["oversold"] == rows["claimed"] - rows["quantity"] > 0
    assert f"Oversold by {rows['oversold']:.0f}" in faults
    assert not drill_databases()


@server
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_claim_drill_stopped_on_the_way_leaves_no_database(start, number):
    drill = start()
    deadline = time.monotonic() + 60
    while not drill_databases() and time.monotonic() < deadline:
        assert drill.poll() is None
    drill.send_signal(number)
    code, rows, faults = finish(drill)
    assert (code, rows) == (130, {})
    assert "Stopped" in faults
    assert not drill_databases()


@server
@pytest.mark.django_db(transaction=True)
def test_claim_drill_beside_a_database_of_that_name_is_refused():
    name = connection.ops.quote_name(drill_name())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        with pytest.raises(CommandError, match="no drill has made"):
            call_command("claim_drill", *SMALL)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


@server
@pytest.mark.django_db(transaction=True)
def test_claim_drill_by_an_account_that_may_not_is_refused():
    role = connection.ops.quote_name(f"{connection.settings_dict['NAME']}_reader")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(f"SET ROLE {role}")
    try:
        with pytest.raises(CommandError, match="right to create databases"):
            call_command("claim_drill", *SMALL)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--clients", "1"), "--clients must be from 2 to 100"),
        (("--capacity", "0"), "--capacity must be from 1"),
        (("--attempts", "9000"), "--attempts must be from 2 to 5000"),
        (("--attempts", "10"), "more than --capacity"),
    ],
)
def test_claim_drill_out_of_bounds_is_refused_before_anything_is_made(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("claim_drill", *SMALL, *words)
