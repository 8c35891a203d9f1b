"""A web server on the scratch database, on loopback alone."""

import contextlib
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError

from projects.management.drill.visitors import Visitor

GUARDED = "config.wsgi:application"
UNGUARDED = "projects.management.drill.unguarded:application"


@contextlib.contextmanager
def serving(
    application: str, environment: dict[str, str], *, door: str = "/accounts/login/"
) -> Iterator[int]:
    """The port on which `application` answers at `door`; raises `CommandError` with the log's end when not."""
    with (
        tempfile.NamedTemporaryFile(prefix="claim-drill-", suffix=".log") as log,
        socket.create_server(("127.0.0.1", 0)) as entrance,
    ):
        port = entrance.getsockname()[1]
        server = subprocess.Popen(  # noqa: S603 - our own words
            [
                sys.executable, "-m", "gunicorn", application, f"--bind=fd://{entrance.fileno()}",
                "--workers=2", "--threads=4", "--no-control-socket", "--graceful-timeout=5",
                "--log-level=warning",
            ],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[entrance.fileno()],
            env=environment,
            start_new_session=True,  # Ctrl-C reaches the command alone, which then stops the server
            preexec_fn=_dying_with_parent(),
        )  # fmt: skip
        try:
            # Held by the server alone: when it ends, whoever waits at the door learns it.
            entrance.close()
            try:
                Visitor(port).get(door)
            except OSError as error:
                words = "\n".join(Path(log.name).read_text(errors="replace").splitlines()[-8:])
                raise CommandError(f"The web server did not start. The end of its log:\n{words}") from error
            yield port
        finally:
            _stop(server)


def of_product(database: str) -> dict[str, str]:
    """The environment in which the product serves `database`."""
    return {
        **os.environ,
        # Production would ask for TLS, which a drill has not.
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEBUG": "0",
        "DATABASE_URL": database,
        # Nobody listens there: without Redis the database answers, and the site's own keeps no drill's sessions.
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "SECRET_KEY": secrets.token_urlsafe(48),
    }


def _dying_with_parent() -> Callable[[], object] | None:
    """After `kill -9` of the command the kernel stops the server, which would keep the database in use; on Linux."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: a forked child must not import
    return lambda: libc.prctl(1, int(signal.SIGTERM))  # 1 is PR_SET_PDEATHSIG


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(15)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
