import pytest
from rest_framework.test import APIClient

from alliances import actions
from alliances.api.serializers.votes import DecisionSerializer, MotionSerializer, OpinionSerializer
from alliances.api.viewsets.votes import DecisionViewSet, MotionViewSet, OpinionViewSet
from alliances.rules import recount
from alliances.states import MeetingState
from tests.factories.meetings import make_attendances, make_decision, make_item, make_meeting, make_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    table = make_table(units=1)
    table.meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(table.meeting)
    table.item = make_item(table.alliance, meeting=table.meeting)
    return table


def api(user=None):
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def post(by, url, **values):
    answer = api(by).post(f"/api/{url}/", values, format="json")
    return answer.status_code, answer.json()


def get(by, url):
    answer = api(by).get(f"/api/{url}/")
    return answer.status_code, answer.json()


def liaison(table, number=0):
    return table.liaisons[table.members[number].pk]


@pytest.mark.parametrize(
    ("viewset", "serializer"),
    [
        (MotionViewSet, MotionSerializer),
        (OpinionViewSet, OpinionSerializer),
        (DecisionViewSet, DecisionSerializer),
    ],
)
def test_list_columns_are_the_first_fields_of_the_object(viewset, serializer):
    assert serializer.Meta.fields[: len(viewset.columns)] == tuple(viewset.columns)


def test_open_vote_refused(table):
    url = f"items/{table.item.pk}/open-vote"
    assert post(None, url, text="是否同意")[0] == 403
    assert post(table.stranger, url, text="是否同意")[0] == 404
    assert post(liaison(table), url, text="是否同意")[0] == 403
    assert list(post(table.staff, url, text="是否同意", form="hands")[1]) == ["form"]


def test_vote_from_open_to_close(table):
    code, motion = post(table.staff, f"items/{table.item.pk}/open-vote", text="是否同意")
    assert (code, motion["state"], motion["form"]) == (201, "open", "open")
    url = f"motions/{motion['id']}"
    unit = table.members[0]
    assert post(table.stranger, f"{url}/cast", organisation=unit.pk, value="for")[0] == 404
    assert post(liaison(table, 1), f"{url}/cast", organisation=unit.pk, value="for")[0] == 403
    assert list(post(liaison(table), f"{url}/cast", organisation=unit.pk, value="yes")[1]) == ["value"]
    code, motion = post(liaison(table), f"{url}/cast", organisation=unit.pk, value="for")
    assert (code, [one["value"] for one in motion["ballots"]]) == (201, ["for"])
    code, refusal = post(liaison(table), f"{url}/cast", organisation=unit.pk, value="against")
    assert (code, refusal["value"]) == (409, [f"{unit} 已投“赞成”，不能再改。以已记录的这一票为准。"])
    assert get(liaison(table, 1), url)[1]["ballots"] == []
    assert post(liaison(table), f"{url}/close")[0] == 403
    code, motion = post(table.staff, f"{url}/close")
    assert (code, motion["state"], motion["tally"]["favour"]) == (200, "closed", 1)
    assert recount(motion["tally"]["inputs"]).as_json() == motion["tally"]["result"]
    assert len(get(liaison(table, 1), url)[1]["ballots"]) == 1
    for verb, values in (
        ("cast", {"organisation": table.members[1].pk, "value": "for"}),
        ("close", {}),
        ("withdraw", {"reason": "重来"}),
        ("count", {"favour": 1, "against": 0, "abstain": 0, "not_voting": 0}),
        ("confirm", {}),
        ("recount", {"reason": "重来"}),
    ):
        assert post(table.staff, f"{url}/{verb}", **values)[0] == 409, verb
    for method in ("put", "patch", "delete"):
        assert getattr(api(table.staff), method)(f"/api/{url}/", {"state": "open"}).status_code == 405


def test_hands_of_several_units(table):
    motion = actions.open_motion(item=table.item, by=table.staff, text="是否同意")
    url = f"motions/{motion.pk}/hands"
    first, second, third = (unit.pk for unit in table.members)
    hands = [{"organisation": first, "value": "for"}, {"organisation": second, "value": "against"}]
    assert post(table.stranger, url, ballots=hands)[0] == 404
    assert post(liaison(table), url, ballots=hands)[0] == 403
    for wrong in ([], [*hands, {"organisation": first, "value": "against"}]):
        code, refusal = post(table.staff, url, ballots=wrong)
        assert (code, list(refusal)) == (400, ["ballots"])
    code, motion = post(table.staff, url, ballots=hands)
    assert code == 201
    assert {one["organisation"]: one["value"] for one in motion["ballots"]} == {
        first: "for",
        second: "against",
    }
    # One of them has voted: no hand is recorded.
    more = [{"organisation": third, "value": "for"}, {"organisation": first, "value": "abstain"}]
    assert post(table.staff, url, ballots=more)[0] == 409
    assert len(get(table.staff, f"motions/{motion['id']}")[1]["ballots"]) == 2


def test_withdraw_vote(table):
    motion = actions.open_motion(item=table.item, by=table.staff, text="是否同意")
    url = f"motions/{motion.pk}/withdraw"
    assert list(post(table.staff, url)[1]) == ["reason"]
    assert post(table.staff, url, reason="表述有误")[1]["state"] == "withdrawn"


def test_paper_vote(table):
    motion = post(table.staff, f"items/{table.item.pk}/open-vote", text="是否同意", form="paper")[1]
    url = f"motions/{motion['id']}"
    totals = {"favour": 3, "against": 1, "abstain": 0, "not_voting": 0}
    code, refusal = post(table.staff, f"{url}/count", **{**totals, "favour": 9})
    assert (code, "合计 10 票" in refusal["detail"]) == (400, True)
    assert post(table.staff, f"{url}/count", **totals)[1]["totals"] == totals
    auditor_sees = get(liaison(table), url)[1]["totals"]
    assert auditor_sees == totals  # a unit that is there may be the second person
    assert post(table.staff, f"{url}/confirm")[0] == 403
    assert post(table.staff2, f"{url}/recount", reason="反对应为 2 票")[1]["state"] == "open"
    post(table.staff, f"{url}/count", **totals)
    assert post(table.staff2, f"{url}/confirm")[1]["tally"]["is_passed"] is True


def test_conclude_and_decisions(table):
    earlier = make_decision(table.alliance, year=2000)
    foreign = make_decision(make_table(units=1).alliance)
    url = f"items/{table.item.pk}/conclude"
    values = {"outcome": "consensus", "resolution": "先试三个月。"}
    assert post(liaison(table), url, **values)[0] == 403
    assert list(post(table.staff, url, **values, supersedes=foreign.pk)[1]) == ["supersedes"]
    code, refusal = post(table.staff, url, outcome="carried", resolution="好")
    assert (code, list(refusal)) == (409, ["outcome"])
    code, item = post(table.staff, url, **values, supersedes=earlier.pk)
    assert (code, item["outcome"]) == (200, "consensus")
    rows = get(liaison(table), "decisions")[1]["results"]
    assert [row["supersedes"] for row in rows] == [earlier.pk, None]
    old = get(liaison(table), f"decisions/{earlier.pk}")[1]
    assert (old["number"], old["superseded_by"]) == (earlier.number, rows[0]["id"])
    assert get(table.stranger, f"decisions/{earlier.pk}")[0] == 404


def test_opinions(table):
    unit = table.members[0]
    url = f"items/{table.item.pk}/opinions"
    assert post(liaison(table, 1), url, organisation=unit.pk, text="反对。")[0] == 403
    code, opinion = post(liaison(table), url, organisation=unit.pk, text="反对。")
    assert (code, opinion["organisation_name"]) == (201, unit.name)
    assert post(table.staff, url, organisation=unit.pk, text="反对。")[0] == 409
    code, opinion = post(liaison(table), f"opinions/{opinion['id']}/revise", text="先试三个月。")
    assert (code, opinion["text"]) == (200, "先试三个月。")
    assert [row["text"] for row in get(liaison(table, 1), "opinions")[1]["results"]] == ["先试三个月。"]
    assert get(table.stranger, "opinions")[1]["results"] == []


@pytest.mark.parametrize("name", ["motions", "opinions", "decisions"])
def test_list_queries_stay_constant(table, name, django_assert_max_num_queries):
    def fill(count):
        for _ in range(count):
            item = make_item(table.alliance, meeting=table.meeting)
            actions.close_motion(
                motion=actions.open_motion(item=item, by=table.staff, text="是否同意"), by=table.staff
            )
            actions.record_opinion(item=item, organisation=table.members[0], text="反对。", by=table.staff)
            make_decision(table.alliance, item=item)

    fill(5)
    client = api(table.staff)
    client.get(f"/api/{name}/")
    with django_assert_max_num_queries(20) as few:
        client.get(f"/api/{name}/")
    fill(50)
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(f"/api/{name}/").json()["results"]) >= 50
