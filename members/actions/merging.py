"""How one node takes the place of another: with what stands beneath it, its records and its name in the tree."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from members import notifications, permissions
from members.actions.organisations import check_end, check_successor
from members.actions.structures import Rules
from members.models import Assignment, Organisation, User
from members.models.organisation import subtree
from members.states import Level
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.templatetags.workflow import cn_date

# In one statement: a committee may have hundreds of units, and treebeard's move takes ten queries for each.
_MOVE = """
    UPDATE members_organisation node
       SET path = place.new || substr(node.path, length(place.old) + 1), depth = node.depth + %(deeper)s
      FROM unnest(%(old)s::text[], %(new)s::text[]) AS place(old, new)
     WHERE node.path >= place.old AND node.path < place.old || '~'
"""


@dataclass(frozen=True)
class Absorbed:
    """What became of `organisation`: the children that `moved` to its successor, the roles that `ended`."""

    organisation: Organisation
    moved: list[Organisation]
    ended: list[Assignment]


@action
def absorb_organisation(
    *, organisation: Organisation, into: Organisation, day: dt.date, reason: str, by: User
) -> Absorbed:
    """Open → closed since `day`, with `into` as successor; tells the people of both.

    Whoever may close it and move it beneath `into`. Open children go to the successor, the closed node itself
    comes to stand beneath it, so that whoever looks after the successor reads its records. Roles there end
    on `day`, except those at a member unit: its word is given by its own liaison alone, who finishes what
    it promised. Nobody gets a role. Raises `BadInput` at `into`, `day` or `reason`, `StructureBroken` at
    `into` naming the first child that has no place there.
    """
    lock_branches([organisation], into)
    organisation, into = _fresh(organisation), _fresh(into)
    permissions.check_can_merge_organisation(by, organisation)
    check_successor(organisation, into, field="into")
    permissions.check_can_merge_organisation(by, organisation, into)
    check_end(organisation, day, reason, field="day")
    _check_fits_together(organisation, into, day)
    Rules(into.structure_beneath()).check(organisation, field="into", into=into)
    people = [*notifications.speakers(organisation), *notifications.speakers(into)]
    moved = list(Organisation.objects.get_children(organisation).open())
    _move_all(moved, organisation, into)
    ended = _end_roles(organisation, day)
    organisation.closed_on, organisation.successor = day, into
    organisation.save(update_fields=["closed_on", "successor"])
    Organisation.objects.move(_fresh(organisation), _fresh(into), pos="last-child")
    notifications.organisation_merged(organisation, people)
    return Absorbed(_fresh(organisation), moved, ended)


def lock_branches(organisations: Iterable[Organisation], into: Organisation) -> None:
    """Lock `organisations` with all beneath them, and `into`, in path order as every move does."""
    paths = Organisation.objects.filter(pk__in=[one.pk for one in organisations]).values_list(
        "path", flat=True
    )
    wanted = reduce(or_, (subtree("path", path) for path in paths), Q(pk=into.pk))
    list(Organisation.objects.filter(wanted).order_by("path").select_for_update().values_list("pk"))


def _move_all(children: list[Organisation], organisation: Organisation, into: Organisation) -> None:
    """`children` of `organisation`, each with all beneath it, become the last children of `into`."""
    last = Organisation.objects.get_children(into).order_by("path").last()
    used = Organisation._str2int(last.path[-last.steplen :]) if last else 0
    places = [
        Organisation._get_path(into.path, into.depth + 1, step)
        for step in range(used + 1, used + 1 + len(children))
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "old": [child.path for child in children],
                "new": places,
                "deeper": into.depth - organisation.depth,
            },
        )
    Organisation.objects.filter(pk=organisation.pk).update(numchild=F("numchild") - len(children))
    Organisation.objects.filter(pk=into.pk).update(numchild=F("numchild") + len(children))


def _fresh(organisation: Organisation) -> Organisation:
    return Organisation.objects.get(pk=organisation.pk)


def _check_fits_together(organisation: Organisation, into: Organisation, day: dt.date) -> None:
    if organisation.level != into.level:
        raise BadInput(
            _("“%(organisation)s”是%(level)s，“%(into)s”是%(into_level)s。请选择同一层级的继承组织。")
            % {
                "organisation": organisation,
                "level": Level(organisation.level).label,
                "into": into,
                "into_level": Level(into.level).label,
            },
            field="into",
        )
    if day < into.opened_on:
        raise BadInput(
            _("“%(into)s”%(day)s才成立。请把合并日期改为这一天或之后。")
            % {"into": into, "day": cn_date(into.opened_on)},
            field="day",
        )


def _end_roles(organisation: Organisation, day: dt.date) -> list[Assignment]:
    if organisation.level == Level.UNIT:
        return []
    running = organisation.assignments.select_for_update(of=("self",)).filter(
        Q(ends_on=None) | Q(ends_on__gt=day)
    )
    ended = list(running.select_related("user", "organisation").order_by("pk"))
    for assignment in ended:
        # A role that has not begun keeps its first day: it reaches nothing but the closed node.
        assignment.ends_on = max(day, assignment.starts_on)
        assignment.save(update_fields=["ends_on"])
        notifications.role_ended(assignment)
    return ended
