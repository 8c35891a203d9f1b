"""How a message is written: one row for each recipient, in the transaction of its cause."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Assignment, Notification, Organisation, User
from members.states import ACTING_ROLES
from workflow.templatetags.workflow import cn_date

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
    nearest = max((holder.organisation.path for holder in holders), key=len, default=None)
    return [holder.user for holder in holders if holder.organisation.path == nearest]


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
