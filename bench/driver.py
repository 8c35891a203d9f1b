"""The load program: plays the visits of a plan against one server for some seconds. Standard library alone.

One driver serves both sides of a ratio, in a process of its own. `python -m bench.driver PLAN` reads the
plan (see `bench.load.Plan`) and prints one JSON object.
"""

import argparse
import itertools
import json
import secrets
import socket
import sys
import threading
import time
from pathlib import Path

PATIENCE = 20  # seconds for one answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("plan", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--start", type=int, default=0, help="the first visit; each is played once in turn")
    options = parser.parse_args()
    plan = json.loads(options.plan.read_text())
    json.dump(play(plan, options.seconds, options.connections, options.start), sys.stdout)


def play(plan: dict, seconds: float, connections: int, start: int) -> dict:
    """Closed loop: every connection sends its next visit when the last was answered."""
    visits, heads = plan["visits"], [head.encode() for head in plan["heads"]]
    address = ("127.0.0.1", plan["port"])
    # One shared counter: no two connections, and no two rounds, play the same visit.
    turns = itertools.count(start)
    prefix = secrets.token_hex(8)
    taken: list[float] = []
    wrong: list[str] = []
    began = time.perf_counter()
    deadline = began + seconds

    def visitor() -> None:
        while (sent := time.perf_counter()) < deadline:
            turn = next(turns)
            method, path, head, body = visits[turn % len(visits)]
            request = _request(method, path, heads[head], body.replace("{key}", f"{prefix}-{turn}"))
            try:
                answer = _exchange(address, request)
            except OSError as error:
                wrong.append(f"{method} {path}: {error}")
                continue
            taken.append(time.perf_counter() - sent)
            if answer[9:12] != plan["expects"].encode():
                wrong.append(f"{method} {path}: {answer[:400].decode(errors='replace')}")

    threads = [threading.Thread(target=visitor) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    taken.sort()
    return {
        "answers": len(taken),
        "used": next(turns) - start,
        "per_second": len(taken) / elapsed,
        "p50": taken[len(taken) // 2] if taken else 0,
        "p99": taken[len(taken) * 99 // 100] if taken else 0,
        "wrong": len(wrong),
        "first_wrong": wrong[:1],
        "driver_share": time.process_time() / elapsed,
    }


def _request(method: str, path: str, head: bytes, body: str) -> bytes:
    content = body.encode()
    length = f"Content-Length: {len(content)}\r\n" if method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\n{length}".encode() + head + b"\r\n" + content


def _exchange(address: tuple[str, int], request: bytes) -> bytes:
    """The whole answer; the servers close the connection after each."""
    with socket.create_connection(address, PATIENCE) as line:
        line.sendall(request)
        pieces = []
        while piece := line.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


if __name__ == "__main__":
    main()
