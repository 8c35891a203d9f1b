"""How lists of votes and decisions are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliances.filters.meetings import alliances, meetings
from alliances.models import AgendaItem, Decision, Motion
from alliances.states import MotionForm, MotionState


def items(request):
    """The agenda items that the reader may choose from; none outside a request."""
    return AgendaItem.objects.visible_to(request.user) if request else AgendaItem.objects.none()


class MotionFilter(django_filters.FilterSet):
    meeting = django_filters.ModelChoiceFilter(
        field_name="item__meeting", queryset=meetings, label=_("会议"), empty_label=_("全部会议")
    )
    item = django_filters.ModelChoiceFilter(queryset=items, label=_("议题"), empty_label=_("全部议题"))
    state = django_filters.ChoiceFilter(
        choices=MotionState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    form = django_filters.ChoiceFilter(
        choices=MotionForm.choices, label=_("方式"), empty_label=_("全部方式")
    )

    class Meta:
        model = Motion
        fields: list[str] = []


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("关键词"))
    alliance = django_filters.ModelChoiceFilter(
        queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    year = django_filters.NumberFilter(label=_("年份"), min_value=1900, max_value=9999)
    meeting = django_filters.ModelChoiceFilter(
        field_name="item__meeting", queryset=meetings, label=_("会议"), empty_label=_("全部会议")
    )

    class Meta:
        model = Decision
        fields: list[str] = []

    def search(self, rows, _name, text):
        """By any part of the text or of the item's title."""
        return rows.filter(Q(text__icontains=text) | Q(item__title__icontains=text))
