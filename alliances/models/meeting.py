"""When an alliance meets, who comes, and what was written down."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models.alliance import Alliance
from alliances.models.procedure import MeetingKind
from alliances.rules.procedure import Terms, read_terms
from alliances.states import COMING_STATES, MeetingState, MinutesVerdict, Presence
from members.models import Organisation
from members.models.change import Refuse, recorded


def closed_meeting(of_row: str) -> str:
    """The body of a trigger that refuses a row of a closed meeting; `of_row` is SQL that selects the meeting's state."""
    return f"""
        IF ({of_row}) = '{MeetingState.CLOSED.value}' THEN
            RAISE EXCEPTION 'the meeting is closed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """


class OfMeetingQuerySet(models.QuerySet):
    """Rows that hang on a meeting by `path`: seen by whoever sees its alliance."""

    path = "meeting"

    def visible_to(self, user):
        return self.filter(**{f"{self.path}__alliance__in": Alliance.objects.visible_to(user)})


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Meetings of the alliances that the user sees."""
        return self.filter(alliance__in=Alliance.objects.visible_to(user))

    def coming(self):
        """Called, planned or noticed: not begun."""
        return self.filter(state__in=COMING_STATES)

    def unfinished(self):
        """Neither filed nor cancelled."""
        return self.exclude(state__in=[MeetingState.CLOSED, MeetingState.CANCELLED])

    def over(self):
        """Held, whatever became of the minutes."""
        return self.filter(state__in=[MeetingState.HELD, MeetingState.CONFIRMING, MeetingState.CLOSED])


@recorded
class Meeting(models.Model):
    """会议 of one alliance. `terms` are the rules in force when it was called; they do not change with the rules."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="meetings", verbose_name=_("联盟"))
    kind = models.ForeignKey(
        MeetingKind, models.PROTECT, related_name="meetings", verbose_name=_("会议类型")
    )
    title = models.CharField(_("会议名称"), max_length=80)
    convener = models.ForeignKey(
        Organisation, models.PROTECT, related_name="convened_meetings", verbose_name=_("召集单位")
    )
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    place = models.CharField(_("地点"), max_length=100)
    terms = models.JSONField(_("议事规则"), default=dict, editable=False)
    state = models.CharField(_("状态"), max_length=12, choices=MeetingState, default=MeetingState.CALLED)
    closes_on = models.DateField(_("议题截止"), null=True, blank=True)
    notice_on = models.DateField(_("最迟通知"))
    minutes_on = models.DateField(_("纪要期限"), null=True, blank=True)
    agenda_version = models.PositiveIntegerField(_("议程版本"), default=1, editable=False)
    # Counts the changes of time and place, as calendars want it.
    sequence = models.PositiveSmallIntegerField(_("日程版本"), default=0, editable=False)
    chair = models.CharField(_("主持人"), max_length=60, blank=True)
    recorder = models.CharField(_("记录人"), max_length=60, blank=True)
    opening = models.TextField(_("会议概况"), max_length=2000, blank=True)
    # Shown in the room, typed by those who came; empty when attendance is taken by hand alone.
    room_code = models.CharField(_("到会码"), max_length=6, blank=True)
    year = models.PositiveSmallIntegerField(_("年份"), null=True, editable=False)
    serial = models.PositiveSmallIntegerField(_("序号"), null=True, editable=False)
    cancel_reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    called_at = models.DateTimeField(_("召集时间"), default=timezone.now, editable=False)
    called_by = models.ForeignKey(
        "members.User", models.PROTECT, editable=False, related_name="+", verbose_name=_("召集人")
    )
    changed_at = models.DateTimeField(_("日程更新时间"), default=timezone.now, editable=False)
    noticed_at = models.DateTimeField(_("通知时间"), null=True, editable=False)
    opened_at = models.DateTimeField(_("开会时间"), null=True, editable=False)
    ended_at = models.DateTimeField(_("散会时间"), null=True, editable=False)
    closed_at = models.DateTimeField(_("归档时间"), null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("会议")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="meeting_times_in_order"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="meeting_has_title"),
            models.CheckConstraint(
                condition=Q(year=None, serial=None) | Q(year__isnull=False, serial__isnull=False),
                name="meeting_number_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.CANCELLED) | ~Q(cancel_reason=""),
                name="meeting_cancelled_with_reason",
            ),
            models.UniqueConstraint(fields=["alliance", "year", "serial"], name="meeting_number_once"),
        ]
        indexes = [
            models.Index(fields=["alliance", "state", "-id"], name="meeting_of_alliance"),
        ]
        triggers = [
            Refuse(name="no_delete", operation=pgtrigger.Delete),
            Refuse(
                name="closed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[MeetingState.CLOSED, MeetingState.CANCELLED]),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meeting-detail", args=[self.pk])

    @property
    def rules(self) -> Terms:
        """The rules of procedure that this meeting goes by."""
        return read_terms(self.terms)

    @property
    def held_on(self):
        """The day whose memberships have the vote."""
        return timezone.localdate(self.starts_at)

    @property
    def number(self) -> str:
        """〔2026〕3号, empty until the minutes have one."""
        return f"〔{self.year}〕{self.serial}号" if self.serial else ""


class AttendanceQuerySet(OfMeetingQuerySet):
    def voting(self):
        """Members with the vote; the others attend 列席."""
        return self.filter(has_vote=True)

    def asked(self):
        """Those whose word on the minutes is asked: there or represented, but not the convener, who issues them."""
        return (
            self.voting()
            .filter(presence__in=[Presence.PRESENT, Presence.REPRESENTED])
            .exclude(organisation=models.F("meeting__convener"))
        )


class Attendance(models.Model):
    """到会 of one organisation at one meeting. No time, place or device, and no history of them, is kept."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", verbose_name=_("会议"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="attendances", verbose_name=_("单位")
    )
    has_vote = models.BooleanField(_("有表决权"), default=True)
    presence = models.CharField(_("到会"), max_length=12, choices=Presence, default=Presence.DUE)
    represented_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("受托单位")
    )
    attendee = models.CharField(
        _("参会人"), max_length=60, blank=True, help_text=_("只用于纪要的出席名单，可以不填。")
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("到会")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(presence__in=Presence.values), name="attendance_presence_known"
            ),
            models.CheckConstraint(
                condition=Q(presence=Presence.REPRESENTED, represented_by__isnull=False)
                | (~Q(presence=Presence.REPRESENTED) & Q(represented_by=None)),
                name="attendance_represented_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(represented_by=models.F("organisation")), name="attendance_by_another"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="meeting_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=closed_meeting("SELECT state FROM alliances_meeting WHERE id = OLD.meeting_id"),
            )
        ]

    def __str__(self):
        return f"{self.organisation} · {self.get_presence_display()}"

    def get_absolute_url(self):
        return self.meeting.get_absolute_url()


class MinutesQuerySet(OfMeetingQuerySet):
    def newest(self) -> "Minutes | None":
        return self.order_by("-version").first()

    def waiting(self):
        """Newest versions that the units may still confirm."""
        later = Minutes.objects.filter(
            meeting=models.OuterRef("meeting"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(later), meeting__state=MeetingState.CONFIRMING)


@recorded
class Minutes(models.Model):
    """会议纪要, one circulated version: its whole content as values, and the hash of the Word file's document.xml."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes", verbose_name=_("会议"))
    version = models.PositiveSmallIntegerField(_("版本"))
    content = models.JSONField(_("内容"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    confirm_by = models.DateField(_("确认期限"))
    circulated_at = models.DateTimeField(_("印发时间"), default=timezone.now)
    circulated_by = models.ForeignKey(
        "members.User", models.PROTECT, related_name="+", verbose_name=_("印发人")
    )

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("会议纪要")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "version"], name="minutes_version_once")]
        triggers = [Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return _("%(meeting)s纪要（第 %(version)s 稿）") % {
            "meeting": self.meeting,
            "version": self.version,
        }

    def get_absolute_url(self):
        return reverse("minutes-detail", args=[self.pk])

    @property
    def is_due(self) -> bool:
        """Whether the last day for objections is over; from then on silence is consent."""
        return self.confirm_by < timezone.localdate()


class ConfirmationQuerySet(OfMeetingQuerySet):
    path = "minutes__meeting"


@recorded
class Confirmation(models.Model):
    """A unit's word on one version of the minutes: no objection, or what it objects to."""

    minutes = models.ForeignKey(
        Minutes, models.PROTECT, related_name="confirmations", verbose_name=_("会议纪要")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="confirmations", verbose_name=_("单位")
    )
    verdict = models.CharField(_("意见"), max_length=10, choices=MinutesVerdict)
    note = models.CharField(_("异议内容"), max_length=500, blank=True)
    given_at = models.DateTimeField(_("时间"), default=timezone.now)
    given_by = models.ForeignKey("members.User", models.PROTECT, related_name="+", verbose_name=_("确认人"))

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("纪要确认")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "organisation"], name="confirmation_once"),
            models.CheckConstraint(
                condition=Q(verdict=MinutesVerdict.CONFIRMED)
                | (Q(verdict=MinutesVerdict.OBJECTED) & ~Q(note="")),
                name="confirmation_objects_in_words",
            ),
        ]
        triggers = [Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.organisation} · {self.get_verdict_display()}"

    def get_absolute_url(self):
        return self.minutes.get_absolute_url()
