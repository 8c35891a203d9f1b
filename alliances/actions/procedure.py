"""How the rules of procedure get a new version, and how a district adds kinds of meeting."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliances import notifications, permissions
from alliances.actions.alliances import LIST_NAMES, lock_alliance
from alliances.models import Alliance, Meeting, MeetingKind, Procedure
from alliances.reports.procedure import label_of
from alliances.rules import RULES, Terms, overridden, read_name, read_terms
from members.models import Organisation, User
from workflow import pinyin
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict, InvalidTransition
from workflow.text import read_reason

#: What of a meeting kind decides how its meetings go.
FLAGS = ("is_regular", "has_call", "members_may_call", "decides")


@action
def set_district_procedure(
    *,
    district: Organisation,
    by: User,
    values: Mapping[str, Any],
    open_fields: Collection[str],
    reason: str,
    based_on: int | None = None,
) -> Procedure:
    """The next version of the district's defaults; a rule that `values` leave out stays. District administrators.

    Alliances may set the rules of `open_fields` themselves. Lists of alliances without names of their own
    are renamed. Tells the people of every host. `based_on`: the version that `by` had before them.
    Raises `BadInput` at the rule, also when an alliance's own values do not fit, or nothing is new; `Conflict`.
    """
    district = lock_district(district.path)
    permissions.check_can_set_district_procedure(by, district)
    last = Procedure.objects.latest(district=district)
    _check_is_base(last, based_on)
    terms = read_terms(values, over=read_terms(last.values) if last else Terms())
    procedure = Procedure(
        district=district,
        version=last.version + 1 if last else 1,
        values=terms.as_json(),
        open_fields=_read_open(open_fields),
        reason=read_reason(reason),
        set_by=by,
    )
    if last and (last.values, last.open_fields) == (procedure.values, procedure.open_fields):
        raise _nothing_new()
    procedure.save()
    _rename_lists(procedure, terms)
    notifications.district_procedure_set(procedure, by=by)
    return procedure


@action
def set_procedure(
    *,
    alliance: Alliance,
    by: User,
    values: Mapping[str, Any],
    reason: str,
    based_on: int | None = None,
) -> Procedure:
    """The next version of the alliance's own rules: all that it sets itself, the rest follows the district.

    Those who look after the host. A value equal to the district's default is not kept as the alliance's own.
    Tells the members. Raises `BadInput` at a rule that the district keeps closed, at a wrong value, and
    when nothing is new; `Conflict` when `based_on` is not the newest version any more.
    """
    district = lock_district(alliance.host.district_path)
    alliance = lock_alliance(alliance)
    permissions.check_can_set_procedure(by, alliance)
    last = Procedure.objects.latest(alliance=alliance)
    _check_is_base(last, based_on)
    default = Procedure.objects.latest(district=district)
    below = read_terms(default.values) if default else Terms()
    open_fields = default.open_fields if default else RULES
    _check_are_open(values, open_fields)
    terms = overridden(below, values, open_fields)
    own = _own(values, terms, below)
    if own == (last.values if last else {}):
        raise _nothing_new()
    procedure = Procedure.objects.create(
        alliance=alliance,
        version=last.version + 1 if last else 1,
        values=own,
        reason=read_reason(reason),
        set_by=by,
    )
    for name in LIST_NAMES:
        setattr(alliance, name, getattr(terms, name))
    alliance.save(update_fields=LIST_NAMES)
    notifications.procedure_set(procedure, by=by)
    return procedure


@action
def add_meeting_kind(
    *, district: Organisation, by: User, name: str, name_en: str = "", **flags: bool
) -> MeetingKind:
    """A kind of meeting of the district's own. District administrators.

    `flags`: those of `FLAGS`, the model's default where left out. Raises `BadInput` at `name`.
    """
    district = lock_district(district.path)
    permissions.check_can_add_meeting_kind(by, district)
    name, name_en = _read_kind_name(name, district), name_en.strip()
    # Readable in an export; the count tells two names with one sound apart.
    number = MeetingKind.objects.filter(district=district).count() + 1
    code = f"{slugify(pinyin.sort_key(name))[:20]}-{number}"
    return MeetingKind.objects.create(
        district=district, code=code, name=name, name_en=name_en, **_read_flags(flags)
    )


@action
def change_meeting_kind(
    *,
    kind: MeetingKind,
    by: User,
    name: str | None = None,
    name_en: str | None = None,
    is_used: bool | None = None,
    **flags: bool,
) -> MeetingKind:
    """Another name, or out of use; other flags only before the first meeting. District administrators.

    A kind that ships stays as it is. Raises `BadInput`, `InvalidTransition`, `NotPermitted`.
    """
    permissions.check_can_change_meeting_kind(by, kind)
    district = lock_district(kind.district.path)
    # Locked against the foreign key of a meeting that is being called.
    kind = MeetingKind.objects.select_for_update(of=("self",)).select_related("district").get(pk=kind.pk)
    altered = {field for field, value in _read_flags(flags).items() if value != getattr(kind, field)}
    if altered and Meeting.objects.filter(kind=kind).exists():
        raise InvalidTransition(
            _("已有会议属于“%(kind)s”，它的做法不能再改。请停用它，另设一个类型。") % {"kind": kind}
        )
    if name is not None:
        kind.name = _read_kind_name(name, district, other_than=kind)
    if name_en is not None:
        kind.name_en = name_en.strip()
    if is_used is not None:
        kind.is_used = is_used
    for field in altered:
        setattr(kind, field, flags[field])
    kind.save()
    return kind


def lock_district(path: str) -> Organisation:
    """The district, locked: its defaults and the own rules of its alliances change one after the other.

    Not against foreign keys, so that nobody waits who only adds beneath it.
    """
    return Organisation.objects.select_for_update(no_key=True).get(path=path)


def _rename_lists(procedure: Procedure, terms: Terms) -> None:
    """The names in force of every open alliance; refuses a version that an alliance's own rules do not fit."""
    rows = Alliance.objects.open().filter(host__path__startswith=procedure.district.path).order_by("pk")
    alliances = list(rows.select_for_update(of=("self",), no_key=True))
    newest = Procedure.objects.filter(alliance__in=alliances).order_by("alliance_id", "-version")
    own = {row.alliance_id: row.values for row in newest.distinct("alliance_id")}
    renamed = []
    for alliance in alliances:
        try:
            rules = overridden(terms, own.get(alliance.pk, {}), procedure.open_fields)
        except BadInput as refusal:
            raise BadInput(
                _("这一版与%(alliance)s自己设定的规则合不到一起：%(sentence)s也可以先不开放这一项。")
                % {"alliance": alliance, "sentence": refusal.sentence},
                field=refusal.field,
            ) from refusal
        names = {name: getattr(rules, name) for name in LIST_NAMES}
        if names != {name: getattr(alliance, name) for name in LIST_NAMES}:
            vars(alliance).update(names)
            renamed.append(alliance)
    Alliance.objects.bulk_update(renamed, LIST_NAMES)


def _own(values: Mapping[str, Any], terms: Terms, below: Terms) -> dict[str, Any]:
    """Of `values`, as they were read into `terms`, what differs from the defaults `below`."""
    read, default = terms.as_json(), below.as_json()
    own = {name: read[name] for name in RULES if name in values and read[name] != default[name]}
    if own.get("rhythm", "fixed") != "fixed":
        own.pop("months", None)  # a rhythm without months of its own drops them by itself
    return own


def _check_are_open(values: Mapping[str, Any], open_fields: Collection[str]) -> None:
    for name in values:
        if name in RULES and name not in open_fields:
            raise BadInput(
                _("“%(rule)s”由区里统一规定，本联盟不能另设。请去掉这一项，或请区里开放。")
                % {"rule": label_of(name)},
                field=name,
            )


def _check_is_base(last: Procedure | None, based_on: int | None) -> None:
    if based_on is not None and based_on != (last.version if last else 0):
        raise Conflict(
            _("%(person)s 刚刚保存了第 %(version)s 版。请对照最新一版核对您填的内容，再提交一次。")
            % {"person": last.set_by if last else "", "version": last.version if last else 0}
        )


def _read_open(open_fields: Collection[str]) -> list[str]:
    for name in open_fields:
        if name not in RULES:
            raise BadInput(
                _("议事规则中没有“%(name)s”这一项。请删去，或改用已有的规则名称。") % {"name": name},
                field="open_fields",
            )
    return [name for name in RULES if name in open_fields]


def _nothing_new() -> BadInput:
    return BadInput(_("与现行规则相同，没有存成新版本。请修改后再提交，或直接返回。"))


def _read_kind_name(name: str, district: Organisation, *, other_than: MeetingKind | None = None) -> str:
    name = read_name(name, field="name", at_most=30)
    namesakes = MeetingKind.objects.filter(Q(district=None) | Q(district=district), name=name)
    if namesakes.exclude(pk=other_than and other_than.pk).exists():
        raise BadInput(
            _("已有名为“%(name)s”的会议类型。请直接使用，或换一个名称。") % {"name": name}, field="name"
        )
    return name


def _read_flags(flags: Mapping[str, bool]) -> dict[str, bool]:
    for name in flags:
        if name not in FLAGS:
            raise TypeError(f"unknown flag {name}")
    return dict(flags)
