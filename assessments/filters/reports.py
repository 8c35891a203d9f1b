"""How the list of reports is narrowed, on the page and in the API alike."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Report
from members.models.organisation import named


class ReportFilter(django_filters.FilterSet):
    """Newest versions, unless `versions` asks for all."""

    q = django_filters.CharFilter(method="search", label=_("标题或报送单位"))
    year = django_filters.NumberFilter(label=_("年份"))
    versions = django_filters.ChoiceFilter(
        choices=[("latest", _("只看最新版本"))],
        method="by_versions",
        label=_("版本"),
        empty_label=_("全部版本"),
    )

    class Meta:
        model = Report
        fields = ["year"]

    def search(self, rows, _name, text):
        return rows.filter(Q(title__icontains=text) | named(text, "organisation"))

    def by_versions(self, rows, _name, _value):
        return rows.filter(replaced_by=None)
