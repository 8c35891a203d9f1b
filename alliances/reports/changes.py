"""Who changed a value last, for the page that shows two people's versions side by side."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from members.models import Change, User


@dataclass(frozen=True)
class LastChange:
    who: User | None
    at: datetime


def last_change(obj: models.Model, column: str) -> LastChange | None:
    """Who last gave `column` of `obj` another value, and when; `who` None is the clock."""
    change = Change.objects.about(obj).filter(after__has_key=column).first()
    if change is None:
        return None
    return LastChange(User.objects.filter(pk=change.user_id).first(), change.at)
