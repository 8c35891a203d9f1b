"""Which outcomes an item may have at this moment, and why not the others: one rule for page, API and action."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliances.exceptions import QuorumMissing
from alliances.models import AgendaItem, Motion
from alliances.permissions.votes import standing_motion
from alliances.reports.seats import missing_words, quorum_of
from alliances.states import DECIDING_OUTCOMES, VOTED_OUTCOMES, ItemOutcome, ItemSource, MotionState
from workflow.exceptions import InvalidTransition, Refusal


@dataclass(frozen=True)
class Option:
    """One outcome; `reason`: why it is not open now."""

    outcome: ItemOutcome
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return not self.reason

    @property
    def label(self) -> str:
        return str(self.outcome.label)


def options_for(item: AgendaItem) -> list[Option]:
    """Every outcome, open or with the reason why not."""
    options = []
    for outcome in ItemOutcome:
        try:
            check_outcome(item, outcome)
        except Refusal as refusal:
            options.append(Option(outcome, str(refusal.sentence)))
        else:
            options.append(Option(outcome))
    return options


def check_outcome(item: AgendaItem, outcome: ItemOutcome) -> None:
    """Raise `InvalidTransition` unless `outcome` is legal for `item` now; who and which state, permissions say.

    A vote that was counted binds: passed, it is carried and nothing else. Consensus needs the quorum at
    this moment; `QuorumMissing` names what is not there.
    """
    if item.source == ItemSource.LAST_RESULTS and outcome != ItemOutcome.NOTED:
        raise InvalidTransition(_("这是上次议定事项的通报，只能记为“已通报”。"), field="outcome")
    decides = item.meeting.kind.decides
    if not decides and outcome in (*DECIDING_OUTCOMES, ItemOutcome.REJECTED):
        raise InvalidTransition(
            _("%(kind)s只记录意见，不作决议。请选择“暂缓”“转交”或“已通报”。") % {"kind": item.meeting.kind},
            field="outcome",
        )
    motion = standing_motion(item)
    if motion and motion.state == MotionState.CLOSED:
        _check_follows_vote(motion, outcome)
    elif outcome in VOTED_OUTCOMES:
        raise InvalidTransition(_("这条议题没有表决过。请先发起表决并计票。"), field="outcome")
    if outcome == ItemOutcome.NOTED and decides and not _is_report(item):
        raise InvalidTransition(_("只有通报类议题可以记为“已通报”。请按审议结果选择。"), field="outcome")
    if outcome == ItemOutcome.CONSENSUS:
        quorum = quorum_of(item)
        if not quorum.is_met:
            raise QuorumMissing(
                _("没有达到法定人数：%(parts)s。请核对到会情况，或记为“暂缓”。")
                % {"parts": _("；").join(missing_words(quorum)) or _("没有单位有表决权")},
                field="outcome",
            )


def _check_follows_vote(motion: Motion, outcome: ItemOutcome) -> None:
    passed = motion.tally.is_passed
    if passed and outcome != ItemOutcome.CARRIED:
        raise InvalidTransition(_("表决已通过，结论只能是“表决通过”。"), field="outcome")
    if not passed and outcome == ItemOutcome.CARRIED:
        raise InvalidTransition(_("表决没有通过。请选择“未通过”“暂缓”或“转交”。"), field="outcome")
    if not passed and outcome in (ItemOutcome.CONSENSUS, ItemOutcome.NOTED):
        raise InvalidTransition(
            _("已经表决过，不能再记为协商一致或已通报。请选择“未通过”“暂缓”或“转交”。"), field="outcome"
        )


def _is_report(item: AgendaItem) -> bool:
    return item.source in (ItemSource.LAST_RESULTS, ItemSource.OVERDUE_DUTY)
