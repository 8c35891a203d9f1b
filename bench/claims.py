"""The full claim POST beside the bare two-statement claim of the floor, and whether every answer was a claim."""

import random
from dataclasses import replace
from urllib.parse import urlencode

from bench import data, layers
from bench.compare import BenchError, Goal, Result
from bench.load import Bench, Plan, Visit
from members.models import Notification, User
from projects.models import Claim, Listing

ITEMS, UNITS = 30_000, 2_500
#: Each liaison claims each need once: a second claim of a slot waits for the first one's answer.
LIAISONS, NEEDS = 100, 100


def measure(bench: Bench) -> list[Result]:
    """Signed in, CSRF, scope, request key, history, message: all of it against an UPDATE and an INSERT."""
    target = product_plan(bench.product)
    before = Claim.objects.count(), Notification.objects.count()
    result = bench.rates(
        Goal("G1", "full claim POST / bare claim of the floor", at_least=0.6),
        floor_plan(bench.floor),
        target,
    )
    after = Claim.objects.count(), Notification.objects.count()
    claims, messages = (new - old for old, new in zip(before, after, strict=True))
    # A redirect to the sign-in page would be fast and worth nothing.
    if claims != target.answers or messages < claims:
        raise BenchError(f"{target.answers} answers left {claims} claims and {messages} messages")
    return [replace(result, notes=(*result.notes, *layers.tell(target)))]


def floor_plan(port: int) -> Plan:
    """Any unit takes any of 30,000 items."""
    pick = random.Random(1)
    pairs = ((pick.randint(1, ITEMS), pick.randint(1, UNITS)) for _number in range(10_000))
    return Plan(port, [Visit("/claim_cond", f"item={item}&unit={unit}") for item, unit in pairs])


def product_plan(port: int) -> Plan:
    """Liaisons of ten streets, each signed in, claim needs of their own alliance as the page's form does."""
    visits, people = [], []
    for who, liaison in enumerate(data.liaisons(LIAISONS)):
        login = data.sign_in(liaison)
        people.append(login.cookies)
        for need in data.open_needs(liaison, NEEDS):
            visits.append(Visit(f"/listings/{need.pk}/claim/", claim_form(need, liaison, login), who))
    random.Random(1).shuffle(visits)
    return Plan(port, visits, expects=302, people=people)


def claim_form(need: Listing, liaison: User, login: data.Login) -> str:
    """The fields of the claim form; `{key}` is the form's token."""
    fields = {
        "csrfmiddlewaretoken": login.csrf_token,
        "slot": need.slot_id,
        "organisation": liaison.organisation.pk,
        "quantity": 1,
        "plan": "",
    }
    return urlencode(fields) + "&form_token={key}"
