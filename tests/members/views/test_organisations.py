import pytest
from django.urls import reverse

from members.models import Organisation
from members.states import Role
from tests.factories.members import (
    assign,
    committee,
    make_community,
    make_organisation,
    make_person,
    make_street,
    make_user,
)

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def test_organisation_list_tree_of_three_hundred_nodes_costs_a_constant(
    client, street, staff, django_assert_max_num_queries
):
    for number in range(12):
        community = make_community(street, name=f"社区{number}")
        for unit in range(25):
            make_organisation(parent=community, name=f"单位{number}-{unit}")
    client.force_login(staff)
    with django_assert_max_num_queries(9):
        page = text(client.get(reverse("organisation-list")))
    assert page.count("单位") >= 300
    assert "<details" in page


def test_organisation_list_district_sees_streets_and_opens_one(client, district, street, district_admin):
    make_community(street, name="南园社区")
    client.force_login(district_admin)
    page = text(client.get(reverse("organisation-list")))
    assert "天宁街道" in page
    assert "南园社区" not in page
    assert "南园社区" in text(client.get(reverse("organisation-list") + f"?under={street.pk}"))


@pytest.mark.parametrize("q", ["梧桐", "wutong", "wtzx", "ＷＴＺＸ", "wu tong", "tongzhong"])
def test_organisation_list_search_in_every_way(client, street, staff, q):
    make_organisation(parent=make_community(street, name="南园社区"), name="梧桐中学")
    make_organisation(parent=committee(street, "enterprise_committee"), name="清河医院")
    client.force_login(staff)
    page = text(client.get(reverse("organisation-list"), {"q": q}))
    assert "梧桐中学" in page
    assert "清河区 › 天宁街道" in page
    assert "清河医院" not in page


def test_organisation_list_filters_by_kind_and_state(client, community, staff, street_admin):
    unit = make_organisation(parent=community, name="梧桐中学")
    Organisation.objects.filter(pk=unit.pk).update(closed_on=unit.opened_on)
    client.force_login(staff)
    url = reverse("organisation-list")
    page = text(client.get(url, {"kind": unit.kind_id}))
    assert "梧桐中学" in page
    assert unit.get_absolute_url() not in text(client.get(url, {"kind": unit.kind_id, "state": "open"}))
    assert unit.get_absolute_url() in text(client.get(url, {"state": "closed"}))


@pytest.mark.parametrize("query", ["kind=x", "kind=999999999999999999999", "state=lost", "q=%00"])
def test_organisation_list_bad_filters_are_said(client, staff, query):
    client.force_login(staff)
    assert client.get(reverse("organisation-list") + "?" + query).status_code == 400


def test_organisation_list_of_nobody_is_empty(client, street):
    client.force_login(make_user())
    assert "天宁街道" not in text(client.get(reverse("organisation-list")))
    assert "天宁街道" not in text(client.get(reverse("organisation-list"), {"q": "天宁"}))
    assert client.get(reverse("organisation-list"), {"under": street.pk}).status_code == 404


def test_organisation_detail_people_and_history_only_within_reach(client, district, street, staff):
    neighbour = make_person(Role.STREET_ADMIN, make_street(district), name="邻街管理")
    community = make_community(street, name="南园社区")
    assign(make_user(name="李干事"), Role.STAFF, community)
    manager = make_person(Role.STREET_ADMIN, street)
    client.force_login(manager)
    page = text(client.get(community.get_absolute_url()))
    assert "李干事" in page
    assert "改动记录" in page
    client.force_login(staff)
    page = text(client.get(community.get_absolute_url()))
    assert "李干事" not in page
    assert "改动记录" in page
    client.force_login(neighbour)
    page = text(client.get(community.get_absolute_url()))
    assert "南园社区" in page
    assert "李干事" not in page
    assert "改动记录" not in page


def test_organisation_detail_of_another_district_is_missing(client, community, foreign_admin):
    client.force_login(foreign_admin)
    for name in ("detail", "change", "close", "adopt"):
        url = reverse(f"organisation-{name}", args=[community.pk])
        assert client.get(url).status_code == 404
        assert client.post(url).status_code in {404, 405}
    assert client.get(reverse("organisation-new"), {"parent": community.pk}).status_code == 404


def test_organisation_new_change_close_through_the_pages(client, community, street_admin):
    client.force_login(street_admin)
    new = reverse("organisation-new") + f"?parent={community.pk}"
    kind = make_organisation(parent=community).kind
    response = client.post(
        new,
        {"kind": kind.pk, "name": "梧桐中学", "unit_type": "school", "opened_on": "2026.11.1"},
    )
    unit = Organisation.objects.get(name="梧桐中学")
    assert response.url == unit.get_absolute_url()
    change = reverse("organisation-change", args=[unit.pk])
    client.post(change, {"name": "梧桐实验中学", "unit_type": "school", "reason": "更名"})
    page = text(client.get(unit.get_absolute_url()))
    assert "梧桐实验中学" in page
    assert "原因：更名" in page
    close = reverse("organisation-close", args=[unit.pk])
    refused = client.post(close, {"closed_on": "2999-01-01", "reason": "撤销"})
    assert refused.status_code == 400
    assert "终止日期不能晚于今天" in text(refused)
    assert client.post(close, {"closed_on": "今天", "reason": "撤销"}).status_code == 302
    unit.refresh_from_db()
    assert unit.closed_on
    assert client.get(change).status_code in {302, 400}


def test_organisation_new_without_parent_leads_to_the_tree(client, street_admin):
    client.force_login(street_admin)
    assert client.get(reverse("organisation-new")).url == reverse("organisation-list")
    assert client.post(reverse("organisation-new"), {"name": "x"}).status_code == 400


def test_organisation_forms_are_not_for_readers(client, community, staff):
    client.force_login(staff)
    assert client.get(reverse("organisation-new"), {"parent": community.pk}).status_code == 403
    for name in ("change", "close", "adopt"):
        assert client.get(reverse(f"organisation-{name}", args=[community.pk])).status_code == 403
    assert "修改信息" not in text(client.get(community.get_absolute_url()))
