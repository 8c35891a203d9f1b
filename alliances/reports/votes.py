"""Votes, opinions and decisions as the meeting's page shows them, and what of them waits for a person today."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from alliances.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Decision,
    Meeting,
    Motion,
    Opinion,
    StepOut,
    Tally,
)
from alliances.permissions import votes as permissions
from alliances.permissions.meetings import runs
from alliances.reports.seats import Place, places_at
from alliances.reports.tallies import (
    Bar,
    bars_of,
    kinds_missing,
    motion_chip,
    quorum_words,
    rule_words,
    turnout_words,
)
from alliances.states import ItemState, MeetingState, MotionForm, MotionState, Presence
from members.states import Role
from workflow.moves import allowed
from workflow.stages import Chip
from workflow.work import Work


@dataclass(frozen=True)
class Vote:
    """One motion for a page. `own`: places whose ballot the reader may cast now; `tally` and what follows once counted."""

    motion: Motion
    chip: Chip
    own: list[Place] = field(default_factory=list)
    tally: Tally | None = None
    bars: list[Bar] = field(default_factory=list)
    turnout: str = ""
    rule: str = ""
    quorum: str = ""


def vote_of(motion: Motion, *, own: list[Place] | None = None, names: dict[str, str] | None = None) -> Vote:
    """`motion` for a page; at most one query besides its tally, none when `names` of kinds are given."""
    tally = getattr(motion, "tally", None) if motion.state == MotionState.CLOSED else None
    if tally is None:
        return Vote(motion, motion_chip(motion), own or [])
    return Vote(
        motion,
        motion_chip(motion, tally),
        tally=tally,
        bars=bars_of(tally),
        turnout=turnout_words(tally),
        rule=rule_words(tally),
        quorum=quorum_words(tally, kinds_missing([tally]) if names is None else names),
    )


def prepare_items(items: Iterable[AgendaItem], user, meeting: Meeting) -> None:
    """Gives each of `items` of `meeting` what the fragment `alliances/_item_vote.html` shows; at most nine queries.

    `vote`: the standing vote or None; `minority`: opinions; `decided`: the decision or None; `verdicts`:
    which acts are open to `user` (open, conclude, say; `runs`: whether the reader runs the meeting).
    """
    items = list(items)
    for item in items:
        item.meeting = meeting
    motions = Motion.objects.exclude(state=MotionState.WITHDRAWN).select_related("tally")
    opinions = Opinion.objects.select_related("organisation__kind").order_by("pk")
    prefetch_related_objects(
        items,
        Prefetch("motions", motions),
        Prefetch("opinions", opinions),
        Prefetch("decision", Decision.objects.all()),
    )
    standing = {item.pk: permissions.standing_motion(item) for item in items}
    names = kinds_missing(
        [one.tally for one in standing.values() if one and one.state == MotionState.CLOSED]
    )
    own = _own_places(user, meeting, [item for item in items if _runs_openly(standing[item.pk])])
    is_running = runs(user, meeting)
    may_say = _may_say(user, meeting, is_running)
    for item in items:
        motion = standing[item.pk]
        item.vote = vote_of(motion, own=own.get(item.pk), names=names) if motion else None
        item.minority = list(item.opinions.all())
        item.decided = getattr(item, "decision", None)
        item.verdicts = SimpleNamespace(
            runs=is_running,
            open=allowed(permissions.check_can_open_motion, user, item),
            conclude=allowed(permissions.check_can_conclude_item, user, item),
            say=may_say and item.state in (ItemState.SCHEDULED, ItemState.CONCLUDED),
        )


def own_places(user, places: Iterable[Place]) -> list[Place]:
    """The places for which `user` speaks, with or without a ballot."""
    return [place for place in places if place.speaker and user.acts_for(place.speaker)]


def work_for(user) -> list[Work]:
    """Votes that wait for one's own unit, votes and counts of meetings that one runs, items to conclude. Three queries."""
    if not user.is_acting:
        return []
    return [*_run_votes(user), *_own_votes(user), *_to_conclude(user)]


def _runs_openly(motion: Motion | None) -> bool:
    return motion is not None and motion.state == MotionState.OPEN and motion.form == MotionForm.OPEN


def _own_places(user, meeting: Meeting, items: list[AgendaItem]) -> dict[int, list[Place]]:
    if not items:
        return {}
    return {
        key: [place for place in own_places(user, places) if not place.seat.value]
        for key, places in places_at(meeting, items).items()
    }


def _may_say(user, meeting: Meeting, is_running: bool) -> bool:
    """Whether the reader may record a minority opinion at this meeting, for one unit or for any."""
    if meeting.state not in permissions.OPINION_STATES:
        return False
    own = meeting.attendances.voting().filter(
        user.acting("organisation__path", "organisation__kind__level")
    )
    return is_running or own.exists()


def _running(user, meeting: str) -> Q:
    """The condition that the user runs the meeting at the path `meeting`, as a daily task."""
    return Q(**{f"{meeting}__alliance__ended_on": None}) & (
        user.within(f"{meeting}__alliance__host__path", Role.STREET_ADMIN, Role.STAFF)
        | user.acting(f"{meeting}__convener__path", f"{meeting}__convener__kind__level")
    )


def _run_votes(user) -> list[Work]:
    rows = (
        Motion.objects.filter(
            _running(user, "item__meeting"), state__in=[MotionState.OPEN, MotionState.COUNTED]
        )
        .select_related("item__meeting")
        .order_by("pk")
    )
    return [_run_vote(user, row) for row in rows]


def _run_vote(user, motion: Motion) -> Work:
    names = {"item": motion.item, "meeting": motion.item.meeting}
    waits = motion.state == MotionState.COUNTED and motion.counted_by_id == user.pk
    if motion.state == MotionState.COUNTED:
        url = motion.get_absolute_url() if waits else reverse("motion-confirm", args=[motion.pk])
        title = _("等另一人复核票数：%(item)s") if waits else _("复核票数：%(item)s")
        act = _("查看") if waits else _("复核票数")
    elif motion.form == MotionForm.PAPER:
        url, title, act = reverse("motion-count", args=[motion.pk]), _("录入票数：%(item)s"), _("录入票数")
    else:
        url, title, act = motion.get_absolute_url(), _("表决进行中：%(item)s"), _("登记和计票")
    due = motion.item.meeting.held_on
    return Work(title=title % names, why=str(names["meeting"]), url=url, act=act, due=due, waits=waits)


def _own_votes(user) -> list[Work]:
    """Votes of meetings that others run, in which a unit that the user speaks for has not voted."""
    acting = user.acting("organisation__path", "organisation__kind__level")
    for_others = user.acting("represented_by__path", "represented_by__kind__level")
    voted = Ballot.objects.filter(motion=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"))
    stepped = StepOut.objects.filter(item=OuterRef(OuterRef("item")), organisation=OuterRef("organisation"))
    seats = Attendance.objects.voting().filter(
        Q(acting, presence=Presence.PRESENT)
        | Q(for_others, presence=Presence.REPRESENTED, meeting__terms__proxies=True),
        ~Exists(voted),
        ~Exists(stepped),
        meeting=OuterRef("item__meeting"),
    )
    rows = (
        Motion.objects.filter(Exists(seats), state=MotionState.OPEN, form=MotionForm.OPEN)
        .exclude(_running(user, "item__meeting"))
        .select_related("item__meeting")
        .order_by("pk")
    )
    return [
        Work(
            title=_("投票：%(item)s") % {"item": row.item},
            why=_("%(meeting)s正在表决，一个单位一票。") % {"meeting": row.item.meeting},
            url=row.get_absolute_url(),
            act=_("投票"),
            due=row.item.meeting.held_on,
        )
        for row in rows
    ]


def _to_conclude(user) -> list[Work]:
    """Items whose vote is counted, and those that a held meeting left without an outcome."""
    counted = Motion.objects.filter(item=OuterRef("pk"), state=MotionState.CLOSED)
    going = Motion.objects.filter(item=OuterRef("pk"), state__in=[MotionState.OPEN, MotionState.COUNTED])
    rows = (
        AgendaItem.objects.filter(
            _running(user, "meeting"),
            ~Exists(going),
            Q(meeting__state=MeetingState.HELD)
            | Q(Exists(counted), meeting__state=MeetingState.IN_SESSION),
            state=ItemState.SCHEDULED,
        )
        .select_related("meeting")
        .order_by("meeting", "position", "pk")
    )
    return [
        Work(
            title=_("作结论：%(item)s") % {"item": row},
            why=str(row.meeting),
            url=reverse("item-conclude", args=[row.pk]),
            act=_("作结论"),
            due=row.meeting.held_on,
        )
        for row in rows
    ]
