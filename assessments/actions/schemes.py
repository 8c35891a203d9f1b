"""A scheme's life: drafted as a copy, its lines written, published once, adopted by an alliance."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance
from assessments import scoring
from assessments.models import Adoption, Indicator, Scheme
from assessments.permissions import schemes as permissions
from assessments.states import SCHEME_MOVES, SchemeState
from members.models import Organisation
from members.models.organisation import subtree
from projects.models import Category
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict
from workflow.moves import move
from workflow.templatetags.workflow import cn_date

FULL = 100
MOST_LINES = 30


@action
def draft_scheme(*, scheme: Scheme | None, owner: Organisation, name: str, by, note: str = "") -> Scheme:
    """Nothing → draft. The owner's staff. A copy of `scheme` with its lines and grades, or an empty one.

    A name that `owner` has used before becomes its next version. Raises `BadInput` for an empty name.
    """
    owner = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)
    permissions.check_can_draft_scheme(by, owner)
    name = _read(name, field="name", most=60)
    last = Scheme.objects.filter(owner=owner, name=name).aggregate(version=Max("version"))["version"]
    keeps_name = scheme is not None and scheme.name == name
    draft = Scheme.objects.create(
        owner=owner,
        name=name,
        name_en=scheme.name_en if keeps_name else "",
        version=(last or 0) + 1,
        note=note.strip() or (scheme.note if scheme else ""),
        grades=scheme.grades if scheme else [],
    )
    if scheme is not None:
        Indicator.objects.bulk_create(
            Indicator(
                scheme=draft,
                position=line.position,
                title=line.title,
                title_en=line.title_en,
                measure=line.measure,
                points=line.points,
                params=line.params,
            )
            for line in scheme.indicators.all()
        )
    return draft


@action
def change_scheme(
    *, scheme: Scheme, name: str, note: str, grades: Sequence[Mapping[str, Any]], by, name_en: str = ""
) -> Scheme:
    """Name, note and grades of a draft. The owner's staff. Grades run from 0 to 100, each start once."""
    scheme = _locked(scheme)
    permissions.check_can_change_scheme(by, scheme)
    scheme.name = _read(name, field="name", most=60)
    taken = Scheme.objects.filter(owner=scheme.owner, name=scheme.name, version=scheme.version)
    if taken.exclude(pk=scheme.pk).exists():
        raise Conflict(_("已经有同名同版本的方案。请换一个名称。"), field="name")
    starts = [grade["from"] for grade in grades]
    if len(set(starts)) != len(starts) or any(not 0 <= start <= FULL for start in starts):
        raise BadInput(_("每个等次从不同的百分比起，在 0 到 100 之间。请检查等次。"), field="grades")
    scheme.name_en, scheme.note, scheme.grades = name_en.strip(), note.strip(), list(grades)
    scheme.save(update_fields=["name", "name_en", "note", "grades"])
    return scheme


@action
def add_indicator(
    *,
    scheme: Scheme,
    title: str,
    measure: str,
    points: int,
    params: Mapping[str, Any],
    by,
    title_en: str = "",
) -> Indicator:
    """A new last line of a draft. The owner's staff."""
    scheme = _locked(scheme)
    permissions.check_can_change_scheme(by, scheme)
    last = scheme.indicators.aggregate(position=Max("position"))["position"] or 0
    if scheme.indicators.count() >= MOST_LINES:
        raise BadInput(_("一个方案最多 %(most)s 行。请合并或删去几行。") % {"most": MOST_LINES})
    return Indicator.objects.create(
        scheme=scheme,
        position=last + 1,
        **_checked(title=title, title_en=title_en, measure=measure, points=points, params=params),
    )


@action
def change_indicator(
    *,
    indicator: Indicator,
    title: str,
    measure: str,
    points: int,
    params: Mapping[str, Any],
    by,
    title_en: str = "",
) -> Indicator:
    """Another measure, other points or words for a line of a draft. The owner's staff. `Conflict` when it is gone."""
    scheme = _locked(indicator.scheme)
    permissions.check_can_change_scheme(by, scheme)
    if not scheme.indicators.filter(pk=indicator.pk).exists():
        raise Conflict(_("这一行已被删去。请刷新页面查看。"))
    values = _checked(title=title, title_en=title_en, measure=measure, points=points, params=params)
    for name, value in values.items():
        setattr(indicator, name, value)
    indicator.save(update_fields=list(values))
    return indicator


@action
def remove_indicator(*, indicator: Indicator, by) -> Scheme:
    """A line of a draft goes. The owner's staff. Its history stays."""
    scheme = _locked(indicator.scheme)
    permissions.check_can_change_scheme(by, scheme)
    indicator.delete()
    return scheme


@action
def publish_scheme(*, scheme: Scheme, by) -> Scheme:
    """Draft → published, for good: lines and grades are frozen. The owner's staff. The points must sum to 100."""
    scheme = _locked(scheme)
    permissions.check_can_publish_scheme(by, scheme)
    total = sum(scheme.indicators.values_list("points", flat=True))
    if total != FULL:
        raise BadInput(
            _("各行分值合计必须是 100 分，现在是 %(total)s 分。请修改分值后再发布。") % {"total": total}
        )
    scheme.state = move(SCHEME_MOVES, scheme.state, SchemeState.PUBLISHED)
    scheme.save(update_fields=["state"])
    return scheme


@action
def adopt_scheme(*, alliance: Alliance, scheme: Scheme, starts_on: dt.date, by) -> Adoption:
    """From `starts_on` the alliance is assessed by `scheme`; what it used before ends the day before.

    The host's staff. The scheme must be published and shipped or of the same district. Raises
    `Conflict` when an adoption begins on that day or later.
    """
    alliance = Alliance.objects.select_for_update(of=("self",), no_key=True).get(pk=alliance.pk)
    permissions.check_can_adopt_scheme(by, alliance)
    check_usable(scheme, alliance)
    later = (
        Adoption.objects.filter(alliance=alliance, starts_on__gte=starts_on).order_by("starts_on").first()
    )
    if later is not None:
        raise Conflict(
            _("从 %(day)s 起已定下采用“%(scheme)s”。请选更晚的日期。")
            % {"day": later.starts_on.isoformat(), "scheme": later.scheme},
            field="starts_on",
        )
    for before in Adoption.objects.current(starts_on).filter(alliance=alliance):
        before.ends_on = starts_on - scoring.ONE_DAY
        before.save(update_fields=["ends_on"])
    return Adoption.objects.create(alliance=alliance, scheme=scheme, starts_on=starts_on)


def check_usable(scheme: Scheme, alliance: Alliance) -> None:
    """Raise `BadInput` unless `scheme` is published and shipped or owned within the alliance's district."""
    if scheme.state != SchemeState.PUBLISHED:
        raise BadInput(
            _("“%(scheme)s”还没有发布。请先发布，或选已发布的方案。") % {"scheme": scheme}, field="scheme"
        )
    district = subtree("path", alliance.host.district_path)
    if scheme.owner_id and not Organisation.objects.filter(district, pk=scheme.owner_id).exists():
        raise BadInput(
            _("“%(scheme)s”不是本区的方案。请选本区的或随系统提供的方案。") % {"scheme": scheme},
            field="scheme",
        )


def adopted_scheme(alliance: Alliance, day: dt.date | None = None) -> Scheme:
    """The scheme in force for `alliance` on `day`, today by default. Raises `BadInput` when there is none."""
    day = day or timezone.localdate()
    adoption = Adoption.objects.current(day).filter(alliance=alliance).select_related("scheme").first()
    if adoption is None:
        raise BadInput(
            _("%(alliance)s 在 %(day)s 没有采用考核方案。请先采用一个方案，或在计分时选定方案。")
            % {"alliance": alliance, "day": cn_date(day)},
            field="scheme",
        )
    return adoption.scheme


def _locked(scheme: Scheme) -> Scheme:
    return Scheme.objects.select_for_update(of=("self",)).select_related("owner").get(pk=scheme.pk)


def _read(text: str, *, field: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise BadInput(_("名称不能为空。请填写名称。"), field=field)
    if len(text) > most:
        raise BadInput(_("名称最多 %(most)s 个字。请写短一些。") % {"most": most}, field=field)
    return text


def _checked(
    *, title: str, title_en: str, measure: str, points: int, params: Mapping[str, Any]
) -> dict[str, Any]:
    if not 1 <= points <= FULL:
        raise BadInput(_("分值在 1 到 100 之间。请改填分值。"), field="points")
    remedies = {
        "measure": _("没有这种计分办法。请从列表中选一种。"),
        "minus": _("请填写每个季度扣几分，1 到 100。"),
        "target": _("请填写目标数，1 到 100。"),
        "categories": _("请至少选一个类别。"),
    }
    try:
        read = scoring.read_params(measure, params)
    except scoring.WrongParam as wrong:
        raise BadInput(remedies[wrong.name], field=wrong.name) from wrong
    known = set(Category.objects.leaves().values_list("code", flat=True))
    if not known.issuperset(read.get("categories", ())):
        raise BadInput(remedies["categories"], field="categories")
    return {
        "title": _read(title, field="title", most=60),
        "title_en": title_en.strip(),
        "measure": measure,
        "points": points,
        "params": read,
    }
