"""How a child is started, found again and stopped, so that none outlives its purpose."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1


class ServerError(Exception):
    """A server cannot be used; the text is one sentence for the person at the terminal."""


def dying_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` through which the kernel sends `number` when the parent dies; None off Linux."""
    if not LINUX:
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: a forked child must not import
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # the parent died before the request
            os.kill(os.getpid(), number)

    return ask_kernel


def free_port() -> int:
    """A port of 127.0.0.1 that is free now; another process may still take it first."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running_in(folder: Path, executable: str) -> Iterator[int]:
    """Processes of the program `executable` that work for `folder`.

    Both are compared, because a process id alone says nothing: after a crash it may belong to anybody.
    """
    if not LINUX:
        yield from _listed_by_ps(folder, executable)
        return
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's
            works_in = Path(os.readlink(entry / "cwd"))
            program = Path(os.readlink(entry / "exe")).name.removesuffix(" (deleted)")
            if program == executable and works_in == folder.resolve():
                yield int(entry.name)


def _listed_by_ps(folder: Path, executable: str) -> Iterator[int]:
    """The same where there is no /proc: the command line names program and folder."""
    listing = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True).stdout
    for line in listing.splitlines():
        pid, _, command = line.strip().partition(" ")
        if f"/{executable} " in command and str(folder) in command:
            yield int(pid)


def is_alive(pid: int) -> bool:
    """Whether `pid` runs; a dead child that nobody has waited for yet does not."""
    try:
        os.kill(pid, 0)
        return not LINUX or Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def stop_orphans(folder: Path, executable: str, *, gently: signal.Signals) -> None:
    """Stops what an earlier, killed owner left running in `folder`."""
    for patience, number in ((20, gently), (5, signal.SIGKILL)):
        found = list(running_in(folder, executable))
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while any(is_alive(pid) for pid in found) and time.monotonic() < deadline:
            time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> None:
    """Sends each signal in turn until `process` ends, waiting its seconds; then kills what is left.

    The process must lead a group of its own: the last step takes its children along.
    """
    for number, patience in signals:
        if process.poll() is not None:
            break
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, for the sentence that says why something did not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
