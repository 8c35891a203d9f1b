"""`run` on a bare machine: it makes its environment once, repairs a broken one, and answers --help without it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERBS = ("demo", "test", "check", "fix", "bench", "manage")
# Stands in for the product: says which folder it stands in and what it was given.
ECHO = "import os, sys; print('echo', os.getcwd(), *sys.argv[1:])"


def run(root: Path, *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "run"), *arguments],
        cwd=cwd, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose product needs no package, under a path with a space."""
    root = tmp_path / "my checkout"
    (root / "config" / "servers").mkdir(parents=True)
    shutil.copy(ROOT / "run", root)
    shutil.copy(ROOT / "config" / "servers" / "options.py", root / "config" / "servers")
    (root / "config" / "__init__.py").write_text("")
    (root / "config" / "servers" / "__main__.py").write_text(ECHO)
    (root / "requirements.txt").write_text("# none\n")
    (root / "requirements-dev.txt").write_text("# none\n")
    return root


@pytest.mark.parametrize("verb", VERBS)
def test_run_help_answers_before_any_install(checkout: Path, verb: str) -> None:
    answer = run(checkout, verb, "--help", cwd=checkout)
    assert answer.returncode == 0
    assert f"usage: run {verb}" in answer.stdout
    assert not (checkout / ".venv").exists()


def test_run_wrong_port_names_the_option(checkout: Path) -> None:
    answer = run(checkout, "demo", "--port", "70000", cwd=checkout)
    assert answer.returncode == 2
    assert "--port" in answer.stderr
    assert "1 to 65535" in answer.stderr


def test_run_installs_once_per_requirements_file_and_repairs(checkout: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # A folder `config` where the user stands must not be taken for the product's.
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "__init__.py").write_text("raise SystemExit('the wrong config')")

    first = run(checkout, "manage", "migrate", "--plan", cwd=tmp_path, HOME=str(home))
    assert first.stdout.splitlines()[-1] == f"echo {tmp_path} manage migrate --plan"
    assert "making .venv" in first.stdout
    assert "installing" in first.stdout

    second = run(checkout, "manage", "migrate", cwd=tmp_path, HOME="")
    assert second.stdout == f"echo {tmp_path} manage migrate\n"

    assert "requirements-dev.txt" in run(checkout, "check", cwd=tmp_path).stdout
    assert "installing" not in run(checkout, "check", cwd=tmp_path).stdout

    (checkout / "requirements.txt").write_text("# another\n")
    assert "installing" in run(checkout, "demo", cwd=tmp_path).stdout

    (checkout / ".venv" / "bin" / "python").unlink()  # half-made: interrupted, or its Python is gone
    repaired = run(checkout, "demo", cwd=tmp_path)
    assert "making .venv" in repaired.stdout
    assert repaired.stdout.splitlines()[-1] == f"echo {tmp_path} demo"


def test_run_without_venv_module_says_so_in_one_line(checkout: Path) -> None:
    # What Debian's bare python3 looks like: `venv` is there, `ensurepip` is not.
    hide = "import sys, runpy, importlib.util as u; find = u.find_spec\n"
    hide += "u.find_spec = lambda name, *rest: None if name == 'ensurepip' else find(name, *rest)\n"
    hide += f"sys.argv = ['run', 'demo']; runpy.run_path({str(checkout / 'run')!r}, run_name='__main__')"
    answer = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, cwd=checkout)
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "python3-venv" in answer.stderr


def test_run_without_a_package_in_reach_fails_and_can_be_repeated(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    for _ in range(2):
        answer = run(checkout, "demo", cwd=checkout, PIP_NO_INDEX="1")
        assert answer.returncode == 2
        assert "pip could not install requirements.txt" in answer.stderr
    assert not (checkout / ".venv" / "installed").exists()
