"""The documentation speaks of what the code holds, and leads nowhere that does not exist."""

import inspect
import re
from enum import Enum
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import Choices
from django.urls import Resolver404, resolve
from django.utils.translation import override

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("members", "alliances", "projects", "assessments")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
#: The first two cells of each row of a table: the word of the code, the term of the interface.
ROWS = set(re.findall(r"^\| `([\w.]+)` \| ([^|]+?) \|", GLOSSARY, re.MULTILINE))


def _choices(room: str) -> list[type[Choices]]:
    found = vars(import_module(f"{room}.states")).values()
    return [one for one in found if isinstance(one, type) and issubclass(one, Enum) and len(one)]


def _verbs(room: str) -> set[str]:
    """The acts of `room`: public functions of its actions that ask who acts, and the resident's own."""
    found = {"answer_survey"} if room == "assessments" else set()
    for path in (ROOT / room / "actions").glob("*.py"):
        module = import_module(
            f"{room}.actions" if path.stem == "__init__" else f"{room}.actions.{path.stem}"
        )
        for name, value in vars(module).items():
            if inspect.isfunction(value) and not name.startswith("_") and value.__module__.startswith(room):
                if "by" in inspect.signature(value).parameters:
                    found.add(name)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_glossary_names_every_model_with_its_term(room):
    with override("zh-hans"):
        wanted = {
            (model.__name__, str(model._meta.verbose_name))
            for model in apps.get_app_config(room).get_models()
        }
    assert wanted <= ROWS


@pytest.mark.parametrize("room", ROOMS)
def test_glossary_names_every_state_and_role_with_its_term(room):
    with override("zh-hans"):
        wanted = {
            (f"{choices.__name__}.{member.name}", str(member.label))
            for choices in _choices(room)
            for member in choices
        }
    assert wanted <= ROWS


def test_glossary_names_nothing_that_is_gone():
    """Every row that looks like a model, a choice or a verb still is one."""
    known = {model.__name__ for room in ROOMS for model in apps.get_app_config(room).get_models()}
    known |= {f"{c.__name__}.{member.name}" for room in ROOMS for c in _choices(room) for member in c}
    known |= {verb for room in ROOMS for verb in _verbs(room)}
    assert {code for code, _term in ROWS} <= known


@pytest.mark.parametrize("room", ROOMS)
def test_glossary_names_every_verb(room):
    assert _verbs(room) <= {code for code, _term in ROWS}


def test_states_page_is_fresh():
    call_command("state_diagram", "--check", verbosity=0)


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(document):
    dead = []
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", _prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _sharp, heading = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (heading and heading not in _headings(file)):
            dead.append(target)
    assert not dead


def test_pictures_are_there():
    missing = [
        target
        for document in PAGES
        for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", _prose(document))
        if not (document.parent / target).is_file()
    ]
    assert not missing


def test_settings_named_in_docs_exist():
    """The limits page names settings that are there."""
    text = (ROOT / "docs" / "reference" / "limits.md").read_text()
    named = set(re.findall(r"`([A-Z][A-Z_]{5,})`", text))
    assert not {name for name in named if not hasattr(settings, name) and not _is_constant(name)}


def test_line_names_addresses_that_take_posts():
    text = (ROOT / "docs" / "explanation" / "line.md").read_text()
    addresses = re.findall(r"`POST (/\S+)`", text)
    assert addresses
    assert not [address for address in addresses if not _takes_posts(address)]


def test_decisions_are_numbered_as_their_files():
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [file.name[:4] for file in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert all(file.read_text().startswith(f"# {file.name[:4]} ") for file in files)


def _takes_posts(address: str) -> bool:
    try:
        found = resolve(address.replace("{id}", "1").replace("{public_id}", "abcdefghjk"))
    except Resolver404:
        return False
    # A viewset says which methods an address takes; a plain view is tried by its room's own tests.
    return "post" in getattr(found.func, "actions", {"post": ""})


def _prose(document: Path) -> str:
    """The page without code, in which brackets mean something else."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(), flags=re.DOTALL)


def _headings(file: Path) -> set[str]:
    """The anchors of a page, made as code hosts make them."""
    lines = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def _is_constant(name: str) -> bool:
    """Whether a room defines `name` at the top of a file, or the database settings hold it."""
    sources = (path for room in (*ROOMS, "workflow") for path in (ROOT / room).rglob("*.py"))
    return (
        name in settings.DATABASES["default"]
        or name in settings.REST_FRAMEWORK
        or any(re.search(rf"^{name}\b", path.read_text(), re.MULTILINE) for path in sources)
    )
