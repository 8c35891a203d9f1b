import pytest
from django.urls import reverse

from alliances import actions
from alliances.models import Ballot, Motion, Tally
from alliances.states import BallotValue, MeetingState, MotionForm, MotionState, Presence
from members.states import Role
from tests.factories.alliances import make_membership
from tests.factories.meetings import make_attendances, make_item, make_meeting, make_motion, make_table
from tests.factories.members import make_community, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    table = make_table(units=1)
    table.meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(table.meeting)
    table.item = make_item(table.alliance, meeting=table.meeting, title="车库夜间开放")
    return table


@pytest.fixture
def motion(table):
    return actions.open_motion(item=table.item, by=table.staff, text="是否同意车库夜间开放")


@pytest.fixture
def paper(table):
    return actions.open_motion(item=table.item, by=table.staff, text="是否同意", form=MotionForm.PAPER)


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


def test_motion_open_asks_and_opens(table, visit):
    client = visit(table.staff)
    page = text_of(client.get(url("motion-open", table.item)))
    assert "是否同意：车库夜间开放" in page
    assert "先协商、后表决" in page
    wrong = client.post(url("motion-open", table.item), {"text": "", "form": "open"})
    assert wrong.status_code == 400
    answer = client.post(url("motion-open", table.item), {"text": "是否同意", "form": "paper"})
    motion = Motion.objects.get()
    assert (answer.url, motion.form) == (motion.get_absolute_url(), MotionForm.PAPER)


def test_motion_open_warns_without_quorum(table, visit):
    table.meeting.attendances.filter(organisation=table.members[2]).update(presence=Presence.ABSENT)
    page = text_of(visit(table.staff).get(url("motion-open", table.item)))
    assert "还差 非公企业联合党委 1 家单位" in page


@pytest.mark.parametrize("name", ["motion-open", "item-conclude"])
def test_item_forms_liaison_stranger_anonymous(table, visit, client, name):
    address = url(name, table.item)
    assert client.get(address).status_code == 302
    assert visit(table.stranger).get(address).status_code == 404
    assert visit(liaison(table)).get(address).status_code == 403


def test_unit_votes_after_a_check_page(table, motion, visit):
    client, unit = visit(liaison(table)), table.members[0]
    page = text_of(client.get(url("motion-detail", motion)))
    assert all(f">{label}<" in page for label in BallotValue.labels)
    data = {"organisation": unit.pk, "value": "against"}
    check = client.get(url("motion-cast", motion), data)
    assert "确认投出：反对" in text_of(check)
    assert "Place(" not in text_of(check)
    assert not Ballot.objects.exists()
    assert client.post(url("motion-cast", motion), data).url == motion.get_absolute_url()
    page = text_of(client.get(url("motion-detail", motion)))
    assert "已记录" in page
    assert "反对" in page
    assert "核对" not in page.split("<main")[1]


def test_unit_that_votes_twice_reads_what_is_recorded(table, motion, visit):
    client, unit = visit(liaison(table)), table.members[0]
    client.post(url("motion-cast", motion), {"organisation": unit.pk, "value": "for"})
    again = client.post(url("motion-cast", motion), {"organisation": unit.pk, "value": "against"})
    assert again.status_code == 400
    assert "已投“赞成”，不能再改" in text_of(again)
    assert "没有办成" in text_of(again)
    assert "改好再提交一次" not in text_of(again)
    assert Ballot.objects.get().value == BallotValue.FOR
    assert (
        client.get(url("motion-cast", motion), {"organisation": unit.pk, "value": "for"}).status_code == 302
    )


def test_unit_that_is_not_there_reads_why_it_cannot_vote(table, motion, visit):
    unit = table.members[0]
    table.meeting.attendances.filter(organisation=unit).update(presence=Presence.EXCUSED)
    page = text_of(visit(liaison(table)).get(url("motion-detail", motion)))
    assert f"{unit} 登记为“请假”，到会以后才能投票" in page
    assert "核对" not in page.split("<main")[1]
    other = visit(table.liaisons[table.members[1].pk])
    assert "到会以后才能投票" not in text_of(other.get(url("motion-detail", motion)))


def test_unit_cannot_vote_for_another(table, motion, visit):
    client = visit(liaison(table))
    data = {"organisation": table.members[1].pk, "value": "for"}
    for answer in (
        client.get(url("motion-cast", motion), data),
        client.post(url("motion-cast", motion), data),
    ):
        assert answer.status_code == 400
    assert not Ballot.objects.exists()


def test_unit_without_a_choice_is_asked_again(table, motion, visit):
    answer = visit(liaison(table)).get(url("motion-cast", motion), {"organisation": table.members[0].pk})
    assert answer.status_code == 400
    assert "请选择“意见”" in text_of(answer)


def test_unit_sees_no_running_totals_and_nobody_elses_vote(table, motion, visit):
    actions.cast_ballot(motion=motion, organisation=table.members[1], value="against", by=table.staff)
    for person in (liaison(table), make_person(Role.AUDITOR, table.street)):
        page = text_of(visit(person).get(url("motion-detail", motion))).split("<main")[1]
        assert table.members[1].name not in page
        assert "已投" not in page
    page = text_of(visit(table.staff).get(url("motion-detail", motion)))
    assert f"1：{table.members[1]}" in page.replace("\n", "")


def test_recorder_types_hands_reads_them_over_and_confirms(table, motion, visit):
    client = visit(table.staff)
    actions.cast_ballot(motion=motion, organisation=table.members[0], value="against", by=liaison(table))
    page = text_of(client.get(url("motion-hands", motion)))
    assert f"unit_{table.members[1].pk}" in page
    assert f"unit_{table.members[0].pk}" not in page
    data = {f"unit_{table.members[1].pk}": "abstain", "rest": "for"}
    check = client.post(url("motion-hands", motion), data)
    assert "共 3 个单位" in text_of(check)
    assert Ballot.objects.count() == 1
    back = text_of(client.post(url("motion-hands", motion), {**data, "edit": "1"}))
    assert "checked" in back
    late = {**data, f"unit_{table.members[0].pk}": "for", "confirmed": "1"}
    done = client.post(url("motion-hands", motion), late, follow=True)
    assert "已自行投票" in text_of(done)
    values = dict(Ballot.objects.values_list("organisation", "value"))
    assert values == {
        table.members[0].pk: "against",
        table.members[1].pk: "abstain",
        table.members[2].pk: "for",
        table.street.pk: "for",
    }


def test_recorder_types_nothing(table, motion, visit):
    answer = visit(table.staff).post(url("motion-hands", motion), {"rest": ""})
    assert answer.status_code == 400
    assert "还没有选择任何单位的意见" in text_of(answer)
    assert visit(liaison(table)).get(url("motion-hands", motion)).status_code == 403


def test_recorder_types_a_unit_that_has_voted_meanwhile(table, motion, visit):
    actions.cast_ballot(motion=motion, organisation=table.members[0], value="against", by=liaison(table))
    late = {f"unit_{table.members[0].pk}": "for"}
    answer = visit(table.staff).post(url("motion-hands", motion), late)
    assert answer.status_code == 400
    assert f"{table.members[0]} 已经投票" in text_of(answer)


def test_recorder_who_speaks_for_many_has_the_hands_alone(table, visit):
    """A street speaks for its communities, too; one form after the other would drown the hands of all."""
    community = make_community(table.street)
    make_membership(alliance=table.alliance, organisation=community)
    table.meeting.attendances.create(organisation=community, presence=Presence.PRESENT)
    motion = actions.open_motion(item=table.item, by=table.staff, text="是否同意车库夜间开放")
    text = text_of(visit(table.staff).get(motion.get_absolute_url()))
    assert url("motion-hands", motion) in text
    assert "的一票" not in text
    assert "的一票" in text_of(visit(liaison(table)).get(motion.get_absolute_url()))


def test_motion_close_shows_the_tally_with_its_rule_and_inputs(table, motion, visit):
    client = visit(table.staff)
    for unit, value in zip(table.members, ["for", "for", "against"], strict=True):
        actions.cast_ballot(motion=motion, organisation=unit, value=value, by=table.staff)
    assert client.post(url("motion-close", motion)).url == motion.get_absolute_url()
    page = text_of(visit(liaison(table)).get(url("motion-detail", motion)))
    assert "须过实到半数，即 3 票" in page
    assert "未通过" in page
    assert 'width="50.0%"' in page
    assert "到会 4 个单位，3 个投了票，1 个到会未表决" in page
    assert "重新计票，结果一致" in page
    assert all(unit.name in page for unit in table.members)
    assert visit(liaison(table)).post(url("motion-close", motion)).status_code == 403


def test_motion_detail_names_what_the_quorum_lacked(table, motion, visit):
    table.meeting.attendances.filter(organisation=table.members[2]).update(presence=Presence.ABSENT)
    actions.close_motion(motion=motion, by=table.staff)
    page = text_of(visit(liaison(table)).get(url("motion-detail", motion)))
    assert "没有达到法定人数：还差 非公企业联合党委 1 家单位" in page


def test_motion_withdraw_asks_for_a_reason(table, motion, visit):
    client = visit(table.staff)
    assert client.post(url("motion-withdraw", motion), {"reason": ""}).status_code == 400
    answer = client.post(url("motion-withdraw", motion), {"reason": "表述有误"})
    assert answer.url == table.meeting.get_absolute_url()
    page = text_of(client.get(url("motion-detail", motion)))
    assert "已撤销" in page
    assert "表述有误" in page


def test_paper_vote_from_the_count_to_the_second_person(table, paper, visit):
    client = visit(table.staff)
    totals = {"favour": "３", "against": "1", "abstain": "0", "not_voting": "0"}
    wrong = client.post(url("motion-count", paper), {**totals, "against": "9"})
    assert wrong.status_code == 400
    assert "四项合计 12 票" in text_of(wrong)
    assert client.post(url("motion-count", paper), totals).status_code == 302
    assert client.get(url("motion-confirm", paper)).status_code == 403
    second = visit(table.staff2)
    page = text_of(second.get(url("motion-confirm", paper)))
    assert "<b>3</b><span>赞成</span>" in page
    assert second.post(url("motion-recount", paper), {"reason": ""}).status_code == 400
    assert second.post(url("motion-recount", paper), {"reason": "反对应为 2 票"}).status_code == 302
    totals["favour"] = "2"
    second.post(url("motion-count", paper), totals)
    assert visit(liaison(table)).post(url("motion-confirm", paper)).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.closed_by) == (MotionState.CLOSED, liaison(table))
    assert "只留总票数" in text_of(client.get(url("motion-detail", paper)))


@pytest.mark.parametrize("name", ["motion-detail", "motion-cast", "motion-hands", "motion-withdraw"])
def test_motion_pages_stranger_and_anonymous(table, motion, visit, client, name):
    assert client.get(url(name, motion)).status_code == 302
    assert visit(table.stranger).get(url(name, motion)).status_code == 404


def test_meeting_page_queries_do_not_grow_with_votes(table, visit, django_assert_max_num_queries):
    client = visit(liaison(table))

    def fill(count):
        for _ in range(count):
            item = make_item(table.alliance, meeting=table.meeting)
            motion = actions.open_motion(item=item, by=table.staff, text="是否同意")
            actions.record_opinion(item=item, organisation=table.members[1], text="保留", by=table.staff)
            actions.close_motion(motion=motion, by=table.staff)
            make_motion(make_item(table.alliance, meeting=table.meeting))

    fill(3)
    client.get(table.meeting.get_absolute_url())
    with django_assert_max_num_queries(200) as few:
        client.get(table.meeting.get_absolute_url())
    fill(22)
    with django_assert_max_num_queries(len(few)):
        page = text_of(client.get(table.meeting.get_absolute_url()))
    assert page.count("少数意见 ·") == 25


def test_motion_detail_queries_do_not_grow_with_units(table, visit, django_assert_max_num_queries):
    client = visit(table.staff)
    motion = actions.open_motion(item=table.item, by=table.staff, text="是否同意")
    client.get(url("motion-detail", motion))
    with django_assert_max_num_queries(100) as few:
        client.get(url("motion-detail", motion))
    for _ in range(50):
        unit = make_organisation(parent=table.street)
        make_membership(alliance=table.alliance, organisation=unit)
        table.meeting.attendances.create(organisation=unit, presence=Presence.PRESENT)
    with django_assert_max_num_queries(len(few)):
        page = text_of(client.get(url("motion-detail", motion)))
    assert "还有 54 个到会单位没有投票" in page
    actions.close_motion(motion=motion, by=table.staff)
    assert Tally.objects.get().entitled == 54
    with django_assert_max_num_queries(len(few)):
        client.get(url("motion-detail", motion))
