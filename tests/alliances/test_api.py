import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from alliances.api.serializers import AllianceSerializer, MembershipSerializer
from alliances.api.viewsets import AllianceViewSet, MembershipViewSet
from tests.factories.alliances import make_alliance

pytestmark = pytest.mark.django_db


def api(user=None):
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def test_lists_show_what_is_in_sight(street):
    make_alliance()
    client = api(street.liaison)
    alliances = client.get("/api/alliances/").json()["results"]
    assert [row["id"] for row in alliances] == [street.alliance.pk]
    members = client.get("/api/memberships/", {"q": "wtyy"}).json()["results"]
    assert [row["organisation"] for row in members] == [street.unit.pk]
    assert api(street.stranger).get("/api/memberships/").json()["results"] == []


@pytest.mark.parametrize(
    ("viewset", "serializer"),
    [(AllianceViewSet, AllianceSerializer), (MembershipViewSet, MembershipSerializer)],
)
def test_list_columns_are_the_first_fields_of_the_object(viewset, serializer):
    assert serializer.Meta.fields[: len(viewset.columns)] == tuple(viewset.columns)


def post(by, url, **values):
    answer = api(by).post(f"/api/{url}/", values, format="json")
    return answer.status_code, answer.json()


def test_found_alliance(street):
    code, alliance = post(street.admin, "alliances", host=street.street.pk, name="红色物业联盟")
    assert (code, alliance["host_name"]) == (201, "云溪街道")


def test_found_alliance_refused(street):
    values = {"host": street.street.pk, "name": street.alliance.name}
    assert post(None, "alliances", **values)[0] == 403
    assert list(post(street.stranger, "alliances", **values)[1]) == ["host"]
    assert list(post(street.admin, "alliances", **values, sign_days=99)[1]) == ["sign_days"]
    code, answer = post(street.admin, "alliances", **values)
    assert (code, list(answer)) == (409, ["name"])


def test_found_alliance_by_a_liaison(street):
    assert post(street.liaison, "alliances", host=street.street.pk, name="联盟")[0] == 403


def test_change_then_end_alliance(street):
    url = f"alliances/{street.alliance.pk}"
    assert post(street.stranger, f"{url}/change", answer_days=8)[0] == 404
    assert post(street.admin, f"{url}/change", answer_days=8)[1]["answer_days"] == 8
    assert list(post(street.admin, f"{url}/end")[1]) == ["reason"]
    assert post(street.admin, f"{url}/end", reason="合并")[0] == 200
    assert post(street.admin, f"{url}/end", reason="合并")[0] == 409


def test_admit_then_change_contact_then_end(street):
    values = {"organisation": street.newcomer.pk, "contact_name": "李梅"}
    code, member = post(street.admin, f"alliances/{street.alliance.pk}/admit", **values)
    assert code == 201
    url = f"memberships/{member['id']}"
    contact = {"contact_name": "王强", "contact_phone": "0500-00001234"}
    assert post(street.admin, f"{url}/change-contact", **contact)[1]["contact_name"] == "王强"
    assert post(street.admin, f"{url}/end", reason="搬离")[1]["ends_on"] == timezone.localdate().isoformat()
    code, answer = post(street.admin, f"alliances/{street.alliance.pk}/admit", **values)
    assert (code, list(answer)) == (409, ["organisation"])


def test_change_contact_wrong_phone(street):
    url = f"memberships/{street.membership.pk}/change-contact"
    code, answer = post(street.liaison, url, contact_name="王强", contact_phone="电话")
    assert (code, list(answer)) == (400, ["contact_phone"])


def test_end_membership_by_the_liaison(street):
    assert post(street.liaison, f"memberships/{street.membership.pk}/end", reason="搬离")[0] == 403
