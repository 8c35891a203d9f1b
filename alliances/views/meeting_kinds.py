"""Pages of the kinds of meeting: those that ship, and a district's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliances import permissions
from alliances.actions import add_meeting_kind, change_meeting_kind
from alliances.forms import ChangeMeetingKindForm, NewMeetingKindForm
from alliances.models import MeetingKind
from members.models import Organisation
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import attempt, find, show_form

FIELDS = ("name", "name_en", "is_regular", "has_call", "members_may_call", "decides", "is_used")


@require_safe
def meetingkind_list(request: HttpRequest) -> HttpResponse:
    """All kinds within sight, with how their meetings go."""
    kinds = list(MeetingKind.objects.visible_to(request.user).select_related("district__kind"))
    for kind in kinds:
        kind.may_change = allowed(permissions.check_can_change_meeting_kind, request.user, kind).ok
    context = {"kinds": kinds, "may_add": _districts(request).exists()}
    return render(request, "alliances/meetingkind_list.html", context)


@require_http_methods(["GET", "POST"])
def meetingkind_add(request: HttpRequest) -> HttpResponse:
    """The form of a kind of the district's own."""
    districts = _districts(request)
    if not districts.exists():
        raise NotPermitted(_("议事规则的默认值和会议类型由区级管理员维护。请联系区级管理员。"))
    form = NewMeetingKindForm(
        request.POST or None, districts=districts, initial={"district": districts.first()}
    )
    if request.method == "POST" and form.is_valid():
        kind = attempt(form, lambda: add_meeting_kind(by=request.user, **form.cleaned_data))
        if kind:
            messages.success(request, _("已新增会议类型“%(kind)s”，本区各联盟都可以用。") % {"kind": kind})
            return redirect("meetingkind-list")
    return show_form(request, form, "alliances/meetingkind_add.html", {})


@require_http_methods(["GET", "POST"])
def meetingkind_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of another name, other ways, or retirement."""
    kind = find(MeetingKind.objects.select_related("district__kind"), request.user, pk=pk)
    permissions.check_can_change_meeting_kind(request.user, kind)
    form = ChangeMeetingKindForm(
        request.POST or None, initial={name: getattr(kind, name) for name in FIELDS}
    )
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: change_meeting_kind(kind=kind, by=request.user, **form.cleaned_data)):
            messages.success(request, _("会议类型已保存。"))
            return redirect("meetingkind-list")
    return show_form(request, form, "alliances/meetingkind_change.html", {"kind": kind})


def _districts(request: HttpRequest):
    return Organisation.objects.open().districts_of(request.user)
