"""How several commands share one folder's servers, and who stops them when the last command is gone.

A keeper process starts the servers as its children and listens on a socket inside the data folder. Every
command holds a connection, its line: the kernel closes it whatever way the command ends. When the last
line is closed, the keeper stops the servers cleanly and exits. If the keeper itself is killed, the kernel
signals its servers (`PR_SET_PDEATHSIG`), and what may be left is found and stopped by the next start.
"""

import contextlib
import fcntl
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.servers.postgres import Postgres
from config.servers.processes import ServerError
from config.servers.valkey import Valkey

SOCKET = "keeper.socket"
ADDRESSES = ("DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Wanted:
    """Which servers a folder runs: `names` out of ADDRESSES. A throw-away one forgets and is deleted."""

    names: tuple[str, ...]
    durable: bool = True
    throw_away: bool = False

    def arguments(self) -> list[str]:
        return [
            *self.names,
            *(["durable"] if self.durable else []),
            *(["throw-away"] if self.throw_away else []),
        ]

    @classmethod
    def from_arguments(cls, words: list[str]) -> "Wanted":
        names = tuple(name for name in ADDRESSES if name in words)
        return cls(names, durable="durable" in words, throw_away="throw-away" in words)


# --- The command's side ---------------------------------------------------------------------------
@dataclass
class Line:
    """A command's hold on the servers; `addresses` maps DATABASE_URL and REDIS_URL to their values."""

    addresses: dict[str, str]
    connection: socket.socket
    keeper: subprocess.Popen[bytes] | None

    def is_cut(self) -> bool:
        """Whether the keeper is gone, and the servers with it."""
        self.connection.setblocking(False)
        try:
            return self.connection.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Lets go. Returns when the servers have stopped, or at once when another command uses them."""
        with contextlib.suppress(OSError):
            self.connection.setblocking(True)
            self.connection.shutdown(socket.SHUT_WR)
            if self.connection.recv(16) == b"" and self.keeper is not None:
                self.keeper.wait()
        self.connection.close()


@contextlib.contextmanager
def servers(data: Path, wanted: Wanted) -> Iterator[Line]:
    """The servers of folder `data`, started or shared; raises ServerError with a sentence.

    Nothing is started when `wanted` names no server.
    """
    if not wanted.names:
        nobody, ours = socket.socketpair()
        with nobody, ours:
            yield Line({}, ours, None)
        return
    data = data.resolve()
    (data / "logs").mkdir(parents=True, exist_ok=True)
    with _alone(data):  # two commands that start at the same moment share one keeper
        line = _join(data) or _start_keeper(data, wanted)
    missing = [name for name in wanted.names if name not in line.addresses]
    try:
        if missing:
            raise ServerError(
                f"The servers of {data} already run without {' and '.join(missing)}, which was set when they "
                "started. Set it here too, or stop the other command first."
            )
        yield line
    finally:
        line.close()


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    with (data / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """A socket's path may not exceed 107 bytes, a data folder's may: name the socket from inside."""
    before = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    try:
        yield
    finally:
        os.fchdir(before)
        os.close(before)


def _join(data: Path) -> Line | None:
    """A line to the keeper that already runs; None when there is none or it is just leaving."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        with _inside(data):
            connection.connect(SOCKET)
        return Line(_read_addresses(connection), connection, None)
    except OSError:
        connection.close()
        return None


def _start_keeper(data: Path, wanted: Wanted) -> Line:
    root = Path(__file__).resolve().parents[2]
    ours, theirs = socket.socketpair()
    with theirs, (data / "logs" / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "config.servers.keeper",
                str(theirs.fileno()),
                data,
                *wanted.arguments(),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=data,
            env={**os.environ, "PYTHONPATH": str(root)},
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # a Ctrl-C or a killed process group does not reach it
        )
    try:
        return Line(_read_addresses(ours), ours, keeper)
    except OSError as error:
        ours.close()
        keeper.wait()
        raise ServerError(
            f"The servers did not start: {(data / 'logs' / 'keeper.log').read_text()}"
        ) from error
    except BaseException:  # a refusal, or Ctrl-C while they start: leave no process behind
        ours.close()
        keeper.wait()
        raise


def _read_addresses(connection: socket.socket) -> dict[str, str]:
    """What the keeper says first on every line; raises ServerError for its refusal, OSError for silence."""
    said = b""
    while not said.endswith(b"\n"):
        part = connection.recv(4096)
        if not part:
            raise ConnectionError
        said += part
    answer: dict[str, str] = json.loads(said)
    if "error" in answer:
        raise ServerError(answer["error"])
    return answer


# --- The keeper's side ----------------------------------------------------------------------------
def keep(first: socket.socket, data: Path, wanted: Wanted) -> None:
    """Runs the servers of `data` until the last line is closed, a server dies or a signal comes."""
    with (data / "keeper.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the one before may still be stopping its servers
        running: list[Postgres | Valkey] = []
        lines = {first}
        listener = socket.socket(socket.AF_UNIX)
        bell, ringer = socket.socketpair()
        bell.setblocking(False)
        ringer.setblocking(False)
        signal.set_wakeup_fd(ringer.fileno())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        try:
            addresses = {}
            try:
                for name in wanted.names:
                    server = _server(name, data, wanted)
                    running.append(server)
                    addresses[name] = server.start()
            except ServerError as error:
                first.sendall(json.dumps({"error": str(error)}).encode() + b"\n")
                return
            (data / SOCKET).unlink(missing_ok=True)
            with _inside(data):
                listener.bind(SOCKET)
            listener.listen()
            _serve_lines(listener, lines, bell, json.dumps(addresses).encode() + b"\n", running)
        finally:
            listener.close()
            (data / SOCKET).unlink(missing_ok=True)
            for server in running:
                server.stop()
            if wanted.throw_away:
                shutil.rmtree(data, ignore_errors=True)


def _server(name: str, data: Path, wanted: Wanted) -> Postgres | Valkey:
    if name == "DATABASE_URL":
        return Postgres(data / "postgres", log=data / "logs" / "postgres.log", durable=wanted.durable)
    return Valkey(data / "valkey", log=data / "logs" / "valkey.log")


def _serve_lines(
    listener: socket.socket,
    lines: set[socket.socket],
    bell: socket.socket,
    greeting: bytes,
    running: list[Postgres | Valkey],
) -> None:
    """Greets each line and returns when the last one hangs up.

    Our end of that one stays open: its command learns from the end of this process that the servers
    have stopped.
    """
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(bell, selectors.EVENT_READ)
    for line in lines:
        selector.register(line, selectors.EVENT_READ)
        line.sendall(greeting)
    while True:
        for key, _ in selector.select():
            if key.fileobj is bell:
                rung = set(bell.recv(64))
                died = any(server.process and server.process.poll() is not None for server in running)
                if died or rung - {int(signal.SIGCHLD)}:
                    return
            elif key.fileobj is listener:
                line, _ = listener.accept()
                with contextlib.suppress(OSError):
                    line.sendall(greeting)
                lines.add(line)
                selector.register(line, selectors.EVENT_READ)
            else:
                line = next(known for known in lines if known is key.fileobj)
                if len(lines) == 1:
                    return
                lines.remove(line)
                selector.unregister(line)
                with contextlib.suppress(OSError):
                    line.sendall(b"others")
                line.close()


if __name__ == "__main__":
    keep(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), Wanted.from_arguments(sys.argv[3:]))
