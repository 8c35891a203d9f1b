"""How lists of duties, requests and flow-backs are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Appeal, Decision, Duty, FlowBack, Meeting
from alliances.reports.duties import days_of_quarter, of_runner, of_unit
from alliances.states import AppealKind, AppealState, DutyState
from members.models.organisation import named


def alliances(request):
    """The alliances that the reader may choose from; none outside a request."""
    return Alliance.objects.visible_to(request.user) if request else Alliance.objects.none()


def decisions(request):
    """The decisions that the reader may choose from; none outside a request."""
    return Decision.objects.visible_to(request.user) if request else Decision.objects.none()


def meetings(request):
    """The meetings that the reader may choose from; none outside a request."""
    return Meeting.objects.visible_to(request.user) if request else Meeting.objects.none()


class DutyFilter(django_filters.FilterSet):
    MINE, REPORTED, OVERDUE, ALL = "mine", "reported", "overdue", "all"
    VIEWS = [(MINE, _("我方承担")), (REPORTED, _("等我方销号")), (OVERDUE, _("已逾期")), (ALL, _("全部"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"))
    state = django_filters.ChoiceFilter(
        choices=DutyState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    overdue = django_filters.BooleanFilter(method="by_overdue", label=_("已逾期"))
    alliance = django_filters.ModelChoiceFilter(
        field_name="decision__alliance", queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    decision = django_filters.ModelChoiceFilter(
        queryset=decisions, label=_("决议"), empty_label=_("全部决议")
    )
    meeting = django_filters.ModelChoiceFilter(
        field_name="decision__item__meeting",
        queryset=meetings,
        label=_("会议"),
        empty_label=_("全部会议"),
    )

    class Meta:
        model = Duty
        fields: list[str] = []

    def by_view(self, rows, _name, view):
        """Unfinished ones of one's own units, reported ones that one ticks off, late ones."""
        user = self.request.user
        if view == self.MINE:
            return rows.unfinished().filter(of_unit(user)).distinct()
        if view == self.REPORTED:
            return rows.filter(of_runner(user), state=DutyState.REPORTED)
        return rows.overdue() if view == self.OVERDUE else rows

    def by_overdue(self, rows, _name, is_overdue):
        late = Duty.objects.overdue()
        return (
            rows.filter(pk__in=late.values("pk")) if is_overdue else rows.exclude(pk__in=late.values("pk"))
        )

    def search(self, rows, _name, text):
        """By any part of the title, or of the lead unit's name, its pinyin or its initials."""
        return rows.filter(Q(title__icontains=text) | named(text, "lead"))


class AppealFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=AppealState.choices, label=_("状态"))
    kind = django_filters.ChoiceFilter(choices=AppealKind.choices, label=_("类型"))
    duty = django_filters.NumberFilter(field_name="duty", label=_("议定事项"))

    class Meta:
        model = Appeal
        fields: list[str] = []


class FlowBackFilter(django_filters.FilterSet):
    alliance = django_filters.ModelChoiceFilter(
        field_name="duty__decision__alliance",
        queryset=alliances,
        label=_("联盟"),
        empty_label=_("全部联盟"),
    )
    quarter = django_filters.CharFilter(method="by_quarter", label=_("季度"))

    class Meta:
        model = FlowBack
        fields: list[str] = []

    def by_quarter(self, rows, _name, text):
        """`2026Q4`; a quarter that does not exist has no rows."""
        days = days_of_quarter(text)
        return rows.filter(handed_back_on__range=days) if days else rows.none()
