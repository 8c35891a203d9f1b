"""What happened to an object, in plain words, where it stands, and what of this room waits for a person today."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.postgres.fields import ArrayField, RangeField
from django.db import models
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members.models import Change, Organisation, StructureTemplate, User
from members.states import Role, TemplateState
from workflow.templatetags.workflow import cn_date, cn_datetime, cn_period
from workflow.work import Work

#: Newest rows that a page shows, so that an object with a long life still has a short page.
SHOWN = 200
#: Columns that say nothing to a reader, or too much: keys, the place in the tree, which has its own sentence, and
#: the code that is shown in a room.
SILENT = frozenset({"id", "path", "depth", "room_code"})
_RANGE = re.compile(r'^[\[(]"?([^",]*)"?,"?([^",\])]*)"?[\])]$')


@dataclass(frozen=True)
class Line:
    """One altered field: its label, and both values as a reader would write them ("" for none)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change: who did what at which moment and why."""

    at: dt.datetime
    who: str
    what: str
    reason: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        """The altered fields, each as one sentence."""
        return [
            _("把“%(label)s”从“%(before)s”改为“%(after)s”")
            % {"label": line.label, "before": line.before, "after": line.after or _("（空）")}
            if line.before
            else _("“%(label)s”填为“%(after)s”") % {"label": line.label, "after": line.after}
            for line in self.lines
        ]


def history(*objects: models.Model) -> list[Entry]:
    """The last `SHOWN` changes of `objects`, newest first.

    The number of queries depends on the fields of the models, never on the number of changes. The
    caller answers for the objects being within the reader's sight.
    """
    changes = list(Change.objects.about(*objects)[:SHOWN])
    columns = {
        one._meta.db_table: {column.column: column for column in one._meta.concrete_fields}
        for one in objects
    }
    names = _names(changes, columns)
    return [_entry(change, columns[change.table_name], names) for change in changes]


def with_place(rows: Iterable[Organisation]) -> list[Organisation]:
    """`rows` as a list, each with the names above it as `place`: one query for all of them."""
    rows = list(rows)
    paths = {row.path[:length] for row in rows for length in range(row.steplen, len(row.path), row.steplen)}
    names = dict(Organisation.objects.filter(path__in=paths).values_list("path", "name"))
    for row in rows:
        row.place = " › ".join(
            names[row.path[:length]] for length in range(row.steplen, len(row.path), row.steplen)
        )
    return rows


def work_for(user: User) -> list[Work]:
    """Structure templates that a district administrator has begun and not published."""
    if not user.has_role(Role.DISTRICT_ADMIN):
        return []
    drafts = StructureTemplate.objects.visible_to(user).filter(state=TemplateState.DRAFT)
    return [
        Work(
            title=_("发布组织架构：%(name)s") % {"name": draft},
            why=_("这个架构还是草稿，发布后街道才能采用。"),
            url=reverse("structure-detail", args=[draft.pk]),
            act=_("查看架构"),
        )
        for draft in drafts
    ]


def _entry(change: Change, columns: dict[str, models.Field], names: dict) -> Entry:
    noun = next(iter(columns.values())).model._meta.verbose_name
    words = {
        Change.Operation.INSERT: _("新建了%(noun)s"),
        Change.Operation.UPDATE: _("修改了%(noun)s"),
        Change.Operation.DELETE: _("删除了%(noun)s"),
    }[Change.Operation(change.operation)]
    if change.operation == Change.Operation.UPDATE and "path" in (change.after or {}):
        words = _("移动了%(noun)s的位置")
    return Entry(
        at=change.at,
        who=names[User].get(change.user_id, _("已注销的用户")) if change.user_id else _("系统（定时任务）"),
        what=words % {"noun": noun},
        reason=change.reason,
        lines=list(_lines(change, columns, names)),
    )


def _lines(change: Change, columns: dict[str, models.Field], names: dict) -> Iterator[Line]:
    before, after = change.before or {}, change.after or {}
    for name, column in columns.items():
        if name in SILENT or (name not in before and name not in after):
            continue
        old, new = _words(column, before.get(name), names), _words(column, after.get(name), names)
        if old != new:
            yield Line(str(column.verbose_name), old, new)


def _words(column: models.Field, value: object, names: dict) -> str:
    """`value`, as PostgreSQL's JSON holds it, in the words of the page."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(column, models.ForeignKey):
        return names[column.related_model].get(value) or _("编号 %(pk)s") % {"pk": value}
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.BooleanField):
        return _("是") if value else _("否")
    if isinstance(column, models.DateTimeField):
        return cn_datetime(parse_datetime(str(value)))
    if isinstance(column, models.DateField):
        return cn_date(parse_date(str(value)))
    if isinstance(column, RangeField):
        return _period(str(value))
    if isinstance(column, ArrayField):
        return "、".join(_words(column.base_field, one, names) for one in value)
    if isinstance(column, models.JSONField | models.BinaryField):
        return _("（内容略）")
    return Truncator(str(value)).chars(200)


def _period(text: str) -> str:
    bounds = _RANGE.match(text)
    if not bounds:
        return text
    start, end = (_moment(bound) if bound else None for bound in bounds.groups())
    return cn_period(start, end)


def _moment(text: str) -> dt.date | None:
    return parse_datetime(text) if ":" in text else parse_date(text)


def _names(changes: Iterable[Change], columns: dict) -> dict[type, dict[int, str]]:
    """Names of everything that the changes point to: one query for each model that has a name or title.

    A model that is called by other columns lists them in `named_by`; its `str` must need no more than these.
    """
    wanted: dict[type, set[int]] = defaultdict(set)
    for change in changes:
        if change.user_id:
            wanted[User].add(change.user_id)
        for values in (change.before or {}, change.after or {}):
            for name, value in values.items():
                column = columns[change.table_name].get(name)
                if isinstance(column, models.ForeignKey) and value is not None:
                    wanted[column.related_model].add(value)
    names: dict[type, dict[int, str]] = defaultdict(dict)
    for model, keys in wanted.items():
        rows, label = model._base_manager.filter(pk__in=keys), _label(model)
        if label:
            names[model] = dict(rows.values_list("pk", label))
        elif named_by := getattr(model, "named_by", ()):
            names[model] = {row.pk: str(row) for row in rows.only(*named_by)}
    return names


def _label(model: type[models.Model]) -> str:
    """The field that names a row of `model` in the reader's language, or ""."""
    present = {column.name for column in model._meta.concrete_fields}
    preferred = ("name_en", "name", "title") if get_language() == "en" else ("name", "title")
    return next((name for name in preferred if name in present), "")
