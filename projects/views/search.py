"""The page of the search in the head of every page: what is called so, or speaks of it, within sight."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.search import search as search_all
from workflow.forms import QueryForm


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Needs and resources, projects and units with every word of `?q=`; without a query the page says how to ask."""
    form = QueryForm(request.GET)
    is_valid = form.is_valid()
    query = form.cleaned_data["q"] if is_valid else request.GET.get("q", "")
    groups = search_all(request.user, query) if is_valid else []
    return render(
        request,
        "projects/search.html",
        {"form": form, "query": query, "groups": groups},
        status=200 if is_valid else 400,
    )
