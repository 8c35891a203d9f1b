"""Pages of agreements: the register, and the text with its check value, items, versions, signatures and acts."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.reports import history
from projects import actions, documents, permissions
from projects.filters import AgreementFilter
from projects.forms import DropVersionForm, NewVersionForm, ReviewForm, SignForm, TermForm
from projects.models import Agreement, Claim
from projects.reports.agreements import claims_to_add, items_of, versions_of
from projects.reports.stages import agreement_chip
from projects.states import AgreementState
from workflow.downloads import word_answer
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, read_id, show_form, sum_above


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


@require_GET
def agreement_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The same text with its signatures as a Word file."""
    agreement = _find(request, pk)
    return word_answer(documents.word_file(agreement), documents.file_name(agreement))


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
    agreement = _find(request, pk)
    form.data = {**form.data.dict(), "text_hash": agreement.text_hash}
    return _page(request, agreement, status=400, form=sum_above(form), sign_form=form)


@require_POST
def agreement_withdraw_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the own side's name back."""
    agreement = actions.withdraw_signature(agreement=_find(request, pk), by=request.user)
    messages.success(request, _("已撤回签署。改好后，双方再签署。"))
    return redirect(agreement)


@require_http_methods(["GET", "POST"])
def agreement_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Term, review and extra terms of a draft."""
    agreement = _find(request, pk)
    permissions.check_can_change_draft(request.user, agreement)
    form = TermForm(request.POST or None, initial=_terms(agreement))
    if form.is_valid() and attempt(
        form, lambda: actions.change_draft(agreement=agreement, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已保存，正文已按新的内容写好。请双方阅读后签署。"))
        return redirect(agreement)
    return _form_page(request, form, agreement)


@require_http_methods(["GET", "POST"])
def agreement_new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms of a new version, and why there is one."""
    agreement = _find(request, pk)
    permissions.check_can_draft_new_version(request.user, agreement)
    form = NewVersionForm(request.POST or None, initial=_terms(agreement))
    if form.is_valid() and (
        version := attempt(
            form,
            lambda: actions.draft_new_version(agreement=agreement, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("新版本已拟好。双方签署以前，原来的一版继续有效。"))
        return redirect(version)
    return _form_page(request, form, agreement, is_new_version=True)


@require_POST
def agreement_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a new version that is not signed."""
    agreement = _find(request, pk)
    form = DropVersionForm(request.POST, auto_id="drop_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.drop_version(agreement=agreement, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("新版本已放弃，原来的一版继续有效。"))
        return redirect(agreement.replaces)
    return _page(request, agreement, status=400, form=sum_above(form), drop_form=form)


@require_POST
def agreement_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what both found when they looked back."""
    agreement = _find(request, pk)
    form = ReviewForm(request.POST, auto_id="review_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.review_agreement(agreement=agreement, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("回顾情况已记下，对方会收到通知。"))
        return redirect(agreement)
    return _page(request, agreement, status=400, form=sum_above(form), review_form=form)


@require_POST
def agreement_add_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Put another claim between the same two under this draft."""
    agreement = actions.add_claim_to_agreement(
        agreement=_find(request, pk), claim=_claim(request), by=request.user
    )
    messages.success(request, _("已并入本协议，正文已重新写好。"))
    return redirect(agreement)


@require_POST
def agreement_take_claim_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one of several claims an agreement of its own."""
    agreement = _find(request, pk)
    actions.take_claim_out(agreement=agreement, claim=_claim(request), by=request.user)
    messages.success(request, _("已移出，这一项另有一份单独的协议草稿。"))
    return redirect(agreement)


def _find(request: HttpRequest, pk: int) -> Agreement:
    rows = Agreement.objects.with_parties().select_related("replaces", "reviewed_by")
    return find(rows, request.user, pk=pk)


def _claim(request: HttpRequest) -> Claim:
    pk = read_id(request.POST.get("claim"))
    if pk is None:
        raise Http404
    return find(Claim.objects.with_parties(), request.user, pk=pk)


def _terms(agreement: Agreement) -> dict:
    return {name: getattr(agreement, name) for name in ("term_from", "term_until", "review_on", "extra")}


def _form_page(
    request: HttpRequest, form: forms.Form, agreement: Agreement, *, is_new_version: bool = False
) -> HttpResponse:
    context = {"agreement": agreement, "is_new_version": is_new_version}
    return show_form(request, form, "projects/agreement_form.html", context)


def _page(request: HttpRequest, agreement: Agreement, *, status: int = 200, **bound) -> HttpResponse:
    user = request.user
    is_party = user.acts_for(agreement.party_a) or user.acts_for(agreement.party_b)
    may_change = allowed(permissions.check_can_change_draft, user, agreement)
    items = items_of(agreement)
    context = {
        "agreement": agreement,
        "sheet": documents.page_of(agreement),
        "items": items,
        "versions": versions_of(agreement),
        "changes": documents.compare(agreement.replaces.text, agreement.text) if agreement.replaces else [],
        "chip": agreement_chip(agreement),
        "is_party": is_party,
        "may_sign": allowed(permissions.check_can_sign_agreement, user, agreement),
        "may_change": may_change,
        "may_withdraw": allowed(permissions.side_to_withdraw, user, agreement),
        "may_renew": allowed(permissions.check_can_draft_new_version, user, agreement),
        "may_drop": allowed(permissions.check_can_drop_version, user, agreement),
        "may_review": allowed(permissions.check_can_review_agreement, user, agreement),
        "addable": claims_to_add(agreement) if may_change else [],
        "is_continued": any(item.is_live for item in items),
        "is_divisible": may_change and len(items) > 1,
        "sign_form": SignForm(initial={"text_hash": agreement.text_hash}),
        "drop_form": DropVersionForm(auto_id="drop_%s"),
        "review_form": ReviewForm(auto_id="review_%s"),
        "history": history(agreement),
        **bound,
    }
    return render(request, "projects/agreement_detail.html", context, status=status)
