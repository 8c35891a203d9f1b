"""How lists of meetings and agenda items are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliances.models import AgendaItem, Alliance, Meeting, MeetingKind
from alliances.states import COMING_STATES, ItemSource, ItemState, MeetingState
from members.models.organisation import named


def alliances(request):
    """The alliances that the reader may choose from; none outside a request."""
    return Alliance.objects.visible_to(request.user) if request else Alliance.objects.none()


def kinds(request):
    """The kinds of meeting that the reader may choose from; none outside a request."""
    return MeetingKind.objects.visible_to(request.user) if request else MeetingKind.objects.none()


def meetings(request):
    """The meetings that the reader may choose from; none outside a request."""
    return Meeting.objects.visible_to(request.user) if request else Meeting.objects.none()


class MeetingFilter(django_filters.FilterSet):
    COMING, MINUTES, PAST, ALL = "coming", "minutes", "past", "all"
    VIEWS = [(COMING, _("要开的")), (MINUTES, _("等纪要")), (PAST, _("已归档")), (ALL, _("全部"))]
    _STATES = {
        COMING: (*COMING_STATES, MeetingState.IN_SESSION),
        MINUTES: (MeetingState.HELD, MeetingState.CONFIRMING),
        PAST: (MeetingState.CLOSED,),
    }

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"))
    alliance = django_filters.ModelChoiceFilter(
        queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    kind = django_filters.ModelChoiceFilter(queryset=kinds, label=_("会议类型"), empty_label=_("全部类型"))
    state = django_filters.ChoiceFilter(
        choices=MeetingState.choices, label=_("状态"), empty_label=_("全部状态")
    )

    class Meta:
        model = Meeting
        fields: list[str] = []

    def by_view(self, rows, _name, view):
        return rows.filter(state__in=self._STATES[view]) if view in self._STATES else rows

    def search(self, rows, _name, text):
        """By any part of the title or place, or of the convener's name, its pinyin or its initials."""
        return rows.filter(Q(title__icontains=text) | Q(place__icontains=text) | named(text, "convener"))


class ItemFilter(django_filters.FilterSet):
    WAITING, ALL, OWN = "waiting", "all", "own"
    VIEWS = [(WAITING, _("等着上会的")), (OWN, _("我方提出")), (ALL, _("全部"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"))
    alliance = django_filters.ModelChoiceFilter(
        queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    meeting = django_filters.ModelChoiceFilter(
        queryset=meetings, label=_("会议"), empty_label=_("全部会议")
    )
    state = django_filters.ChoiceFilter(
        choices=ItemState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    source = django_filters.ChoiceFilter(
        choices=ItemSource.choices, label=_("来源"), empty_label=_("全部来源")
    )

    class Meta:
        model = AgendaItem
        fields: list[str] = []

    def by_view(self, rows, _name, view):
        if view == self.WAITING:
            return rows.waiting()
        if view == self.OWN:
            return rows.filter(self.request.user.acting("proposer__path", "proposer__kind__level"))
        return rows

    def search(self, rows, _name, text):
        """By any part of the title, or of the proposer's name, its pinyin or its initials."""
        return rows.filter(Q(title__icontains=text) | named(text, "proposer"))
