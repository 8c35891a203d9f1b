"""How the demo does its acts on past days: Django's clock is set back while they run.

An act writes moments, deadlines and the text of agreements from the clock. Shifting the clock leaves them
consistent, which shifting single columns afterwards would not. History and the envelopes' guard keep the
database's own clock: what was recorded when is never invented.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


@contextmanager
def on(day: dt.date, hour: int = 9, minute: int = 30) -> Iterator[None]:
    """While the block runs, `timezone.now` counts from that moment; a moment still to come becomes now."""
    moment = timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))
    behind = max(timezone.now() - moment, dt.timedelta(0))

    class Shifted(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime.now(tz) - behind  # noqa: TID251

    real = timezone.datetime
    # The name that django.utils.timezone.now looks up, also where a model holds that function as a default.
    timezone.datetime = Shifted
    try:
        yield
    finally:
        timezone.datetime = real
