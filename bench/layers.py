"""Where the time of a full claim goes: each middleware, the view with its form and action, each statement.

The claims run in this process, through the same handler as in the server. A mark stands between every two
middlewares; what lies between two marks, on the way in and on the way out, belongs to the layer between them.
Statements are timed where they are sent, and so is the commit.
"""

import io
import pkgutil
import re
import statistics
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from unittest import mock

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings

from bench.compare import BenchError
from bench.load import Plan

CLAIMS, WARM_UP = 400, 50
#: Work told apart from the layer in which it happens. What is left of the view is routing and the redirect.
PARTS = [
    ("session and user", "django.contrib.auth.get_user"),
    ("CSRF check", "django.middleware.csrf.CsrfViewMiddleware.process_view"),
    ("person and grants, one statement", "members.models.user.UserAccounts.with_grants"),
    ("form", "projects.forms.claims.TermsForm.full_clean"),
    ("look: what the rules ask for", "projects.actions.at_once._look"),
    ("permission", "projects.permissions.check_can_claim_listing"),
    ("answer due: working days", "projects.actions.claims.set_course"),
    ("write: claim, key, message", "projects.actions.at_once._write"),
    ("the long way", "projects.actions.claim_listing"),
]
MARK = "bench.layers.mark"
_TABLE = re.compile(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)', re.I)


class Watch:
    """Seconds by layer, of Python and of the database apart. `enter` and `leave` nest."""

    def __init__(self):
        self.python, self.database = defaultdict(list), defaultdict(list)
        self.statements = defaultdict(list)
        self._now: dict[str, list[float]] = {}
        self._stack: list[str] = []
        self._since = 0.0

    def begin(self):
        self._now, self._stack, self._since = (
            defaultdict(lambda: [0.0, 0.0]),
            ["server"],
            time.perf_counter(),
        )

    def end(self):
        self._settle()
        for name, (python, database) in self._now.items():
            self.python[name].append(python)
            self.database[name].append(database)

    def enter(self, name: str):
        self._settle()
        self._stack.append(name)

    def leave(self):
        self._settle()
        self._stack.pop()

    def _settle(self):
        now = time.perf_counter()
        self._now[self._stack[-1]][0] += now - self._since
        self._since = now

    @contextmanager
    def sql(self, statement: str):
        self._settle()
        try:
            yield
        finally:
            now = time.perf_counter()
            self._now[self._stack[-1]][1] += now - self._since
            self.statements[statement].append(now - self._since)
            self._since = now


watch = Watch()


def mark(get_response):
    """The middleware between two others: whose turn it is changes here, on the way in and on the way out."""
    name = next(mark.names)

    def run(request):
        watch.enter(name)
        try:
            return get_response(request)
        finally:
            watch.leave()

    return run


def tell(plan: Plan) -> list[str]:
    """A table of the plan's last visits, heaviest layer first: shares of the whole, then the statements."""
    names = [path.rsplit(".", 1)[1] for path in settings.MIDDLEWARE]
    # Built from the inside out: the innermost mark, which stands for the view, asks for its name first.
    mark.names = iter(["view", *reversed(names)])
    marked = [path for each in settings.MIDDLEWARE for path in (MARK, each)] + [MARK]
    with ExitStack() as stack:
        stack.enter_context(override_settings(MIDDLEWARE=marked))
        stack.enter_context(connection.execute_wrapper(_timed))
        stack.enter_context(mock.patch.object(connection, "_commit", _within("COMMIT", connection._commit)))
        for name, path in PARTS:
            stack.enter_context(mock.patch(path, _part(name, path)))
        handler = WSGIHandler()
        for number, visit in enumerate(plan.visits[-CLAIMS - WARM_UP :]):
            if number == WARM_UP:
                watch.__init__()
            _claim(handler, visit, plan.people[visit.who], number)
    return _table()


def _claim(handler, visit, cookies: str, number: int) -> None:
    body = visit.body.replace("{key}", f"layers-{time.time_ns()}-{number}").encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": visit.path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_COOKIE": cookies,
    }
    status: list[str] = []
    watch.begin()
    answer = handler(environ, lambda line, headers: status.append(line))
    b"".join(answer)
    answer.close()
    watch.end()
    if not status[0].startswith("302"):
        raise BenchError(f"A claim in this process was answered {status[0]}")


def _timed(execute, sql, params, many, context):
    with watch.sql(_name(sql)):
        return execute(sql, params, many, context)


def _name(sql: str) -> str:
    words = sql.split()
    table = _TABLE.search(sql)
    if words[0].upper() == "WITH":
        return "WITH … take and claim, with history"
    if "SAVEPOINT" in words[:2]:
        return "savepoint"
    return f"{words[0].upper()} {table[1]}" if table else " ".join(words[:2])[:30]


def _within(name: str, act):
    def run(*args, **kwargs):
        with watch.sql(name):
            return act(*args, **kwargs)

    return run


def _part(name: str, path: str):
    """The function or method at `path`, with its time told apart."""
    original = pkgutil.resolve_name(path)

    def run(*args, **kwargs):
        watch.enter(name)
        try:
            return original(*args, **kwargs)
        finally:
            watch.leave()

    return run


def _table() -> list[str]:
    python = {name: statistics.mean(times) for name, times in watch.python.items()}
    database = {name: statistics.mean(times) for name, times in watch.database.items()}
    whole = sum(python.values()) + sum(database.values())
    lines = [f"{'layer':<34} {'Python':>7} {'database':>9}"]
    for name in sorted(python, key=lambda one: -python[one] - database[one]):
        lines.append(f"{name:<34} {python[name] / whole:>7.1%} {database[name] / whole:>9.1%}")
    lines.append(
        f"{'together':<34} {sum(python.values()) / whole:>7.1%} {sum(database.values()) / whole:>9.1%}"
    )
    per_claim = {name: sum(times) / CLAIMS for name, times in watch.statements.items()}
    count = sum(len(times) for times in watch.statements.values()) / CLAIMS
    lines.append(f"{count:.1f} statements a claim:")
    for name, seconds in sorted(per_claim.items(), key=lambda one: -one[1]):
        lines.append(
            f"  {name:<44} {len(watch.statements[name]) / CLAIMS:>4.1f} x  {seconds / whole:>6.1%}"
        )
    return lines
