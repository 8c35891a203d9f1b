"""What a street's world holds of rules of procedure; what its district shares carries `names` instead of the marker."""

from types import SimpleNamespace

from alliances.models import Procedure
from tests.factories.procedure import (
    make_district_procedure,
    make_duty_term,
    make_meeting_kind,
    make_procedure,
)

LISTS = ("needs_name", "resources_name", "projects_name")


def add_procedure(w: SimpleNamespace, *, names: str) -> None:
    """`procedure` of the alliance, `duty_term` of its unit, and the district's `meeting_kind`."""
    if not Procedure.objects.filter(district=w.district).exists():
        make_district_procedure(w.district, reason=names)
    w.procedure = make_procedure(
        w.alliance,
        values={name: getattr(w.alliance, name) for name in LISTS},
        reason=w.marker,
        set_by=w.staff,
    )
    w.duty_term = make_duty_term(w.alliance, organisation=w.unit)
    w.meeting_kind = make_meeting_kind(w.district, name=f"{names}恳谈会"[:30])
    w.membership.committee_contact = w.membership.committee_phone = w.marker[:30]
    w.membership.save()
