"""How an item is put to the vote, how units vote, and how the vote is counted once and for all."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances import notifications, permissions
from alliances.actions.agenda import lock_item
from alliances.exceptions import BallotCast
from alliances.models import AgendaItem, Ballot, Motion, Tally
from alliances.reports.seats import check_seated, places_of, seats_of
from alliances.rules.votes import (
    PAPERS,
    Count,
    WrongTotals,
    count_paper,
    count_votes,
    inputs,
    paper_inputs,
    present_of,
)
from alliances.states import MOTION_MOVES, BallotValue, MotionForm, MotionState
from members.models import Organisation
from workflow.actions import action
from workflow.exceptions import BadInput, InvalidTransition
from workflow.moves import move
from workflow.text import read_reason, read_words


@action
def open_motion(*, item: AgendaItem, by, text: str, form: str = MotionForm.OPEN) -> Motion:
    """A new open vote on `item`. Who runs the meeting, while it is in session. Tells the units that may vote."""
    item = lock_item(item)
    permissions.check_can_open_motion(by, item)
    if form not in MotionForm.values:
        raise BadInput(_("没有这种表决方式。请选择记名表决或无记名票决。"), field="form")
    words = read_words(text, field="text", label=_("表决事项"), most=1000, required=True)
    motion = Motion.objects.create(item=item, text=words, form=form, opened_by=by)
    if motion.form == MotionForm.OPEN:
        notifications.motion_opened(motion, [place for place in places_of(item) if place.speaker], by=by)
    return motion


def cast_ballot(*, motion: Motion, organisation: Organisation, value: str, by) -> Ballot:
    """The vote of `organisation`, for good. Who speaks for it, for the unit that represents it, or runs the meeting.

    Raises `BallotCast` with the recorded value when there is one, `InvalidTransition` for a vote that is not
    open or a unit that is not there, `NotPermitted` for a unit without a vote on the item.
    """
    return cast_ballots(motion=motion, values={organisation: value}, by=by)[0]


@action
def cast_ballots(*, motion: Motion, values: Mapping[Organisation, str], by) -> list[Ballot]:
    """Several votes at once, as hands are counted in the room: all of them or none. As `cast_ballot`."""
    # Not locked: the trigger's shared lock lets units vote side by side, and waits for a count.
    motion = Motion.objects.select_related(
        "item__meeting__alliance__host__kind", "item__meeting__convener__kind"
    ).get(pk=motion.pk)
    places = places_of(motion.item)
    ballots = []
    for organisation, value in values.items():
        if value not in BallotValue.values:
            raise BadInput(_("没有这个选项。请选择赞成、反对、弃权或到会未表决。"), field="value")
        place = next((one for one in places if one.organisation.pk == organisation.pk), None)
        speaker = place.speaker if place and place.speaker else organisation
        permissions.check_can_cast_ballot(by, motion, speaker)
        check_seated(motion.item, organisation, places)
        ballots.append(Ballot(motion=motion, organisation=organisation, value=value, cast_by=by))
    _insert(motion, ballots)
    return ballots


@action
def close_motion(*, motion: Motion, by) -> Motion:
    """Open → closed; an open vote is counted and frozen. Who runs the meeting.

    From here on no ballot comes in: the lock waits for those on their way, and the trigger refuses later ones.
    """
    motion = lock_motion(motion)
    permissions.check_can_close_motion(by, motion)
    seats, terms = seats_of(motion.item), motion.item.meeting.rules
    return _close(motion, count_votes(seats, terms), inputs(seats, terms), by=by)


@action
def withdraw_motion(*, motion: Motion, by, reason: str) -> Motion:
    """Open → withdrawn, with a reason; its ballots stay and count for nothing. Who runs the meeting."""
    motion = lock_motion(motion)
    permissions.check_can_withdraw_motion(by, motion)
    read_reason(reason)
    motion.state = move(MOTION_MOVES, motion.state, MotionState.WITHDRAWN)
    motion.closed_at, motion.closed_by = timezone.now(), by
    motion.save(update_fields=["state", "closed_at", "closed_by"])
    return motion


@action
def count_paper_vote(
    *, motion: Motion, by, favour: int, against: int, abstain: int, not_voting: int
) -> Motion:
    """The totals of a vote on paper: open → counted. Who runs the meeting; another person confirms them.

    `BadInput` names the number that cannot be.
    """
    motion = lock_motion(motion)
    permissions.check_can_count_paper_vote(by, motion)
    totals = {"favour": favour, "against": against, "abstain": abstain, "not_voting": not_voting}
    _count_paper(motion, totals)
    motion.state = move(MOTION_MOVES, motion.state, MotionState.COUNTED)
    motion.totals, motion.counted_by = totals, by
    motion.save(update_fields=["state", "totals", "counted_by"])
    return motion


@action
def confirm_paper_vote(*, motion: Motion, by) -> Motion:
    """Counted → closed, the count frozen. Anybody who runs the meeting or speaks for a unit there, but who counted."""
    motion = lock_motion(motion)
    permissions.check_can_confirm_paper_vote(by, motion)
    try:
        count, stored = _count_paper(motion, motion.totals)
    except BadInput as refusal:
        # Units were taken off the list of those present since the totals were typed.
        raise InvalidTransition(refusal.sentence) from refusal
    return _close(motion, count, stored, by=by)


@action
def return_paper_count(*, motion: Motion, by, reason: str) -> Motion:
    """Counted → open, the totals gone, to be counted anew. Who may confirm, and who counted."""
    motion = lock_motion(motion)
    permissions.check_can_return_paper_count(by, motion)
    read_reason(reason)
    motion.state = move(MOTION_MOVES, motion.state, MotionState.OPEN)
    motion.totals, motion.counted_by = None, None
    motion.save(update_fields=["state", "totals", "counted_by"])
    return motion


def lock_motion(motion: Motion) -> Motion:
    """The row, locked against ballots too; item and meeting before it, so that nobody comes or goes while it is counted."""
    lock_item(motion.item)
    return (
        Motion.objects.select_for_update(of=("self",))
        .select_related("item__meeting__alliance__host__kind", "item__meeting__convener__kind")
        .get(pk=motion.pk)
    )


def _insert(motion: Motion, ballots: list[Ballot]) -> None:
    units = sorted(
        ballots, key=lambda one: one.organisation_id
    )  # one order, so that no two wait for each other
    try:
        with transaction.atomic():
            for ballot in units:
                ballot.save(force_insert=True)
    except IntegrityError as error:
        if _wall(error) == "ballot_only_while_open":
            raise InvalidTransition(_("这次表决刚刚结束，这一票没有计入。请刷新页面查看结果。")) from error
        if _wall(error) != "ballot_once_per_unit":
            raise
        there = Ballot.objects.filter(motion=motion, organisation__in=[one.organisation for one in units])
        first = there.select_related("organisation").order_by("organisation_id").first()
        raise _already(first) from error


def _wall(error: IntegrityError) -> str:
    """Which constraint or trigger of the database refused the row."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def _already(ballot: Ballot) -> BallotCast:
    return BallotCast(
        _("%(organisation)s 已投“%(value)s”，不能再改。以已记录的这一票为准。")
        % {"organisation": ballot.organisation, "value": ballot.get_value_display()},
        field="value",
    )


def _count_paper(motion: Motion, totals: dict[str, int]) -> tuple[Count, dict]:
    """The count of these totals among the units present now, and what it is counted from."""
    seats, terms = seats_of(motion.item), motion.item.meeting.rules
    entitled, present = len(seats), sum(seat.is_present for seat in seats)
    of_kind = present_of(seats, terms)
    try:
        count = count_paper(totals, entitled, present, terms, of_kind=of_kind)
    except WrongTotals as wrong:
        if wrong.name:
            raise BadInput(_("票数要填 0 或更大的整数。请改正。"), field=wrong.name) from wrong
        cast = sum(totals[name] for name in PAPERS)
        raise BadInput(
            ngettext(
                "四项合计 %(cast)s 票，到会有表决权的单位只有 %(present)s 个。请核对票数或到会情况。",
                "四项合计 %(cast)s 票，到会有表决权的单位只有 %(present)s 个。请核对票数或到会情况。",
                present,
            )
            % {"cast": cast, "present": present},
        ) from wrong
    return count, paper_inputs(totals, entitled, present, terms, of_kind=of_kind)


def _close(motion: Motion, count: Count, stored: dict, *, by) -> Motion:
    Tally.objects.create(
        motion=motion,
        entitled=count.entitled,
        present=count.present,
        favour=count.favour,
        against=count.against,
        abstain=count.abstain,
        not_voting=count.not_voting,
        absent=count.absent,
        needed=count.needed,
        is_quorate=count.quorum.is_met,
        is_passed=count.is_passed,
        inputs=stored,
        result=count.as_json(),
    )
    motion.state = move(MOTION_MOVES, motion.state, MotionState.CLOSED)
    motion.closed_at, motion.closed_by = timezone.now(), by
    motion.save(update_fields=["state", "closed_at", "closed_by"])
    return motion
