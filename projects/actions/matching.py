"""不适合我们: an organisation turns down a proposal, so that it and its like are not proposed again; and takes it back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from projects import permissions
from projects.models import Dismissal, Listing
from projects.models.dismissal import DismissalCause
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.text import read_line, read_words


@action
def dismiss_match(*, listing: Listing, other: Listing, cause: str, by, words: str = "") -> Dismissal:
    """`other` does not suit the owner of `listing`. Who acts for that owner; said again, the last word counts.

    The other side is not told. Raises `NotPermitted`, `BadInput` with the field: an unknown cause, `other`
    of the same list or owner, or another cause without words.
    """
    permissions.check_can_dismiss_match(by, listing)
    if other.direction == listing.direction or other.organisation_id == listing.organisation_id:
        raise BadInput(_("只能对推荐给这一条的其他单位条目说不适合。请从推荐里选择。"), field="other")
    if cause not in DismissalCause.values:
        raise BadInput(_("请选择不适合的原因。"), field="cause")
    words = read_words(
        read_line(words, field="words"),
        field="words",
        label=str(Dismissal._meta.get_field("words").verbose_name),
        most=Dismissal._meta.get_field("words").max_length,
        required=cause == DismissalCause.OTHER,
    )
    dismissal, _created = Dismissal.objects.update_or_create(
        listing=listing,
        other=other,
        defaults={"cause": cause, "words": words, "said_by": by, "said_at": timezone.now()},
    )
    return dismissal


@action
def restore_match(*, dismissal: Dismissal, by) -> None:
    """Take back what was said: `other` may be proposed again. Who acts for the listing's owner."""
    permissions.check_can_dismiss_match(by, dismissal.listing)
    dismissal.delete()
