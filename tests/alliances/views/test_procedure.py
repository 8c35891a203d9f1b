import pytest
from django.urls import reverse

from alliances.actions import set_procedure
from alliances.models import MeetingKind, Procedure
from alliances.rules import Terms
from members.models import Organisation
from members.states import Role
from tests.factories.alliances import make_alliance
from tests.factories.members import make_person, ship_defaults
from tests.factories.procedure import (
    make_district_procedure,
    make_duty_term,
    make_meeting_kind,
    make_procedure,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(street):
    root = Organisation.objects.get_root(street.street)
    root.admin = make_person(Role.DISTRICT_ADMIN, root)
    return root


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def entered(form) -> dict:
    """What a browser would send of the untouched form."""
    values = {}
    for field in form:
        value = field.value()
        if value is True:
            values[field.html_name] = "on"
        elif value is not None and value is not False and value != "":
            values[field.html_name] = value
    return values


def test_alliance_procedure_says_rules_and_their_sources(street, district, client):
    ship_defaults()
    make_district_procedure(district, open_fields=["confirm_days", "convener"])
    make_procedure(street.alliance, values={"confirm_days": 9}, reason="单位多")
    make_duty_term(street.alliance, organisation=street.unit)
    answer = page(client, street.liaison, "alliance-procedure", street.alliance.pk)
    text = answer.content.decode()
    sources = {rule.field: rule.source.label for rule in answer.context["rules"]}
    assert sources["confirm_days"] == "本联盟设定"
    assert sources["convener"] == "区里默认"
    assert sources["majority"] == "区里统一"
    assert "纪要发出后 9 个工作日内" in text
    assert "行政党组、居民区综合党委、非公企业联合党委各至少 1 家到会" in text
    assert "单位多" in text
    assert "梧桐医院" in text
    assert reverse("procedure-set", args=[street.alliance.pk]) not in text


def test_alliance_procedure_of_an_ended_alliance_has_no_rules_in_force(street, client):
    street.alliance.ended_on = street.alliance.started_on
    street.alliance.save()
    answer = page(client, street.admin, "alliance-procedure", street.alliance.pk)
    assert answer.context["rules"] == []
    assert "没有现行规则" in answer.content.decode()


def test_alliance_procedure_compares_two_versions(street, client):
    first = make_procedure(street.alliance, values={"confirm_days": 6})
    second = make_procedure(street.alliance, values={"call_days": 30})
    foreign = make_procedure(make_alliance())
    query = {"from": second.pk, "to": first.pk}
    answer = page(client, street.liaison, "alliance-procedure", street.alliance.pk, **query)
    assert [one.label for one in answer.context["differences"]] == ["征集议题", "纪要确认"]
    assert answer.context["compared"] == (first, second)
    query = {"from": first.pk, "to": foreign.pk}
    answer = page(client, street.liaison, "alliance-procedure", street.alliance.pk, **query)
    assert answer.context["compared"] is None


def test_alliance_procedure_queries_stay_constant(street, client, django_assert_max_num_queries):
    for _ in range(51):  # more than a page
        make_procedure(street.alliance, set_by=street.admin)
    page(client, street.liaison, "alliance-procedure", street.alliance.pk)
    with django_assert_max_num_queries(40) as few:
        page(client, street.liaison, "alliance-procedure", street.alliance.pk)
    for _ in range(50):
        make_procedure(street.alliance, set_by=make_person(Role.STAFF, street.street))
    with django_assert_max_num_queries(len(few)):
        page(client, street.liaison, "alliance-procedure", street.alliance.pk)


def test_procedure_set_saves_what_differs(street, district, client):
    ship_defaults()
    make_district_procedure(district)
    url = reverse("procedure-set", args=[street.alliance.pk])
    form = page(client, street.admin, "procedure-set", street.alliance.pk).context["form"]
    values = entered(form) | {
        "rhythm": "fixed",
        "months": ["9", "3"],
        "quorum_share": "2-3-0",
        "least_enterprise_committee": "３",
        "least_residential_committee": "",
        "needs_name": "民需清单",
        "reason": "单位多",
    }
    assert client.post(url, values).status_code == 302
    version = Procedure.objects.get(alliance=street.alliance)
    assert version.values == {
        "rhythm": "fixed",
        "months": [3, 9],
        "quorum_numerator": 2,
        "quorum_denominator": 3,
        "quorum_strict": False,
        "quorum_parts": [
            {"kind": "administrative_group", "least": 1},
            {"kind": "enterprise_committee", "least": 3},
        ],
        "needs_name": "民需清单",
    }
    street.alliance.refresh_from_db()
    assert street.alliance.needs_name == "民需清单"


def test_procedure_set_untouched_is_refused_and_keeps_the_reason(street, client):
    ship_defaults()
    url = reverse("procedure-set", args=[street.alliance.pk])
    form = page(client, street.admin, "procedure-set", street.alliance.pk).context["form"]
    answer = client.post(url, entered(form) | {"reason": "看看"})
    assert answer.status_code == 400
    assert "现行规则相同" in answer.content.decode()
    assert "看看" in answer.content.decode()


def test_procedure_set_locks_what_the_district_closed(street, district, client):
    ship_defaults()
    make_district_procedure(district, open_fields=["confirm_days"])
    answer = page(client, street.admin, "procedure-set", street.alliance.pk)
    assert set(answer.context["form"].fields) == {"based_on", "confirm_days", "reason"}
    assert answer.content.decode().count("由区里统一规定，这里不能改。") == 13


def test_procedure_set_on_top_of_a_newer_version_only_deliberately(street, client):
    ship_defaults()
    url = reverse("procedure-set", args=[street.alliance.pk])
    form = page(client, street.admin, "procedure-set", street.alliance.pk).context["form"]
    values = entered(form) | {"confirm_days": "9", "reason": "单位多"}
    set_procedure(alliance=street.alliance, by=street.admin, values={"minutes_days": 4}, reason="先改")
    refused = client.post(url, values)
    assert refused.status_code == 400
    assert "第 1 版" in refused.content.decode()
    # What the other person changed stands beside the form, before it is written over.
    assert "<ins>会后 4 个工作日内形成纪要。</ins>" in refused.content.decode()
    again = entered(refused.context["form"])
    assert (again["based_on"], again["confirm_days"]) == ("1", "9")
    assert client.post(url, again).status_code == 302
    assert Procedure.objects.terms_of(street.alliance) == Terms(confirm_days=9)


def test_procedure_set_wrong_person(street, client):
    assert page(client, street.liaison, "procedure-set", street.alliance.pk).status_code == 403
    assert page(client, street.stranger, "procedure-set", street.alliance.pk).status_code == 404


def test_procedure_detail_stays_as_it_was(street, district, client):
    ship_defaults()
    first = make_procedure(street.alliance, values={"confirm_days": 6})
    make_district_procedure(district, values={"minutes_days": 9}, open_fields=[])
    answer = page(client, street.liaison, "procedure-detail", first.pk)
    text = {rule.field: rule.text for rule in answer.context["rules"]}
    assert "6 个工作日" in text["confirm_days"]
    assert "3 个工作日" in text["minutes_days"]
    assert [one.label for one in answer.context["differences"]] == ["纪要确认"]
    assert page(client, street.stranger, "procedure-detail", first.pk).status_code == 404


def test_district_procedure_set_and_open_lines(street, district, client):
    ship_defaults()
    url = reverse("district-procedure-set", args=[district.pk])
    form = page(client, district.admin, "district-procedure-set", district.pk).context["form"]
    lines = [line for line in form["open_lines"].value() if line != "quorum_numerator"]
    values = entered(form) | {"open_lines": lines, "projects_name": "共建项目", "reason": "统一做法"}
    assert client.post(url, values).status_code == 302
    version = Procedure.objects.get(district=district)
    assert version.values["projects_name"] == "共建项目"
    assert not {"quorum_numerator", "quorum_denominator", "quorum_strict", "quorum_parts"} & set(
        version.open_fields
    )
    street.alliance.refresh_from_db()
    assert street.alliance.projects_name == "共建项目"
    text = page(client, street.liaison, "district-procedure", district.pk).content.decode()
    assert "统一做法" in text
    assert url not in text


def test_district_procedure_set_wrong_person(street, district, client):
    assert page(client, street.admin, "district-procedure-set", district.pk).status_code == 403
    assert page(client, street.stranger, "district-procedure", district.pk).status_code == 404
    assert page(client, street.admin, "district-procedure", street.street.pk).status_code == 404


def test_meetingkind_list_add_change(street, district, client):
    client.force_login(district.admin)
    url = reverse("meetingkind-add")
    values = {"district": district.pk, "name": "恳谈会", "has_call": "on"}
    assert client.post(url, values).status_code == 302
    kind = MeetingKind.objects.get(name="恳谈会")
    assert (kind.has_call, kind.decides) == (True, False)
    assert client.post(url, values).status_code == 400
    change = reverse("meetingkind-change", args=[kind.pk])
    assert client.post(change, {"name": "圆桌会", "has_call": "on"}).status_code == 302
    text = client.get(reverse("meetingkind-list")).content.decode()
    assert "圆桌会" in text
    assert "已停用" in text
    text = page(client, street.liaison, "meetingkind-list").content.decode()
    assert change not in text
    assert client.get(url).status_code == 403
    assert client.get(change).status_code == 403
    shipped = MeetingKind.objects.get(code="joint")
    client.force_login(district.admin)
    assert client.get(reverse("meetingkind-change", args=[shipped.pk])).status_code == 403


def test_meetingkind_list_queries_stay_constant(district, client, django_assert_max_num_queries):
    make_meeting_kind(district)
    page(client, district.admin, "meetingkind-list")
    with django_assert_max_num_queries(30) as few:
        page(client, district.admin, "meetingkind-list")
    for _ in range(50):
        make_meeting_kind(district)
    with django_assert_max_num_queries(len(few)):
        page(client, district.admin, "meetingkind-list")
