"""How a row of a paper list becomes a draft."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance
from members.models import Organisation
from projects import rules
from projects.actions.listings import draft_listing
from projects.models import Category, Listing
from projects.recurrence import read_rule
from projects.states import Direction
from workflow.actions import action
from workflow.exceptions import BadInput

#: How far a time that comes again is planned when the paper does not say (our default).
A_YEAR = timedelta(days=364)
COLUMNS = (
    "kind",
    "title",
    "provider_or_requester",
    "category",
    "target_group",
    "quantity_or_frequency",
    "time_window",
    "place",
    "city_district",
)


@action
def import_listing(*, row: dict[str, str], alliance: Alliance, organisation: Organisation, by) -> Listing:
    """A draft from one row with `COLUMNS`, kind `need` or `resource`. Who acts for the organisation.

    A time that comes again (每月26日9:30-11:00, 周末上午) becomes a rule for the coming year. A quantity or time
    that is not a plain one goes into the note, and the slot says "any time, 1"; so does a time that is past. The asking party and the city are left out: organisation and alliance say
    where the row belongs now. Raises `BadInput` whose field is the column.
    """
    direction = row.get("kind", "").strip()
    if direction not in Direction.values:
        raise BadInput(_("“kind”应为 need 或 resource。请改正这一列。"), field="kind")
    title = rules.chinese_title(row.get("title", ""))
    if not title:
        raise BadInput(_("“title”为空。请填写标题。"), field="title")
    amount = rules.read_quantity(row.get("quantity_or_frequency", ""))
    interval = rules.read_interval(row.get("time_window", ""))
    if interval and interval[1] <= timezone.now():
        interval = None
    number = amount.number if amount else 1
    today = timezone.localdate()
    rule = read_rule(row.get("time_window", ""), first_on=today, last_on=today + A_YEAR)
    notes = []
    if not amount and (words := row.get("quantity_or_frequency", "").strip()):
        notes.append(_("原表数量：%(words)s") % {"words": words})
    if rule:
        notes.append(_("时间由原表的“%(words)s”排出，请核对。") % {"words": row["time_window"].strip()})
    elif not interval and (words := row.get("time_window", "").strip()):
        notes.append(_("原表时间：%(words)s") % {"words": words})
    return draft_listing(
        alliance=alliance,
        organisation=organisation,
        by=by,
        direction=Direction(direction),
        category=Category.objects.get(code=rules.category_code(row.get("category", ""))),
        title=title,
        audience=row.get("target_group", ""),
        place=row.get("place", ""),
        measure=amount.measure if amount else "项",
        note="\n".join(notes),
        slots=() if rule else [(*(interval or (None, None)), number)],
        rule=rule and replace(rule, quantity=number),
    )
