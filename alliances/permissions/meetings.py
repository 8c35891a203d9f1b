"""Who runs a meeting, and which act its state allows."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, DutyTerm, Meeting, MeetingKind, Membership, Motion, Procedure
from alliances.states import (
    MEETING_MOVES,
    OPEN_AGENDA_STATES,
    ItemState,
    MeetingState,
    MotionState,
)
from members.models import Organisation
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move
from workflow.templatetags.workflow import cn_date


def convener_of(alliance: Alliance) -> Organisation:
    """Who convenes by the rules: the host, or the duty unit of today (the host again, when there is no term)."""
    if Procedure.objects.terms_of(alliance).convener == "duty":
        term = (
            DutyTerm.objects.current()
            .filter(alliance=alliance)
            .select_related("organisation__kind")
            .first()
        )
        if term:
            return term.organisation
    return alliance.host


def runs(by, meeting: Meeting) -> bool:
    """Whether `by` runs `meeting`: looks after the host of its open alliance, or speaks for its convener."""
    return meeting.alliance.is_open and _may_run(by, meeting)


def check_runs(by, meeting: Meeting) -> None:
    """Those who look after the host, and the speakers of the convener; the alliance must be open."""
    if not _may_run(by, meeting):
        raise NotPermitted(
            _("这次会议由 %(convener)s 召集，只有召集单位和 %(host)s 的工作人员可以这样做。请联系他们。")
            % {"convener": meeting.convener, "host": meeting.alliance.host}
        )
    check_open(meeting.alliance)


def check_open(alliance: Alliance) -> None:
    """The alliance must not have ended."""
    if not alliance.is_open:
        raise InvalidTransition(
            _("%(alliance)s 已终止，不能再办理会议事项。如需继续，请成立新的联盟。")
            % {"alliance": alliance}
        )


def runs_alliance(by, alliance: Alliance) -> bool:
    """Whether `by` looks after what waits for the next meeting: people of the host, or of today's convener."""
    return by is not None and (by.manages(alliance.host) or by.acts_for(convener_of(alliance)))


def is_member(alliance: Alliance, organisation: Organisation) -> bool:
    """Whether `organisation` belongs to the alliance today."""
    return Membership.objects.current().filter(alliance=alliance, organisation=organisation).exists()


def alliances_of(by):
    """The open alliances at whose table `by` may speak: for their host, or for a member of today."""
    if by is None:
        return Alliance.objects.none()
    seen = Alliance.objects.visible_to(by).open().select_related("host__kind")
    own = Organisation.objects.acted_for_by(by).order_by().values("pk")
    members = Membership.objects.current().filter(organisation__in=own).order_by()
    hosted = [one.pk for one in seen if by.manages(one.host)]
    return seen.filter(Q(pk__in=hosted) | Q(host__in=own) | Q(pk__in=members.values("alliance")))


def own_members(by, alliance: Alliance):
    """Today's members of `alliance` in whose name `by` may act, as organisations."""
    if by is None:
        return Organisation.objects.none()
    members = Membership.objects.current().filter(alliance=alliance).order_by().values("organisation")
    return Organisation.objects.acted_for_by(by).filter(pk__in=members)


def check_can_call_meeting(
    by, alliance: Alliance, kind: MeetingKind | None = None, convener: Organisation | None = None
) -> None:
    """People of the host or of the convener by the rules; kinds that members may call: any acting member, as convener.

    Without `kind`: whether `by` may call a meeting of any kind.
    """
    if by is None or not (by.manages(alliance.host) or _may_convene(by, alliance, kind, convener)):
        raise NotPermitted(
            _("这类会议由 %(convener)s 召集。请联系召集单位，或先提出议题。")
            % {"convener": convener_of(alliance)}
        )
    check_open(alliance)


def check_can_reschedule_meeting(by, meeting: Meeting) -> None:
    """Those who run it, before it begins."""
    check_runs(by, meeting)
    _check_coming(meeting)


def check_can_cancel_meeting(by, meeting: Meeting) -> None:
    """Those who run it, before it begins."""
    check_runs(by, meeting)
    check_move(MEETING_MOVES, meeting.state, MeetingState.CANCELLED)


def check_can_set_people(by, meeting: Meeting) -> None:
    """Those who run it, until the minutes go round."""
    check_runs(by, meeting)
    if meeting.state not in (*OPEN_AGENDA_STATES, MeetingState.HELD):
        raise InvalidTransition(
            _("会议为“%(state)s”，会议信息已经固定。如有错误，请在纪要中按规定更正。")
            % {"state": meeting.get_state_display()}
        )


def check_can_plan_agenda(by, meeting: Meeting) -> None:
    """Those who run it; the clock (`by` None) once the last day for items has passed."""
    if by is not None:
        check_runs(by, meeting)
    elif meeting.closes_on is None or meeting.closes_on >= timezone.localdate():
        raise InvalidTransition(_("议题还在征集中。请等到截止日期之后再排定议程。"))
    check_move(MEETING_MOVES, meeting.state, MeetingState.PLANNED)


def check_can_save_agenda(by, meeting: Meeting) -> None:
    """Those who run it, until the session ends."""
    check_runs(by, meeting)
    check_open_agenda(meeting)


def check_open_agenda(meeting: Meeting) -> None:
    """The agenda can still change."""
    if meeting.state not in OPEN_AGENDA_STATES:
        raise InvalidTransition(
            _("会议为“%(state)s”，议程已经固定。请把议题留到下次会议。")
            % {"state": meeting.get_state_display()}
        )


def check_can_give_notice(by, meeting: Meeting) -> None:
    """Planned → noticed: those who run it; at least one item on the agenda, and the day not over."""
    check_runs(by, meeting)
    check_move(MEETING_MOVES, meeting.state, MeetingState.NOTICED)
    if not meeting.items.filter(state=ItemState.SCHEDULED).exists():
        raise InvalidTransition(_("议程还是空的，不能发通知。请先把议题列入议程。"))
    if meeting.held_on < timezone.localdate():
        raise InvalidTransition(
            _("会议日期 %(day)s 已过，不能再发通知。请先改期。") % {"day": cn_date(meeting.held_on)}
        )


def check_can_open_session(by, meeting: Meeting) -> None:
    """Noticed → in session: those who run it, from the day of the meeting."""
    check_runs(by, meeting)
    check_move(MEETING_MOVES, meeting.state, MeetingState.IN_SESSION)
    if timezone.localdate() < meeting.held_on:
        raise InvalidTransition(
            _("会议定在 %(day)s，当天才能开会。如需提前，请先改期。") % {"day": cn_date(meeting.held_on)}
        )


def check_can_end_session(by, meeting: Meeting) -> None:
    """In session → held: those who run it, once every item has its outcome and no vote is left open."""
    check_runs(by, meeting)
    check_move(MEETING_MOVES, meeting.state, MeetingState.HELD)
    live = Motion.objects.filter(
        item__meeting=meeting, state__in=[MotionState.OPEN, MotionState.COUNTED]
    ).first()
    if live:
        raise InvalidTransition(
            _("“%(item)s”的表决还没有结束。请先计票，或撤销表决。") % {"item": live.item}
        )
    left = meeting.items.filter(state=ItemState.SCHEDULED).order_by("position").first()
    if left:
        raise InvalidTransition(
            _("“%(item)s”还没有结果。请先写明结果，可以选“暂缓”，或从议程中撤下。") % {"item": left}
        )


def _may_run(by, meeting: Meeting) -> bool:
    return by is not None and (by.manages(meeting.alliance.host) or by.acts_for(meeting.convener))


def _may_convene(by, alliance: Alliance, kind: MeetingKind | None, convener: Organisation | None) -> bool:
    rightful = convener_of(alliance)
    if convener in (None, rightful) and by.acts_for(rightful):
        return True
    if kind is None:
        return MeetingKind.objects.usable_in(alliance).filter(members_may_call=True).exists() and _has_own(
            by, alliance, convener
        )
    return kind.members_may_call and _has_own(by, alliance, convener)


def _has_own(by, alliance: Alliance, organisation: Organisation | None) -> bool:
    own = own_members(by, alliance)
    return (own.filter(pk=organisation.pk) if organisation else own).exists()


def _check_coming(meeting: Meeting) -> None:
    if meeting.state not in (MeetingState.CALLED, MeetingState.PLANNED, MeetingState.NOTICED):
        raise InvalidTransition(
            _("会议为“%(state)s”，时间和地点不能再改。如需再议，请召集下一次会议。")
            % {"state": meeting.get_state_display()}
        )
