"""How a node of the tree comes, changes, moves and ends."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from members import notifications, permissions
from members.actions.people import open_account
from members.actions.structures import Rules, check_fits
from members.exceptions import StillInUse
from members.models import Assignment, Kind, Organisation, StructureTemplate, User
from members.models.organisation import subtree
from members.states import Level, Role, UnitType
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.text import read_line


@action
def found_district(*, name: str, username: str, person: str, password: str, by: None) -> Organisation:
    """A new root under the shipped structure "1+3", and its first administrator `person`.

    Only the operator's command calls this: nobody in the product stands above a district. Raises
    `BadInput` at `name` when an open district bears it, at `username` and `password` as `add_user`.
    """
    kind = Kind.objects.select_for_update().get(level=Level.DISTRICT, owner=None)
    if Organisation.objects.open().filter(depth=1, name=name).exists():
        raise BadInput(_("已有名为“%(name)s”的区。请换一个名称。") % {"name": name}, field="name")
    structure = StructureTemplate.objects.published().filter(owner=None).order_by("id").first()
    district = Organisation.objects.add_root({"kind": kind, "name": name, "structure": structure})
    user = open_account(username=username, name=person, password=password, is_staff=True)
    Assignment.objects.create(user=user, role=Role.DISTRICT_ADMIN, organisation=district, is_recursive=True)
    return district


@action
def add_organisation(
    *,
    parent: Organisation,
    kind: Kind,
    name: str,
    by: User,
    unit_type: str = "",
    address: str = "",
    opened_on: dt.date | None = None,
    reason: str = "",
) -> Organisation:
    """A new open node beneath `parent`.

    Administrators of the district, and of the street for communities, grids and units. Raises
    `StructureBroken` at `kind` where the structure in force has no place for it, `BadInput` at `name`
    when an open sibling of the kind bears it, and at `unit_type` unless exactly units have one.
    """
    parent = _lock(parent)
    permissions.check_can_add_organisation(by, parent, kind)
    check_fits(parent, kind)
    name = read_line(name, field="name")
    _check_name(parent, kind, name)
    _check_unit_type(kind, unit_type)
    fields = {"kind": kind, "name": name, "unit_type": unit_type, "address": address}
    if opened_on:
        fields["opened_on"] = opened_on
    return Organisation.objects.add_child(parent, fields)


@action
def change_organisation(
    *,
    organisation: Organisation,
    name: str,
    by: User,
    unit_type: str = "",
    address: str = "",
    reason: str = "",
) -> Organisation:
    """New facts of an open node; kind and place stay. Raises as `add_organisation` does."""
    organisation = _lock(organisation)
    permissions.check_can_change_organisation(by, organisation)
    name = read_line(name, field="name")
    if name != organisation.name and not organisation.is_root():
        _check_name(Organisation.objects.get_parent(organisation), organisation.kind, name)
    _check_unit_type(organisation.kind, unit_type)
    organisation.name, organisation.unit_type, organisation.address = name, unit_type, address
    organisation.save(update_fields=["name", "unit_type", "address", "sort_key", "search_key"])
    return organisation


@action
def close_organisation(
    *,
    organisation: Organisation,
    closed_on: dt.date,
    reason: str,
    by: User,
    successor: Organisation | None = None,
) -> Organisation:
    """Open → closed since `closed_on`, for good; tells the people who acted for it.

    The district, and the street for its communities, grids and units. Raises `StillInUse` while an
    open node stands beneath it, `BadInput` at `closed_on`, `successor` or `reason`.
    """
    organisation = _lock(organisation)
    permissions.check_can_close_organisation(by, organisation)
    check_end(organisation, closed_on, reason, field="closed_on")
    check_successor(organisation, successor, field="successor")
    beneath = Organisation.objects.get_descendants(organisation).open().first()
    if beneath:
        raise StillInUse(
            _("“%(organisation)s”下还有“%(beneath)s”没有终止。请先终止或迁出下级组织。")
            % {"organisation": organisation, "beneath": beneath}
        )
    organisation.closed_on, organisation.successor = closed_on, successor
    organisation.save(update_fields=["closed_on", "successor"])
    notifications.organisation_closed(organisation)
    return organisation


@action
def move_organisation(
    *, organisation: Organisation, parent: Organisation, by: User, reason: str = ""
) -> Organisation:
    """The node with everything beneath it, from its place to a new one beneath `parent`.

    Administrators of both places. A closed node may stand anywhere; an open one must fit, and so must
    each open node beneath it. Raises `StructureBroken` at `parent` otherwise.
    """
    organisation, parent = _lock_branch(organisation, parent)
    permissions.check_can_move_organisation(by, organisation, parent)
    if parent.path.startswith(organisation.path):
        raise BadInput(_("不能把组织移到它自己或它的下级之下。请选择另一个上级。"), field="parent")
    if organisation.closed_on is None:
        check_fits(parent, organisation.kind, field="parent")
    if organisation.structure_id is None:
        Rules(parent.structure_beneath()).check(organisation, field="parent")
    Organisation.objects.move(organisation, parent, pos="last-child")
    return Organisation.objects.get(pk=organisation.pk)


def _lock(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _lock_branch(organisation: Organisation, parent: Organisation) -> tuple[Organisation, Organisation]:
    """Both nodes and all beneath `organisation`, locked in path order.

    Two moves towards each other then wait instead of blocking one another, and nobody adds a node beneath
    the branch whose path would stay behind.
    """
    place = Organisation.objects.get(pk=organisation.pk).path
    branch = Organisation.objects.filter(subtree("path", place) | Q(pk=parent.pk))
    list(branch.order_by("path").select_for_update().values_list("pk", flat=True))
    return _lock(organisation), _lock(parent)


def _check_name(parent: Organisation, kind: Kind, name: str) -> None:
    if Organisation.objects.get_children(parent).open().filter(kind=kind, name=name).exists():
        raise BadInput(
            _("“%(parent)s”下已有名为“%(name)s”的%(kind)s。请核对是否重复，或在名称中加以区分。")
            % {"parent": parent, "name": name, "kind": kind},
            field="name",
        )


def _check_unit_type(kind: Kind, unit_type: str) -> None:
    if unit_type and unit_type not in UnitType.values:
        raise BadInput(_("没有这个单位类别。请从列表中选择。"), field="unit_type")
    if unit_type and kind.level != Level.UNIT:
        raise BadInput(_("只有成员单位填写单位类别。请留空。"), field="unit_type")


def check_end(organisation: Organisation, day: dt.date, reason: str, *, field: str) -> None:
    """Raise `BadInput` at `reason` when it is empty, at `field` for a day to come or before the first one."""
    if not reason.strip():
        raise BadInput(_("请写明终止的原因，例如：并入梧桐街道。"), field="reason")
    if day > timezone.localdate():
        raise BadInput(_("终止日期不能晚于今天。请到当天再办理。"), field=field)
    if day < organisation.opened_on:
        raise BadInput(_("终止日期不能早于成立日期。请改为成立之后的日期。"), field=field)


def check_successor(organisation: Organisation, successor: Organisation | None, *, field: str) -> None:
    """Raise `BadInput` at `field` unless `successor` is another open node of the district, not beneath."""
    if successor is None:
        return
    if successor.pk == organisation.pk or successor.path.startswith(organisation.path):
        raise BadInput(_("继承组织不能是它自己或它的下级。请选择另一个组织。"), field=field)
    if successor.closed_on is not None or successor.district_path != organisation.district_path:
        raise BadInput(_("继承组织须是本区内仍在运行的组织。请重新选择。"), field=field)
