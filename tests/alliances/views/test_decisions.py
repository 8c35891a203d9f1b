import pytest
from django.urls import reverse

from alliances import actions
from alliances.models import Decision, Meeting, Opinion
from alliances.states import ItemOutcome, MeetingState, Presence
from members.reports import history
from tests.factories.meetings import (
    make_attendances,
    make_decision,
    make_duty,
    make_item,
    make_meeting,
    make_table,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    table = make_table(units=1)
    table.meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(table.meeting)
    table.item = make_item(table.alliance, meeting=table.meeting, title="车库夜间开放")
    return table


@pytest.fixture
def visit(client):
    """A client signed in as the given person."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def url(name, obj):
    return reverse(name, args=[obj.pk])


def text_of(answer):
    return answer.content.decode()


def liaison(table, number=0):
    return table.liaisons[table.members[number].pk]


def test_item_conclude_offers_what_is_legal_and_says_why_not_the_rest(table, visit):
    client = visit(table.staff)
    page = text_of(client.get(url("item-conclude", table.item)))
    assert 'value="consensus"' in page
    assert 'value="carried"' not in page
    assert "这条议题没有表决过" in page
    table.meeting.attendances.filter(organisation=table.members[2]).update(presence=Presence.ABSENT)
    page = text_of(client.get(url("item-conclude", table.item)))
    assert 'value="consensus"' not in page
    assert "还差 非公企业联合党委 1 家单位" in page


def test_item_conclude_decides_and_leads_to_the_decision(table, visit):
    client = visit(table.staff)
    earlier = make_decision(table.alliance, year=2000, serial=4)
    values = {
        "outcome": "consensus",
        "resolution": "先试三个月。",
        "supersedes": earlier.pk,
        "referred_to": "",
    }
    answer = client.post(url("item-conclude", table.item), values)
    decision = Decision.objects.get(item=table.item)
    assert answer.url == decision.get_absolute_url()
    page = text_of(client.get(answer.url))
    assert "先试三个月。" in page
    assert "〔2000〕4号决议" in page
    assert "已被" in text_of(client.get(earlier.get_absolute_url()))


def test_item_conclude_defers_and_refers(table, visit):
    client = visit(table.staff)
    missing = {"outcome": "referred", "resolution": "请区里协调。"}
    wrong = client.post(url("item-conclude", table.item), missing)
    assert wrong.status_code == 400
    assert "转交要写明转交给谁" in text_of(wrong)
    answer = client.post(url("item-conclude", table.item), {**missing, "referred_to": table.members[0].pk})
    assert answer.url == table.meeting.get_absolute_url()
    table.item.refresh_from_db()
    assert (table.item.outcome, table.item.referred_to) == (ItemOutcome.REFERRED, table.members[0])


def test_item_conclude_needs_words(table, visit):
    wrong = visit(table.staff).post(
        url("item-conclude", table.item), {"outcome": "consensus", "resolution": ""}
    )
    assert wrong.status_code == 400
    assert "请填写“结论内容”" in text_of(wrong)


def test_item_opinion_by_the_unit_then_changed(table, visit):
    client = visit(liaison(table))
    page = text_of(client.get(url("item-opinion", table.item)))
    assert table.members[0].name in page
    assert table.members[1].name not in page
    values = {"organisation": table.members[0].pk, "text": "安保费用没有着落。"}
    assert client.post(url("item-opinion", table.item), values).status_code == 302
    opinion = Opinion.objects.get()
    assert client.get(url("item-opinion", table.item)).url == url("opinion-change", opinion)
    assert client.post(url("opinion-change", opinion), {"text": ""}).status_code == 400
    assert client.post(url("opinion-change", opinion), {"text": "先试三个月。"}).status_code == 302
    assert "安保费用没有着落。" in text_of(client.get(url("opinion-change", opinion)))
    assert "先试三个月。" in text_of(client.get(table.meeting.get_absolute_url()))


def test_item_opinion_for_another_unit(table, visit):
    values = {"organisation": table.members[1].pk, "text": "反对。"}
    assert visit(liaison(table)).post(url("item-opinion", table.item), values).status_code == 400
    assert visit(table.staff).post(url("item-opinion", table.item), values).status_code == 302
    opinion = Opinion.objects.get()
    assert visit(liaison(table)).get(url("opinion-change", opinion)).status_code == 403
    assert visit(table.stranger).get(url("opinion-change", opinion)).status_code == 404


def test_item_opinion_of_a_closed_meeting(table, visit):
    actions.conclude_item(item=table.item, by=table.staff, outcome="consensus", resolution="同意。")
    Meeting.objects.filter(pk=table.meeting.pk).update(state=MeetingState.CLOSED)
    answer = visit(liaison(table)).get(url("item-opinion", table.item))
    assert answer.status_code == 400
    assert "归档" in text_of(answer)


def test_decision_list_filters_by_year_alliance_and_words(table, visit):
    make_decision(table.alliance, year=2024, serial=1, text="车库夜间开放")
    make_decision(table.alliance, year=2025, serial=1, text="四点半课堂")
    foreign = make_decision(make_table(units=1).alliance, text="外街决议")
    client = visit(liaison(table))
    page = text_of(client.get(reverse("decision-list")))
    assert "〔2024〕1号" in page
    assert "〔2025〕1号" in page
    assert "外街决议" not in page
    for query, shown in (
        ({"year": 2025}, "2025"),
        ({"q": "车库"}, "2024"),
        ({"alliance": table.alliance.pk, "year": 2024}, "2024"),
    ):
        body = text_of(client.get(reverse("decision-list"), query)).split("<tbody")[1]
        assert f"〔{shown}〕1号" in body
        assert body.count("号</a>") == 1
    assert client.get(reverse("decision-list"), {"alliance": foreign.alliance_id}).status_code == 400


def test_decision_list_without_a_match_says_so(table, visit):
    make_decision(table.alliance)
    text = visit(table.staff).get(reverse("decision-list"), {"q": "没有这个"}).content.decode()
    assert "没有符合条件的决议" in text
    assert "这里还没有决议" not in text


def test_decision_list_queries_stay_constant(table, visit, django_assert_max_num_queries):
    client = visit(liaison(table))
    for number in range(5):
        make_decision(table.alliance, year=2024, serial=number + 1)
    client.get(reverse("decision-list"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("decision-list"))
    for number in range(60):
        make_decision(table.alliance, year=2025, serial=number + 1)
    with django_assert_max_num_queries(len(few)):
        page = text_of(client.get(reverse("decision-list")))
    assert page.count('data-l="议题"') == 50
    assert "共 65 条" in page


def test_decision_detail_shows_text_opinions_and_duties(table, visit):
    actions.record_opinion(
        item=table.item, organisation=table.members[0], text="先试三个月。", by=table.staff
    )
    actions.conclude_item(item=table.item, by=table.staff, outcome="consensus", resolution="夜间开放。")
    decision = Decision.objects.get()
    make_duty(table.alliance, lead=table.members[1], decision=decision, title="夜间安保方案")
    page = text_of(visit(liaison(table)).get(decision.get_absolute_url()))
    for words in ("夜间开放。", "先试三个月。", str(table.members[0]), "夜间安保方案", table.meeting.title):
        assert words in page
    assert visit(table.stranger).get(decision.get_absolute_url()).status_code == 404


def test_history_names_a_decision_by_its_number(table):
    old = make_decision(table.alliance)
    new = make_decision(table.alliance, supersedes=old)
    lines = [line.after for entry in history(new) for line in entry.lines]
    assert str(old) in lines
    assert not any("编号" in one for one in lines)
