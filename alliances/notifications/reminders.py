"""Which deadlines of this room are called to mind, once per row, deadline and person."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Meeting, Minutes
from alliances.notifications.meetings import people_by_path
from alliances.reports.rhythm import Uncalled
from members.models import Notification
from members.notifications import Deadline, register

ITEMS_CLOSE = register("items_close", _("“%(title)s”的议题征集 %(day)s 截止，有事项请尽快提出。"))
NOTICE_DUE = register("notice_due", _("“%(title)s”最迟 %(day)s 发会议通知，请排定议程后发出。"))
MEETING_NEAR = register("meeting_near", _("“%(title)s”%(day)s 召开，请准时参会。"))
MINUTES_DUE = register("minutes_due", _("“%(title)s”的会议纪要最迟 %(day)s 印发，请尽快整理。"))
CONFIRMATION_DUE = register(
    "confirmation_due", _("“%(title)s”的会议纪要最迟 %(day)s 确认；到期没有提出异议的，视为无异议。")
)
MEETING_UNCALLED = register(
    "meeting_uncalled",
    _("按议事规则，%(title)s的例会要在 %(first)s 至 %(last)s 之间召开，请召集会议、征集议题。"),
)

_CALLED = "m.state = 'called' AND m.closes_on BETWEEN %(today)s AND %(until)s"
_HELD_ON = "(m.starts_at AT TIME ZONE %(zone)s)::date"
#: Each query: row_id (whose deadline), page_id (where it is met), due, path (of the organisation that is
#: told), title. Rows of ended alliances have no deadline any more.
DEADLINES: dict[str, Deadline] = {
    ITEMS_CLOSE: Deadline(
        Meeting,
        "meeting-detail",
        f"""
        SELECT m.id AS row_id, m.id AS page_id, m.closes_on AS due, o.path, m.title
          FROM alliances_meeting m
          JOIN alliances_alliance a ON a.id = m.alliance_id AND a.ended_on IS NULL
          JOIN alliances_membership s ON s.alliance_id = m.alliance_id
           AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)
          JOIN members_organisation o ON o.id = s.organisation_id
         WHERE {_CALLED}
        """,  # noqa: S608 - the only value put in is a constant
    ),
    NOTICE_DUE: Deadline(
        Meeting,
        "meeting-detail",
        """
        SELECT m.id AS row_id, m.id AS page_id, m.notice_on AS due, o.path, m.title
          FROM alliances_meeting m
          JOIN alliances_alliance a ON a.id = m.alliance_id AND a.ended_on IS NULL
          JOIN members_organisation o ON o.id = m.convener_id
         WHERE m.state IN ('called', 'planned') AND m.notice_on <= %(until)s
        """,
    ),
    MEETING_NEAR: Deadline(
        Meeting,
        "meeting-detail",
        f"""
        SELECT m.id AS row_id, m.id AS page_id, {_HELD_ON} AS due, o.path, m.title
          FROM alliances_meeting m
          JOIN alliances_alliance a ON a.id = m.alliance_id AND a.ended_on IS NULL
          JOIN alliances_attendance t ON t.meeting_id = m.id AND t.presence <> 'excused'
          JOIN alliances_membership s ON s.alliance_id = m.alliance_id AND s.organisation_id = t.organisation_id
           AND s.starts_on <= {_HELD_ON} AND (s.ends_on IS NULL OR s.ends_on >= {_HELD_ON})
          JOIN members_organisation o ON o.id = t.organisation_id
         WHERE m.state = 'noticed' AND {_HELD_ON} BETWEEN %(today)s AND %(until)s
        """,  # noqa: S608 - the only value put in is a constant
    ),
    MINUTES_DUE: Deadline(
        Meeting,
        "meeting-detail",
        """
        SELECT m.id AS row_id, m.id AS page_id, m.minutes_on AS due, o.path, m.title
          FROM alliances_meeting m
          JOIN alliances_alliance a ON a.id = m.alliance_id AND a.ended_on IS NULL
          JOIN members_organisation o ON o.id = m.convener_id
         WHERE m.state = 'held' AND m.minutes_on <= %(until)s
        """,
    ),
    # Each unit whose word on the newest version is asked and not given; see `AttendanceQuerySet.asked`.
    CONFIRMATION_DUE: Deadline(
        Minutes,
        "minutes-detail",
        """
        SELECT n.id AS row_id, n.id AS page_id, n.confirm_by AS due, o.path, m.title
          FROM alliances_minutes n
          JOIN alliances_meeting m ON m.id = n.meeting_id AND m.state = 'confirming'
          JOIN alliances_alliance a ON a.id = m.alliance_id AND a.ended_on IS NULL
          JOIN alliances_attendance t ON t.meeting_id = m.id AND t.has_vote
           AND t.presence IN ('present', 'represented') AND t.organisation_id <> m.convener_id
          JOIN members_organisation o ON o.id = t.organisation_id
         WHERE n.confirm_by BETWEEN %(today)s AND %(until)s
           AND NOT EXISTS (SELECT FROM alliances_minutes l
                            WHERE l.meeting_id = m.id AND l.version > n.version)
           AND NOT EXISTS (SELECT FROM alliances_confirmation c
                            WHERE c.minutes_id = n.id AND c.organisation_id = t.organisation_id)
        """,
    ),
}


def meetings_uncalled(rows: Iterable[Uncalled]) -> None:
    """Tells each convener that a regular meeting is to be called; two statements, however many alliances."""
    rows = sorted(rows, key=lambda row: row.alliance.pk)
    people = people_by_path(row.convener for row in rows)
    page = reverse("meeting-call")
    Notification.objects.bulk_create(
        [
            Notification(
                kind=MEETING_UNCALLED,
                table_name=Alliance._meta.db_table,
                row_id=row.alliance.pk,
                recipient=user,
                due=row.call_on,
                url=f"{page}?alliance={row.alliance.pk}",
                params={"title": row.alliance.name, "first": str(row.first_day), "last": str(row.last_day)},
            )
            for row in rows
            for user in people[row.convener.path]
        ],
        ignore_conflicts=True,
    )
