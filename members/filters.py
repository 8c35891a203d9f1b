"""How organisations and assignments are narrowed: one filter set for the page and its API list."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Assignment, Kind, Organisation
from members.models.organisation import named
from members.states import Role
from workflow.search import check_query

OPEN, CLOSED = "open", "closed"


def _kinds(request):
    return Kind.objects.visible_to(request.user) if request else Kind.objects.none()


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("名称、拼音或首字母"), method="by_name", validators=[check_query])
    kind = django_filters.ModelChoiceFilter(label=_("类型"), queryset=_kinds, empty_label=_("全部类型"))
    state = django_filters.ChoiceFilter(
        label=_("状态"),
        method="by_state",
        choices=[(OPEN, _("运行中")), (CLOSED, _("已终止"))],
        empty_label=_("全部状态"),
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def by_name(self, rows, _name, text):
        return rows.search(text)

    def by_state(self, rows, _name, state):
        return rows.filter(closed_on__isnull=state == OPEN)


class AssignmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("姓名、登录名或组织"), method="by_text", validators=[check_query])
    role = django_filters.ChoiceFilter(label=_("角色"), choices=Role, empty_label=_("全部角色"))
    state = django_filters.ChoiceFilter(
        label=_("状态"),
        method="by_state",
        choices=[("current", _("任职中")), ("other", _("未开始或已结束"))],
        empty_label=_("全部状态"),
    )

    class Meta:
        model = Assignment
        fields: list[str] = []

    def by_text(self, rows, _name, text):
        return rows.filter(
            Q(user__name__icontains=text) | Q(user__username__icontains=text) | named(text, "organisation")
        )

    def by_state(self, rows, _name, state):
        current = Assignment.objects.current().order_by().values("pk")
        return rows.filter(pk__in=current) if state == "current" else rows.exclude(pk__in=current)
