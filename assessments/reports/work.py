"""What schemes, scores and reports have for a person to do today."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, Membership
from assessments.models import Adoption, Report, Scheme, ScoreRun
from assessments.permissions.reports import check_can_publish_report
from assessments.reports.reach import STAFF
from assessments.states import SchemeState
from members.models import Notification, User
from members.states import Level, Role
from workflow.moves import allowed
from workflow.templatetags.workflow import cn_date
from workflow.work import Figure, Work

#: After so many days an unpublished run is history, not work.
FRESH_DAYS = 120
PUBLISHERS = (Role.STREET_ADMIN, Role.STAFF)


def work_for(user: User) -> list[Work]:
    """Reports to read; runs to publish, drafts to publish, alliances without a scheme. Four queries at most."""
    if not user.has_role(*STAFF):
        return _reports(user)
    return [*_reports(user), *_runs(user), *_drafts(user), *_without_scheme(user)]


def figures_for(user: User) -> list[Figure]:
    """For the district: how many reports there are to read."""
    if not user.has_role(Role.DISTRICT_READER, Role.DISTRICT_ADMIN):
        return []
    count = Report.objects.visible_to(user).filter(replaced_by=None).count()
    return [Figure(_("街道报送的考核报告"), count, reverse("report-list") + "?versions=latest")]


def _reports(user: User) -> list[Work]:
    """For the district: reports whose message the reader has not opened yet."""
    if not user.has_role(Role.DISTRICT_READER, Role.DISTRICT_ADMIN):
        return []
    unread = Notification.objects.visible_to(user).unread().filter(table_name=Report._meta.db_table)
    reports = (
        Report.objects.visible_to(user)
        .filter(pk__in=unread.values("row_id"), replaced_by=None)
        .select_related("organisation__kind")
        .defer("data")
    )
    return [
        Work(
            title=_("查阅报告：%(title)s") % {"title": report.title},
            why=_("%(organisation)s 于 %(day)s 报送，%(number)s。")
            % {
                "organisation": report.organisation,
                "day": cn_date(timezone.localdate(report.published_at)),
                "number": report.number,
            },
            url=report.get_absolute_url(),
            act=_("查阅报告"),
        )
        for report in reports
    ]


def _runs(user: User) -> list[Work]:
    """The last computation of each period that has no report yet."""
    same = {
        "alliance": OuterRef("alliance"),
        "starts_on": OuterRef("starts_on"),
        "ends_on": OuterRef("ends_on"),
    }
    reports = Report.objects.filter(**{f"run__{name}": value for name, value in same.items()})
    runs = (
        ScoreRun.objects.filter(
            user.within("alliance__host__path", *PUBLISHERS),
            ~Exists(reports),
            ~Exists(ScoreRun.objects.filter(**same, pk__gt=OuterRef("pk"))),
            computed_at__gte=timezone.now() - dt.timedelta(days=FRESH_DAYS),
        )
        .select_related("alliance__host")
        .order_by("pk")
    )
    return [
        Work(
            title=_("发布考核报告：%(alliance)s") % {"alliance": run.alliance},
            why=_("%(start)s 至 %(end)s 的得分已算好，核对后发布给区里。")
            % {"start": cn_date(run.starts_on), "end": cn_date(run.ends_on)},
            url=run.get_absolute_url(),
            act=_("核对得分"),
        )
        for run in runs
        if allowed(check_can_publish_report, user, run)
    ]


def _drafts(user: User) -> list[Work]:
    drafts = Scheme.objects.filter(user.within("owner__path", *STAFF), state=SchemeState.DRAFT)
    return [
        Work(
            title=_("发布考核方案：%(scheme)s") % {"scheme": draft},
            why=_("还是草稿，发布后联盟才能采用。"),
            url=draft.get_absolute_url(),
            act=_("看草稿"),
        )
        for draft in drafts.order_by("pk")
    ]


def _without_scheme(user: User) -> list[Work]:
    """Alliances with member units that no scheme assesses: without one the clock computes nothing."""
    adoptions = Adoption.objects.current().filter(alliance=OuterRef("pk"))
    members = Membership.objects.current().filter(
        alliance=OuterRef("pk"), organisation__kind__level=Level.UNIT
    )
    alliances = Alliance.objects.open().filter(
        user.within("host__path", *PUBLISHERS), ~Exists(adoptions), Exists(members)
    )
    return [
        Work(
            title=_("为 %(alliance)s 选定考核方案") % {"alliance": alliance},
            why=_("采用方案以后，每季度结束自动计分。"),
            url=reverse("scheme-list"),
            act=_("选方案"),
        )
        for alliance in alliances.order_by("pk")
    ]
