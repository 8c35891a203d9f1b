"""Keeps the English catalogue in step with the Chinese sentences in code and templates.

The sources speak Chinese, so Chinese needs no catalogue for our own words; locale/en holds the
English. Works without gettext's programs: Babel extracts, writes and compiles.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import templatize

SOURCES = ("workflow", "members", "alliances", "projects", "assessments", "config", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: The folder that holds our own sentences; zh_Hans only mends other packages' words.
OWN_WORDS = "en"
FIXED = datetime(2026, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    requires_system_checks = ()  # only files are read
    help = "Updates and compiles locale/; with --check only says whether it is stale or incomplete."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
        parser.add_argument("--missing", action="store_true", help="print the sentences without English")

    def handle(self, *args, check: bool, missing: bool, **options):
        # Babel comes with the development requirements only.
        from babel.messages import pofile

        found = _extract(settings.BASE_DIR)
        faults = []
        for folder in sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES")):
            path = folder / "django.po"
            with path.open("rb") as stream:
                catalogue = pofile.read_po(stream, locale=folder.parent.name)
            if folder.parent.name == OWN_WORDS:
                catalogue.update(found, no_fuzzy_matching=True)
                catalogue.obsolete.clear()
                empty = [m.id for m in catalogue if m.id and not _is_complete(m)]
                if missing:
                    self.stdout.write("\n".join(str(one) for one in empty))
                if empty:
                    faults.append(f"{len(empty)} sentences without English, e.g. {empty[0]!r}")
            faults += _write(folder, catalogue, only_check=check)
        if check and faults:
            raise CommandError("The catalogue is stale: " + "; ".join(faults) + ". Run ./run fix.")
        self.stdout.write("; ".join(faults) or "The catalogue is up to date.")


def _extract(base: Path):
    """Every Chinese sentence of the sources, in one catalogue, sorted."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract

    found = Catalog(charset="utf-8")
    for source in SOURCES:
        for path in sorted((base / source).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
                continue
            text = path.read_text()
            if path.suffix != ".py":
                # Python's tokenizer reads the result and would trip over the template's indentation.
                text = "\n".join(line.strip() for line in templatize(text).splitlines())
            stream = io.BytesIO(text.encode())
            for _line, message, _comments, context in extract("python", stream, keywords=KEYWORDS):
                ids = message if isinstance(message, tuple) else (message,)
                if any(_is_ours(one) for one in ids):
                    found.add(message, context=context)
    return found


def _is_ours(sentence: str | None) -> bool:
    """Whether the sentence holds a Chinese character or full-width sign; the rest is Django's own words."""
    return any(ord(character) > 0x2E7F for character in sentence or "")


def _is_complete(message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings) and not message.fuzzy


def _write(folder: Path, catalogue, *, only_check: bool) -> list[str]:
    """Write django.po and django.mo; returns what differs from the committed files."""
    from babel.messages import mofile, pofile

    # The same words give the same bytes on every day and machine.
    catalogue.creation_date = catalogue.revision_date = FIXED
    catalogue.fuzzy = False
    text, binary = io.BytesIO(), io.BytesIO()
    pofile.write_po(text, catalogue, width=0, sort_output=True, no_location=True)
    mofile.write_mo(binary, catalogue)
    faults = []
    for name, content in (("django.po", text.getvalue()), ("django.mo", binary.getvalue())):
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            faults.append(f"{path.relative_to(settings.BASE_DIR)} changed")
            if not only_check:
                path.write_bytes(content)
    return faults
