"""Which deadlines of duties and of requests about them are called to mind, and how long before."""

from django.utils.translation import gettext_lazy as _

from alliances.models import Appeal, Duty
from members.notifications import Deadline, register

DUTY_NEAR = register("duty_near", _("议定事项“%(title)s”%(day)s 到期，请按时办结或说明情况。"))
DUTY_TODAY = register("duty_today", _("议定事项“%(title)s”今天到期，请办结后报告。"))
DUTY_LATE = register(
    "duty_late", _("议定事项“%(title)s”已过 %(day)s 的时限，将自动列入下次会议议程。请尽快办结或说明原因。")
)
APPEAL_UNANSWERED = register("appeal_unanswered", _("关于“%(title)s”的请求最迟 %(day)s 答复，请尽快答复。"))

#: Working days ahead that each is called to mind.
AHEAD = {DUTY_NEAR: 3, DUTY_TODAY: 0, DUTY_LATE: 0, APPEAL_UNANSWERED: 1}

_DUTY = """
    SELECT y.id AS row_id, y.id AS page_id, y.due_on AS due, o.path, y.title
      FROM alliances_duty y
      JOIN alliances_decision c ON c.id = y.decision_id
      JOIN alliances_alliance a ON a.id = c.alliance_id AND a.ended_on IS NULL
      JOIN members_organisation o ON {told}
     WHERE y.state = 'ongoing' AND {due}
"""
#: A duty with a new day is called to mind anew.
DEADLINES: dict[str, Deadline] = {
    DUTY_NEAR: Deadline(
        Duty,
        "duty-detail",
        _DUTY.format(told="o.id = y.lead_id", due="y.due_on > %(today)s AND y.due_on <= %(until)s"),
    ),
    DUTY_TODAY: Deadline(
        Duty,
        "duty-detail",
        _DUTY.format(told="o.id = y.lead_id", due="y.due_on = %(today)s"),
    ),
    # Also those who run the meeting: the host.
    DUTY_LATE: Deadline(
        Duty,
        "duty-detail",
        _DUTY.format(told="o.id IN (y.lead_id, a.host_id)", due="y.due_on < %(today)s"),
    ),
    APPEAL_UNANSWERED: Deadline(
        Appeal,
        "duty-detail",
        """
        SELECT p.id AS row_id, y.id AS page_id, p.answer_by AS due, o.path, y.title
          FROM alliances_appeal p
          JOIN alliances_duty y ON y.id = p.duty_id
          JOIN alliances_decision c ON c.id = y.decision_id
          JOIN alliances_alliance a ON a.id = c.alliance_id AND a.ended_on IS NULL
          JOIN members_organisation o ON o.id = p.addressee_id
         WHERE p.state = 'waiting' AND p.answer_by <= %(until)s
        """,
    ),
}
