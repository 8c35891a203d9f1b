"""How a list of surveys is narrowed, on the page and in the API alike."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Survey
from assessments.states import SurveyState
from members.models.organisation import named


class SurveyFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("标题或发起单位"))
    state = django_filters.ChoiceFilter(
        choices=SurveyState.choices, label=_("状态"), empty_label=_("全部状态")
    )

    class Meta:
        model = Survey
        fields = ["state"]

    def search(self, rows, _name, text):
        """By any part of the title, and by the organisation's name or pinyin."""
        return rows.filter(Q(title__icontains=text) | named(text, "organisation"))
