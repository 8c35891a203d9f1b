"""Which checks a change must pass, and what repairs them."""

import os
import subprocess
import sys
import time
from pathlib import Path

from config.servers.environment import MANAGE, ROOT

# Complete and plainly false: a check must neither need a server nor touch a real one.
SETTINGS = {
    "DATABASE_URL": "postgres://check:check@127.0.0.1:1/check",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "only-for-the-checks-" + "0123456789abcdefghij" * 2,
    "SURVEY_CODE_PEPPER": "only-for-the-checks-" + "0123456789abcdefghij" * 2,
    "SURVEY_KEY_DIR": os.devnull,
    "ALLOWED_HOSTS": "check.example",
    "DEBUG": "0",
}
PYTHON = sys.executable
DJADE = str(Path(PYTHON).parent / "djade")  # a program of its own, not a module


def check() -> int:
    """Runs every check, prints a line for each, and returns 1 when one failed."""
    return 1 if failed_checks() else 0


def failed_checks() -> list[str]:
    """Runs every check and returns the names of those that failed."""
    return [name for name, command, settings in _checks() if not _passes(name, command, settings)]


def fix() -> int:
    """Repairs what a program can repair; returns 1 when something is left for a person."""
    repairs = {
        "ruff --fix": [PYTHON, "-m", "ruff", "check", "--fix", "--quiet", "."],
        "ruff format": [PYTHON, "-m", "ruff", "format", "--quiet", "."],
        "djade": [DJADE, "--target-version=5.2", *_templates()],
        "catalogue": [*MANAGE, "catalogue"],
    }
    # djade reports by its exit code that it changed a file, which here is success.
    results = [
        _passes(name, command, "dev", good=(0, 1) if name == "djade" else (0,))
        for name, command in repairs.items()
    ]
    return 0 if all(results) else 1


def _checks() -> list[tuple[str, list[str], str]]:
    """Name, command and settings module of each."""
    tool = [PYTHON, "-m"]
    return [
        ("ruff check", [*tool, "ruff", "check", "."], "dev"),
        ("ruff format", [*tool, "ruff", "format", "--check", "."], "dev"),
        (
            "imports",
            [PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c(['--no-logo'])"],
            "dev",
        ),
        ("types", [*tool, "mypy"], "dev"),
        ("django", [*MANAGE, "check", "--fail-level=WARNING"], "dev"),
        ("deployment", [*MANAGE, "check", "--deploy", "--fail-level=WARNING"], "production"),
        ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], "dev"),
        ("catalogues", [*MANAGE, "catalogue", "--check"], "dev"),
        ("templates", [DJADE, "--check", "--target-version=5.2", *_templates()], "dev"),
    ]


def _passes(name: str, command: list[str], settings: str, good: tuple[int, ...] = (0,)) -> bool:
    began = time.monotonic()
    print(f"{name:<12} ", end="", flush=True)
    environment = {**os.environ, **SETTINGS, "DJANGO_SETTINGS_MODULE": f"config.settings.{settings}"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    passed = done.returncode in good
    print(f"{'ok' if passed else 'failed':<7} {time.monotonic() - began:5.1f} s", flush=True)
    if not passed:
        print("".join(f"    {line}\n" for line in done.stdout.strip().splitlines()), end="", flush=True)
    return passed


def _templates() -> list[str]:
    """Every template of ours; the folders that begin with a dot hold other people's."""
    inside = (path.relative_to(ROOT) for path in ROOT.glob("[!.]*/**/*.html"))
    return sorted(str(path) for path in inside if "templates" in path.parts)
