"""How a day is declared worked or free."""

import datetime as dt

from members import permissions
from members.models import SpecialDay, User
from workflow.actions import action


@action
def set_special_day(
    *, day: dt.date, is_workday: bool, by: User, note: str = "", reason: str = ""
) -> SpecialDay:
    """`day` counts as worked or free, whatever the packaged calendar says. District administrators only."""
    permissions.check_can_set_special_day(by)
    row, _made = SpecialDay.objects.update_or_create(
        day=day, defaults={"is_workday": is_workday, "note": note}
    )
    return row
