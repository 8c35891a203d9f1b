"""Rules of procedure, kinds of meeting and terms of duty for tests, made through the ORM."""

import datetime as dt
import itertools

from django.utils import timezone

from alliances.models import Alliance, DutyTerm, MeetingKind, Procedure
from alliances.rules import RULES, read_terms
from members.models import Organisation
from members.states import Role
from tests.factories.members import make_person

_numbers = itertools.count(1)


def make_district_procedure(
    district: Organisation, *, values: dict | None = None, open_fields=RULES, set_by=None, **fields
) -> Procedure:
    """The next version of the district's defaults; every rule is open unless told otherwise."""
    last = Procedure.objects.latest(district=district)
    fields.setdefault("reason", "修订")
    return Procedure.objects.create(
        district=district,
        version=last.version + 1 if last else 1,
        values=read_terms(values or {}).as_json(),
        open_fields=list(open_fields),
        set_by=set_by or make_person(Role.DISTRICT_ADMIN, district),
        **fields,
    )


def make_procedure(alliance: Alliance, *, values: dict | None = None, set_by=None, **fields) -> Procedure:
    """The next version of the alliance's own rules."""
    last = Procedure.objects.latest(alliance=alliance)
    fields.setdefault("reason", "修订")
    return Procedure.objects.create(
        alliance=alliance,
        version=last.version + 1 if last else 1,
        values={"confirm_days": 7} if values is None else values,
        set_by=set_by or make_person(Role.STREET_ADMIN, alliance.host),
        **fields,
    )


def make_meeting_kind(district: Organisation, **fields) -> MeetingKind:
    """A kind of the district's own."""
    number = next(_numbers)
    fields.setdefault("code", f"own-{number}")
    fields.setdefault("name", f"恳谈会{number}")
    return MeetingKind.objects.create(district=district, **fields)


def make_duty_term(
    alliance: Alliance,
    *,
    organisation: Organisation | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> DutyTerm:
    """A term of the host, or of `organisation`, that runs now and for 99 days more."""
    today = timezone.localdate()
    return DutyTerm.objects.create(
        alliance=alliance,
        organisation=organisation or alliance.host,
        starts_on=starts_on or today,
        ends_on=ends_on or today + dt.timedelta(days=99),
    )
