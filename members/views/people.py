"""Pages about people: who holds which role, new accounts, and one's own password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from members import permissions
from members.actions import people
from members.filters import AssignmentFilter
from members.forms import AssignForm, EndAssignmentForm, NewPersonForm, PasswordForm
from members.models import Assignment, Organisation, User
from members.states import Level
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, read_id


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """Assignments within reach; everybody sees their own."""
    rows = Assignment.objects.visible_to(request.user).select_related("user", "organisation__kind")
    found = AssignmentFilter(request.GET, rows, request=request)
    page = Keyset(found.qs, request.GET)
    today = timezone.localdate()
    for row in page:
        row.is_current = row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)
        row.may_end = allowed(permissions.check_can_end_assignment, request.user, row)
    return render(
        request,
        "members/person_list.html",
        {"filter": found, "page": page, "may_add": _places(request).exists()},
        status=400 if found.form.errors else 200,
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """The form of a new account with its first role."""
    form = NewPersonForm(request.POST or None, **_places_or_refuse(request))
    if request.method == "POST" and form.is_valid():
        user = attempt(form, lambda: people.add_user(by=request.user, **form.cleaned_data))
        if user:
            messages.success(
                request,
                _("已为%(user)s开通账号。请把登录名和初始密码告诉本人。") % {"user": user},
            )
            return redirect("person-list")
    return _form(request, form, "members/person_new.html")


@require_http_methods(["GET", "POST"])
def person_assign(request: HttpRequest) -> HttpResponse:
    """The form of one more role for somebody who has an account."""
    form = AssignForm(
        request.POST or None,
        people=User.objects.visible_to(request.user).filter(is_active=True).order_by("name"),
        **_places_or_refuse(request),
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: people.assign_role(by=request.user, **form.cleaned_data))
        if made:
            messages.success(
                request,
                _("%(user)s已任%(organisation)s的%(role)s。")
                % {"user": made.user, "organisation": made.organisation, "role": made.get_role_display()},
            )
            return redirect("person-list")
    return _form(request, form, "members/person_assign.html")


@require_http_methods(["GET", "POST"])
def person_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that ends an assignment."""
    rows = Assignment.objects.select_related("user", "organisation__kind")
    assignment = find(rows, request.user, pk=pk)
    permissions.check_can_end_assignment(request.user, assignment)
    form = EndAssignmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ended = attempt(
            form,
            lambda: people.end_assignment(assignment=assignment, by=request.user, **form.cleaned_data),
        )
        if ended:
            messages.success(request, _("已登记%(user)s的结束日期。") % {"user": ended.user})
            return redirect("person-list")
    return _form(request, form, "members/person_end.html", assignment=assignment)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """The form of one's own password; other devices are signed out by it."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("old_password", "password")}
        user = attempt(form, lambda: people.change_password(user=request.user, by=request.user, **values))
        if user:
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已修改。其他设备上的登录已退出。"))
            return redirect("home")
    return _form(request, form, "members/password_change.html")


def _form(request: HttpRequest, form, template: str, **context) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)


def _places(request: HttpRequest):
    return Organisation.objects.open().administered_by(request.user)


def _places_or_refuse(request: HttpRequest) -> dict:
    """What a form needs to know of places: all within reach, those it lists, and the one asked for.

    A district has thousands of units; one comes to the form from the page of the unit.
    """
    places = _places(request)
    if not places.exists():
        raise NotPermitted(_("人员由街道或区的管理员安排。需要开通账号时，请联系管理员。"))
    asked = read_id(request.POST.get("organisation") or request.GET.get("organisation"))
    listed = ~Q(kind__level__in=[Level.GRID, Level.UNIT]) | Q(pk=asked)
    return {"places": places, "offered": places.filter(listed), "initial": {"organisation": asked}}
