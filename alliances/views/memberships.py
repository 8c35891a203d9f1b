"""Forms about one member of an alliance: its contacts, and its end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances import permissions
from alliances.actions import change_contact, end_membership, set_committee_contact
from alliances.forms import CommitteeContactForm, ContactForm, EndMembershipForm
from alliances.models import Membership
from members.reports import history
from workflow.views import attempt, find


@require_http_methods(["GET", "POST"])
def membership_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that changes the contact; with what was changed before."""
    membership = _find(request, pk)
    permissions.check_can_change_contact(request.user, membership)
    form = ContactForm(
        request.POST or None,
        initial={"contact_name": membership.contact_name, "contact_phone": membership.contact_phone},
    )
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: change_contact(membership=membership, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("联系人已保存。"))
            return redirect(membership.alliance)
    return _form(request, form, membership, "alliances/membership_contact.html")


@require_http_methods(["GET", "POST"])
def membership_committee_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the fixed contact on the host's side; with what was changed before."""
    membership = _find(request, pk)
    permissions.check_can_set_committee_contact(request.user, membership)
    form = CommitteeContactForm(
        request.POST or None,
        initial={"name": membership.committee_contact, "phone": membership.committee_phone},
    )
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: set_committee_contact(membership=membership, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("固定联系人已保存，该单位已收到通知。"))
            return redirect(membership.alliance)
    return _form(request, form, membership, "alliances/membership_committee_contact.html")


@require_http_methods(["GET", "POST"])
def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that ends the membership with a reason."""
    membership = _find(request, pk)
    permissions.check_can_end_membership(request.user, membership)
    form = EndMembershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: end_membership(membership=membership, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("已登记退出，该单位已收到通知。"))
            return redirect(membership.alliance)
    return _form(request, form, membership, "alliances/membership_end.html")


def _find(request: HttpRequest, pk: int) -> Membership:
    return find(
        Membership.objects.select_related("alliance__host__kind", "organisation__kind"), request.user, pk=pk
    )


def _form(request: HttpRequest, form, membership: Membership, template: str) -> HttpResponse:
    context = {"form": form, "membership": membership, "history": history(membership)}
    return render(request, template, context, status=400 if form.errors else 200)
