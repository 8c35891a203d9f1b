"""Nobody sees another street: every page, API operation and admin view, as every role, against marked rows.

`home` is the people's own street; every text of `neighbour` (same district) and `foreign` (another
district) carries a marker that must not reach them. A route that the tables below do not know fails.
"""

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.world import make_world

#: First word of a route's name → the attribute of a street's world that it is about.
NOUNS = {
    "agreement": "agreement",
    "alliance": "alliance",
    "appeal": "appeal",
    "attachment": "attachment",
    "assignment": "assignment",
    "indicator": "indicator",
    "claim": "claim",
    "decision": "decision",
    "delivery": "delivery",
    "dismissal": "dismissal",
    "dispute": "dispute",
    "district": "district",
    "duty": "duty",
    "duty-add": "decision",
    "dutyterm": "duty_term",
    "flowback": "flow_back",
    "item": "item",
    "kind": "kind",
    "ledger": "claim",
    "listing": "need",
    "meetingkind": "meeting_kind",
    "meeting": "meeting",
    "match": "need",
    "membership": "membership",
    "motion": "motion",
    "minutes": "minutes",
    "minutes-circulate": "meeting",
    "minutes-draft": "meeting",
    "minutes-revise": "meeting",
    "notification": "notification",
    "opinion": "opinion",
    "organisation": "unit",
    "person": "assignment",
    "procedure": "procedure",
    "procedure-set": "alliance",
    "project": "project",
    "report": "report",
    "scheme": "scheme",
    "score": "score",
    "share": "share",
    "scorerun": "run",
    "search": "need",
    "structure": "structure",
    "survey": "survey",
    "term": "alliance",
    "api-adoptions": "adoption",
    "api-agreements": "agreement",
    "api-alliances": "alliance",
    "api-appeals": "appeal",
    "api-attachments": "attachment",
    "api-assignments": "assignment",
    "api-balance": "alliance",
    "api-claims": "claim",
    "api-shares": "share",
    "api-decisions": "decision",
    "api-deliveries": "delivery",
    "api-disputes": "dispute",
    "api-duties": "duty",
    "api-duty-terms": "duty_term",
    "api-flow-backs": "flow_back",
    "api-items": "item",
    "api-kinds": "kind",
    "api-ledger": "claim",
    "api-listings": "need",
    "api-meeting-kinds": "meeting_kind",
    "api-meetings": "meeting",
    "api-memberships": "membership",
    "api-motions": "motion",
    "api-minutes": "minutes",
    "api-notifications": "notification",
    "api-opinions": "opinion",
    "api-organisations": "unit",
    "api-organisation-merges": "unit",
    "api-procedures": "procedure",
    "api-projects": "project",
    "api-reports": "report",
    "api-schemes": "scheme",
    "api-score-runs": "run",
    "api-scores": "score",
    "api-search": "need",
    "api-structures": "structure",
    "api-surveys": "survey",
}
#: Objects of the own district that everybody in it may see (names and places, shared formulas).
SHARED_IN_DISTRICT = {
    "unit",
    "kind",
    "scheme",
    "structure",
    "indicator",
    "district",
    "meeting_kind",
}
#: Routes of no object and no list, each with the reason why it needs no walk with foreign keys.
PLAIN = {
    "home",
    "login",
    "logout",
    "set_language",
    "styleguide",
    "healthz",
    "readyz",
    "api-root",
    "api-schema",
    "api-docs",
    "password-change",
    "api-categories-list",
    "api-categories-detail",
}
#: Pages open to everybody by design; they show what was published to residents and to the public.
PUBLIC = {
    "resident-start",
    "resident-elder",
    "resident-answer",
    "public-listings",
    "public-listings-elder",
    "public-listings-poster",
}
#: Registers named otherwise than the attribute of a street's world; None: belongs to no street.
REGISTERS = {
    "category": None,
    "specialday": None,
    "agendaitem": "item",
    "stepout": "step_out",
    "dutyterm": "duty_term",
    "meetingkind": "meeting_kind",
    "dutyreport": "duty_report",
    "flowback": "flow_back",
    "user": "liaison",
    "listing": "need",
    "scorerun": "run",
    "structuretemplate": "structure",
    "organisation": "unit",
}
ROLES = ("street_admin", "staff", "community_staff", "liaison", "auditor", "expert")
DISTRICT_ROLES = ("district_admin", "district_reader")


def _routes(patterns=None, prefix=""):
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from _routes(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield entry, prefix + str(entry.pattern)


def _noun(name: str | None) -> str | None:
    """The attribute behind a route: `listing-publish` → need, `api-listings-publish` → need."""
    words = (name or "").split("-")
    for length in range(len(words), 0, -1):
        if "-".join(words[:length]) in NOUNS:
            return NOUNS["-".join(words[:length])]
    return None


def _named_routes():
    return {
        entry.name: (entry, path)
        for entry, path in _routes()
        if not path.endswith(r"\.(?P<format>[a-z0-9]+)/?$")
    }


def test_scope_every_route_is_in_the_tables():
    unknown = [
        name
        for name in _named_routes()
        if name not in PLAIN and name not in PUBLIC and (name is None or _noun(name) is None)
    ]
    assert not unknown


def _address(name: str, entry, street) -> str:
    """The route's address for the object of `street`."""
    obj = getattr(street, _noun(name))
    names = entry.pattern.converters or entry.pattern.regex.groupindex
    return reverse(name, kwargs={key: getattr(obj, "pk" if key == "pk" else key) for key in names})


def _takes_object(entry) -> bool:
    return bool(entry.pattern.converters or entry.pattern.regex.groupindex)


def _people(world):
    """Every role with the streets that must stay hidden from it."""
    for role in ROLES:
        yield role, getattr(world.home, role), (world.neighbour, world.foreign)
    for role in DISTRICT_ROLES:
        yield role, getattr(world, role), (world.foreign,)
    yield "nobody", world.nobody, (world.home, world.neighbour, world.foreign)


def _assert_clean(response, hidden, where: str) -> None:
    if response.streaming:
        body = b"".join(response.streaming_content).decode()
    else:
        body = response.content.decode()
    body += str(response.headers)
    for street in hidden:
        assert street.marker not in body, f"{where} shows {street.marker}"


def _queries(street) -> list[str]:
    """What a curious person puts behind a list's address."""
    return [
        f"?q={street.marker}&search={street.marker}",
        f"?alliance={street.alliance.pk}&organisation={street.unit.pk}&ordering=organisation__name",
        (
            f"?listing={street.need.pk}&delivery={street.delivery.pk}&copy={street.need.pk}"
            f"&parent={street.street.pk}&run={street.run.pk}&scheme={street.scheme.pk}"
        ),
    ]


@pytest.fixture
def world(db):
    return make_world()


def test_scope_lists_and_forms_show_no_other_street(world, client):
    for role, user, hidden in _people(world):
        client.force_login(user)
        for name, (entry, _path) in _named_routes().items():
            if _takes_object(entry) or name in PLAIN - {"home"} or name in PUBLIC:
                continue
            _assert_clean(client.get(reverse(name)), hidden, f"{role}: GET {name}")
            for street in hidden:
                for query in _queries(street):
                    response = client.get(reverse(name) + query)
                    where = f"{role}: GET {name}{query}"
                    assert response.status_code < 500, where
                    _assert_clean(_without_echo(response, street, query), hidden, where)


def _without_echo(response, street, query):
    """The search box repeats what the person typed; that alone is no leak."""
    if street.marker in query and not response.streaming:
        response.content = response.content.replace(f'value="{street.marker}"'.encode(), b"")
        response.content = response.content.replace(f"“{street.marker}”".encode(), b"")
    return response


def test_scope_objects_of_another_street_are_missing(world, client):
    for role, user, hidden in _people(world):
        client.force_login(user)
        for name, (entry, _path) in _named_routes().items():
            if not _takes_object(entry) or name in PUBLIC or name in PLAIN:
                continue
            for street in hidden:
                if _noun(name) in SHARED_IN_DISTRICT and street is world.neighbour:
                    continue
                address = _address(name, entry, street)
                for method in ("get", "post"):
                    response = getattr(client, method)(address)
                    where = f"{role}: {method.upper()} {address} ({name})"
                    assert response.status_code in {404, 405}, f"{where} answers {response.status_code}"
                    _assert_clean(response, hidden, where)


def test_scope_shared_objects_of_the_district_show_no_other_street(world, client):
    for role in ROLES:
        client.force_login(getattr(world.home, role))
        for name, (entry, _path) in _named_routes().items():
            if _takes_object(entry) and _noun(name) in SHARED_IN_DISTRICT:
                response = client.get(_address(name, entry, world.neighbour))
                assert response.status_code < 500
                _assert_clean(response, (world.neighbour, world.foreign), f"{role}: {name}")


def test_scope_own_objects_are_found(world, client):
    """The twin: the walk above would also pass on a site that shows nothing at all."""
    client.force_login(world.home.street_admin)
    seen = 0
    for name, (entry, _path) in _named_routes().items():
        if name.endswith("-detail") and name not in PLAIN and _noun(name) != "notification":
            response = client.get(_address(name, entry, world.home))
            assert response.status_code == 200, name
            seen += world.home.marker in response.content.decode()
    assert seen >= 10


def test_scope_posts_cannot_borrow_foreign_rows(world, client):
    """Foreign keys in a form or a JSON body are refused like missing ones, and nothing is written."""
    home, foreign = world.home, world.foreign
    client.force_login(home.community_staff)
    before = _row_counts()
    foreign_keys = {
        "alliance": foreign.alliance.pk,
        "organisation": foreign.unit.pk,
        "slot": foreign.need.slots.get().pk,
        "listing": foreign.need.pk,
        "claim": foreign.claim.pk,
        "duty": foreign.duty.pk,
        "decision": foreign.decision.pk,
        "meeting": foreign.meeting.pk,
        "proposer": foreign.unit.pk,
        "lead": foreign.unit.pk,
        "delivery": foreign.delivery.pk,
        "project": foreign.project.pk,
        "parent": foreign.street.pk,
        "run": foreign.run.pk,
        "scheme": foreign.scheme.pk,
        "user": foreign.liaison.pk,
        "host": foreign.street.pk,
        "template": foreign.structure.pk,
        "kind": foreign.kind.pk,
        "owner": foreign.district.pk,
    }
    texts = {
        "title": "x",
        "name": "x",
        "direction": "need",
        "role": "staff",
        "quantity": 1,
        "questions": ["x"],
    }
    for name, (entry, _path) in _named_routes().items():
        if _takes_object(entry) or name in PLAIN or name in PUBLIC:
            continue
        kwargs = {"content_type": "application/json"} if name.startswith("api-") else {}
        response = client.post(reverse(name), {**texts, **foreign_keys}, **kwargs)
        assert response.status_code in {400, 403, 404, 405}, f"{name} answers {response.status_code}"
        _assert_clean(response, (world.neighbour, foreign), f"POST {name}")
    assert _row_counts() == before


def _row_counts() -> dict:
    from django.apps import apps

    rooms = ("members", "alliances", "projects", "assessments")
    return {
        m._meta.label: m.objects.count() for room in rooms for m in apps.get_app_config(room).get_models()
    }


def test_scope_admin_shows_no_other_street(world, client):
    """Every register: list, search, filters, add form, foreign object, history, delete, autocomplete."""
    for role, user, hidden in _people(world):
        client.force_login(user)
        _assert_clean(client.get(reverse("admin:index")), hidden, f"{role}: admin index")
        for model, register in admin.site._registry.items():
            base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            for street in hidden:
                for query in (
                    "",
                    f"?q={street.marker}",
                    f"?organisation__id__exact={street.unit.pk}",
                    "?o=1",
                ):
                    response = client.get(reverse(f"{base}_changelist") + query)
                    assert response.status_code < 500
                    _assert_clean(_without_echo(response, street, query), hidden, f"{role}: {base}{query}")
            _assert_clean(client.get(reverse(f"{base}_add")), hidden, f"{role}: {base} add")
            attribute = REGISTERS.get(model._meta.model_name, model._meta.model_name)
            for street in hidden if attribute else ():
                if attribute in SHARED_IN_DISTRICT and street is world.neighbour:
                    continue
                for view in ("change", "history", "delete"):
                    address = reverse(f"{base}_{view}", args=[getattr(street, attribute).pk])
                    for method in ("get", "post"):
                        response = getattr(client, method)(address)
                        assert response.status_code in {302, 403, 404}, f"{role}: {method} {address}"
                        _assert_clean(response, hidden, f"{role}: {method} {address}")
            for name in register.autocomplete_fields if user.is_staff else ():
                response = client.get(
                    reverse("admin:autocomplete"),
                    {
                        "app_label": model._meta.app_label,
                        "model_name": model._meta.model_name,
                        "field_name": name,
                        "term": "",
                    },
                )
                _assert_clean(response, hidden, f"{role}: autocomplete {base} {name}")


def test_scope_anonymous_is_sent_to_sign_in(world, client):
    for name, (entry, _path) in _named_routes().items():
        if name in PLAIN or name in PUBLIC:
            continue
        address = _address(name, entry, world.home) if _takes_object(entry) else reverse(name)
        response = client.get(address)
        # The picture of a published listing is for everybody; of another one it is as if there were none.
        known = {404} if name == "attachment" else {302, 401, 403, 405}
        assert response.status_code in known, f"{name} answers {response.status_code}"
        _assert_clean(response, (world.home,), name)
