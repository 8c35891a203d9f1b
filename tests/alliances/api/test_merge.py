import pytest
from rest_framework.test import APIClient

from members.models import Organisation
from members.states import Role
from tests.factories.members import (
    committee,
    make_community,
    make_person,
    make_street,
    shipped_kind,
    shipped_structure,
)

pytestmark = pytest.mark.django_db
MERGES = "/api/organisation-merges/"


def post(by, address=MERGES, **values):
    client = APIClient()
    if by:
        client.force_authenticate(by)
    answer = client.post(address, {"reason": "合并", **values}, format="json")
    return answer.status_code, answer.json()


@pytest.fixture
def pair(street):
    return make_community(street.street), make_community(street.street)


def test_merge_anonymous_stranger_wrong_person_and_wrong_state(street, pair):
    old, new = pair
    given = {"organisations": [old.pk], "into": new.pk}
    assert post(None, **given)[0] in {401, 403}
    outside = make_person(Role.DISTRICT_ADMIN, Organisation.objects.get_root(make_street()))
    assert post(outside, **given)[0] == 400
    assert post(street.liaison, **given)[0] == 403
    status, body = post(street.admin, organisations=[old.pk], into=old.pk)
    assert status == 400
    assert "into" in str(body)
    assert post(street.admin, organisations=[], into=new.pk)[0] == 400
    assert not Organisation.objects.exclude(closed_on=None).exists()


def test_merge_rehearsed_then_done(street, pair):
    old, new = pair
    given = {"organisations": [old.pk], "into": new.pk}
    status, rehearsed = post(street.admin, rehearse=True, **given)
    assert status == 200
    old.refresh_from_db()
    assert old.closed_on is None
    status, done = post(street.admin, **given)
    assert (status, done) == (200, rehearsed)
    assert done == [
        {
            "organisation": old.pk, "successor": new.pk, "moved": [], "ended": [], "left": [], "joined": [],
            "terms": [],
            "hosted": [],
        }
    ]  # fmt: skip
    old.refresh_from_db()
    assert old.successor == new
    assert post(street.admin, **given)[0] in {400, 409}


def test_reorganise(street):
    by = make_person(Role.DISTRICT_ADMIN, Organisation.objects.get_root(street.street))
    kind = shipped_kind("community_committee")
    merges = [
        {"organisation": committee(street.street, code).pk, "kind": kind.pk, "name": "社区党委"}
        for code in ("residential_committee", "enterprise_committee")
    ]
    given = {"organisation": street.street.pk, "template": shipped_structure("1+2").pk}
    address = f"{MERGES}reorganise/"
    assert post(street.admin, address, merges=merges, **given)[0] == 403
    assert post(by, address, merges=merges[:1], **given)[0] == 400
    assert post(by, address, merges=[{"organisation": merges[0]["organisation"]}], **given)[0] == 400
    status, body = post(by, address, merges=merges, **given)
    assert status == 200
    successor = committee(street.street, "community_committee")
    assert {row["successor"] for row in body} == {successor.pk}
