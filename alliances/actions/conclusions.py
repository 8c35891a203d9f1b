"""What becomes of an item: its outcome, the numbered decision, and the opinions of those who saw it otherwise."""

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import notifications, permissions
from alliances.actions.agenda import lock_item
from alliances.actions.alliances import lock_alliance, lock_organisation
from alliances.models import AgendaItem, Decision, Opinion
from alliances.reports.outcomes import check_outcome
from alliances.states import DECIDING_OUTCOMES, ITEM_MOVES, ItemOutcome, ItemSource, ItemState
from members.models import Organisation
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict
from workflow.moves import move
from workflow.text import read_words


@action
def record_opinion(*, item: AgendaItem, organisation: Organisation, text: str, by) -> Opinion:
    """The minority opinion of `organisation`, in its own words. Who speaks for it, or runs the meeting.

    From the session until the meeting is closed; once for each unit and item, then `revise_opinion`.
    """
    item = lock_item(item)
    permissions.check_can_record_opinion(by, item, organisation)
    if Opinion.objects.filter(item=item, organisation=organisation).exists():
        raise Conflict(
            _("%(organisation)s 在这条议题上已有少数意见。请在原文上修改。")
            % {"organisation": organisation},
            field="organisation",
        )
    return Opinion.objects.create(
        item=item, organisation=organisation, text=_read_opinion(text), given_by=by
    )


@action
def revise_opinion(*, opinion: Opinion, text: str, by) -> Opinion:
    """Another wording, by the same people and as long; the earlier one stays in the history."""
    lock_item(opinion.item)
    opinion = (
        Opinion.objects.select_for_update(of=("self",))
        .select_related(
            "item__meeting__alliance__host__kind", "item__meeting__convener__kind", "organisation__kind"
        )
        .get(pk=opinion.pk)
    )
    permissions.check_can_revise_opinion(by, opinion)
    opinion.text, opinion.given_by = _read_opinion(text), by
    opinion.save(update_fields=["text", "given_by"])
    return opinion


@action
def conclude_item(
    *,
    item: AgendaItem,
    by,
    outcome: str,
    resolution: str,
    referred_to: Organisation | None = None,
    supersedes: Decision | None = None,
) -> AgendaItem:
    """Scheduled → concluded with `outcome`. Who runs the meeting; which outcomes are legal, `reports.outcomes` says.

    Consensus and a carried vote become the next numbered decision of the alliance and year, which may take
    the place of an earlier one; the members are told. A deferred item comes back as a new one. Raises
    `InvalidTransition`, `QuorumMissing`, `BadInput`, `Conflict` when the earlier decision has a successor.
    """
    if referred_to:
        referred_to = lock_organisation(referred_to)
    # The alliance before the meeting: its numbers follow one another, whoever concludes at the same moment.
    lock_alliance(item.alliance)
    item = lock_item(item)
    permissions.check_can_conclude_item(by, item)
    result = _read_outcome(outcome)
    check_outcome(item, result)
    _check_goes_with(item, result, referred_to=referred_to, supersedes=supersedes)
    # A report may stand as it is; every other outcome is said in words.
    item.resolution = read_words(
        resolution,
        field="resolution",
        label=_("结论"),
        most=1000,
        required=result != ItemOutcome.NOTED,
    )
    item.state = move(ITEM_MOVES, item.state, ItemState.CONCLUDED)
    item.outcome, item.referred_to, item.concluded_at = result, referred_to, timezone.now()
    item.save(update_fields=["state", "outcome", "resolution", "referred_to", "concluded_at"])
    if result in DECIDING_OUTCOMES:
        decision = _decide(item, supersedes)
        notifications.decision_made(decision, by=by)
    elif result == ItemOutcome.DEFERRED:
        _bring_back(item, by=by)
    return item


def _read_opinion(text: str) -> str:
    return read_words(text, field="text", label=_("意见原文"), most=1000, required=True)


def _read_outcome(outcome: str) -> ItemOutcome:
    if outcome not in ItemOutcome.values:
        raise BadInput(_("没有这种结论。请从列出的结论中选择。"), field="outcome")
    return ItemOutcome(outcome)


def _check_goes_with(
    item: AgendaItem,
    outcome: ItemOutcome,
    *,
    referred_to: Organisation | None,
    supersedes: Decision | None,
) -> None:
    """What is named beside the outcome has to belong to it."""
    if outcome == ItemOutcome.REFERRED and referred_to is None:
        raise BadInput(_("转交要写明转交给谁。请选择组织。"), field="referred_to")
    if outcome != ItemOutcome.REFERRED and referred_to is not None:
        raise BadInput(_("只有转交才填写转交给谁。请清空，或把结论改为转交。"), field="referred_to")
    if referred_to is not None and referred_to.closed_on:
        raise BadInput(
            _("%(organisation)s 已终止，不能转交给它。请选择仍在运行的组织。")
            % {"organisation": referred_to},
            field="referred_to",
        )
    if supersedes is None:
        return
    if outcome not in DECIDING_OUTCOMES:
        raise BadInput(_("只有新决议才能取代原决议。请清空“取代”，或改选结论。"), field="supersedes")
    if supersedes.alliance_id != item.alliance_id:
        raise BadInput(_("只能取代本联盟的决议。请重新选择。"), field="supersedes")
    successor = Decision.objects.filter(supersedes=supersedes).first()
    if successor:
        raise Conflict(
            _("%(earlier)s 已被 %(later)s 取代。请选择取代后者，或清空这一项。")
            % {"earlier": supersedes.number, "later": successor.number},
            field="supersedes",
        )


def _decide(item: AgendaItem, supersedes: Decision | None) -> Decision:
    """The next numbered decision; the alliance is locked by the caller."""
    day = item.meeting.held_on
    taken = Decision.objects.filter(alliance=item.alliance_id, year=day.year).aggregate(last=Max("serial"))
    return Decision.objects.create(
        alliance=item.meeting.alliance,
        item=item,
        year=day.year,
        serial=(taken["last"] or 0) + 1,
        text=item.resolution,
        decided_on=day,
        supersedes=supersedes,
    )


def _bring_back(item: AgendaItem, *, by) -> AgendaItem:
    """The same matter once more, accepted and waiting for the next agenda.

    An overdue duty stays one: its own uniqueness keeps the clock from carrying it a second time.
    """
    is_duty = item.source == ItemSource.OVERDUE_DUTY
    return AgendaItem.objects.create(
        alliance=item.meeting.alliance,
        proposer_id=item.proposer_id,
        title=item.title,
        body=item.body,
        source=ItemSource.OVERDUE_DUTY if is_duty else ItemSource.DEFERRED,
        source_note=item.meeting.title,
        source_duty_id=item.source_duty_id,
        source_item=item,
        state=ItemState.ACCEPTED,
        duration=item.duration,
        proposed_by=by,
    )
