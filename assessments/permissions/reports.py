"""Who may lay a report before the district."""

from django.utils.translation import gettext as _

from assessments.models import Report, ScoreRun
from members.states import Level, Role
from workflow.exceptions import InvalidTransition, NotPermitted


def check_can_publish_report(by, run: ScoreRun) -> None:
    """The staff of the alliance's host; the district, which reads the report, does not write it."""
    host = run.alliance.host
    if by is None or not any(
        grant.role in {Role.STREET_ADMIN, Role.STAFF}
        and grant.covers(host.path)
        and (grant.level != Level.DISTRICT or grant.path == host.path)
        for grant in by.grants
    ):
        raise NotPermitted(_("只有 %(host)s 的工作人员可以发布报告。请联系他们。") % {"host": host})


def check_can_correct_report(by, report: Report) -> None:
    """The same staff, on the newest version."""
    check_can_publish_report(by, report.run)
    newer = Report.objects.filter(replaces=report).first()
    if newer is not None:
        raise InvalidTransition(
            _("这一版已被 %(number)s 替代。请打开最新版本，在那里更正。") % {"number": newer.number}
        )
