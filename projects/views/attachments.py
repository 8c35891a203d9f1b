"""Pictures beside a listing: put there, taken off, and shown to whoever may see the listing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from projects import actions
from projects.forms.listings import AttachmentForm
from projects.models import Attachment, Listing
from projects.views.listings import listing_page
from workflow.views import attempt, find, sum_above

#: A listing may leave the list, and its pictures with it: nobody keeps them longer than the page itself.
MAX_AGE = 60


@login_not_required
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes of one picture: for everybody while the listing stands on the public page, else for its readers."""
    picture = Attachment.objects.public().filter(pk=pk).first()
    is_public = picture is not None
    if picture is None and request.user.is_authenticated:
        picture = Attachment.objects.visible_to(request.user).filter(pk=pk).first()
    if picture is None:
        raise Http404
    response = HttpResponse(bytes(picture.content), content_type=picture.content_type)
    # Bytes of a stranger's making: the browser is to draw them and do nothing else with them.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="{picture.listing_id}-{picture.position}.jpg"'
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if is_public:
        patch_cache_control(response, public=True, max_age=MAX_AGE)
    else:
        patch_cache_control(response, private=True, max_age=MAX_AGE)
        patch_vary_headers(response, ["Cookie"])
    return response


@require_POST
def attachment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more picture of a draft."""
    listing = find(Listing.objects.with_parties(), request.user, pk=pk)
    form = AttachmentForm(request.POST, request.FILES)

    def act() -> Attachment:
        upload = form.cleaned_data["picture"]
        return actions.add_attachment(
            listing=listing,
            upload=upload,
            name=upload.name,
            caption=form.cleaned_data["caption"],
            by=request.user,
        )

    if form.is_valid() and attempt(form, act):
        messages.success(request, _("图片已添加，拍摄地点等信息已去掉。"))
        return redirect(listing)
    return listing_page(request, listing, status=400, attachment_form=form, form=sum_above(form))


@require_POST
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a picture off a draft."""
    rows = Attachment.objects.select_related("listing__organisation").defer("content")
    listing = actions.remove_attachment(attachment=find(rows, request.user, pk=pk), by=request.user)
    messages.success(request, _("图片已删去。"))
    return redirect(listing)
