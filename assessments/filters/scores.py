"""How lists of runs and scores are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Score, ScoreRun
from members.models.organisation import named


class RunFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("联盟或主办组织"))
    alliance = django_filters.NumberFilter(field_name="alliance_id", label=_("联盟"))

    class Meta:
        model = ScoreRun
        fields: list[str] = []

    def search(self, rows, _name, text):
        """By any part of the alliance's name, and by the host's name or pinyin."""
        return rows.filter(Q(alliance__name__icontains=text) | named(text, "alliance__host"))


class ScoreFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("单位名称"))
    run = django_filters.NumberFilter(field_name="run_id", label=_("计分"))

    class Meta:
        model = Score
        fields: list[str] = []

    def search(self, rows, _name, text):
        """By any part of the unit's name, its pinyin or its initials."""
        return rows.filter(named(text, "organisation"))
