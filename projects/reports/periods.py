"""The year or quarter over which things are counted, as addresses and pages name it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

_CODE = re.compile(r"^([12]\d{3})(?:Q([1-4]))?$", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A calendar year, or one quarter of it."""

    year: int
    quarter: int | None = None

    @classmethod
    def read(cls, code: str) -> "Period | None":
        """`2026` or `2026Q4`; None for anything else."""
        match = _CODE.match(code)
        if not match:
            return None
        return cls(int(match.group(1)), int(match.group(2)) if match.group(2) else None)

    @property
    def code(self) -> str:
        return f"{self.year}Q{self.quarter}" if self.quarter else str(self.year)

    def __str__(self):
        if self.quarter:
            return _("%(year)s年第%(quarter)s季度") % {"year": self.year, "quarter": self.quarter}
        return _("%(year)s年") % {"year": self.year}

    @property
    def starts_on(self) -> date:
        return date(self.year, 3 * self.quarter - 2 if self.quarter else 1, 1)

    @property
    def ends_on(self) -> date:
        last = date(self.year, 3 * self.quarter if self.quarter else 12, 28)
        return (last + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    def holds(self, field: str) -> Q:
        """The condition that the moment in `field` lies in the period, as days are counted here."""
        begins = timezone.make_aware(datetime.combine(self.starts_on, time.min))
        over = timezone.make_aware(datetime.combine(self.ends_on + timedelta(days=1), time.min))
        return Q(**{f"{field}__gte": begins, f"{field}__lt": over})
