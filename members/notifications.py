"""How a message is written: one row for each recipient, in the transaction of its cause."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Assignment, Notification, Organisation, User
from members.models.assignment import CURRENT
from members.states import ACTING_ROLES
from workflow.templatetags.workflow import cn_date

T = TypeVar("T")

#: Sentence of each kind, with %(name)s for its params; every room registers its own.
WORDS: dict[str, object] = {}


def register(kind: str, words) -> str:
    """Give `kind` its sentence (a lazy translation) and return the kind."""
    WORDS[kind] = words
    return kind


def sentence(notification: Notification) -> str:
    """The message in the reader's language."""
    words = WORDS.get(notification.kind)
    if not words:
        return notification.kind
    return str(words) % {name: _shown(value) for name, value in notification.params.items()}


def _shown(value: str) -> str:
    """A day is kept as 2026-11-21 and read as the reader's language writes it."""
    try:
        return cn_date(date.fromisoformat(value)) if len(value) == len("2026-11-21") else value
    except ValueError:
        return value


def notify(
    kind: str, obj, recipients: Iterable[User], *, due=None, url: str | None = None, **params: object
) -> None:
    """Tell `recipients` about `obj` once per (kind, object, recipient, due); repeats leave no second row.

    `params` are plain values for the sentence; `url` defaults to the object's page, "" leads nowhere.
    """
    Notification.objects.bulk_create(
        [
            Notification(
                kind=kind,
                table_name=obj._meta.db_table,
                row_id=obj.pk,
                recipient=user,
                due=due,
                url=obj.get_absolute_url() if url is None else url,
                params={name: str(value) for name, value in params.items()},
            )
            for user in {user.pk: user for user in recipients}.values()
        ],
        ignore_conflicts=True,
    )


def speakers(organisation: Organisation) -> list[User]:
    """The people who act for `organisation` today: its own, or those of the nearest node above that has any."""
    paths = [
        organisation.path[:length] for length in range(len(organisation.path), 0, -Organisation.steplen)
    ]
    holders = list(
        Assignment.objects.current()
        .filter(organisation__path__in=paths, role__in=ACTING_ROLES, user__is_active=True)
        .select_related("user", "organisation")
    )
    return nearest((holder.organisation.path, holder.user) for holder in holders)


def nearest(holders: Iterable[tuple[str, T]]) -> list[T]:
    """Of people with the path of the node for which they act, all above one place, those of the lowest node."""
    holders = list(holders)
    lowest = max((path for path, _person in holders), key=len, default=None)
    return [person for path, person in holders if path == lowest]


def holders(organisations: Iterable[int]) -> list[User]:
    """Whoever acts today for exactly one of these organisations (ids, or a query of them). One query.

    A person with a role at several of them comes as often; `notify` tells each once.
    """
    rows = Assignment.objects.current().filter(
        organisation__in=organisations, role__in=ACTING_ROLES, user__is_active=True
    )
    return [row.user for row in rows.select_related("user")]


ROLE_ASSIGNED = register("role_assigned", _("您在“%(organisation)s”有了新的任职。"))
ROLE_ENDED = register("role_ended", _("您在“%(organisation)s”的任职已登记结束日期。"))
ORGANISATION_CLOSED = register("organisation_closed", _("“%(organisation)s”已终止。"))
ORGANISATION_MERGED = register("organisation_merged", _("“%(organisation)s”已并入“%(successor)s”。"))
STRUCTURE_ADOPTED = register("structure_adopted", _("“%(organisation)s”已采用组织架构“%(structure)s”。"))


def role_assigned(assignment: Assignment) -> None:
    """Tell the person."""
    notify(
        ROLE_ASSIGNED,
        assignment,
        [assignment.user],
        url=assignment.organisation.get_absolute_url(),
        organisation=assignment.organisation,
    )


def role_ended(assignment: Assignment) -> None:
    """Tell the person, who may by then see nothing but the message."""
    notify(
        ROLE_ENDED,
        assignment,
        [assignment.user],
        url=reverse("notification-list"),
        organisation=assignment.organisation,
    )


def organisation_closed(organisation: Organisation) -> None:
    """Tell the people who acted for it."""
    notify(ORGANISATION_CLOSED, organisation, speakers(organisation), organisation=organisation)


def organisation_merged(organisation: Organisation, people: Iterable[User]) -> None:
    """Tell `people`: those who acted for it until now, and those who act for its successor."""
    successor = organisation.successor
    notify(
        ORGANISATION_MERGED,
        organisation,
        people,
        url=successor.get_absolute_url(),
        organisation=organisation,
        successor=successor,
    )


def structure_adopted(organisation: Organisation) -> None:
    """Tell the people who act for the organisation."""
    notify(
        STRUCTURE_ADOPTED,
        organisation,
        speakers(organisation),
        # Adopting is news again on another day.
        due=timezone.localdate(),
        organisation=organisation,
        structure=organisation.structure,
    )


@dataclass(frozen=True)
class Deadline:
    """What a kind of reminder is about: the table of the row, the name of its page, and the SQL of what is due.

    The SQL gives row_id, page_id, due, path (of who must act) and title; it may use %(today)s, %(until)s and
    %(zone)s. A partial index on the open rows should serve it.
    """

    model: type[Model]
    page: str
    due: str


#: Who acts for the node `o`, joined to it: `a` is the assignment. Needs %(today)s and `ACTING` as %(roles)s.
HOLDERS = f"""
    JOIN members_assignment a ON a.organisation_id = o.id AND a.role = ANY(%(roles)s) AND {CURRENT.format("a")}
    JOIN members_user u ON u.id = a.user_id AND u.is_active
"""
ACTING = [role.value for role in ACTING_ROLES]

# The recipients are `members.notifications.speakers` as a join: the holders of the nearest node at or
# above that has any. Rows are written in one order, so that two runs at once wait and never deadlock.
_REMIND = """
    WITH due AS ({due}),
    holders AS (
        SELECT p.path, a.user_id, length(o.path) AS depth, max(length(o.path)) OVER (PARTITION BY p.path) AS nearest
          FROM (SELECT DISTINCT path FROM due) p
          CROSS JOIN LATERAL generate_series(%(step)s, length(p.path), %(step)s) n
          JOIN members_organisation o ON o.path = left(p.path, n)
          {holders}
    )
    INSERT INTO members_notification (kind, table_name, row_id, recipient_id, due, params, url, created_at)
    SELECT DISTINCT %(kind)s, %(table)s, d.row_id, h.user_id, d.due,
           jsonb_build_object('title', d.title, 'day', d.due::text), %(before)s || d.page_id || %(after)s, now()
      FROM due d JOIN holders h ON h.path = d.path AND h.depth = h.nearest
     ORDER BY d.row_id, h.user_id
    ON CONFLICT DO NOTHING
"""


def remind(kind: str, deadline: Deadline, *, today: date, until: date) -> int:
    """Remind everybody who must act on a row that is due by `until`; the number of new messages.

    The sentence of `kind` may name %(title)s and %(day)s. One statement for any number of rows; safe to run
    twice, or several times at once: a row is called to mind once per deadline and person.
    """
    before, after = reverse(deadline.page, args=[0]).split("0")
    with connection.cursor() as cursor:
        cursor.execute(
            _REMIND.format(due=deadline.due, holders=HOLDERS),
            {
                "until": until,
                "today": today,
                "zone": settings.TIME_ZONE,
                "roles": ACTING,
                "step": Organisation.steplen,
                "kind": kind,
                "table": deadline.model._meta.db_table,
                "before": before,
                "after": after,
            },
        )
        return cursor.rowcount
