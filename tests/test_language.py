"""No English in the Chinese interface, no Chinese in the English one, outside what users wrote."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tests.crawl import Page, crawl
from tests.factories.world import make_world

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’-]+(?: [A-Za-z'’-]+)*")
QUOTE = re.compile("“([^”]+)”")
#: Words that Chinese people write in Latin letters too.
BORROWED = {
    "API",
    "http",
    "testserver",
    "v",
    "CSV",
    "Excel",
    "HTML",
    "JSON",
    "PDF",
    "QR",
    "SHA",
    "Word",
    "WPS",
    "UTF",
    "BOM",
    "ID",
    "A4",
    "sha256sum",
    "English",
    "No",
    "Wilson",
    "JPEG",
    "PNG",
    "WebP",
}
#: Words in stock admin templates outside gettext: the alternative texts of its icons.
STOCK = {"Search", "True", "False"}
ROOMS = ("members", "alliances", "projects", "assessments")


@pytest.fixture
def world(db):
    return make_world()


def _what_users_wrote(*, with_shipped: bool) -> list[str]:
    """Every free text in the tables, longest first.

    Shipped rows have names in both languages, and a page shows one of them; only the registers of the
    admin show both columns, `with_shipped`.
    """
    found = set()
    for model in (model for room in ROOMS for model in apps.get_app_config(room).get_models()):
        rows = model.objects.all()
        if model.__name__ in {"Change", "Replay"} or (model.__name__ == "Category" and not with_shipped):
            continue
        if not with_shipped and any(field.name == "owner" for field in model._meta.fields):
            rows = rows.exclude(owner=None)
        if not with_shipped and model.__name__ == "Indicator":
            rows = rows.exclude(scheme__owner=None)
        for field in model._meta.fields:
            if isinstance(field, models.CharField | models.TextField) and not field.choices:
                found |= set(rows.values_list(field.name, flat=True))
            if isinstance(field, models.JSONField):
                found |= {
                    text for value in rows.values_list(field.name, flat=True) for text in _texts(value)
                }
    return sorted((text for text in found if text), key=len, reverse=True)


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _without_quotes(words: str, written: list[str]) -> str:
    """`words` without what is quoted from users: the reasons of a match name a part of a title."""

    def drop(quote: re.Match) -> str:
        # What is compared is compared without regard to case.
        return "" if any(quote[1] in text.lower() for text in written) else quote[0]

    return QUOTE.sub(drop, words)


def _strangers(page, wrong: re.Pattern, written: list[str]) -> set[str]:
    found = set()
    for words in page.words:
        for text in written:
            if text in words:
                words = words.replace(text, "")
        words = _without_quotes(words, written)
        for match in wrong.findall(words):
            if {word.strip("-") for word in match.split()} - BORROWED:
                found.add(match)
    return found


@pytest.mark.parametrize(
    ("code", "lang", "wrong"), [("zh-hans", "zh-hans", ENGLISH), ("en", "en", CHINESE)]
)
@pytest.mark.parametrize("start", ["/", "/admin/", "/styleguide/"])
def test_language_pages_speak_one_language(world, client, code, lang, wrong, start):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    strangers, pages = {}, 0
    people = [world.home.street_admin]
    if start == "/":
        people += [world.home.liaison, world.district_reader]
    for user in people:
        client.force_login(user)
        # Users' words keep growing while the crawl looks: read them once, before.
        written = _what_users_wrote(with_shipped=start == "/admin/")
        for address, status, page in crawl(client, start, lang, most=1 if start == "/styleguide/" else 400):
            assert status < 500, address
            pages += 1
            if found := _strangers(page, wrong, written) - (STOCK if start == "/admin/" else set()):
                strangers.setdefault(address.split("?")[0], set()).update(found)
    assert pages >= 1
    assert not strangers, "\n".join(
        f"{address}: {sorted(words)[:8]}" for address, words in strangers.items()
    )


def test_language_errors_speak_one_language(world, client):
    for code, wrong in (("zh-hans", ENGLISH), ("en", CHINESE)):
        client.logout()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
        for address in ("/accounts/login/", "/no-such-page/"):
            page = Page(client.get(address).content.decode(), code)
            assert not _strangers(page, wrong, []), address
