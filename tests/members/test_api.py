import pytest
from django.db import transaction
from django.urls import reverse

from members.models import Assignment, Notification, Organisation, StructureTemplate
from members.notifications import notify
from members.states import Role
from tests.factories.members import (
    assign,
    make_organisation,
    make_street,
    make_user,
    shipped_kind,
    shipped_structure,
)

pytestmark = pytest.mark.django_db


def post(client, route, /, *args, **body):
    """Post JSON; a refusal rolls back the request's own transaction and not the test's."""
    with transaction.atomic():
        return client.post(reverse(route, args=args), body, content_type="application/json")


def test_organisations_anonymous(client, community):
    assert client.get(reverse("api-organisations-list")).status_code in {302, 401, 403}


def test_organisations_list_is_scoped_filtered_and_one_query_of_rows(
    client, community, staff, foreign_admin, django_assert_max_num_queries
):
    for _number in range(30):
        make_organisation(parent=community)
    client.force_login(staff)
    with django_assert_max_num_queries(5):
        body = client.get(reverse("api-organisations-list"), {"page_size": 200}).json()
    names = {row["name"] for row in body["results"]}
    assert "南园社区" in names
    assert "外区" not in names
    row = body["results"][0]
    one = client.get(reverse("api-organisations-detail", args=[row["id"]])).json()
    assert {name: one[name] for name in row} == row
    found = client.get(reverse("api-organisations-list"), {"q": "nysq"}).json()["results"]
    assert [row["name"] for row in found] == ["南园社区"]
    wrong = client.get(reverse("api-organisations-list"), {"kind": "x"})
    assert (wrong.status_code, list(wrong.json())) == (400, ["kind"])


def test_organisations_create_refuses_in_order(client, street, community, staff, street_admin):
    body = {"parent": community.pk, "kind": shipped_kind("unit").pk, "name": "梧桐中学"}
    client.force_login(staff)
    assert post(client, "api-organisations-list", **body).status_code == 403
    client.force_login(street_admin)
    wrong = post(client, "api-organisations-list", **{**body, "parent": 0})
    assert (wrong.status_code, list(wrong.json())) == (400, ["parent"])
    foreign = Organisation.objects.add_root({"name": "x", "kind": shipped_kind("district")})
    wrong = post(client, "api-organisations-list", **{**body, "parent": foreign.pk})
    assert (wrong.status_code, list(wrong.json())) == (400, ["parent"])
    broken = post(client, "api-organisations-list", **{**body, "kind": shipped_kind("community").pk})
    assert broken.status_code == 400
    assert "不能设在“南园社区”" in broken.json()["kind"][0]
    made = post(client, "api-organisations-list", **body)
    assert made.status_code == 201
    assert made.json()["kind_name"] == "成员单位"


def test_organisations_verbs(client, district, street, community, district_admin, foreign_admin):
    verbs = {
        "change": {"name": "北园社区"},
        "move": {"parent": Organisation.objects.get_parent(community).pk},
        "close": {"closed_on": "2026-11-01", "reason": "并入"},
    }
    client.force_login(foreign_admin)
    for verb, body in verbs.items():
        assert post(client, f"api-organisations-{verb}", community.pk, **body).status_code == 404
    client.force_login(district_admin)
    for verb, body in verbs.items():
        response = post(client, f"api-organisations-{verb}", community.pk, **body)
        assert response.status_code == 200, response.content
    assert post(client, "api-organisations-close", community.pk, **verbs["close"]).status_code == 409
    other = make_street(district, structure="1+2")
    adopted = post(client, "api-organisations-adopt", other.pk, template=shipped_structure("1+2").pk)
    assert adopted.json()["structure"] == shipped_structure("1+2").pk
    refused = post(client, "api-organisations-adopt", other.pk, template=shipped_structure().pk)
    assert (refused.status_code, list(refused.json())) == (400, ["template"])


def test_structures_from_draft_to_published(client, district, district_admin, staff):
    client.force_login(district_admin)
    kind = post(client, "api-kinds-list", district=district.pk, name="片区党委", level="committee").json()
    draft = post(client, "api-structures-list", district=district.pk, name="1+6").json()
    rule = {"parent_kind": shipped_kind("street").pk, "kind": kind["id"], "at_most": 6}
    changed = post(client, "api-structures-add-rule", draft["id"], **rule).json()
    assert [one["at_most"] for one in changed["rules"]] == [6]
    twice = post(client, "api-structures-add-rule", draft["id"], **rule)
    assert (twice.status_code, list(twice.json())) == (400, ["kind"])
    removed = post(client, "api-structures-remove-rule", draft["id"], rule=changed["rules"][0]["id"])
    assert removed.json()["rules"] == []
    assert post(client, "api-structures-publish", draft["id"]).status_code == 400
    post(client, "api-structures-add-rule", draft["id"], **rule)
    assert post(client, "api-structures-publish", draft["id"]).json()["state"] == "published"
    assert post(client, "api-structures-publish", draft["id"]).status_code == 409
    client.force_login(staff)
    assert post(client, "api-structures-list", district=district.pk, name="x").status_code == 403
    rows = client.get(reverse("api-structures-list")).json()["results"]
    assert {row["name"] for row in rows} == {"1+2", "1+3", "1+6"}
    assert StructureTemplate.objects.count() == 3


def test_assignments_create_and_end(client, community, street_admin, staff, foreign_admin):
    person = make_user()
    assign(person, Role.LIAISON, make_organisation(parent=community))
    body = {"user": person.pk, "role": "staff", "organisation": community.pk}
    client.force_login(staff)
    assert post(client, "api-assignments-list", **{**body, "user": staff.pk}).status_code == 403
    client.force_login(street_admin)
    made = post(client, "api-assignments-list", **body)
    assert made.status_code == 201
    unseen = post(client, "api-assignments-list", **{**body, "user": foreign_admin.pk})
    assert (unseen.status_code, list(unseen.json())) == (400, ["user"])
    key = made.json()["id"]
    wrong = post(client, "api-assignments-end", key, ends_on="2026年2月30日")
    assert (wrong.status_code, list(wrong.json())) == (400, ["ends_on"])
    assert post(client, "api-assignments-end", key, ends_on="2026-12-31").status_code == 200
    longer = post(client, "api-assignments-end", key, ends_on="2027-01-31")
    assert (longer.status_code, list(longer.json())) == (400, ["ends_on"])
    assert Assignment.objects.get(pk=key).ends_on
    client.force_login(foreign_admin)
    assert post(client, "api-assignments-end", key, ends_on="2026-12-31").status_code == 404


def test_notifications_read(client, community, staff):
    notify("organisation_closed", community, [staff], organisation=community)
    message = Notification.objects.get()
    client.force_login(staff)
    (row,) = client.get(reverse("api-notifications-list")).json()["results"]
    assert row["text"] == "“南园社区”已终止。"
    assert post(client, "api-notifications-read", message.pk).json()["read_at"]
    assert post(client, "api-notifications-read-all", up_to=message.pk).json() == {"count": 0}
    client.force_login(make_user())
    assert post(client, "api-notifications-read", message.pk).status_code == 404
