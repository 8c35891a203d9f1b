"""Which member units lack their fixed contact (固定联系人) on the host's side, by the rules of their alliance."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from alliances.models import Alliance, Membership
from alliances.reports.procedure import terms_of_all
from alliances.rules import Terms
from members.models import Organisation
from members.states import Level

#: Deepest level of the tree that is looked at above a unit; the known structures have six.
LEVELS = 10


def without_contact(rows: QuerySet) -> QuerySet:
    """Of these memberships, those of open alliances whose rules give the unit a contact, and that have none.

    Three queries beforehand, however many alliances there are.
    """
    alliances = Alliance.objects.open().filter(pk__in=rows.order_by().values("alliance"))
    return rows.filter(_lacking(terms_of_all(alliances.select_related("host"))))


def count_without_contact(terms: Mapping[int, Terms]) -> dict[int, int]:
    """How many members of today lack one, by alliance. `terms`: the rules by alliance. One query."""
    rows = Membership.objects.current().filter(_lacking(terms)).order_by().values("alliance")
    return dict(rows.annotate(count=Count("pk")).values_list("alliance", "count"))


def _lacking(terms: Mapping[int, Terms]) -> Q:
    """The condition on memberships: a unit of one of the kinds that its alliance's rules name, or beneath such a body."""
    by_kinds: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for alliance, rules in terms.items():
        if rules.contact_kinds:
            by_kinds[rules.contact_kinds].append(alliance)
    above = [
        Left(OuterRef("organisation__path"), depth * Organisation.steplen) for depth in range(1, LEVELS + 1)
    ]
    wanted = Q(pk__in=[])
    for kinds, alliances in by_kinds.items():
        holders = Organisation.objects.filter(path__in=above, kind__code__in=kinds).order_by()
        wanted |= Q(Exists(holders), alliance__in=alliances)
    return Q(wanted, organisation__kind__level=Level.UNIT, committee_contact="")
