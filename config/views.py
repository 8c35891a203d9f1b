"""The pages that belong to no room: the day's work, sign-in, the style guide, and the machine's own pulse."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required, user_passes_test
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config import home as day
from config.styleguide import samples


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """今天要办: everybody's first page."""
    groups = day.work_for(request.user)
    return render(
        request,
        "home.html",
        {
            "work": groups,
            "today": timezone.localdate(),
            "total": sum(len(group.tasks) for group in groups),
            "figures": day.figures_for(request.user),
        },
    )


class SignIn(auth.LoginView):
    """Sign-in by name and password; open to everybody, and a signed-in person goes home."""

    redirect_authenticated_user = True


class SignOut(auth.LogoutView):
    """Sign-out by POST."""


@require_safe
@user_passes_test(lambda user: user.is_staff)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component of the look on one page, for staff."""
    return render(request, "styleguide.html", samples())


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and its migrations are at head, else 503; Redis may be away."""
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    return JsonResponse({"database": True, "migrated": not behind}, status=503 if behind else 200)
