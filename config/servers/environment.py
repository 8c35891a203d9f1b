"""What a Django process of `./run` finds in its environment: addresses, secrets, folders."""

import contextlib
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.servers.keeper import ADDRESSES
from config.servers.processes import ServerError

ROOT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))


def wanted_names() -> tuple[str, ...]:
    """The servers that nobody gave us: each of the two is decided by its own variable."""
    return tuple(name for name in ADDRESSES if not os.environ.get(name))


def prepare(data: Path) -> Path:
    """The data folder, made where missing; raises ServerError when it is not ours to use."""
    data = data.expanduser().absolute()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "logs").mkdir(exist_ok=True)
    except OSError as error:
        raise ServerError(
            f"The data folder {data} cannot be used: {error.strerror}. Choose another with --data."
        ) from error
    if data.stat().st_uid != os.geteuid():
        raise ServerError(
            f"The data folder {data} belongs to another user (id {data.stat().st_uid}). "
            "Run as that user, or choose another folder with --data."
        )
    return data.resolve()


@contextlib.contextmanager
def throw_away_folder(prefix: str) -> Iterator[Path]:
    """A data folder for one command."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def for_demo(data: Path, addresses: Mapping[str, str]) -> dict[str, str]:
    """The environment of the demo's processes. Secrets are made once and stay in the data folder."""
    keys = data / "survey-keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEBUG": "0",
        "SECRET_KEY": _secret(data / "secret-key"),
        "SURVEY_CODE_PEPPER": _secret(data / "survey-code-pepper"),
        "SURVEY_KEY_DIR": str(keys),
        **os.environ,
        **addresses,
    }


def _secret(path: Path) -> str:
    """The secret kept in `path`, made on first use; readable by its owner only."""
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48))
        unfinished.rename(path)
    return path.read_text()
