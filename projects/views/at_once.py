"""The claim form in its plain case: filled in well, allowed, and nothing against it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from projects.actions.at_once import claim_at_once
from projects.forms.claims import TermsForm
from workflow.views import read_id


def claim(request: HttpRequest, pk: int) -> HttpResponse | None:
    """The answer to the claim; None where the page has to look closer."""
    terms = TermsForm(request.POST)
    slot, organisation = (read_id(request.POST.get(name)) for name in ("slot", "organisation"))
    if slot is None or organisation is None or not terms.is_valid():
        return None
    done = claim_at_once(
        slot=slot,
        listing=pk,
        organisation=organisation,
        by=request.user,
        once=request.once,
        **terms.cleaned_data,
    )
    if done is None:
        return None
    messages.success(request, _("已认领，等对方答复。到期前系统会提醒对方。"))
    return redirect(done)
