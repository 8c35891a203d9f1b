"""Where the minutes of a meeting stand: which version is out, who agreed, who objects, who has not answered."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances import permissions
from alliances.models import Attendance, Confirmation, Meeting, Minutes
from alliances.states import MeetingState, MinutesVerdict
from members.models import Organisation
from members.states import Role
from workflow.moves import Verdict, allowed
from workflow.work import Work

#: Lines of one kind on the first page; the meetings behind them hold the rest.
MOST = 30


@dataclass
class Panel:
    """One version of the minutes and what was said to it. `minutes` None: none is out yet."""

    meeting: Meeting
    minutes: Minutes | None
    #: Newest first, the one of the panel included.
    versions: list[Minutes]
    confirmed: list[Confirmation]
    objections: list[Confirmation]
    #: Units that are asked and have not answered.
    waiting: list[Organisation]
    #: Those of them for which the reader speaks.
    own: list[Organisation]
    runs: bool
    draft: Verdict = field(default_factory=lambda: Verdict(False))
    revise: Verdict = field(default_factory=lambda: Verdict(False))
    close: Verdict = field(default_factory=lambda: Verdict(False))

    @property
    def is_newest(self) -> bool:
        return bool(self.minutes) and self.minutes == self.versions[0]

    @property
    def is_open(self) -> bool:
        """Whether units may still answer this version."""
        return self.is_newest and self.meeting.state == MeetingState.CONFIRMING

    @property
    def words(self) -> str:
        """请 24 个单位确认，20 个无异议，1 个有异议，3 个没有答复."""
        asked = len(self.confirmed) + len(self.objections) + len(self.waiting)
        parts = [
            ngettext("请 %(count)s 个单位确认", "请 %(count)s 个单位确认", asked) % {"count": asked},
            _("%(count)s 个无异议") % {"count": len(self.confirmed)},
        ]
        if self.objections:
            parts.append(_("%(count)s 个有异议") % {"count": len(self.objections)})
        if self.waiting:
            parts.append(_("%(count)s 个没有答复") % {"count": len(self.waiting)})
        return _("，").join(parts)


def of_meeting(meeting: Meeting, user) -> Panel:
    """The panel of the newest version, for the page of the meeting. A constant number of queries."""
    return panel_of(meeting, None, user)


def panel_of(meeting: Meeting, minutes: Minutes | None, user) -> Panel:
    """What `user` is shown beside `minutes`, the newest version by default; `meeting` with alliance host and convener."""
    versions = list(meeting.minutes.select_related("circulated_by").order_by("-version"))
    minutes = minutes or (versions[0] if versions else None)
    answers: list[Confirmation] = []
    waiting: list[Organisation] = []
    if minutes:
        rows = minutes.confirmations.select_related("organisation__kind").order_by("organisation__path")
        answers = list(rows)
        answered = {one.organisation_id for one in answers}
        asked = meeting.attendances.asked().select_related("organisation__kind")
        waiting = [
            row.organisation
            for row in asked.order_by("organisation__path")
            if row.organisation_id not in answered
        ]
    panel = Panel(
        meeting=meeting,
        minutes=minutes,
        versions=versions,
        confirmed=[one for one in answers if one.verdict == MinutesVerdict.CONFIRMED],
        objections=[one for one in answers if one.verdict == MinutesVerdict.OBJECTED],
        waiting=waiting,
        own=[one for one in waiting if user.acts_for(one)],
        runs=permissions.runs(user, meeting),
    )
    if panel.runs:
        panel.draft = allowed(permissions.check_can_draft_minutes, user, meeting)
        if panel.is_open:
            panel.revise = allowed(permissions.check_can_revise_minutes, user, meeting)
            panel.close = allowed(permissions.check_can_close_meeting, user, meeting)
    return panel


def work_for(user) -> list[Work]:
    """Minutes to write and meetings to close, of those who run them; minutes to confirm, of the units. Three queries."""
    return [*_to_write(user), *_to_confirm(user), *_to_close(user)]


def _runs(user, meeting: str = "") -> Q:
    """Meetings of open alliances that `user` runs day by day; `meeting` is the path to them.

    A district may run any, see `permissions.runs`, but is not asked to write a street's minutes.
    """
    looks_after = user.within(f"{meeting}alliance__host__path", Role.STREET_ADMIN, Role.STAFF)
    convenes = user.acting(f"{meeting}convener__path", f"{meeting}convener__kind__level")
    return Q(**{f"{meeting}alliance__ended_on": None}) & (looks_after | convenes)


def _to_write(user) -> list[Work]:
    rows = Meeting.objects.filter(_runs(user), state=MeetingState.HELD).order_by("minutes_on", "pk")
    return [
        Work(
            title=_("整理会议纪要：%(meeting)s") % {"meeting": row},
            why=_("核对草稿，印发给到会单位确认。"),
            url=reverse("minutes-draft", args=[row.pk]),
            act=_("看草稿"),
            due=row.minutes_on,
        )
        for row in rows[:MOST]
    ]


def _silent():
    """Of minutes: the units that are asked and have not answered this version."""
    answered = Confirmation.objects.filter(
        minutes=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation")
    )
    return Attendance.objects.asked().filter(~Exists(answered), meeting=OuterRef("meeting"))


def _to_confirm(user) -> list[Work]:
    """For the units alone: whoever runs the meeting has a line of his own."""
    own = _silent().filter(user.acting("organisation__path", "organisation__kind__level"))
    rows = (
        Minutes.objects.waiting()
        .filter(Exists(own), meeting__alliance__ended_on=None)
        .exclude(_runs(user, "meeting__"))
        .select_related("meeting")
        .order_by("confirm_by", "pk")
    )
    return [
        Work(
            title=_("确认会议纪要：%(meeting)s") % {"meeting": row.meeting},
            why=_("到期没有提出异议的，视为无异议。"),
            url=row.get_absolute_url(),
            act=_("去确认"),
            due=row.confirm_by,
        )
        for row in rows[:MOST]
    ]


def _to_close(user) -> list[Work]:
    objections = Confirmation.objects.filter(minutes=OuterRef("pk"), verdict=MinutesVerdict.OBJECTED)
    rows = (
        Minutes.objects.waiting()
        .filter(_runs(user, "meeting__"))
        .annotate(has_objections=Exists(objections), has_silent=Exists(_silent()))
        .select_related("meeting")
        .order_by("confirm_by", "pk")
    )
    return [_closing(row) for row in rows[:MOST]]


def _closing(row) -> Work:
    words = {"meeting": row.meeting}
    if row.has_objections:
        title, why = _("处理纪要异议：%(meeting)s"), _("有单位提出异议，请退回修改后重新印发。")
        return Work(title % words, why, row.get_absolute_url(), _("看异议"))
    if row.is_due or not row.has_silent:
        title, why = _("归档会议：%(meeting)s"), _("没有未处理的异议，可以归档。")
        return Work(title % words, why, row.get_absolute_url(), _("去归档"))
    title, why = _("等各单位确认纪要：%(meeting)s"), _("到期没有提出异议的，视为无异议。")
    return Work(title % words, why, row.get_absolute_url(), _("看进度"), due=row.confirm_by, waits=True)
