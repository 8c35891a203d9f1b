"""Where private keys lie: one file for each open survey, in a folder that is no part of the database."""

import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from assessments.exceptions import KeyMissing


def _file(public_id: str) -> Path:
    return Path(settings.SURVEY_KEY_DIR) / f"{public_id}.key"


def keep_key(public_id: str, private: bytes) -> None:
    """Write the key for its owner's eyes only and wait until the disk has it; raises `FileExistsError`.

    A survey must never be open with its key still in a buffer: after a power cut nobody could open it.
    """
    path = _file(public_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, private)
        os.fsync(handle)
    finally:
        os.close(handle)
    _settle(path.parent)


def read_key(public_id: str) -> bytes:
    """The key of an open survey; raises `KeyMissing`."""
    try:
        return _file(public_id).read_bytes()
    except FileNotFoundError as error:
        raise KeyMissing(
            _("找不到这次测评的私钥文件（%(name)s.key），不能启封。请系统管理员从备份恢复该文件后再试。")
            % {"name": public_id}
        ) from error


def destroy_key(public_id: str) -> None:
    """Overwrite and remove the key; nothing happens when it is already gone."""
    path = _file(public_id)
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.write(handle, bytes(os.fstat(handle).st_size))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink(missing_ok=True)
    _settle(path.parent)


def kept_keys() -> dict[str, float]:
    """The survey name of each key in the folder, with the moment in which it was written."""
    folder = Path(settings.SURVEY_KEY_DIR)
    return {path.stem: path.stat().st_mtime for path in folder.glob("*.key")} if folder.is_dir() else {}


def _settle(folder: Path) -> None:
    """Make the folder's own entry durable, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
