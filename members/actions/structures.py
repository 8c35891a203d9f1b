"""How a structure template and its kinds come about, and how an organisation comes to stand under one."""

from collections.abc import Callable

from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from members import notifications, permissions
from members.exceptions import StructureBroken
from members.models import Kind, Organisation, StructureRule, StructureTemplate, User
from members.states import TEMPLATE_MOVES, Level, TemplateState
from workflow import pinyin
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict
from workflow.moves import move
from workflow.text import read_line


class Rules:
    """The rules of one structure template, asked in Python before the database's trigger asks them.

    `template` None stands for no structure: everything fits.
    """

    def __init__(self, template: StructureTemplate | None):
        self.template = template
        rows = template.rules.all() if template else []
        self.limits = {(rule.parent_kind_id, rule.kind_id): rule.at_most for rule in rows}

    def allows(self, parent: Organisation, kind: Kind) -> bool:
        return self.template is None or (parent.kind_id, kind.pk) in self.limits

    def limit(self, parent: Organisation, kind: Kind) -> int | None:
        return self.limits.get((parent.kind_id, kind.pk))

    def check(self, top: Organisation, *, field: str, into: Organisation | None = None) -> None:
        """Raise `StructureBroken`, naming the first open node beneath `top` that does not fit.

        What stands beneath a node with a structure of its own is that structure's matter. With `into`, the
        children of `top` are judged as if they stood there, beside those that do.
        """
        if self.template is None:
            return
        seen: dict[str, Organisation] = {}
        ruled: set[str] = set()
        counts: dict[tuple[str, int], int] = {}
        if into:
            for kind in Organisation.objects.get_children(into).open().values_list("kind_id", flat=True):
                counts[into.path, kind] = counts.get((into.path, kind), 0) + 1
        for node in Organisation.objects.under(top).order_by("path"):
            seen[node.path] = node
            above = seen.get(node.path[: -node.steplen])
            if above is None:
                ruled.add(node.path)
                continue
            if above.path not in ruled:
                continue
            if node.structure_id is None:
                ruled.add(node.path)
            if node.closed_on is not None:
                continue
            if into and above.pk == top.pk:
                above = into
            if not self.allows(above, node.kind):
                raise StructureBroken(self.no_place(above, node.kind, node), field=field)
            counts[above.path, node.kind_id] = counts.get((above.path, node.kind_id), 0) + 1
            limit = self.limit(above, node.kind)
            if limit is not None and counts[above.path, node.kind_id] > limit:
                raise StructureBroken(self.too_many(above, node.kind, limit), field=field)

    def no_place(self, parent: Organisation, kind: Kind, node: Organisation | None = None) -> str:
        """Why `kind` (or `node` of it) may not stand beneath `parent`, and what may."""
        allowed = Kind.objects.under(parent.kind, self.template)
        subject = (
            _("“%(node)s”（%(kind)s）") % {"node": node, "kind": kind}
            if node
            else _("“%(kind)s”") % {"kind": kind}
        )
        return _(
            "%(subject)s不能设在“%(parent)s”（%(parent_kind)s）之下。"
            "按组织架构“%(template)s”，这里可以设：%(allowed)s。请改选类型、上级或架构。"
        ) % {
            "subject": subject,
            "parent": parent,
            "parent_kind": parent.kind,
            "template": self.template,
            "allowed": "、".join(str(one) for one in allowed) or _("（没有）"),
        }

    def too_many(self, parent: Organisation, kind: Kind, limit: int) -> str:
        """Why one more `kind` is too many beneath `parent`."""
        return _(
            "按组织架构“%(template)s”，“%(parent)s”之下最多设 %(limit)s 个“%(kind)s”。"
            "请先终止多余的，或选择另一个上级或架构。"
        ) % {"template": self.template, "parent": parent, "limit": limit, "kind": kind}


def check_fits(parent: Organisation, kind: Kind, *, field: str = "kind") -> None:
    """Raise `StructureBroken` unless one more open node of `kind` may stand beneath the locked `parent`."""
    rules = Rules(parent.structure_beneath())
    if not rules.allows(parent, kind):
        raise StructureBroken(rules.no_place(parent, kind), field=field)
    limit = rules.limit(parent, kind)
    if limit is None:
        return
    if Organisation.objects.get_children(parent).open().filter(kind=kind).count() >= limit:
        raise StructureBroken(rules.too_many(parent, kind, limit), field=field)


@action
def add_kind(*, district: Organisation, name: str, level: str, by: User, name_en: str = "") -> Kind:
    """A local name for a level, for use in the district's own structures. District administrators only.

    Raises `BadInput` at `name` when the district already has it, and at `level` for the root's level.
    """
    district = Organisation.objects.select_for_update().get(pk=district.pk)
    permissions.check_can_add_kind(by, district)
    name, name_en = read_line(name, field="name"), read_line(name_en, field="name_en")
    if level not in Level.values or level == Level.DISTRICT:
        raise BadInput(_("新类型不能用区这一层级。请选择街道及以下的层级。"), field="level")
    if Kind.objects.usable_in(district).filter(name=name).exists():
        raise BadInput(
            _("已有名为“%(name)s”的组织类型。请直接使用，或换一个名称。") % {"name": name}, field="name"
        )
    # Unique and readable in an export; the count tells two names with one sound apart.
    code = slugify(pinyin.sort_key(name))[:24]
    code = f"{code}-{district.pk}-{Kind.objects.filter(owner=district).count() + 1}"
    return Kind.objects.create(code=code, name=name, name_en=name_en, level=level, owner=district)


@action
def draft_structure(
    *,
    district: Organisation,
    name: str,
    by: User,
    note: str = "",
    copy_of: StructureTemplate | None = None,
) -> StructureTemplate:
    """A draft of the district's: version 1, or the next version where the name is taken.

    With `copy_of` it begins with that template's rules. Raises `BadInput` at `name` while another
    draft bears it.
    """
    district = Organisation.objects.select_for_update().get(pk=district.pk)
    permissions.check_can_draft_structure(by, district)
    name = read_line(name, field="name")
    namesakes = StructureTemplate.objects.filter(owner=district, name=name)
    if namesakes.filter(state=TemplateState.DRAFT).exists():
        raise BadInput(
            _("“%(name)s”已有一份草稿。请在那份草稿上继续，或换一个名称。") % {"name": name}, field="name"
        )
    last = namesakes.aggregate(last=Max("version"))["last"] or 0
    template = StructureTemplate.objects.create(owner=district, name=name, note=note, version=last + 1)
    if copy_of:
        StructureRule.objects.bulk_create(
            StructureRule(
                template=template, parent_kind=rule.parent_kind, kind=rule.kind, at_most=rule.at_most
            )
            for rule in copy_of.rules.select_related("parent_kind", "kind")
        )
    return template


@action
def add_rule(
    *, template: StructureTemplate, parent_kind: Kind, kind: Kind, by: User, at_most: int | None = None
) -> StructureRule:
    """In a draft: under `parent_kind` may stand `kind`, at most `at_most` (None: any number).

    Raises `BadInput` for a doubled rule, a district beneath something, or a number below 1.
    """
    template = _lock(template)
    permissions.check_can_change_structure(by, template)
    if kind.level == Level.DISTRICT:
        raise BadInput(_("区是组织树的根，不能设在别的组织之下。请选择另一个下级类型。"), field="kind")
    if at_most is not None and at_most < 1:
        raise BadInput(_("最多个数至少是 1；不限个数时请留空。"), field="at_most")
    usable = Kind.objects.usable_in(template.owner)
    for field, one in (("parent_kind", parent_kind), ("kind", kind)):
        if not usable.filter(pk=one.pk).exists():
            raise BadInput(_("只能使用通用的或本区的组织类型。请从列表中选择。"), field=field)
    if template.rules.filter(parent_kind=parent_kind, kind=kind).exists():
        raise BadInput(
            _("已有规则“%(parent)s之下可以设%(kind)s”。要改个数，请先移除原规则。")
            % {"parent": parent_kind, "kind": kind},
            field="kind",
        )
    return StructureRule.objects.create(
        template=template, parent_kind=parent_kind, kind=kind, at_most=at_most
    )


@action
def remove_rule(*, rule: StructureRule, by: User) -> StructureTemplate:
    """A rule leaves its draft. Raises `Conflict` when somebody else removed it already."""
    template = _lock(rule.template)
    permissions.check_can_change_structure(by, template)
    removed, _rows = StructureRule.objects.filter(pk=rule.pk).delete()
    if not removed:
        raise Conflict(_("这条规则已被移除。请刷新页面查看。"))
    return template


@action
def publish_structure(*, template: StructureTemplate, by: User) -> StructureTemplate:
    """Draft → published, for good: from now on organisations may adopt it. It must hold a rule."""
    template = _lock(template)
    permissions.check_can_publish_structure(by, template)
    if not template.rules.exists():
        raise BadInput(_("架构里还没有规则。请先添加“哪类组织之下可以设哪类组织”。"))
    template.state = move(TEMPLATE_MOVES, template.state, TemplateState.PUBLISHED)
    template.save(update_fields=["state"])
    return template


@action
def adopt_structure(
    *,
    organisation: Organisation,
    template: StructureTemplate,
    by: User,
    reason: str = "",
    settle: Callable[[], None] | None = None,
) -> Organisation:
    """`organisation` and what stands beneath it follow `template` from now on; tells its people.

    District administrators only. `settle` is called under the new structure, before everything is checked
    against it: a room above merges there what has no place any more. Raises `StructureBroken` at
    `template`, naming the first node beneath that has no place in it, and `BadInput` unless the template
    is published and shipped or the district's.
    """
    # Every node is locked, so that nobody adds beneath one by the old rules meanwhile.
    list(Organisation.objects.under(organisation).select_for_update().values_list("pk", flat=True))
    organisation, template = Organisation.objects.get(pk=organisation.pk), _lock(template)
    permissions.check_can_adopt_structure(by, organisation)
    if template.state != TemplateState.PUBLISHED:
        raise BadInput(
            _("“%(template)s”还没有发布。请先发布，或选择已发布的架构。") % {"template": template},
            field="template",
        )
    if template.owner and template.owner.path != organisation.district_path:
        raise BadInput(_("只能采用通用的或本区的组织架构。请重新选择。"), field="template")
    organisation.structure = template
    organisation.save(update_fields=["structure"])
    if settle:
        settle()
    Rules(template).check(organisation, field="template")
    notifications.structure_adopted(organisation)
    return organisation


def _lock(template: StructureTemplate) -> StructureTemplate:
    return (
        StructureTemplate.objects.select_for_update(of=("self",))
        .select_related("owner")
        .get(pk=template.pk)
    )
