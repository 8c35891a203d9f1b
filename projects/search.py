"""What the one search finds within a person's sight: needs and resources, projects, units."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from members.models import Organisation
from members.reports import with_place
from projects.models import Listing, Project
from workflow.search import Piece, excerpt, mark, words_of

#: Rows of each noun; the list of the noun has the rest.
SHOWN = 10


@dataclass(frozen=True)
class Hit:
    """One row found. `title` and `about` are marked; `passage` shows a word that stands in neither of them."""

    row: Model
    title: list[Piece]
    about: list[Piece]
    passage: list[Piece]


@dataclass(frozen=True)
class Group:
    """The hits of one noun, newest first, units by their sound. `list_name` is the route of the whole list."""

    noun: str
    heading: str
    hits: list[Hit]
    has_more: bool
    list_name: str


def search(user, query: str) -> list[Group]:
    """What of each noun holds every word of `query`; nouns without a hit are left out, a query without words finds nothing."""
    words = words_of(query)
    if not words:
        return []
    groups = [
        _listings(user, query, words),
        _projects(user, query, words),
        _organisations(user, query, words),
    ]
    return [group for group in groups if group.hits]


def _listings(user, query: str, words: list[str]) -> Group:
    rows = Listing.objects.visible_to(user).search(query).with_parties().order_by("-pk")[: SHOWN + 1]
    hits = [
        _hit(
            row,
            words,
            title=row.title,
            about=[
                row.get_direction_display(),
                row.organisation.name,
                str(row.category),
                row.get_state_display(),
            ],
            texts=[row.place, row.audience, row.note, row.done_means],
        )
        for row in rows
    ]
    return Group("listings", _("需求与资源"), hits[:SHOWN], len(hits) > SHOWN, "listing-list")


def _projects(user, query: str, words: list[str]) -> Group:
    rows = Project.objects.visible_to(user).search(query).with_parties().order_by("-pk")[: SHOWN + 1]
    hits = [
        _hit(
            row,
            words,
            title=row.title,
            about=[row.owner.name, row.get_state_display()],
            texts=[row.aim],
        )
        for row in rows
    ]
    return Group("projects", _("项目"), hits[:SHOWN], len(hits) > SHOWN, "project-list")


def _organisations(user, query: str, words: list[str]) -> Group:
    rows = Organisation.objects.visible_to(user).search(query).order_by("sort_key", "pk")[: SHOWN + 1]
    hits = [
        _hit(row, words, title=row.name, about=[str(row.kind), row.place], texts=[])
        for row in with_place(rows)
    ]
    return Group("organisations", _("组织与单位"), hits[:SHOWN], len(hits) > SHOWN, "organisation-list")


def _hit(row: Model, words: list[str], *, title: str, about: Iterable[str], texts: Iterable[str]) -> Hit:
    marked, line = mark(title, words), mark(" · ".join(part for part in about if part), words)
    elsewhere = [word for word in words if not _shows(title, word)]
    return Hit(row, marked, line, excerpt(texts, elsewhere))


def _shows(text: str, word: str) -> bool:
    return any(piece.is_found for piece in mark(text, [word]))
