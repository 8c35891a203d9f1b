"""How a picture is put beside a draft and taken off again."""

import io

from django.utils.translation import gettext as _

from projects import permissions, pictures
from projects.actions.listings import lock_listing
from projects.models import Attachment, Listing
from projects.models.attachment import MOST_ATTACHMENTS
from workflow.actions import action
from workflow.exceptions import InvalidTransition
from workflow.text import read_words


@action
def add_attachment(*, listing: Listing, upload: io.IOBase, name: str, by, caption: str = "") -> Attachment:
    """One more picture of a draft, written anew from `upload`, named `name` by its sender. The owner only.

    Raises `BadInput` at `picture` or `caption`, `InvalidTransition` when there are three already.
    """
    listing = lock_listing(listing)
    permissions.check_can_change_listing(by, listing)
    taken = listing.attachments.count()
    if taken >= MOST_ATTACHMENTS:
        raise InvalidTransition(
            _("最多 %(most)s 张图片。请先删去一张，再添加。") % {"most": MOST_ATTACHMENTS}, field="picture"
        )
    picture = pictures.rewrite(upload, name=name)
    return Attachment.objects.create(
        listing=listing,
        position=taken + 1,
        caption=read_words(caption, field="caption", label=_("图片说明"), most=60),
        content=picture.content,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        added_by=by,
    )


@action
def remove_attachment(*, attachment: Attachment, by) -> Listing:
    """Take a picture off a draft; those behind it move up. The owner only. Its listing."""
    listing = lock_listing(attachment.listing)
    permissions.check_can_change_listing(by, listing)
    for place, other in enumerate(listing.attachments.exclude(pk=attachment.pk).defer("content"), 1):
        if other.position != place:
            other.position = place
            other.save(update_fields=["position"])
    listing.attachments.filter(pk=attachment.pk).delete()
    return listing
