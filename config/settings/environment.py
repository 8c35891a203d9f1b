"""How a setting is read from the environment, and what is said when it is missing or wrong.

Every reader raises `ImproperlyConfigured` with the setting's name and an example, so that a wrong
deployment stops at start instead of at the first request.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, *, example: str, default: str | None = None, at_least: int = 1) -> str:
    """The value of `name`; raises when it is missing without a default or shorter than `at_least`."""
    value = os.environ.get(name, default)
    if value is None or value == "":
        raise ImproperlyConfigured(f"{name} is missing. Example: {name}={example}")
    if len(value) < at_least:
        raise ImproperlyConfigured(
            f"{name} is too short: {at_least} characters at least. Example: {name}={example}"
        )
    return value


def boolean(name: str, *, default: bool) -> bool:
    """The value of `name` as true or false; raises on any other word."""
    value = os.environ.get(name, str(default)).strip().lower()
    if value in TRUE or value in FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false. Example: {name}=1")


def words(name: str, *, example: str, default: str = "") -> list[str]:
    """The comma-separated words of `name`; raises when the list is empty and no default was given."""
    found = [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]
    if not found and not default:
        raise ImproperlyConfigured(f"{name} is missing. Example: {name}={example}")
    return found


def folder(name: str, *, example: str, default: str | None = None) -> Path:
    """The folder named by `name`; it need not exist yet."""
    return Path(text(name, example=example, default=default))


def url(name: str, schemes: tuple[str, ...], *, example: str, default: str | None = None) -> str:
    """The address in `name`; raises when its scheme is none of `schemes`."""
    value = text(name, example=example, default=default)
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} must start with {' or '.join(s + '://' for s in schemes)}. Example: {name}={example}"
        )
    return value


def database(name: str, *, example: str, default: str | None = None) -> dict[str, object]:
    """Django's DATABASES entry for the PostgreSQL address in `name`.

    A host that begins with a slash is a socket folder and is written percent-encoded or as `?host=`.
    """
    parts = urlsplit(url(name, ("postgres", "postgresql"), example=example, default=default))
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Example: {name}={example}") from error
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} names no database. Example: {name}={example}")
    return {
        "ENGINE": "workflow.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "")) or unquote(parts.hostname or ""),
        "PORT": str(port or query.get("port", "")),
    }
