"""The load program counts right answers only and plays every visit once."""

import socket
import threading

import pytest

from bench.compare import BenchError
from bench.load import Plan, Visit


@pytest.fixture
def server():
    """The port of a server that answers 200, but 500 to /broken, and the requests it got."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked = []

    def serve():
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            with line:
                request = line.recv(65536)
                asked.append(request)
                status = b"500 Broken" if b"/broken" in request else b"200 OK"
                line.sendall(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\n\r\nok")

    serving = threading.Thread(target=serve)
    serving.start()
    yield listener.getsockname()[1], asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    serving.join()


def test_play_counts_answers_and_gives_fresh_keys(server):
    port, asked = server
    plan = Plan(port, [Visit("/claim/", "form_token={key}")], people=["sessionid=x"])
    rate = plan.play(0.2, connections=2)
    plan.close()

    keys = {request.rsplit(b"form_token=", 1)[1] for request in asked}
    assert rate > 0
    assert plan.answers == len(asked) == len(keys)
    assert all(b"Cookie: sessionid=x\r\n" in request for request in asked)


def test_play_wrong_status_fails(server):
    port, asked = server
    plan = Plan(port, [Visit("/broken")])
    with pytest.raises(BenchError, match="500 Broken"):
        plan.play(0.2, connections=1)
    plan.close()
