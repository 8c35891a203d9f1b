"""How lists of schemes and adoptions are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Adoption, Scheme
from assessments.states import SchemeState


class SchemeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("名称"))
    state = django_filters.ChoiceFilter(
        choices=SchemeState.choices, label=_("状态"), empty_label=_("全部状态")
    )

    class Meta:
        model = Scheme
        fields = ["state"]

    def search(self, rows, _name, text):
        return rows.filter(Q(name__icontains=text) | Q(name_en__icontains=text))


class AdoptionFilter(django_filters.FilterSet):
    class Meta:
        model = Adoption
        fields: list[str] = []

    alliance = django_filters.NumberFilter(field_name="alliance_id", label=_("联盟"))
    scheme = django_filters.NumberFilter(field_name="scheme_id", label=_("考核方案"))
