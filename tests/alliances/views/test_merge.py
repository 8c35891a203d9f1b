import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import Notification, Organisation
from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import committee, make_community, make_person, make_street, shipped_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(street):
    old = make_community(street.street, name="旧社区")
    make_membership(alliance=street.alliance, organisation=old)
    make_alliance(host=old, name="楼宇联盟")
    make_person(Role.STAFF, old, name="周洁")
    return old


@pytest.fixture
def new(street):
    return make_community(street.street, name="新社区")


def address(organisation):
    return reverse("organisation-merge", args=[organisation.pk])


def answers(new, **more):
    return {"into": new.pk, "day": timezone.localdate().isoformat(), "reason": "合并社区", **more}


def test_organisation_merge_anonymous_stranger_and_wrong_person(street, old, client):
    assert client.get(address(old)).status_code == 302
    client.force_login(make_person(Role.DISTRICT_ADMIN, Organisation.objects.get_root(make_street())))
    assert client.get(address(old)).status_code == 404
    client.force_login(street.liaison)
    assert client.get(address(old)).status_code == 403
    assert client.post(address(old)).status_code == 403


def test_organisation_merge_is_offered_to_who_may(street, old, client):
    page = reverse("organisation-detail", args=[old.pk])
    client.force_login(street.admin)
    assert address(old) in client.get(page).content.decode()
    client.force_login(street.liaison)
    assert address(old) not in client.get(page).content.decode()


def test_organisation_merge_offers_its_like_and_finds_others(street, old, new, client):
    client.force_login(street.admin)
    form = client.get(address(old)).context["form"]
    assert [choice[0] for choice in form["into"].field.widget.choices] == ["", new.pk]
    form = client.get(address(old), {"q": "xyz"}).context["form"]
    assert len(form["into"].field.widget.choices) == 1


def test_organisation_merge_shows_what_will_happen_and_changes_nothing(street, old, new, client):
    client.force_login(street.admin)
    response = client.post(address(old), answers(new))
    text = response.content.decode()
    assert response.status_code == 200
    for words in (
        "现在还没有改动",
        "“旧社区”并入“新社区”",
        "楼宇联盟",
        "云溪街道党建联盟",
        "周洁",
        'name="typed"',
    ):
        assert words in text
    old.refresh_from_db()
    assert old.closed_on is None
    assert not Notification.objects.filter(kind="organisation_merged").exists()


def test_organisation_merge_takes_the_typed_name(street, old, new, client):
    client.force_login(street.admin)
    response = client.post(address(old), answers(new, typed="旧社"))
    assert response.status_code == 400
    assert "请原样输入" in response.content.decode()
    assert '<input type="text" name="typed"' in response.content.decode()
    assert not Organisation.objects.exclude(closed_on=None).exists()
    response = client.post(address(old), answers(new, typed="旧社区"), follow=True)
    assert response.redirect_chain[-1][0] == new.get_absolute_url()
    assert "已合并" in response.content.decode()
    old.refresh_from_db()
    assert old.successor == new


def test_organisation_merge_refusal_stands_at_its_question(street, old, client):
    client.force_login(street.admin)
    for typed in ({}, {"typed": "旧社区"}):
        response = client.post(address(old), answers(committee(street.street), **typed))
        assert response.status_code == 400
        assert "同一层级" in response.content.decode()
        assert 'name="typed"' not in response.content.decode()


@pytest.fixture
def district_admin(street):
    return make_person(Role.DISTRICT_ADMIN, Organisation.objects.get_root(street.street))


def restructure(street):
    template = shipped_structure("1+2")
    return reverse("organisation-reorganise", args=[street.street.pk]) + f"?template={template.pk}"


def plan(street, response, **more):
    form = response.context["form"]
    kind = next(name for name in form.into if name.startswith("kind"))
    chosen = {f"into_{misfit.pk}": kind for misfit in form.misfits}
    chosen[f"name_{kind.partition('-')[2]}"] = "云溪街道社区党委"
    return {**chosen, "day": timezone.localdate().isoformat(), "reason": "机构改革", **more}


def test_organisation_reorganise_wrong_person(street, client):
    client.force_login(street.admin)
    assert client.get(restructure(street)).status_code == 403


def test_organisation_reorganise_becomes_one_plus_two(street, district_admin, client):
    client.force_login(district_admin)
    chooser = client.get(reverse("organisation-reorganise", args=[street.street.pk]))
    assert "新的组织架构" in chooser.content.decode()
    response = client.get(restructure(street))
    assert {misfit.kind.code for misfit in response.context["form"].misfits} == {
        "residential_committee",
        "enterprise_committee",
    }
    preview = client.post(restructure(street), plan(street, response))
    assert preview.status_code == 200
    assert "云溪街道社区党委" in preview.content.decode()
    assert not Organisation.objects.filter(kind__code="community_committee").exists()
    done = client.post(restructure(street), plan(street, response, typed="云溪街道"))
    successor = committee(street.street, "community_committee")
    assert done.status_code == 302
    assert done["Location"] == successor.get_absolute_url()
    street.street.refresh_from_db()
    assert street.street.structure == shipped_structure("1+2")


def test_organisation_reorganise_unanswered_or_nameless(street, district_admin, client):
    client.force_login(district_admin)
    response = client.get(restructure(street))
    values = plan(street, response)
    values[next(name for name in values if name.startswith("name_"))] = ""
    response = client.post(restructure(street), values)
    assert response.status_code == 400
    assert "新设组织的名称" in response.content.decode()
    assert client.post(restructure(street), {"reason": ""}).status_code == 400


def test_organisation_reorganise_where_everything_fits(street, district_admin, client):
    client.force_login(district_admin)
    page = reverse("organisation-reorganise", args=[street.unit.pk])
    text = client.get(page, {"template": shipped_structure("1+2").pk}).content.decode()
    assert "不用合并" in text
