import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance
from members.states import Role
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client):
    """A client signed in as the given person."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def page(street):
    return reverse("alliance-detail", args=[street.alliance.pk])


def test_alliance_list_shows_own_and_counts_members(street, visit):
    make_alliance(name="外街联盟")
    text = visit(street.liaison).get(reverse("alliance-list")).content.decode()
    assert "云溪街道党建联盟" in text
    assert "外街联盟" not in text
    assert "成立联盟" not in text


def test_alliance_detail_shows_contacts_to_members(street, visit):
    street.membership.contact_name, street.membership.contact_phone = "李梅", "0500-00001234"
    street.membership.save()
    text = visit(street.liaison).get(page(street)).content.decode()
    assert 'href="tel:050000001234"' in text
    assert "本联盟的成员单位和主办组织看得到" in text
    assert reverse("membership-contact", args=[street.membership.pk]) in text
    assert reverse("membership-end", args=[street.membership.pk]) not in text


def test_alliance_detail_stranger_and_anonymous(street, visit, client):
    assert client.get(page(street)).status_code == 302
    assert visit(street.stranger).get(page(street)).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"), [("wtyy", True), ("wutong", True), ("医院", True), ("xyz", False)]
)
def test_alliance_detail_search_by_pinyin(street, visit, query, found):
    text = visit(street.admin).get(page(street), {"q": query}).content.decode()
    assert ("梧桐医院" in text.split("<tbody")[-1]) is found


def test_alliance_detail_queries_stay_constant(street, visit, django_assert_max_num_queries):
    client = visit(street.admin)
    client.get(page(street))
    with django_assert_max_num_queries(20) as few:
        client.get(page(street))
    for number in range(60):
        make_membership(
            alliance=street.alliance,
            organisation=make_organisation(parent=street.street, name=f"单位{number}"),
        )
    with django_assert_max_num_queries(len(few)):
        text = client.get(page(street)).content.decode()
    assert text.count('data-l="加入"') == 50
    assert "共 62 条" in text


def test_alliance_new_founds_and_shows_it(street, visit):
    client = visit(street.admin)
    form = client.get(reverse("alliance-new")).context["form"]
    values = {
        **form.initial,
        "host": street.street.pk,
        "name": "红色物业联盟",
        "started_on": "2026年1月5日",
    }
    answer = client.post(reverse("alliance-new"), values)
    alliance = Alliance.objects.get(name="红色物业联盟")
    assert answer.url == alliance.get_absolute_url()
    assert alliance.started_on.isoformat() == "2026-01-05"


def test_alliance_new_liaison_is_refused(street, visit):
    assert visit(street.liaison).get(reverse("alliance-new")).status_code == 403


def test_alliance_change_wrong_days_keeps_the_form(street, visit):
    client = visit(street.admin)
    url = reverse("alliance-change", args=[street.alliance.pk])
    values = client.get(url).context["form"].initial
    answer = client.post(url, {**values, "answer_days": "90", "name": "新名"})
    assert answer.status_code == 400
    assert "多少天内答复认领" in answer.content.decode().split('role="alert"')[1][:600]
    street.alliance.refresh_from_db()
    assert street.alliance.answer_days == 5
    assert client.post(url, {**values, "answer_days": "９"}).status_code == 302
    street.alliance.refresh_from_db()
    assert street.alliance.answer_days == 9


def test_alliance_admit_finds_admits_and_refuses_twice(street, visit):
    client = visit(street.admin)
    url = reverse("alliance-admit", args=[street.alliance.pk])
    assert "长安学校" in client.get(url, {"q": "caxx"}).content.decode()
    values = {
        "organisation": street.newcomer.pk,
        "role": "member",
        "starts_on": "今天",
        "contact_name": "李梅",
    }
    assert client.post(url, values).status_code == 302
    again = client.post(url, values)
    assert again.status_code == 400
    assert "不用重复加入" in again.content.decode()


def test_alliance_end_tells_how_many(street, visit):
    client = visit(street.admin)
    url = reverse("alliance-end", args=[street.alliance.pk])
    assert "2 个成员" in client.get(url).content.decode()
    assert client.post(url, {"ended_on": "今天", "reason": "合并"}).status_code == 302
    street.alliance.refresh_from_db()
    assert street.alliance.ended_on == timezone.localdate()
    assert client.get(url).status_code in {302, 400}


def test_membership_contact_by_the_liaison(street, visit):
    client = visit(street.liaison)
    url = reverse("membership-contact", args=[street.membership.pk])
    wrong = client.post(url, {"contact_name": "李梅", "contact_phone": "电话"})
    assert wrong.status_code == 400
    assert "电话号码无法识别" in wrong.content.decode()
    assert client.post(url, {"contact_name": "李梅", "contact_phone": "0500-00001234"}).status_code == 302
    street.membership.refresh_from_db()
    assert street.membership.contact_name == "李梅"
    assert "李梅" in client.get(url).content.decode()


def test_membership_contact_of_another_member_is_refused(street, visit):
    other = make_membership(alliance=street.alliance, organisation=street.newcomer)
    client = visit(street.liaison)
    assert client.get(reverse("membership-contact", args=[other.pk])).status_code == 403
    assert client.get(reverse("membership-end", args=[street.membership.pk])).status_code == 403


def test_membership_end_needs_a_reason(street, visit):
    client = visit(street.admin)
    url = reverse("membership-end", args=[street.membership.pk])
    assert client.post(url, {"ends_on": "今天", "reason": ""}).status_code == 400
    assert client.post(url, {"ends_on": "今天", "reason": "搬离"}).status_code == 302
    street.membership.refresh_from_db()
    assert street.membership.ends_on == timezone.localdate()


def test_membership_forms_stranger(street, visit):
    client = visit(make_person(Role.STAFF, make_alliance().host))
    for name in ("membership-contact", "membership-end"):
        assert client.get(reverse(name, args=[street.membership.pk])).status_code == 404
