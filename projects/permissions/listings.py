"""Who may do what with a listing, and in which state of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, Duty
from alliances.permissions.duties import runs_duty
from alliances.states import OPEN_DUTY_STATES
from members.models import Organisation
from members.states import Role
from projects.exceptions import AlreadyListed
from projects.models import Listing
from projects.models.listing import ROLL_OVER_AHEAD
from projects.permissions.parties import check_acts_for, check_belongs
from projects.states import (
    LISTING_MOVES,
    LIVE_LISTING_STATES,
    ListingState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move
from workflow.templatetags.workflow import cn_date


def check_can_draft_listing(by, alliance: Alliance, organisation: Organisation) -> None:
    """Who acts for the organisation, in an open alliance to which it belongs."""
    check_acts_for(by, organisation)
    check_belongs(alliance, organisation)


def check_can_draft_from_duty(by, duty: Duty) -> None:
    """Who acts for the lead unit, or runs the meeting and acts for its host, while the duty is unfinished."""
    check_belongs(duty.decision.alliance, owner_from_duty(by, duty))
    if duty.state not in OPEN_DUTY_STATES:
        raise InvalidTransition(
            _("“%(duty)s”当前为“%(state)s”，不用再提需求。如有新的需求，请直接登记。")
            % {"duty": duty, "state": duty.get_state_display()}
        )


def owner_from_duty(by, duty: Duty) -> Organisation:
    """In whose name `by` asks for what a duty needs: the lead unit, else the host or convener of the meeting.

    The owner of a need is whoever acts on it: nobody writes a listing in another unit's name.
    """
    sides = [duty.lead]
    if runs_duty(by, duty):
        sides += [duty.decision.alliance.host, duty.decision.item.meeting.convener]
    for side in sides:
        if by.acts_for(side):
            return side
    raise NotPermitted(
        _("只有责任单位 %(lead)s 和召集单位的人员可以由事项提出需求。请联系他们。") % {"lead": duty.lead}
    )


def check_can_change_listing(by, listing: Listing) -> None:
    """The owner, while it is a draft."""
    check_acts_for(by, listing.organisation)
    if listing.state != ListingState.DRAFT:
        raise InvalidTransition(_("只有草稿可以修改。已发布的条目请先撤回，再复制为新的草稿。"))


def check_can_publish_listing(by, listing: Listing) -> None:
    """The owner; a slot that is not over and a validity that is not past; an open alliance of its own."""
    check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.PUBLISHED)
    check_belongs(listing.alliance, listing.organisation)
    if listing.valid_until and listing.valid_until < timezone.localdate():
        raise InvalidTransition(
            _("有效期已过。请复制为新的草稿，填写新的有效期后再发布。"), field="valid_until"
        )
    now = timezone.now()
    if all(slot.is_over(now) for slot in listing.slots.all()):
        raise InvalidTransition(_("没有可认领的时段。请先填写数量和尚未结束的时间。"), field="slots")
    if listing.duty_id and listing.state != ListingState.DRAFT:
        check_has_no_other(listing.duty, listing.organisation)


def check_has_no_other(duty: Duty, organisation: Organisation) -> None:
    """Raise `AlreadyListed` while the organisation has a draft or a published listing from this duty."""
    other = Listing.objects.filter(
        duty=duty, organisation=organisation, state__in=LIVE_LISTING_STATES
    ).first()
    if other:
        raise AlreadyListed(
            _("%(organisation)s 已由这件事项提出需求“%(listing)s”（%(state)s）。请直接修改或发布那一条。")
            % {"organisation": organisation, "listing": other, "state": other.get_state_display()}
        )


def check_can_withdraw_listing(by, listing: Listing) -> None:
    """The owner, from draft or published."""
    check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.WITHDRAWN)


def check_can_settle_listing(by, listing: Listing) -> None:
    """The owner, while it is published."""
    check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.SETTLED)


def check_can_shelve_listing(by, listing: Listing) -> None:
    """The owner, while it is published."""
    check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.INFEASIBLE)


def check_can_roll_over_listing(by, listing: Listing) -> None:
    """The owner of a standing resource that is published or expired, from a fortnight before its end on."""
    check_acts_for(by, listing.organisation)
    if not listing.is_standing:
        raise InvalidTransition(_("这一条没有登记为长期提供。请复制为新的一条再发布。"))
    if listing.state not in (ListingState.PUBLISHED, ListingState.EXPIRED):
        raise InvalidTransition(
            _("这一条当前为“%(state)s”，没有下一期。请先重新发布，或者复制为新的一条。")
            % {"state": listing.get_state_display()}
        )
    opens = listing.valid_until - ROLL_OVER_AHEAD
    if timezone.localdate() < opens:
        raise InvalidTransition(
            _("%(day)s 起才能确认下一期。到时会提醒您，现在不用办。") % {"day": cn_date(opens)}
        )
    if listing.next_period().last_on < timezone.localdate():
        raise InvalidTransition(_("这一条过期太久，下一期也已经过了。请复制为新的一条再发布。"))
    check_belongs(listing.alliance, listing.organisation)


def check_can_add_category(by) -> None:
    """District administrators: the words are the same for every street."""
    if not by.has_role(Role.DISTRICT_ADMIN):
        raise NotPermitted(_("类别由区级管理员维护。请联系区级管理员。"))
