"""What a street needs and offers, open to everybody: no sign-in, and no word about any person.

The page is the same for every visitor: templates are rendered without the request, so nothing of a session
can reach bytes that a cache may keep. The owner's free note stays inside.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from members.models import Organisation
from members.models.organisation import subtree
from members.states import Level
from projects.filters import PublicFilter
from projects.models import Attachment, Category, Listing, Slot
from projects.states import Direction
from workflow.views import PAGE_ROWS, Keyset

#: What is asked in each list, and the alliance's column that names it.
SECTIONS = [
    (Direction.NEED, _("还缺什么"), "needs_name"),
    (Direction.RESOURCE, _("可以用的"), "resources_name"),
]
MAX_AGE = 60
#: Answers to who waits for something: the newest are enough for a page that phones open.
MOST_ANSWERS = 10


@login_not_required
@require_safe
def public_listings(request: HttpRequest, pk: int, elder: bool = False) -> HttpResponse:
    """The open needs and resources of one street; `elder` in large type. A closed street: 404.

    Without `?direction=` the newest of both, half a page each; with it one of them, page by page.
    """
    street = _street(pk)
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        rows = Listing.objects.public().hosted_under(street).with_parties().defer("note", "done_means")
        found = PublicFilter(
            request.GET,
            rows.prefetch_related(
                Prefetch("slots", Slot.objects.ahead(), "slots_ahead"),
                Prefetch("attachments", Attachment.objects.defer("content"), "pictures"),
            ),
        )
        is_valid = found.is_valid()
        chosen = {name: request.GET[name] for name in found.filters if is_valid and request.GET.get(name)}
        if asked == language:
            chosen["lang"] = language
        names = ("public-listings", "public-listings-elder")
        here, other = (reverse(name, args=[pk]) for name in (reversed(names) if elder else names))
        body = render_to_string(
            "projects/public_listings.html",
            {
                "street": street,
                "place": street.name,
                "area": Organisation.objects.get(path=street.district_path).name,
                "today": timezone.localdate(),
                "elder": elder,
                "here": here,
                "other": _address(other, chosen),
                "whole": _address(here, chosen, direction=None),
                "languages": [
                    (code, _address(here, chosen, lang=code))
                    for code, _name in settings.LANGUAGES
                    if code != language
                ],
                "form": found.form,
                "chosen": chosen,
                "categories": Category.objects.grouped(),
                "directions": Direction.choices,
                "sections": [
                    _section(
                        found.qs if is_valid else rows.none(), direction, heading, request, here, chosen
                    )
                    | {"question": question}
                    for direction, question, heading in _headings(street)
                    if chosen.get("direction", direction) == direction
                ],
                "answers": [] if chosen.keys() - {"lang"} else _answers(street),
            },
        )
    response = HttpResponse(body, status=200 if is_valid else 400, headers={"Content-Language": language})
    if is_valid:
        patch_cache_control(response, public=True, max_age=MAX_AGE)
    # The language comes from the browser's header or from the language cookie.
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@login_not_required
@require_safe
def public_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The A4 poster with the address of the street's page, for whoever wants to hang it up."""
    address = request.build_absolute_uri(reverse("public-listings", args=[pk]))
    return render(request, "projects/public_poster.html", {"street": _street(pk), "address": address})


def _street(pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.open(), pk=pk, kind__level=Level.STREET)


def _headings(street: Organisation) -> list[tuple]:
    """Direction, question and heading of both lists: the alliances' own names where they agree, else the question."""
    names = Alliance.objects.open().filter(subtree("host__path", street.path))
    named = list(names.values(*(column for _direction, _question, column in SECTIONS)).distinct()[:2])
    return [
        (direction, question, named[0][column] if len(named) == 1 else question)
        for direction, question, column in SECTIONS
    ]


def _answers(street: Organisation) -> list[Listing]:
    """What left the list lately with a reason for everybody, newest first."""
    return list(Listing.objects.answered().hosted_under(street).with_parties()[:MOST_ANSWERS])


def _section(rows, direction: Direction, heading, request: HttpRequest, here: str, chosen: dict) -> dict:
    """The rows of one direction: a page of them when it was asked for, else the newest."""
    rows = rows.filter(direction=direction)
    if "direction" in chosen:
        page = Keyset(rows, request.GET)
    else:
        page = Keyset(rows, {}, size=PAGE_ROWS // 2)
    for listing in page:
        left = [slot for slot in listing.slots_ahead if slot.left]
        listing.total = sum(slot.quantity for slot in listing.slots_ahead)
        listing.left = sum(slot.left for slot in left)
        # Its last unit may be claimed between the two queries; the row then shows its first slot.
        listing.next_slot = next(iter(left or listing.slots_ahead), None)
        listing.other_slots = max(len(left) - 1, 0)
    return {
        "direction": direction.value,
        "heading": heading,
        "page": page,
        "is_paged": "direction" in chosen,
        "all": _address(here, chosen, direction=direction.value),
        "next": page.next and _address(here, chosen, after=page.next),
        "previous": page.previous and _address(here, chosen, before=page.previous),
    }


def _address(path: str, chosen: dict, **changes) -> str:
    query = {name: value for name, value in {**chosen, **changes}.items() if value}
    return f"{path}?{urlencode(query)}" if query else path
