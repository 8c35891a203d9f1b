"""How needs and resources enter a project, and how one of them, or a duty, becomes one with nothing typed again."""

from datetime import date

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from alliances.models import Duty, Membership
from projects import permissions
from projects.actions.listings import lock_listing, take_off
from projects.actions.projects import draft_project, lock_project
from projects.models import Listing, Project, ProjectPartner
from projects.states import ListingState
from workflow.actions import action
from workflow.exceptions import Conflict


@action
def group_listing(*, project: Project, listing: Listing, by) -> Listing:
    """The listing belongs to the project, and with it its claims and agreements. See `check_can_group_listing`."""
    project, listing = lock_project(project), lock_listing(listing)
    permissions.check_can_group_listing(by, project, listing)
    listing.project = project
    listing.save(update_fields=["project"])
    return listing


@action
def ungroup_listing(*, listing: Listing, by) -> Listing:
    """The listing stands alone again. The owner of the project, or of the listing."""
    project = lock_project(listing.project) if listing.project_id else None
    listing = lock_listing(listing)
    if project and listing.project_id not in (project.pk, None):
        raise Conflict(_("“%(listing)s”刚刚换了项目。请刷新页面再看。") % {"listing": listing})
    permissions.check_can_ungroup_listing(by, listing)
    listing.project = None
    listing.save(update_fields=["project"])
    return listing


@action
def turn_into_project(*, listing: Listing, by, reason: str) -> Project:
    """Published → project (转为项目): a draft project with the listing's words. The owner only.

    It runs from today to the listing's last day, else to the end of the year. Refused while open claims
    bind the listing, like every other way off the list.
    """
    listing = lock_listing(listing)
    permissions.check_can_turn_into_project(by, listing)
    if listing.duty_id:
        Duty.objects.select_for_update(no_key=True).get(pk=listing.duty_id)
        permissions.check_has_no_other_project(listing.duty, listing.organisation)
    starts_on = timezone.localdate()
    words = [listing.note, listing.done_means and _("办结标准：%(means)s") % {"means": listing.done_means}]
    project = draft_project(
        alliance=listing.alliance,
        owner=listing.organisation,
        by=by,
        title=listing.title,
        aim=_cut("\n".join(filter(None, words))),
        starts_on=starts_on,
        ends_on=_last_day(listing.valid_until, starts_on),
    )
    if listing.duty_id:
        project.duty = listing.duty
        project.save(update_fields=["duty"])
    listing.project = project
    listing.save(update_fields=["project"])
    take_off(listing, ListingState.PROJECT, reason)
    return project


@action
def draft_project_from_duty(*, duty: Duty, by) -> Project:
    """A draft project with the words of `duty`: title, what finished means, its day, its partners, the decision.

    Who acts for the lead unit, which then owns it; who runs the meeting, in the name of the host or convener.
    The two stay linked. Raises `AlreadyListed` while that organisation has another from the same duty that
    is neither refused nor over, `NotPermitted`, `InvalidTransition` (the duty is finished, the alliance has ended).
    """
    Duty.objects.select_for_update(no_key=True).get(pk=duty.pk)
    duty = Duty.objects.with_parties().get(pk=duty.pk)
    permissions.check_can_draft_project_from_duty(by, duty)
    owner = permissions.owner_from_duty(by, duty)
    permissions.check_has_no_other_project(duty, owner)
    decision, starts_on = duty.decision, timezone.localdate()
    words = [
        _("办结标准：%(means)s") % {"means": duty.done_means},
        _("来自%(decision)s：%(text)s") % {"decision": decision, "text": decision.text},
    ]
    project = draft_project(
        alliance=decision.alliance,
        owner=owner,
        by=by,
        title=duty.title,
        aim=_cut("\n".join(words)),
        starts_on=starts_on,
        ends_on=_last_day(duty.due_on, starts_on),
    )
    project.duty = duty
    project.save(update_fields=["duty"])
    named = {duty.lead_id, *duty.partners.values_list("organisation", flat=True)} - {owner.pk}
    ProjectPartner.objects.bulk_create(
        ProjectPartner(project=project, organisation_id=row.organisation_id)
        for row in Membership.objects.current()
        .filter(alliance=decision.alliance, organisation__in=named, organisation__closed_on=None)
        .order_by("pk")
    )
    return project


def _last_day(wanted: date | None, starts_on: date) -> date:
    """The day wanted, unless it is over; else the end of the year."""
    return wanted if wanted and wanted >= starts_on else starts_on.replace(month=12, day=31)


def _cut(words: str) -> str:
    return Truncator(words).chars(Project._meta.get_field("aim").max_length)
