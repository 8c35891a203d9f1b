"""How the list of minutes is narrowed."""

import django_filters
from django.utils.translation import gettext_lazy as _

from alliances.models import Minutes


class MinutesFilter(django_filters.FilterSet):
    meeting = django_filters.NumberFilter(field_name="meeting_id", label=_("会议"))
    alliance = django_filters.NumberFilter(field_name="meeting__alliance_id", label=_("联盟"))

    class Meta:
        model = Minutes
        fields: list[str] = []
