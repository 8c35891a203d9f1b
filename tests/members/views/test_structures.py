"""Structure as data: a person enters "1+6+7+X" through the pages, own kinds included."""

import pytest
from django.urls import reverse

from members.models import Kind, Organisation, StructureTemplate
from tests.factories.members import make_organisation, shipped_kind, shipped_structure

pytestmark = pytest.mark.django_db


def post(client, url, **values):
    response = client.post(url, values, follow=True)
    assert response.status_code == 200, response.content.decode()
    return response


def enter_kind(client, district, name, level):
    post(client, reverse("kind-new"), district=district.pk, name=name, level=level)
    return Kind.objects.get(name=name, owner=district)


def test_structure_1_6_7_x_is_entered_adopted_and_enforced_through_the_pages(
    client, district, district_admin
):
    client.force_login(district_admin)
    area = enter_kind(client, district, "片区党委", "committee")
    board = enter_kind(client, district, "专委会", "committee")
    circle = enter_kind(client, district, "特色联盟点", "community")

    post(client, reverse("structure-new"), district=district.pk, name="1+6+7+X", note="虹桥模式")
    template = StructureTemplate.objects.get(name="1+6+7+X")
    street_kind, unit = shipped_kind("street"), shipped_kind("unit")
    for parent, kind, at_most in (
        (street_kind, area, "6"),
        (street_kind, board, "７"),  # full-width digits are read
        (street_kind, circle, ""),
        (area, shipped_kind("community"), ""),
        (shipped_kind("community"), unit, ""),
        (circle, unit, ""),
    ):
        post(
            client,
            reverse("structure-add-rule", args=[template.pk]),
            parent_kind=parent.pk,
            kind=kind.pk,
            at_most=at_most,
        )
    assert [rule.at_most for rule in template.rules.all()] == [6, 7, None, None, None, None]
    post(client, reverse("structure-publish", args=[template.pk]))

    street = make_organisation(parent=district, kind="street", name="虹桥街道")
    post(client, reverse("organisation-adopt", args=[street.pk]), template=template.pk)
    new = reverse("organisation-new") + f"?parent={street.pk}"
    page = client.get(new).content.decode()
    assert "片区党委" in page
    assert f'value="{shipped_kind("community").pk}"' not in page

    def add(kind, name):
        return client.post(new, {"kind": kind.pk, "name": name, "opened_on": "2026年11月21日"})

    for number in range(6):
        assert add(area, f"第{number + 1}片区党委").status_code == 302
    for number in range(7):
        assert add(board, f"第{number + 1}专委会").status_code == 302
    for number in range(9):
        assert add(circle, f"特色联盟点{number + 1}").status_code == 302

    refused = add(area, "第七片区党委")
    assert refused.status_code == 400
    assert "最多设 6 个“片区党委”" in refused.content.decode()
    refused = add(shipped_kind("enterprise_committee"), "非公企业联合党委")
    assert refused.status_code == 400
    assert "“非公企业联合党委”不能设在“虹桥街道”（街道党工委）之下" in refused.content.decode()
    street.refresh_from_db()
    assert Organisation.objects.get_children(street).count() == 22


def test_structure_new_copies_and_becomes_the_next_version(client, district, district_admin):
    client.force_login(district_admin)
    page = client.get(reverse("structure-new") + f"?copy={shipped_structure().pk}")
    assert 'value="1+3"' in page.content.decode()
    post(
        client,
        reverse("structure-new"),
        district=district.pk,
        name="1+3",
        copy_of=shipped_structure().pk,
    )
    made = StructureTemplate.objects.get(owner=district)
    rule = made.rules.first()
    page = post(client, reverse("structure-remove-rule", args=[made.pk]), rule=rule.pk)
    assert "已移除规则" in page.content.decode()
    assert made.rules.count() == shipped_structure().rules.count() - 1


def test_structure_add_rule_wrong_number_names_the_field(client, district, district_admin):
    client.force_login(district_admin)
    post(client, reverse("structure-new"), district=district.pk, name="试点")
    made = StructureTemplate.objects.get(owner=district)
    response = client.post(
        reverse("structure-add-rule", args=[made.pk]),
        {"parent_kind": "", "kind": shipped_kind("grid").pk, "at_most": "很多"},
    )
    page = response.content.decode()
    assert response.status_code == 400
    assert "请选择“上级类型”" in page
    assert "最多个数：请填写整数" in page


def test_structure_pages_for_readers_and_strangers(client, staff, foreign_admin, district_admin):
    client.force_login(district_admin)
    post(client, reverse("structure-new"), district=district_admin.organisation.pk, name="试点")
    made = StructureTemplate.objects.get(name="试点")
    client.force_login(staff)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "起草新版本" not in page
    assert client.get(reverse("structure-new")).status_code == 403
    assert client.get(reverse("kind-new")).status_code == 403
    assert client.post(reverse("structure-publish", args=[made.pk])).status_code == 403
    assert client.post(reverse("structure-add-rule", args=[made.pk])).status_code == 403
    client.force_login(foreign_admin)
    for name in ("structure-detail", "structure-publish", "structure-add-rule"):
        url = reverse(name, args=[made.pk])
        assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}


def test_structure_remove_rule_of_another_template_is_missing(client, district, district_admin):
    client.force_login(district_admin)
    post(client, reverse("structure-new"), district=district.pk, name="试点")
    made = StructureTemplate.objects.get(owner=district)
    url = reverse("structure-remove-rule", args=[made.pk])
    for rule in (shipped_structure().rules.first().pk, "x", ""):
        assert client.post(url, {"rule": rule}).status_code == 404


def test_structure_list_queries(client, staff, django_assert_max_num_queries):
    client.force_login(staff)
    with django_assert_max_num_queries(9):
        assert client.get(reverse("structure-list")).status_code == 200
