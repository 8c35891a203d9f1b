"""Pages of agreements: the register, and the text with its check value, signatures and the form to sign."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from members.reports import history
from projects import actions, permissions
from projects.filters import AgreementFilter
from projects.forms import SignForm
from projects.models import Agreement, Claim
from projects.reports.stages import agreement_chip
from projects.states import AgreementState
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, sum_above


@require_GET
def agreement_list(request: HttpRequest) -> HttpResponse:
    """The agreements within sight."""
    rows = Agreement.objects.visible_to(request.user).with_parties().with_title()
    found = AgreementFilter(request.GET, rows, request=request)
    is_valid = found.is_valid()
    page = Keyset(found.qs if is_valid else rows.none(), request.GET)
    for agreement in page:
        agreement.chip = agreement_chip(agreement)
    return render(
        request,
        "projects/agreement_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": page,
            "view": request.GET.get("view") or AgreementFilter.ALL,
            "views": AgreementFilter.VIEWS,
            "states": AgreementState.choices,
        },
        status=200 if is_valid else 400,
    )


@require_GET
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as both sides sign it."""
    return _page(request, _find(request, pk))


@require_POST
def agreement_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the text whose check value was posted."""
    agreement = _find(request, pk)
    form = SignForm(request.POST)
    if form.is_valid() and (
        signed := attempt(
            form,
            lambda: actions.sign_agreement(
                agreement=agreement, by=request.user, text_hash=form.cleaned_data["text_hash"]
            ),
        )
    ):
        if signed.state == AgreementState.SIGNED:
            messages.success(request, _("双方都已签署，可以开始实施。"))
        else:
            messages.success(request, _("已签署，等对方签署。"))
        return redirect(signed)
    # Whoever read another text now has the present one before him, and signs that.
    form.data = {**form.data.dict(), "text_hash": _find(request, pk).text_hash}
    return _page(request, agreement, status=400, form=sum_above(form), sign_form=form)


def _find(request: HttpRequest, pk: int) -> Agreement:
    return find(Agreement.objects.with_parties(), request.user, pk=pk)


def _page(request: HttpRequest, agreement: Agreement, *, status: int = 200, **bound) -> HttpResponse:
    title, _separator, body = agreement.text.partition("\n\n")
    is_party = request.user.acts_for(agreement.party_a) or request.user.acts_for(agreement.party_b)
    context = {
        "agreement": agreement,
        "title": title,
        "body": body,
        "claims": list(Claim.objects.filter(agreements=agreement).with_parties()),
        "chip": agreement_chip(agreement),
        "is_party": is_party,
        "may_sign": allowed(permissions.check_can_sign_agreement, request.user, agreement),
        "sign_form": SignForm(initial={"text_hash": agreement.text_hash}),
        "history": history(agreement),
        **bound,
    }
    return render(request, "projects/agreement_detail.html", context, status=status)
