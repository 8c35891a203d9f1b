"""Who claims in a drill: a small browser for each liaison, and all of them at the same moment."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

from django.core.management import CommandError

from projects.management.drill.street import Liaison, Street

PATIENCE = 60  # seconds for one answer
LONGEST = 300  # seconds for all of them; what was not sent by then is not sent

ACCEPTED, REFUSED = "accepted", "refused"


class Visitor:
    """One browser: keeps its cookies and follows no redirect."""

    def __init__(self, port: int):
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """The page; raises `OSError` when it is none."""
        status, text = self._exchange("GET", path)
        if status != 200:
            raise OSError(f"GET {path}: {status}")
        return text

    def post(self, path: str, fields: dict) -> int:
        """The status with which the form was answered."""
        return self._exchange("POST", path, urlencode(fields))[0]

    def sign_in(self, username: str, password: str) -> None:
        """Through the form, as a person does."""
        path = "/accounts/login/"
        fields = {
            "csrfmiddlewaretoken": csrf_token(self.get(path)),
            "username": username,
            "password": password,
        }
        if (status := self.post(path, fields)) != 302:
            raise CommandError(f"{username} could not sign in: the page answered {status}.")

    def _exchange(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            self._keep(answer)
            return answer.status, answer.read().decode()
        except HTTPException as error:
            raise OSError(f"{method} {path}: {error!r}") from error
        finally:
            line.close()

    def _keep(self, answer: HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {key: morsel.value for key, morsel in SimpleCookie(header).items()}


def csrf_token(page: str) -> str:
    """The token of the form on `page`."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    if found is None:
        raise CommandError("A page of the drill holds no form.")
    return found[1]


@dataclass(frozen=True)
class Rush:
    """How the attempts were answered, and how long all of them took."""

    answers: Counter
    seconds: float


def rush(street: Street, port: int) -> Rush:
    """Everybody signs in and opens the form; then all claim at once, 1 to 3 of it each time."""
    path = f"/listings/{street.listing.pk}/"
    slot = street.listing.slots.get().pk
    start = threading.Barrier(len(street.liaisons) + 1)
    stop = threading.Event()

    def claim(liaison: Liaison) -> Counter:
        try:
            visitor = Visitor(port)
            visitor.sign_in(liaison.username, street.password)
            token = csrf_token(visitor.get(path))
        except BaseException:
            start.abort()  # nobody waits for one who does not come
            raise
        start.wait(LONGEST)
        deadline, answers = time.monotonic() + LONGEST, Counter()
        for number, unit in enumerate(liaison.units):
            if stop.is_set() or time.monotonic() > deadline:
                break
            fields = {
                "csrfmiddlewaretoken": token,
                # As if the page had been opened anew for each attempt.
                "form_token": uuid4().hex,
                "slot": slot,
                "organisation": unit,
                "quantity": quantity(number),
                "plan": "",
            }
            answers[_outcome(visitor, f"{path}claim/", fields)] += 1
        return answers

    with ThreadPoolExecutor(len(street.liaisons)) as pool:
        waiting = [pool.submit(claim, liaison) for liaison in street.liaisons]
        try:
            start.wait(LONGEST)
            began = time.monotonic()
            answers = sum((one.result() for one in waiting), Counter())
        except threading.BrokenBarrierError:
            _raise_first(waiting)
        finally:
            stop.set()  # interrupted, the clients end with their next answer
    return Rush(answers, time.monotonic() - began)


def quantity(number: int) -> int:
    """How much the attempt with this number asks for: 1, 2, 3, 1, …"""
    return 1 + number % 3


def _outcome(visitor: Visitor, path: str, fields: dict) -> str:
    try:
        status = visitor.post(path, fields)
    except OSError as error:
        return str(error)
    return {302: ACCEPTED, 400: REFUSED}.get(status, f"answered {status}")


def _raise_first(waiting: list) -> None:
    """The reason, not the barrier that broke for it."""
    faults = [fault for one in waiting if (fault := one.exception())]
    reasons = [fault for fault in faults if not isinstance(fault, threading.BrokenBarrierError)]
    fault = (reasons or faults)[0]
    raise CommandError(f"The clients could not get ready: {fault}") from fault
