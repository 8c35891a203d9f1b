import pytest
from django.urls import reverse

from assessments.models import Adoption, Scheme
from assessments.states import SchemeState
from members.states import Role
from tests.factories.members import make_person, make_street
from tests.factories.scores import make_scheme, make_scored_street

pytestmark = pytest.mark.django_db


@pytest.fixture
def w(client):
    w = make_scored_street()
    client.force_login(w.staff)
    return w


@pytest.fixture
def draft(w):
    return make_scheme(owner=w.street, name="本街办法", state=SchemeState.DRAFT)


def test_list_shows_shipped_and_own_schemes(client, w):
    foreign = make_scored_street().scheme
    text = client.get(reverse("scheme-list")).content.decode()
    assert "成员单位考核办法（甲案）" in text
    assert w.scheme.name in text
    assert f">{foreign}<" not in text
    assert client.get(foreign.get_absolute_url()).status_code == 404


def test_detail_says_every_formula_in_words_and_who_uses_it(client, w):
    shipped = Scheme.objects.get(name="成员单位考核办法（甲案）")
    text = client.get(shipped.get_absolute_url()).content.decode()
    assert "满分 40 分，完整季度里没有已确认的交付，每个季度扣 5 分" in text
    assert "党建共建、宣传教育类已确认的交付，满 2 次得满分 10 分" in text
    assert "95% 起" in text
    assert w.alliance.name in client.get(w.scheme.get_absolute_url()).content.decode()


def test_detail_in_english_names_it_in_english(client, w):
    shipped = Scheme.objects.get(name="成员单位考核办法（甲案）")
    text = client.get(shipped.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()
    assert "Attendance at joint meetings" in text
    assert "Scheme A" in text


def test_draft_edit_and_publish(client, w):
    shipped = Scheme.objects.get(name="成员单位考核办法（甲案）")
    client.get(reverse("scheme-new") + f"?scheme={shipped.pk}")
    form = {"owner": w.street.pk, "scheme": shipped.pk, "name": "本街办法", "note": ""}
    client.post(reverse("scheme-new"), form)
    draft = Scheme.objects.get(owner=w.street)
    line = draft.indicators.first()
    values = {"title": "认领", "points": "40", "measure": "agreed_claims"}
    wrong = client.post(reverse("indicator-change", args=[line.pk]), values)
    assert wrong.status_code == 400
    assert "请填写目标数" in wrong.content.decode()
    client.post(reverse("indicator-change", args=[line.pk]), {**values, "target": "４"})
    line.refresh_from_db()
    assert line.params == {"target": 4}
    client.post(reverse("indicator-new", args=[draft.pk]), {**values, "points": "5", "target": "4"})
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "各行合计要 100 分，现在 105 分" in page
    back = {"Referer": "http://testserver" + draft.get_absolute_url()}
    refused = client.post(reverse("scheme-publish", args=[draft.pk]), headers=back, follow=True)
    assert "现在是 105 分" in refused.content.decode()
    client.post(reverse("indicator-remove", args=[draft.indicators.last().pk]))
    client.post(reverse("scheme-publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == SchemeState.PUBLISHED


def test_change_reads_grades(client, draft):
    url = reverse("scheme-change", args=[draft.pk])
    assert "优秀" in client.get(url).content.decode()
    form = {"name": "本街办法", "note": "", "grade_1": "达标", "from_1": "60", "grade_2": "好"}
    answer = client.post(url, form)
    assert answer.status_code == 400
    assert "请填写“好”从百分之几起" in answer.content.decode()
    client.post(url, {**form, "from_2": "80"})
    draft.refresh_from_db()
    assert [(grade["name"], grade["from"]) for grade in draft.grades] == [("达标", 60), ("好", 80)]


def test_adopt_form(client, w):
    shipped = Scheme.objects.get(name="成员单位考核办法（甲案）")
    url = reverse("scheme-adopt", args=[shipped.pk])
    assert client.get(url).status_code == 200
    early = client.post(url, {"alliance": w.alliance.pk, "starts_on": "2025-01-01"})
    assert early.status_code == 400
    client.post(url, {"alliance": w.alliance.pk, "starts_on": "2026年10月1日"})
    assert Adoption.objects.get(scheme=shipped).alliance == w.alliance


def test_forms_are_closed_to_others(client, w, draft):
    client.force_login(w.liaison)
    assert client.get(reverse("scheme-new")).status_code == 403
    assert client.get(reverse("scheme-adopt", args=[w.scheme.pk])).status_code == 403
    client.force_login(make_person(Role.STAFF, make_street(w.district)))
    for name in ("scheme-change", "indicator-new"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 403
    client.force_login(make_scored_street().staff)
    line = draft.indicators.first()
    for name, pk in (
        ("scheme-change", draft.pk),
        ("indicator-new", draft.pk),
        ("indicator-change", line.pk),
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.post(reverse("indicator-remove", args=[line.pk])).status_code == 404


def test_bad_address_is_a_404_or_nothing(client, w):
    assert client.get(reverse("scheme-new") + "?scheme=x").status_code == 200
    assert client.get(reverse("scheme-list") + "?state=nope&after=1").status_code == 200
