"""How what a meeting decided becomes a need that units may claim, with nothing typed again."""

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from alliances.models import Duty
from projects import permissions, rules
from projects.actions.listings import draft_listing
from projects.models import Category, Listing
from projects.states import Direction
from workflow.actions import action


@action
def draft_listing_from_duty(*, duty: Duty, by) -> Listing:
    """A draft need with the words of `duty`: title, what finished means, its day, and the decision behind it.

    Who acts for the lead unit, which then owns it; who runs the meeting, in the name of the host or convener.
    The two stay linked. Raises `AlreadyListed` while that organisation has a live one from the same duty,
    `NotPermitted`, `InvalidTransition` (the duty is finished, the alliance has ended).
    """
    Duty.objects.select_for_update(no_key=True).get(pk=duty.pk)
    duty = Duty.objects.with_parties().get(pk=duty.pk)
    permissions.check_can_draft_from_duty(by, duty)
    organisation = permissions.owner_from_duty(by, duty)
    permissions.check_has_no_other(duty, organisation)
    decision = duty.decision
    listing = draft_listing(
        alliance=decision.alliance,
        organisation=organisation,
        by=by,
        direction=Direction.NEED,
        category=Category.objects.get(code=rules.category_code(duty.title)),
        title=duty.title,
        done_means=duty.done_means,
        note=_note(duty),
        # A day that is over would keep the draft off the list for good.
        valid_until=duty.due_on if duty.due_on >= timezone.localdate() else None,
    )
    listing.duty = duty
    listing.save(update_fields=["duty"])
    return listing


def _note(duty: Duty) -> str:
    """The decision by number and text, cut to what a note holds."""
    words = _("来自%(decision)s：%(text)s") % {"decision": duty.decision, "text": duty.decision.text}
    return Truncator(words).chars(Listing._meta.get_field("note").max_length)
