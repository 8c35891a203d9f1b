"""A run becomes a report: frozen under number and hash, laid before the district."""

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import documents, notifications
from assessments.models import Report, ScoreRun
from assessments.permissions import reports as permissions
from assessments.reports.districts import compose, title_of
from members.models import Organisation
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict


@action
def publish_report(*, run: ScoreRun, by, replaces: Report | None = None, reason: str = "") -> Report:
    """Nothing → published, for good. The host's staff; tells the district.

    The number is the next of the host in this year, without gaps; a correction keeps the number of the
    report it `replaces`, is its next version and needs a `reason`. Raises `Conflict` when the period has
    a report already, `BadInput` when the reason is missing or the run is of another period.
    """
    run = ScoreRun.objects.select_related("alliance__host__kind", "scheme").get(pk=run.pk)
    host = run.alliance.host
    # One publisher at a time for a host: the number after the last one stays free of gaps and twins.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=host.pk)
    if replaces is None:
        permissions.check_can_publish_report(by, run)
        _check_first(run)
        year = timezone.localdate().year
        last = Report.objects.filter(organisation=host, year=year).aggregate(serial=Max("serial"))["serial"]
        serial, version = (last or 0) + 1, 1
    else:
        permissions.check_can_correct_report(by, replaces)
        reason = _check_correction(run, replaces, reason)
        year, serial, version = replaces.year, replaces.serial, replaces.version + 1
    report = Report(
        organisation=host,
        alliance=run.alliance,
        run=run,
        year=year,
        serial=serial,
        version=version,
        replaces=replaces,
        reason=reason,
        title=title_of(run),
        published_by=by,
    )
    number = {
        "number": report.number,
        "version": version,
        "replaces": replaces.number if replaces else None,
        "reason": reason,
        "published_at": report.published_at.isoformat(),
    }
    report.data = compose(run, number, report.title)
    report.check_value = documents.check_value(report.data)
    report.save()
    notifications.report_published(report)
    return report


def _check_first(run: ScoreRun) -> None:
    same = Report.objects.filter(
        alliance=run.alliance, run__starts_on=run.starts_on, run__ends_on=run.ends_on, replaced_by=None
    ).first()
    if same is not None:
        raise Conflict(
            _("这一期已经发布报告 %(number)s。如要更正，请打开那份报告，写明原因后发布新版本。")
            % {"number": same.number}
        )


def _check_correction(run: ScoreRun, replaces: Report, reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise BadInput(_("请写明更正原因，它会印在新版本上。"), field="reason")
    if len(reason) > Report._meta.get_field("reason").max_length:
        raise BadInput(_("更正原因最多 200 个字。请写短一些。"), field="reason")
    old = replaces.run
    if (run.alliance_id, run.starts_on, run.ends_on) != (old.alliance_id, old.starts_on, old.ends_on):
        raise BadInput(_("更正要用同一联盟、同一期的计分。请选那一期的计分。"), field="run")
    return reason
