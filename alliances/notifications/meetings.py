"""Which event of a meeting and its items tells whom. Nobody is told of an act of their own."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from alliances.models import AgendaItem, Attendance, Meeting, Membership
from members.models import Assignment, Notification, Organisation, User
from members.notifications import notify, register, speakers
from members.states import ACTING_ROLES

MEETING_CALLED = register(
    "meeting_called", _("%(convener)s 召集“%(meeting)s”，%(day)s 开会，请在 %(closes)s 前提出议题。")
)
MEETING_PLANNED = register("meeting_planned", _("%(convener)s 召集“%(meeting)s”，%(day)s 开会。"))
MEETING_NOTICED = register(
    "meeting_noticed", _("“%(meeting)s”定于 %(day)s 在%(place)s召开，请安排参会；不能参会请先请假。")
)
MEETING_INVITED = register(
    "meeting_invited", _("请 %(organisation)s 列席“%(meeting)s”：%(day)s，%(place)s。")
)
#: On another day nobody is excused any more.
MEETING_MOVED = register(
    "meeting_moved",
    _(
        "“%(meeting)s”改为 %(day)s %(clock)s 在%(place)s召开；换了日期的，请过假也要重新请假。"
        "原因：%(reason)s"
    ),
)
MEETING_CANCELLED = register("meeting_cancelled", _("“%(meeting)s”已取消。原因：%(reason)s"))
UNIT_EXCUSED = register("unit_excused", _("%(organisation)s 不能参加“%(meeting)s”。"))
ITEM_PROPOSED = register("item_proposed", _("%(organisation)s 提出议题“%(item)s”，请受理。"))
ITEM_ACCEPTED = register("item_accepted", _("议题“%(item)s”已受理。"))
ITEM_RETURNED = register("item_returned", _("议题“%(item)s”已退回。原因：%(reason)s"))
ITEM_WITHDRAWN = register("item_withdrawn", _("%(organisation)s 撤回了议题“%(item)s”。"))


def people_by_path(organisations: Iterable[Organisation]) -> dict[str, list[User]]:
    """By path, the speakers of each organisation, or of the nearest one above that has any; one query for all."""
    step = Organisation.steplen
    above = {one.path: [one.path[:end] for end in range(len(one.path), 0, -step)] for one in organisations}
    holders = (
        Assignment.objects.current()
        .filter(
            organisation__path__in={path for paths in above.values() for path in paths},
            role__in=ACTING_ROLES,
            user__is_active=True,
        )
        .select_related("user", "organisation")
        .order_by("user_id")
    )
    at: dict[str, list[User]] = {}
    for holder in holders:
        at.setdefault(holder.organisation.path, []).append(holder.user)
    return {
        own: at.get(next((path for path in paths if path in at), ""), []) for own, paths in above.items()
    }


def people_of(organisations: Iterable[Organisation]) -> list[User]:
    """The speakers of all of them, each person once."""
    people = (user for users in people_by_path(organisations).values() for user in users)
    return list({user.pk: user for user in people}.values())


def meeting_called(meeting: Meeting, *, by: User) -> None:
    """Tells the people of every member."""
    words = {"convener": meeting.convener, "meeting": meeting, "day": meeting.held_on}
    if meeting.closes_on:
        _tell(MEETING_CALLED, meeting, _members(meeting), by, closes=meeting.closes_on, **words)
    else:
        _tell(MEETING_PLANNED, meeting, _members(meeting), by, **words)


def meeting_noticed(meeting: Meeting, *, by: User) -> None:
    """Tells the people of every organisation that is due; guests too, who do not see the alliance's pages."""
    words = {"meeting": meeting, "day": meeting.held_on, "place": meeting.place}
    due, guests = [], []
    for row in meeting.attendances.select_related("organisation"):
        (due if row.has_vote else guests).append(row)
    _tell(MEETING_NOTICED, meeting, people_of(row.organisation for row in due), by, **words)
    people = people_by_path(row.organisation for row in guests)
    for row in guests:
        guest = row.organisation
        _tell(MEETING_INVITED, row, people[guest.path], by, url="", organisation=guest, **words)


def meeting_moved(meeting: Meeting, *, by: User, clock: str, reason: str) -> None:
    """Tells the people of every member; a second change on the same day takes the place of the first message."""
    words = {
        "meeting": meeting,
        "day": meeting.held_on,
        "clock": clock,
        "place": meeting.place,
        "reason": reason,
    }
    told = Notification.objects.about(meeting).filter(kind=MEETING_MOVED, due=meeting.held_on)
    told.update(params={name: str(value) for name, value in words.items()}, read_at=None)
    _tell(MEETING_MOVED, meeting, _members(meeting), by, due=meeting.held_on, **words)


def meeting_cancelled(meeting: Meeting, *, by: User, reason: str) -> None:
    """Tells the people of every member."""
    _tell(MEETING_CANCELLED, meeting, _members(meeting), by, meeting=meeting, reason=reason)


def unit_excused(row: Attendance, *, by: User) -> None:
    """Tells the convener, once for each day that the meeting is set on."""
    _tell(
        UNIT_EXCUSED,
        row,
        speakers(row.meeting.convener),
        by,
        due=row.meeting.held_on,
        organisation=row.organisation,
        meeting=row.meeting,
    )


def item_proposed(item: AgendaItem, *, by: User | None) -> None:
    """Tells those who answer: the convener of its meeting, or the host."""
    _tell(ITEM_PROPOSED, item, _answering(item), by, organisation=item.proposer, item=item)


def item_accepted(item: AgendaItem, *, by: User) -> None:
    """Tells the proposer."""
    _tell(ITEM_ACCEPTED, item, speakers(item.proposer), by, item=item)


def item_returned(item: AgendaItem, *, by: User) -> None:
    """Tells the proposer."""
    _tell(ITEM_RETURNED, item, speakers(item.proposer), by, item=item, reason=item.return_reason)


def item_withdrawn(item: AgendaItem, *, by: User) -> None:
    """Tells those who answer."""
    _tell(ITEM_WITHDRAWN, item, _answering(item), by, organisation=item.proposer, item=item)


def _answering(item: AgendaItem) -> list[User]:
    return speakers(item.meeting.convener if item.meeting else item.alliance.host)


def _members(meeting: Meeting) -> list[User]:
    """People of the members of today and of the day of the meeting."""
    members = Membership.objects.filter(alliance=meeting.alliance, organisation__closed_on=None)
    rows = members.current() | members.current(meeting.held_on)
    return people_of(row.organisation for row in rows.select_related("organisation"))


def _tell(
    kind: str,
    obj,
    people: Iterable[User],
    by: User | None,
    *,
    due=None,
    url: str | None = None,
    **params: object,
) -> None:
    others = [one for one in people if by is None or one.pk != by.pk]
    notify(kind, obj, others, due=due, url=url, **params)
