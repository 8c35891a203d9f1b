"""How the demo runs in the foreground, and how all of it ends with its command."""

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from config.servers.environment import MANAGE, ROOT, for_demo, prepare, wanted_names
from config.servers.keeper import Line, Wanted, servers
from config.servers.processes import ServerError, dying_with_parent, stop, tail

# What `--reset` deletes: everything a demo makes, nothing else that may lie in a folder named by hand.
OWN = ("postgres", "valkey", "survey-keys", "secret-key", "survey-code-pepper", "clock")
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):
    """Somebody asked the demo to stop."""


def demo(options: argparse.Namespace) -> int:
    """Serves until Ctrl-C, SIGTERM or the terminal's end; returns the exit code."""
    began = time.monotonic()
    for number in ENDINGS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # started under nohup
            signal.signal(number, _end)
    with _until_ended():
        data = prepare(options.data)
        # The port comes first: a taken one must not cost the data that --reset deletes.
        with _only_demo(data) as note, _reserve_port(options.port) as door:
            if options.reset:
                _reset(data)
            say("starting PostgreSQL and the broker" if wanted_names() else "using the servers given")
            with servers(data, Wanted(wanted_names())) as line:
                _serve(options, data, line, door, note, began)
    say("stopped")
    return 0


def _serve(
    options: argparse.Namespace, data: Path, line: Line, door: socket.socket, note: IO[str], began: float
) -> None:
    port = door.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    environment = for_demo(data, line.addresses)
    say("bringing the database up to date")
    _manage(environment, "migrate", "--verbosity=0")
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        with door:
            for name, command in _commands(data, door).items():
                children[name] = _start(command, environment, data / "logs" / f"{name}.log", door)
        say("loading the demo data")  # while web and worker start
        logins = _manage(
            environment, "load_demo", f"--scale={options.scale}", "--print-logins", f"--address={address}"
        )
        _wait_for_page(children["web"], port, data)
        note.seek(0)
        note.truncate()
        note.write(address)
        note.flush()
        say(f"ready after {time.monotonic() - began:.1f} s")
        print(
            f"\n  {address}\n\n{logins}\nLogs: {data / 'logs'}. Stop with Ctrl-C; the data stays.",
            flush=True,
        )
        _watch(children, line, data)
    finally:
        say("stopping")
        for child in children.values():  # all at once, then one after the other
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        for child in children.values():
            stop(child, (signal.SIGTERM, 15))


def _commands(data: Path, door: socket.socket) -> dict[str, list[str]]:
    """Web, and one process for worker and clock."""
    clock = data / "clock"
    clock.mkdir(exist_ok=True)
    return {
        "web": [
            sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=fd://{door.fileno()}",
            "--workers=2", "--threads=4", "--preload",
            # Its control socket would lie in the home folder, which may be missing or shared.
            "--no-control-socket", "--graceful-timeout=5",
        ],
        "worker": [
            sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "2",
            "--loglevel=INFO", "--hostname=demo@127.0.0.1", f"--schedule={clock / 'schedule'}",
            "--without-mingle", "--without-gossip",
        ],
    }  # fmt: skip


def _start(
    command: list[str], environment: dict[str, str], log: Path, door: socket.socket
) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            env=environment,
            pass_fds=[door.fileno()] if command[2] == "gunicorn" else [],
            start_new_session=True,  # Ctrl-C reaches this command alone, which then stops them in order
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )


def _watch(children: dict[str, subprocess.Popen[bytes]], line: Line, data: Path) -> None:
    """Returns never: ends with Ended, or with ServerError when a part of the demo has died."""
    while True:
        time.sleep(1)
        for name, child in children.items():
            if child.poll() is not None:
                log = data / "logs" / f"{name}.log"
                raise ServerError(
                    f"The demo's {name} process ended by itself. The end of {log}:\n{tail(log)}"
                )
        if line.is_cut():
            raise ServerError(
                f"The demo's servers ended. See {data / 'logs'}; start again, the data is kept."
            )


def _manage(environment: dict[str, str], *arguments: str) -> str:
    """Runs a Django command and returns what it printed; its stderr goes to the terminal."""
    done = subprocess.run(
        [*MANAGE, *arguments],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=dying_with_parent(signal.SIGTERM),
    )
    if done.returncode != 0:
        raise ServerError(f"{done.stdout}`manage {' '.join(arguments)}` failed; its message stands above.")
    return done.stdout


def _reserve_port(given: int | None) -> socket.socket:
    """A listening socket for the web process: between choosing a port and serving it nobody can take it."""
    for port in (given,) if given is not None else (*range(8000, 8100), 0):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
            door.listen(128)
        except OSError as error:
            door.close()
            if given is not None:
                raise ServerError(
                    f"Port {given} cannot be used: {error.strerror}. "
                    "Choose another with --port, or leave --port out."
                ) from None
        else:
            return door
    raise ServerError("No port of 127.0.0.1 is free.")


def _wait_for_page(web: subprocess.Popen[bytes], port: int, data: Path) -> None:
    """Returns when the web process answers a request."""
    deadline = time.monotonic() + 120
    while web.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 60) as line:
            line.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            if line.recv(12).startswith(b"HTTP/"):
                return
        time.sleep(0.05)
    raise ServerError(
        f"The web process did not start. The end of its log:\n{tail(data / 'logs' / 'web.log')}"
    )


@contextlib.contextmanager
def _only_demo(data: Path) -> Iterator[IO[str]]:
    """One demo per folder. The lock goes with the process, however that ends; its text is the address."""
    with (data / "demo.lock").open("a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note.seek(0)
            raise ServerError(
                f"A demo already runs on {data} ({note.read() or 'still starting'}). "
                "Stop it with Ctrl-C, or start this one with --data and another folder."
            ) from None
        note.truncate(0)
        yield note


def _reset(data: Path) -> None:
    if os.environ.get("DATABASE_URL"):
        raise ServerError(
            "--reset deletes databases of its own only. Unset DATABASE_URL, or empty that database yourself."
        )
    if _is_in_use(data):
        raise ServerError(f"Another command uses the servers of {data}. Let it end, then --reset again.")
    for name in OWN:
        path = data / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    say(f"emptied {data}")


def _is_in_use(data: Path) -> bool:
    with (data / "keeper.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _end(number: int, _frame: object) -> None:
    for other in ENDINGS:
        signal.signal(other, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
    raise Ended(signal.Signals(number).name)


@contextlib.contextmanager
def _until_ended() -> Iterator[None]:
    with contextlib.suppress(Ended):
        yield


def say(text: str) -> None:
    """One line of progress; the terminal may be gone already."""
    with contextlib.suppress(OSError):
        print(f"run: {text}", flush=True)
