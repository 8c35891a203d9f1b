"""How an agenda item is proposed, answered, revised and written down."""

from django.utils.translation import gettext as _

from alliances import notifications, permissions
from alliances.actions.agenda import lock_item, lock_meeting
from alliances.exceptions import ItemChanged
from alliances.models import AgendaItem, Alliance, Meeting
from alliances.states import ITEM_MOVES, ItemSource, ItemState
from members.models import Organisation
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_line, read_words

#: Where a person may say that an item comes from; the others are the system's own.
_OPEN_SOURCES = (ItemSource.MEMBER, ItemSource.STREET, ItemSource.RECORD)


@action
def propose_item(
    *,
    alliance: Alliance,
    proposer: Organisation,
    by,
    title: str,
    body: str = "",
    source_note: str = "",
    meeting: Meeting | None = None,
    source: ItemSource | None = None,
) -> AgendaItem:
    """A proposed item of `proposer`, for `meeting` or the next one. Its speakers; people of the host for the host.

    `source` is by default the street for the host and the member for any other. `by` None is the clock, whose
    items come from a record. Tells those who answer. Raises `NotPermitted`, `BadInput`, and
    `InvalidTransition` once the items of `meeting` are closed.
    """
    if meeting is not None:
        meeting = lock_meeting(meeting)
        if meeting.alliance_id != alliance.pk:
            raise BadInput(_("这次会议不属于所选的联盟。请选择本联盟的会议。"), field="meeting")
    alliance = Alliance.objects.select_related("host__kind").get(pk=alliance.pk)
    permissions.check_can_propose_item(by, alliance, proposer, meeting)
    own = ItemSource.STREET if proposer.pk == alliance.host_id else ItemSource.MEMBER
    source = ItemSource(source or (own if by else ItemSource.RECORD))
    if source not in _OPEN_SOURCES:
        raise BadInput(_("这类议题由系统列入。请选择其他来源。"), field="source")
    item = AgendaItem.objects.create(
        alliance=alliance,
        meeting=meeting,
        proposer=proposer,
        title=_read_title(title),
        body=_read_body(body),
        source=source,
        source_note=read_words(source_note, field="source_note", label=_("来源说明"), most=200),
        proposed_by=by,
    )
    notifications.item_proposed(item, by=by)
    return item


@action
def accept_item(*, item: AgendaItem, by) -> AgendaItem:
    """Proposed → accepted; those who run its meeting, or its alliance's next one. Tells the proposer."""
    item = lock_item(item)
    permissions.check_can_accept_item(by, item)
    item.state = move(ITEM_MOVES, item.state, ItemState.ACCEPTED)
    item.save(update_fields=["state"])
    notifications.item_accepted(item, by=by)
    return item


@action
def return_item(*, item: AgendaItem, by, reason: str) -> AgendaItem:
    """Proposed or accepted → returned with a reason; the same people. Tells the proposer."""
    item = lock_item(item)
    permissions.check_can_return_item(by, item)
    item.return_reason = read_words(reason, field="reason", label=_("退回原因"), most=200, required=True)
    item.state = move(ITEM_MOVES, item.state, ItemState.RETURNED)
    item.save(update_fields=["state", "return_reason"])
    notifications.item_returned(item, by=by)
    return item


@action
def withdraw_item(*, item: AgendaItem, by) -> AgendaItem:
    """Proposed or accepted → withdrawn; the proposer's speakers. Tells those who answer."""
    item = lock_item(item)
    permissions.check_can_withdraw_item(by, item)
    item.state = move(ITEM_MOVES, item.state, ItemState.WITHDRAWN)
    item.save(update_fields=["state"])
    notifications.item_withdrawn(item, by=by)
    return item


@action
def revise_item(*, item: AgendaItem, by, title: str, body: str, version: int) -> AgendaItem:
    """New words, a version later. The proposer until it is accepted, those who answer until it is put to the vote.

    Raises `ItemChanged` when the words are no longer those of `version`.
    """
    item = lock_item(item)
    permissions.check_can_revise_item(by, item)
    _check_version(item, version)
    item.title, item.body = _read_title(title), _read_body(body)
    item.version += 1
    item.save(update_fields=["title", "body", "version"])
    return item


@action
def note_discussion(*, item: AgendaItem, by, text: str, version: int | None = None) -> AgendaItem:
    """What was said, as the minutes print it; those who run the meeting, from its session until the minutes go round.

    Raises `ItemChanged` when `version` is given and no longer the item's.
    """
    item = lock_item(item)
    permissions.check_can_note_discussion(by, item)
    if version is not None:
        _check_version(item, version)
    item.discussion = read_words(text, field="text", label=_("讨论要点"), most=2000)
    item.version += 1
    item.save(update_fields=["discussion", "version"])
    return item


def _check_version(item: AgendaItem, version: int) -> None:
    if version != item.version:
        raise ItemChanged(_("议题已被别人改动，您填写的内容没有保存。请对照两个版本后再提交。"))


def _read_title(title: str) -> str:
    line = read_line(title, field="title")
    return read_words(line, field="title", label=_("议题"), most=80, required=True)


def _read_body(body: str) -> str:
    return read_words(body, field="body", label=_("说明"), most=1000)
