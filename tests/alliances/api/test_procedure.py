import datetime as dt

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from alliances.api.serializers import procedure as serializers
from alliances.api.viewsets import procedure as viewsets
from alliances.rules import RULES
from members.models import Organisation
from members.states import Role
from tests.factories.alliances import make_alliance
from tests.factories.members import make_person
from tests.factories.procedure import make_district_procedure, make_meeting_kind, make_procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(street):
    root = Organisation.objects.get_root(street.street)
    root.admin = make_person(Role.DISTRICT_ADMIN, root)
    return root


def api(user=None):
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def post(by, url, **values):
    answer = api(by).post(f"/api/{url}/", values, format="json")
    return answer.status_code, answer.json() if answer.content else None


@pytest.mark.parametrize(
    ("viewset", "serializer"),
    [
        (viewsets.ProcedureViewSet, serializers.ProcedureSerializer),
        (viewsets.MeetingKindViewSet, serializers.MeetingKindSerializer),
        (viewsets.DutyTermViewSet, serializers.DutyTermSerializer),
    ],
)
def test_list_columns_are_the_first_fields_of_the_object(viewset, serializer):
    assert serializer.Meta.fields[: len(viewset.columns)] == tuple(viewset.columns)


def test_procedures_in_sight(street, district):
    own, shared = make_procedure(street.alliance), make_district_procedure(district)
    make_procedure(make_alliance())
    rows = api(street.liaison).get("/api/procedures/").json()["results"]
    assert {row["id"] for row in rows} == {own.pk, shared.pk}
    answer = api(street.liaison).get(f"/api/procedures/{own.pk}/").json()
    assert answer["values"] == {"confirm_days": 7}
    assert any("7 个工作日" in line["text"] for line in answer["sentences"])


def test_set_procedure_then_read_the_rules(street):
    url = f"alliances/{street.alliance.pk}/set-procedure"
    values = {"values": {"confirm_days": 9}, "reason": "单位多"}
    assert post(None, url, **values)[0] == 403
    assert post(street.stranger, url, **values)[0] == 404
    assert post(street.liaison, url, **values)[0] == 403
    assert list(post(street.admin, url, reason="单位多")[1]) == ["values"]
    code, answer = post(street.admin, url, values={"confirm_days": 0}, reason="单位多")
    assert (code, list(answer)) == (400, ["confirm_days"])
    code, answer = post(street.admin, url, **values)
    assert (code, answer["version"]) == (201, 1)
    assert post(street.admin, url, **values, based_on=0)[0] == 409
    rules = api(street.liaison).get(f"/api/alliances/{street.alliance.pk}/rules/").json()
    line = next(one for one in rules if one["field"] == "confirm_days")
    assert (line["source"], line["is_open"], "9 个工作日" in line["text"]) == ("own", True, True)


def test_set_procedure_closed_rule(street, district):
    make_district_procedure(district, open_fields=[])
    url = f"alliances/{street.alliance.pk}/set-procedure"
    code, answer = post(street.admin, url, values={"majority": "two_thirds"}, reason="更稳")
    assert (code, list(answer)) == (400, ["majority"])


def test_set_district(street, district):
    values = {"district": district.pk, "values": {"minutes_days": 4}, "reason": "统一"}
    url = "procedures/set-district"
    assert post(street.admin, url, **values, open_fields=[])[0] == 403
    assert list(post(street.stranger, url, **values, open_fields=[])[1]) == ["district"]
    assert list(post(district.admin, url, **values, open_fields=["x"])[1]) == ["open_fields"]
    code, answer = post(district.admin, url, **values, open_fields=list(RULES))
    assert (code, answer["values"]["minutes_days"], answer["open_fields"]) == (201, 4, list(RULES))


def test_meeting_kinds(street, district):
    values = {"district": district.pk, "name": "恳谈会", "decides": False}
    assert post(street.admin, "meeting-kinds", **values)[0] == 403
    code, kind = post(district.admin, "meeting-kinds", **values)
    assert (code, kind["decides"], kind["is_used"]) == (201, False, True)
    assert post(district.admin, f"meeting-kinds/{kind['id']}/change", is_used=False)[1]["is_used"] is False
    assert len(api(street.liaison).get("/api/meeting-kinds/").json()["results"]) == 7
    foreign = make_meeting_kind(Organisation.objects.get_root(make_alliance().host))
    assert post(district.admin, f"meeting-kinds/{foreign.pk}/change", name="别的")[0] == 404


def test_duty_terms(street):
    url = f"alliances/{street.alliance.pk}/set-duty-term"
    today = timezone.localdate()
    values = {"organisation": street.unit.pk, "starts_on": today.isoformat()}
    assert post(street.liaison, url, **values)[0] == 403
    code, term = post(street.admin, url, **values)
    assert (code, term["organisation_name"]) == (201, "梧桐医院")
    assert post(street.admin, url, **values)[0] == 409
    assert [row["id"] for row in api(street.liaison).get("/api/duty-terms/").json()["results"]] == [
        term["id"]
    ]
    assert post(street.admin, f"duty-terms/{term['id']}/cancel", reason="另排")[0] == 409
    assert post(street.admin, f"duty-terms/{term['id']}/end", reason="换届")[1]["ends_on"] == str(today)
    later = {"organisation": street.unit.pk, "starts_on": str(today + dt.timedelta(days=9))}
    _code, term = post(street.admin, url, **later)
    assert post(street.admin, f"duty-terms/{term['id']}/cancel", reason="另排")[0] == 204
    assert api(street.admin).get(f"/api/duty-terms/{term['id']}/").status_code == 404


def test_set_committee_contact(street):
    url = f"memberships/{street.membership.pk}/set-committee-contact"
    assert post(street.liaison, url, name="周洁", phone="")[0] == 403
    assert list(post(street.admin, url, name="周洁", phone="电话")[1]) == ["phone"]
    assert post(street.admin, url, name="周洁", phone="0500-00001234")[1]["committee_contact"] == "周洁"
    row = api(street.liaison).get("/api/memberships/", {"q": "wtyy"}).json()["results"][0]
    assert row["committee_phone"] == "0500-00001234"


def test_memberships_without_a_fixed_contact(street):
    rows = api(street.admin).get("/api/memberships/", {"contact": "missing"}).json()["results"]
    assert rows == []
    make_procedure(street.alliance, values={"contact_kinds": ["street"]})
    rows = api(street.admin).get("/api/memberships/", {"contact": "missing"}).json()["results"]
    assert [row["organisation"] for row in rows] == [street.unit.pk]
