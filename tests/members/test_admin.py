"""The second door: the same sight, the same actions, no inline script."""

import re

import pytest
from django.urls import reverse

from members.models import (
    Assignment,
    Change,
    Kind,
    Organisation,
    SpecialDay,
    StructureTemplate,
    User,
)
from members.states import Role, TemplateState
from tests.factories.members import (
    assign,
    make_community,
    make_organisation,
    make_person,
    make_user,
    shipped_kind,
)

pytestmark = pytest.mark.django_db
OURS = (Organisation, User, Assignment, Kind, StructureTemplate, SpecialDay)
GOOD = "梧桐树下的三把旧椅子"


def url(model, view, *args):
    return reverse(f"admin:members_{model._meta.model_name}_{view}", args=args)


@pytest.fixture
def foreign(foreign_admin):
    """Rows of another district, each with a text that must not be seen."""
    home = foreign_admin.organisation
    foreign_admin.name = home.name = "外区标记"
    foreign_admin.save()
    home.save()
    kind = Kind.objects.create(code="outer", name="外区标记类型", level="grid", owner=home)
    template = StructureTemplate.objects.create(name="外区标记架构", owner=home)
    return {
        Organisation: home,
        User: foreign_admin,
        Assignment: foreign_admin.assignments.get(),
        Kind: kind,
        StructureTemplate: template,
    }


@pytest.mark.parametrize("model", OURS)
def test_register_shows_own_rows_alone(client, model, community, district_admin, foreign):
    client.force_login(district_admin)
    for query in ("", "?q=x", "?o=1", "?_facets=True"):
        response = client.get(url(model, "changelist") + query)
        assert response.status_code == 200
        assert "外区标记" not in response.content.decode()
    response = client.get(url(model, "add"))
    assert response.status_code == 200
    page = response.content.decode()
    assert "外区标记" not in page
    assert not re.search(r"<script(?![^>]*src=)(?![^>]*application/json)|<style| style=| on\w+=", page)


@pytest.mark.parametrize("model", [one for one in OURS if one is not SpecialDay])
def test_register_answers_foreign_objects_with_its_own_redirect(client, model, district_admin, foreign):
    client.force_login(district_admin)
    for view in ("change", "history"):
        response = client.get(url(model, view, foreign[model].pk), follow=True)
        assert response.redirect_chain
        assert "外区标记" not in response.content.decode()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR, Role.DISTRICT_READER, None])
def test_admin_is_for_staff_who_act(client, community, role):
    person = make_person(role, community, is_staff=True) if role else make_user(is_staff=True)
    if role == Role.LIAISON:
        person.is_staff = False
        person.save()
    client.force_login(person)
    for model in OURS:
        assert client.get(url(model, "changelist")).status_code in {302, 403}


def test_user_register_never_filters_by_password(client, district_admin):
    client.force_login(district_admin)
    response = client.get(url(User, "changelist"), {"password__startswith": "m"})
    assert response.status_code in {302, 400}
    assert "e=1" in response.headers.get("Location", "e=1")


def test_organisation_add_change_and_close_call_the_actions(client, community, street_admin):
    client.force_login(street_admin)
    values = {
        "parent": community.pk,
        "kind": shipped_kind("unit").pk,
        "name": "梧桐中学",
        "unit_type": "school",
        "address": "",
        "opened_on": "2026-11-01",
    }
    broken = client.post(
        url(Organisation, "add"), {**values, "kind": shipped_kind("community").pk}, follow=True
    )
    assert "不能设在“南园社区”" in broken.content.decode()
    assert client.post(url(Organisation, "add"), values).status_code == 302
    unit = Organisation.objects.get(name="梧桐中学")
    change = url(Organisation, "change", unit.pk)
    facts = {"name": "梧桐实验中学", "unit_type": "school", "address": "梧桐路 1 号"}
    assert client.post(change, facts).status_code == 302
    assert Change.objects.about(unit).first().user_id == street_admin.pk
    history = client.get(url(Organisation, "history", unit.pk)).content.decode()
    assert "<del>梧桐中学</del>" in history
    act = {"action": "close_chosen", "_selected_action": [unit.pk], "reason": "撤销"}
    page = client.post(url(Organisation, "changelist"), act, follow=True).content.decode()
    assert "已办理 1 项" in page
    assert Change.objects.about(unit).first().reason == "撤销"


@pytest.mark.parametrize("parent", ["梧桐", " ", "a\0b", "9" * 40, "-1", "１２"])
def test_organisation_add_with_words_for_a_row(client, street_admin, parent):
    client.force_login(street_admin)
    answer = client.post(url(Organisation, "add"), {"parent": parent, "name": "梧桐中学"})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_bulk_close_reports_what_was_refused(client, street, street_admin):
    one, two = make_community(street, name="甲社区"), make_community(street, name="乙社区")
    make_organisation(parent=one, name="梧桐中学")
    client.force_login(street_admin)
    act = {"action": "close_chosen", "_selected_action": [one.pk, two.pk], "reason": "并入"}
    page = client.post(url(Organisation, "changelist"), act, follow=True).content.decode()
    assert "甲社区：“甲社区”下还有“梧桐中学”没有终止" in page
    assert "已办理 1 项" in page


def test_structure_drafted_ruled_and_published(client, district, district_admin):
    client.force_login(district_admin)
    values = {"owner": district.pk, "name": "1+9", "note": ""}
    assert client.post(url(StructureTemplate, "add"), values).status_code == 302
    template = StructureTemplate.objects.get(name="1+9")
    rows = {
        "rules-TOTAL_FORMS": "1",
        "rules-INITIAL_FORMS": "0",
        "rules-0-parent_kind": shipped_kind("street").pk,
        "rules-0-kind": shipped_kind("grid").pk,
        "rules-0-at_most": "9",
    }
    response = client.post(url(StructureTemplate, "change", template.pk), rows)
    assert response.status_code == 302, response.content.decode()
    assert template.rules.get().at_most == 9
    act = {"action": "publish_chosen", "_selected_action": [template.pk]}
    client.post(url(StructureTemplate, "changelist"), act)
    template.refresh_from_db()
    assert template.state == TemplateState.PUBLISHED


def test_people_registers_call_the_actions(client, community, street_admin, staff):
    client.force_login(street_admin)
    person = {"username": "wangfang", "name": "王芳", "password": GOOD}
    place = {"role": "staff", "organisation": community.pk}
    assert client.post(url(User, "add"), {**person, **place}).status_code == 302
    user = User.objects.get(username="wangfang")
    assert user.check_password(GOOD)
    page = client.get(url(User, "change", user.pk)).content.decode()
    assert "南园社区" in page
    assert "password" not in page.replace("password_change", "")
    unit = make_organisation(parent=community)
    more = {"user": user.pk, "role": "liaison", "organisation": unit.pk, "starts_on": "2026-01-01"}
    assert client.post(url(Assignment, "add"), more).status_code == 302
    made = Assignment.objects.get(user=user, organisation=unit)
    act = {"action": "end_chosen", "_selected_action": [made.pk], "reason": "调离"}
    client.post(url(Assignment, "changelist"), act)
    made.refresh_from_db()
    assert made.ends_on
    client.force_login(staff)
    assert client.get(url(User, "add")).status_code == 403


def test_special_day_is_the_districts(client, district_admin, street_admin):
    client.force_login(street_admin)
    assert client.get(url(SpecialDay, "add")).status_code == 403
    client.force_login(district_admin)
    values = {"day": "2027-02-14", "is_workday": "on", "note": "调休"}
    assert client.post(url(SpecialDay, "add"), values).status_code == 302
    assert SpecialDay.objects.calendar().special


@pytest.mark.parametrize(
    ("model", "field", "found"),
    [
        ("assignment", "user", "李干事"),
        ("assignment", "organisation", "南园社区"),
        ("organisation", "successor", "南园社区"),
    ],
)
def test_autocomplete_offers_only_what_is_in_sight(
    client, community, district_admin, foreign, model, field, found
):
    assign(make_user(name="李干事"), Role.STAFF, community)
    client.force_login(district_admin)
    asked = {"app_label": "members", "model_name": model, "field_name": field, "term": ""}
    response = client.get(reverse("admin:autocomplete"), asked)
    texts = {row["text"] for row in response.json()["results"]}
    assert found in texts
    assert "外区标记" not in texts
