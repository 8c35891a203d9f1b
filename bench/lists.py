"""Lists: a page of fifty rows beside the floor's, a deep page beside the first, and the statements of a page."""

import re
from unittest import mock

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import data
from bench.compare import BenchError, Goal, Result
from bench.load import Bench, Plan, Visit
from members.states import Level
from projects.models import Listing
from workflow.views import Keyset

PAGE = "/listings/?direction=need"
API = "/api/listings/?direction=need"
LEFT = 60  # rows after the start of the deep page: it is as full as the first
SIZES = (50, 250)
ROW = re.compile(rb'href="/listings/(\d+)/"')


def pages(bench: Bench) -> list[Result]:
    """Read by the staff of a street; the deep page by the district, which sees several streets."""
    staff, reader = data.speaker(data.first(Level.STREET)), data.speaker(data.district())
    street, district = data.sign_in(staff), data.sign_in(reader)
    rows = Listing.objects.visible_to(reader).needs()
    seen = rows.count()
    start = rows.order_by("-pk").values_list("pk", flat=True)[seen - LEFT]

    def product(login: data.Login, address: str) -> Plan:
        return Plan(bench.product, [Visit(address)], people=[login.cookies])

    return [
        bench.rates(
            Goal("G13", "HTML list of 50 rows / bare list of the floor", at_least=0.4),
            Plan(bench.floor, [Visit("/list")]),
            product(street, PAGE),
            f"rows on the page and statements for it: {_statements(reader)}",
        ),
        bench.rates(
            # The goal says a deep page may last 1.2 times as long; as a rate that is 0.83.
            Goal("G13", "page at the end of the list / first page", at_least=1 / 1.2),
            product(district, PAGE),
            product(district, f"{PAGE}&after={start}"),
            f"the deep page starts after row {seen - LEFT} of {seen}",
        ),
    ]


def api(bench: Bench) -> list[Result]:
    """The same rows as JSON, beside Django REST framework with a serializer for each object."""
    staff = data.speaker(data.first(Level.STREET))
    login = data.sign_in(staff)

    def product() -> Plan:
        return Plan(bench.product, [Visit(API)], people=[login.cookies])

    return [
        bench.rates(
            Goal("G14", "JSON list of 50 rows / ModelSerializer of the floor, by offset", at_least=1.5),
            Plan(bench.floor, [Visit("/api_drf")]),
            product(),
        ),
        bench.rates(
            Goal("G14", "JSON list of 50 rows / ModelSerializer of the floor, by cursor"),
            Plan(bench.floor, [Visit("/api_drf_cursor")]),
            product(),
        ),
    ]


def same(bench: Bench) -> list[Result]:
    """The floor against itself: what is not 1 here is the machine's noise."""
    base, target = (Plan(bench.floor, [Visit("/list")]) for _side in range(2))
    return [bench.rates(Goal("A/A", "bare list of the floor / itself", at_least=0.9), base, target)]


def _statements(user) -> dict[int, int]:
    """Rows on the page → statements for it, asked in this process; the page is cut at 250 for once."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    found = {}
    for size in SIZES:
        with mock.patch.dict(Keyset.__init__.__kwdefaults__, size=size):
            client.get(PAGE)
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(PAGE)
        if answer.status_code != 200:
            raise BenchError(f"{PAGE} answered {answer.status_code}")
        found[len(set(ROW.findall(answer.content)))] = len(captured)
    return found
