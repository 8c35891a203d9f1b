"""What meetings and their items ask of a person: of those who run them, and of the units."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import AgendaItem, Alliance, Attendance, DutyTerm, Meeting, Membership
from alliances.reports.rhythm import uncalled
from alliances.states import ItemState, MeetingState, Presence
from members.states import Role
from workflow.templatetags.workflow import cn_date, cn_datetime
from workflow.work import Work

#: Lines of one sort on the page of the day; the lists hold the rest.
MOST = 30


def work_for(user) -> list[Work]:
    """Meetings to call, to prepare and to hold, items to answer; meetings that a unit is asked to. Nine queries."""
    return [*_to_call(user), *_to_run(user), *_to_answer(user), *_to_propose(user), *_to_attend(user)]


def _looks_after(user, path: str) -> Q:
    """The people of the host; the district's administrator has reports, not chores."""
    return user.within(path, Role.STREET_ADMIN, Role.STAFF)


def _to_call(user) -> list[Work]:
    today = timezone.localdate()
    on_duty = DutyTerm.objects.current().filter(
        user.acting("organisation__path", "organisation__kind__level"), alliance=OuterRef("pk")
    )
    rows = Alliance.objects.open().filter(_looks_after(user, "host__path") | Exists(on_duty))
    return [
        Work(
            title=_("召集例会：%(alliance)s") % {"alliance": row.alliance},
            why=_("按议事规则，例会要在 %(first)s 至 %(last)s 之间召开。")
            % {"first": cn_date(row.first_day), "last": cn_date(row.last_day)},
            url=f"{reverse('meeting-call')}?alliance={row.alliance.pk}",
            act=_("召集会议"),
            due=row.last_day,
        )
        for row in uncalled(rows.select_related("host").order_by("pk"), today)[:MOST]
    ]


def _to_run(user) -> list[Work]:
    today = timezone.localdate()
    rows = (
        Meeting.objects.filter(
            _looks_after(user, "alliance__host__path")
            | user.acting("convener__path", "convener__kind__level"),
            Q(state=MeetingState.CALLED, closes_on__lt=today)
            | Q(state__in=[MeetingState.PLANNED, MeetingState.IN_SESSION])
            | Q(state=MeetingState.NOTICED, starts_at__date__lte=today),
            alliance__ended_on=None,
        )
        .select_related("alliance")
        .order_by("starts_at", "pk")
    )
    return [_next_act(row) for row in rows[:MOST]]


def _next_act(meeting: Meeting) -> Work:
    words = {"meeting": meeting}
    url = meeting.get_absolute_url()
    if meeting.state == MeetingState.CALLED:
        title, why, act = _("排定议程：%(meeting)s"), _("议题已截止，排定议程后发会议通知。"), _("排定议程")
        return Work(title % words, why, url, act, due=meeting.notice_on)
    if meeting.state == MeetingState.PLANNED:
        title, why, act = _("发会议通知：%(meeting)s"), _("各单位收到通知和议程后安排参会。"), _("看议程")
        return Work(title % words, why, url, act, due=meeting.notice_on)
    if meeting.state == MeetingState.NOTICED:
        title, why, act = _("开会：%(meeting)s"), cn_datetime(meeting.starts_at), _("去开会")
        return Work(title % words, why, url, act, due=meeting.held_on)
    title, why, act = _("正在开会：%(meeting)s"), _("每个议题写明结果后散会。"), _("回到会议")
    return Work(title % words, why, url, act, due=meeting.held_on)


def _to_answer(user) -> list[Work]:
    rows = (
        AgendaItem.objects.filter(
            _looks_after(user, "alliance__host__path")
            | user.acting("meeting__convener__path", "meeting__convener__kind__level"),
            state=ItemState.PROPOSED,
            alliance__ended_on=None,
        )
        .order_by("alliance")
        .values_list("alliance", "alliance__name")
        .annotate(Count("pk"))
    )
    return [
        Work(
            title=_("受理议题：%(alliance)s") % {"alliance": name},
            why=ngettext("%(count)s 个议题等答复。", "%(count)s 个议题等答复。", count) % {"count": count},
            url=f"{reverse('item-list')}?alliance={pk}&state={ItemState.PROPOSED.value}",
            act=_("看议题"),
        )
        for pk, name, count in rows[:MOST]
    ]


def _to_propose(user) -> list[Work]:
    """Calls for items that none of one's own units has answered; who runs the meeting is not asked."""
    own = Membership.objects.current().filter(
        user.acting("organisation__path", "organisation__kind__level")
    )
    answered = AgendaItem.objects.filter(
        user.acting("proposer__path", "proposer__kind__level"), meeting=OuterRef("pk")
    )
    rows = _not_run(user, Meeting.objects.all()).filter(
        ~Exists(answered),
        alliance__in=own.order_by().values("alliance"),
        alliance__ended_on=None,
        state=MeetingState.CALLED,
        closes_on__gte=timezone.localdate(),
    )
    return [
        Work(
            title=_("提出议题：%(meeting)s") % {"meeting": row},
            why=_("有事项要商议请在截止前提出，没有可以不提。"),
            url=f"{reverse('item-propose')}?meeting={row.pk}",
            act=_("提议题"),
            due=row.closes_on,
        )
        for row in rows.order_by("closes_on", "pk")[:MOST]
    ]


def _to_attend(user) -> list[Work]:
    own = Attendance.objects.filter(
        user.acting("organisation__path", "organisation__kind__level"),
        meeting=OuterRef("pk"),
        presence=Presence.DUE,
    )
    rows = _not_run(user, Meeting.objects.all()).filter(
        Exists(own),
        Q(state=MeetingState.NOTICED) | (Q(state=MeetingState.IN_SESSION) & ~Q(room_code="")),
        alliance__ended_on=None,
    )
    return [_attend(row) for row in rows.order_by("starts_at", "pk")[:MOST]]


def _attend(meeting: Meeting) -> Work:
    if meeting.state == MeetingState.IN_SESSION:
        return Work(
            title=_("签到：%(meeting)s") % {"meeting": meeting},
            why=_("输入会场出示的到会码。"),
            url=reverse("meeting-checkin", args=[meeting.pk]),
            act=_("去签到"),
            due=meeting.held_on,
        )
    return Work(
        title=_("参加会议：%(meeting)s") % {"meeting": meeting},
        why=_("%(when)s，%(place)s；不能参会请先请假。")
        % {"when": cn_datetime(meeting.starts_at), "place": meeting.place},
        url=meeting.get_absolute_url(),
        act=_("看通知"),
        due=meeting.held_on,
    )


def _not_run(user, rows: QuerySet) -> QuerySet:
    return rows.exclude(
        user.within("alliance__host__path", Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF)
    ).exclude(user.acting("convener__path", "convener__kind__level"))
