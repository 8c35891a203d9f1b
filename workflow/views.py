"""What the pages of every room share: finding within sight, and turning a refusal into a form error."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from workflow.exceptions import NotPermitted, Refusal

T = TypeVar("T")
PAGE_ROWS = 50
COUNT_CAP = 1001


def find(rows: Any, user, **lookup) -> Any:
    """The one row of `rows` that `user` may see; a foreign one is a 404 like a missing one."""
    return get_object_or_404(rows.visible_to(user), **lookup)


def read_id(text: str | None) -> int | None:
    """The number of a row, as an address or a form names it; None for anything that can be none."""
    if text and text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    return None


def attempt(form: forms.BaseForm, act: Callable[[], T]) -> T | None:
    """The result of `act()`; a refusal becomes the form's error at its field and gives None.

    A form that asks in parts names in `shown_at` which of its fields shows an error of the whole.
    `NotPermitted` passes through: the whole page was not this person's to use.
    """
    try:
        return act()
    except NotPermitted:
        raise
    except Refusal as refusal:
        field = getattr(form, "shown_at", {}).get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, str(refusal.sentence))
        return None


def show_form(request: HttpRequest, form: forms.BaseForm, template: str, context: dict) -> HttpResponse:
    """The page of a form: 400 when it was sent with errors."""
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)


def sum_above(form: forms.BaseForm) -> forms.BaseForm:
    """`form`, its error summary left to the page, which shows it on top.

    On a page of several cards the form may lie far below on a phone, or be gone since the other side acted.
    """
    form.is_summed_above = True  # type: ignore[attr-defined]  # read by templates alone
    return form


class Keyset:
    """One page of `rows` (ordered by -id), cut by the id in `?after=` or `?before=`, never by a row number.

    `items` is a list of at most `size` rows; `next` and `previous` are ids for the links or None;
    `count` is exact up to 1,000 and then None, meaning "more than 1,000".
    """

    def __init__(self, rows: QuerySet, params, *, size: int = PAGE_ROWS):
        self.size = size
        after, before = _number(params, "after"), _number(params, "before")
        if before is not None:
            found = list(rows.filter(pk__gt=before).order_by("pk")[: size + 1])
            has_more, has_less = True, len(found) > size
            self.items = found[:size][::-1]
        else:
            page = rows if after is None else rows.filter(pk__lt=after)
            found = list(page.order_by("-pk")[: size + 1])
            has_more, has_less = len(found) > size, after is not None
            self.items = found[:size]
        self.next = self.items[-1].pk if self.items and has_more else None
        self.previous = self.items[0].pk if self.items and has_less else None
        self._rows = rows

    @property
    def count(self) -> int | None:
        seen = self._rows.order_by().values("pk")[:COUNT_CAP].count()
        return seen if seen < COUNT_CAP else None

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)


def _number(params, name: str) -> int | None:
    value = params.get(name)
    number = read_id(value)
    if value and number is None:
        raise Http404
    return number
