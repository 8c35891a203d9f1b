"""The two web servers of a run: the same gunicorn, two plain workers each, side by side on one machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.compare import BenchError
from config.servers.processes import dying_with_parent, free_port, stop, tail

WORKERS = 2


@contextlib.contextmanager
def serving(application: str, **environment: str) -> Iterator[int]:
    """The port on which `application` answers; raises BenchError with the log's end when it does not."""
    port = free_port()
    log = Path(tempfile.mkstemp(prefix="bench-server-", suffix=".log")[1])
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}",
                f"--workers={WORKERS}", "--no-control-socket", "--log-level=warning",
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )  # fmt: skip
    try:
        _wait(server, port, log)
        yield port
    finally:
        stop(server, (signal.SIGTERM, 15))
        log.unlink(missing_ok=True)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 60) as line:
            line.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            if line.recv(12).startswith(b"HTTP/"):
                return
        time.sleep(0.05)
    raise BenchError(f"A web server did not start. The end of its log:\n{tail(log)}")
