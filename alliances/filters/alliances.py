"""How lists of alliances and members are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Membership
from alliances.reports.contacts import without_contact
from alliances.states import MemberRole
from members.models.organisation import named


class AllianceFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("名称或主办组织"))
    open = django_filters.BooleanFilter(method="by_open", label=_("未终止"))

    class Meta:
        model = Alliance
        fields: list[str] = []

    def search(self, rows, _name, text):
        """By any part of the name, and by the host's name or pinyin."""
        return rows.filter(Q(name__icontains=text) | named(text, "host"))

    def by_open(self, rows, _name, is_open):
        return rows.filter(ended_on__isnull=is_open)


class MembershipFilter(django_filters.FilterSet):
    """Members today, unless `when` asks for those who left or for all."""

    CURRENT, PAST, ALL = "current", "past", "all"
    MISSING = "missing"

    q = django_filters.CharFilter(method="search", label=_("单位名称"))
    role = django_filters.ChoiceFilter(
        choices=MemberRole.choices, label=_("身份"), empty_label=_("全部身份")
    )
    when = django_filters.ChoiceFilter(
        choices=[(CURRENT, _("现在的成员")), (PAST, _("已退出")), (ALL, _("全部"))],
        method="by_when",
        label=_("时间"),
        empty_label=None,
    )
    contact = django_filters.ChoiceFilter(
        choices=[(MISSING, _("还没有固定联系人"))],
        method="by_contact",
        label=_("固定联系人"),
        empty_label=_("不限"),
    )

    class Meta:
        model = Membership
        fields = ["role"]

    def __init__(self, data=None, *args, **kwargs):
        asked = data.copy() if data is not None else QueryDict(mutable=True)
        if not asked.get("when"):
            asked["when"] = self.CURRENT
        super().__init__(asked, *args, **kwargs)

    def search(self, rows, _name, text):
        """By any part of the name, its pinyin or its initials."""
        return rows.filter(named(text, "organisation"))

    def by_contact(self, rows, _name, _missing):
        """Units that the rules of their alliance give a fixed contact, and that have none."""
        return without_contact(rows)

    def by_when(self, rows, _name, when):
        today = timezone.localdate()
        if when == self.PAST:
            return rows.filter(ends_on__lt=today)
        return rows.filter(Q(ends_on=None) | Q(ends_on__gte=today)) if when == self.CURRENT else rows
