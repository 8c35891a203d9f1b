"""The demo as a newcomer meets it: an address that answers, data that stays, no process that does."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLEAN = {
    **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
    "PYTHONPATH": str(ROOT),
    "PYTHONUNBUFFERED": "1",
}


class Demo:
    """A running `./run demo`, after the install."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "config.servers", "demo", "--data", str(data)],
            env=CLEAN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "Stop with Ctrl-C" in line:
                break
        found = re.search(r"^  (http://127\.0\.0\.1:\d+/)$", self.said, re.MULTILINE)
        assert found, self.said
        self.address = found[1]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        assert self.process.stdout is not None
        self.said += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(60)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder for all: loading the demo takes longer than everything else here."""
    folder = tmp_path_factory.mktemp("demo") / "demo data"
    yield folder
    for pid in processes(folder):
        os.kill(pid, signal.SIGKILL)


def processes(data: Path) -> list[int]:
    """Every process that names the folder, or works in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            named = (
                str(data).encode() in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            )
            if named or data in Path(os.readlink(entry / "cwd")).parents:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def wait_until_none_runs(data: Path) -> None:
    deadline = time.monotonic() + 30
    while processes(data) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes(data) == []


def manage(data: Path, code: str) -> str:
    command = [sys.executable, "-P", "-m", "config.servers", "manage", "--data", str(data), "shell", "-v0"]
    return subprocess.run(
        [*command, "-c", code], env=CLEAN, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_demo_serves_keeps_its_data_after_a_kill_and_leaves_no_process(data: Path) -> None:
    count = "from members.models import User; print(User.objects.count())"
    first = Demo(data)
    with urllib.request.urlopen(first.address) as page:
        assert page.status == 200
    people = manage(data, count)  # beside the running demo, on its servers
    assert int(people) > 0

    second = subprocess.run(
        [sys.executable, "-P", "-m", "config.servers", "demo", "--data", str(data)],
        env=CLEAN, capture_output=True, text=True,
    )  # fmt: skip
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert first.address in second.stderr

    first.end(signal.SIGKILL)
    wait_until_none_runs(data)

    again = Demo(data)
    assert manage(data, count) == people
    assert again.end(signal.SIGINT) == 0
    assert processes(data) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_demo_says_which_part_died_and_stops_the_rest(data: Path) -> None:
    demo = Demo(data)
    worker = next(pid for pid in processes(data) if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(worker, signal.SIGKILL)
    assert demo.process.wait(60) == 1
    assert demo.process.stdout is not None
    assert "worker process ended" in demo.process.stdout.read()
    demo.process.stdout.close()
    wait_until_none_runs(data)
