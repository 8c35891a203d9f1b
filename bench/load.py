"""What is asked of a server, and how often it answers in a second."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.compare import BenchError, Goal, Result, by_turns

CONNECTIONS = 8


@dataclass(frozen=True)
class Visit:
    """One request. `who` is the index of its cookies in `Plan.people`; `{key}` in `body` becomes a fresh key."""

    path: str
    body: str = ""
    who: int = 0

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"


@dataclass
class Plan:
    """The visits to one server, played in turn and each once; `expects` is the only right status."""

    port: int
    visits: list[Visit]
    expects: int = 200
    people: list[str] = field(default_factory=lambda: [""])
    headers: str = ""
    used: int = 0
    answers: int = 0
    p99: float = 0
    driver_share: float = 0
    _file: Path | None = None

    def play(self, seconds: float, connections: int = CONNECTIONS) -> float:
        """Answers per second; raises BenchError on any answer of another status."""
        if self._file is None:
            self._file = Path(tempfile.mkstemp(prefix="bench-plan-", suffix=".json")[1])
            self._file.write_text(json.dumps(self._as_dict()))
        done = subprocess.run(
            [
                sys.executable, "-m", "bench.driver", str(self._file), f"--seconds={seconds}",
                f"--connections={connections}", f"--start={self.used}",
            ],
            capture_output=True,
            text=True,
        )  # fmt: skip
        if done.returncode:
            raise BenchError(f"The load program failed: {done.stderr[-500:]}")
        seen = json.loads(done.stdout)
        if seen["wrong"]:
            raise BenchError(f"{seen['wrong']} wrong answers, the first: {seen['first_wrong'][0]}")
        self.used += seen["used"]
        self.answers += seen["answers"]
        self.p99, self.driver_share = seen["p99"], seen["driver_share"]
        return seen["per_second"]

    def close(self) -> None:
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _as_dict(self) -> dict:
        common = f"Host: 127.0.0.1:{self.port}\r\nConnection: close\r\n{self.headers}"
        if any(visit.body for visit in self.visits):
            common += "Content-Type: application/x-www-form-urlencoded\r\n"
        return {
            "port": self.port,
            "expects": str(self.expects),
            "heads": [common + (f"Cookie: {cookies}\r\n" if cookies else "") for cookies in self.people],
            "visits": [(visit.method, visit.path, visit.who, visit.body) for visit in self.visits],
        }


@dataclass(frozen=True)
class Bench:
    """One run: where the two servers answer, how many pairs, and how long each half of a pair lasts."""

    product: int
    floor: int
    rounds: int
    seconds: float

    def rates(self, goal: Goal, base: Plan, target: Plan, *notes: str) -> Result:
        """Answers per second of both sides by turns."""
        try:
            bases, targets = by_turns(
                lambda: base.play(self.seconds), lambda: target.play(self.seconds), self.rounds
            )
        finally:
            base.close()
            target.close()
        driver = max(base.driver_share, target.driver_share)
        return Result(
            goal,
            bases,
            targets,
            unit="answers per second",
            notes=(*notes, f"the load program took {driver:.0%} of one core at most"),
            rows={"p99_base": round(base.p99, 4), "p99_target": round(target.p99, 4)},
        )

    def times(
        self, goal: Goal, base: Callable[[], object], target: Callable[[], object], *notes: str
    ) -> Result:
        """Seconds of both, each called as often as fills about a tenth of `seconds`, by turns."""
        bases, targets = by_turns(
            lambda: _seconds(base, self.seconds / 10),
            lambda: _seconds(target, self.seconds / 10),
            self.rounds,
        )
        return Result(goal, bases, targets, unit="seconds", notes=notes)

    def spans(self, goal: Goal, base: Callable[[], float], target: Callable[[], float]) -> Result:
        """Seconds that both measure of themselves, once a turn: for jobs that last long enough."""
        bases, targets = by_turns(base, target, self.rounds)
        return Result(goal, bases, targets, unit="seconds")


def _seconds(act: Callable[[], object], span: float) -> float:
    """The median seconds of one call, over three calls at least."""
    taken: list[float] = []
    while len(taken) < 3 or sum(taken) < span:
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
