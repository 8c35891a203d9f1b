"""What this room has for a person to do; read-only."""

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Alliance, Membership
from members.states import Role
from workflow.work import Work


def work_for(user) -> list[Work]:
    """Missing contacts of one's own organisations, and of the members of alliances that one runs. Two queries."""
    return [*_own_contacts(user), *_run_alliances(user)]


def _own_contacts(user) -> list[Work]:
    rows = (
        Membership.objects.current()
        .filter(
            user.acting("organisation__path", "organisation__kind__level"),
            Q(contact_name="") | Q(contact_phone=""),
            alliance__ended_on=None,
        )
        # Those who run the alliance have the line below; the member's own people have this one.
        .exclude(organisation=F("alliance__host"))
        .exclude(user.within("alliance__host__path", Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF))
        .select_related("organisation", "alliance")
        .order_by("pk")
    )
    return [
        Work(
            title=_("填写 %(organisation)s 的联系人") % {"organisation": row.organisation},
            why=_("%(alliance)s 的其他单位要靠它找到您。") % {"alliance": row.alliance},
            url=reverse("membership-contact", args=[row.pk]),
            act=_("填写联系人"),
        )
        for row in rows
    ]


def _run_alliances(user) -> list[Work]:
    today = timezone.localdate()
    others = (
        Q(memberships__starts_on__lte=today)
        & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today))
        & ~Q(memberships__organisation=F("host"))
    )
    missing = others & (Q(memberships__contact_name="") | Q(memberships__contact_phone=""))
    rows = (
        Alliance.objects.open()
        .filter(user.within("host__path", Role.STREET_ADMIN, Role.STAFF))
        .annotate(members=Count("memberships", filter=others), missing=Count("memberships", filter=missing))
        .order_by("pk")
    )
    works = []
    for row in rows:
        if not row.members:
            title, why = _("接纳第一个成员单位"), _("%(alliance)s 还没有成员单位。") % {"alliance": row}
            act, url = _("接纳成员"), reverse("alliance-admit", args=[row.pk])
        elif row.missing:
            title = _("补全 %(alliance)s 的联系人") % {"alliance": row}
            why = ngettext(
                "%(count)s 个成员单位还缺联系人或电话。",
                "%(count)s 个成员单位还缺联系人或电话。",
                row.missing,
            )
            why, act, url = why % {"count": row.missing}, _("查看成员"), row.get_absolute_url()
        else:
            continue
        works.append(Work(title=title, why=why, url=url, act=act))
    return works
