"""The pages of duties: who sees and does what, wrong input, and what a page costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alliances.models import Appeal, Duty, FlowBack
from alliances.states import AppealState, DutyState
from members.states import Role
from tests.factories.alliances import make_membership
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty
from tests.factories.members import committee, make_organisation, make_person

pytestmark = pytest.mark.django_db

REASON = {"reason": "没有场地"}


@pytest.fixture
def w():
    return make_case()


@pytest.fixture
def as_(client):
    """The client, signed in as somebody."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def page(client, name, *args, query="", status=200):
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status
    return response.content.decode()


def post(client, name, pk, status=302, **data):
    response = client.post(reverse(name, args=[pk]), data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


# --- Lists ----------------------------------------------------------------------------------------
def test_duty_list_filters(w, as_):
    late = make_duty(
        w.alliance, lead=w.other, title="雨棚加固", due_on=timezone.localdate() - dt.timedelta(days=1)
    )
    client = as_(w.liaison)
    own = page(client, "duty-list")
    assert "车库夜间开放" in own
    assert "雨棚加固" not in own
    # So does the staff of a community; whoever looks after the alliance begins with all.
    community = make_organisation(parent=committee(w.street, "residential_committee"), kind="community")
    make_membership(alliance=w.alliance, organisation=community)
    make_duty(w.alliance, lead=community, title="楼道清理")
    own = page(as_(make_person(Role.STAFF, community)), "duty-list")
    assert "楼道清理" in own
    assert "车库夜间开放" not in own
    assert "车库夜间开放" in page(as_(w.staff), "duty-list")
    client = as_(w.liaison)
    assert "雨棚加固" in page(client, "duty-list", query="?view=all")
    assert "车库" not in page(client, "duty-list", query="?view=overdue")
    assert "雨棚加固" in page(client, "duty-list", query="?view=overdue")
    assert "车库" in page(client, "duty-list", query="?view=all&q=车库")
    assert "没有符合条件" in page(client, "duty-list", query="?view=all&state=done")
    assert "雨棚加固" in page(client, "duty-list", query=f"?view=all&alliance={w.alliance.pk}&q=雨棚")
    late.partners.create(organisation=w.unit)
    assert "雨棚加固" in page(client, "duty-list")
    page(client, "duty-list", query="?state=lost", status=400)


def test_duty_list_of_staff_begins_with_all_and_has_what_to_tick(w, as_):
    make_duty(w.alliance, lead=w.other, title="雨棚加固", state=DutyState.REPORTED)
    client = as_(w.staff)
    assert "车库夜间开放" in page(client, "duty-list")
    reported = page(client, "duty-list", query="?view=reported")
    assert "雨棚加固" in reported
    assert "车库" not in reported


def test_duty_list_shows_no_other_alliance(w, as_):
    assert "车库" not in page(as_(w.stranger), "duty-list", query="?view=all")


@pytest.mark.parametrize("name", ["duty-list", "flowback-list"])
def test_lists_cost_the_same_at_5_and_250_rows(w, as_, name):
    client = as_(w.liaison)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(client, name, query="?view=all")
        return len(queries)

    def add(number):
        for _ in range(number):
            duty = make_duty(w.alliance, lead=w.unit, decision=w.decision)
            duty.partners.create(organisation=w.other)
            FlowBack.objects.create(
                duty=duty, organisation=w.unit, to=w.street, reason="x", handed_back_by=w.liaison
            )

    add(5)
    few = cost()
    add(245)
    assert cost() == few


# --- One duty -------------------------------------------------------------------------------------
def test_duty_detail_by_role(w, as_):
    text = page(as_(w.liaison), "duty-detail", w.duty.pk)
    assert "居民可以使用" in text
    assert w.decision.number in text
    assert 'id="report_text"' in text
    for verb in ("help", "transfer", "escalation", "handback"):
        assert f'id="{verb}_reason"' in text
    assert 'id="extend_reason"' not in text
    text = page(as_(w.staff), "duty-detail", w.duty.pk)
    assert 'id="report_text"' not in text
    for verb in ("extend", "reassign", "drop"):
        assert f'id="{verb}_reason"' in text
    assert 'id="handback_reason"' not in text
    for reader in (w.auditor, w.liaison2):
        assert "<textarea" not in page(as_(reader), "duty-detail", w.duty.pk)
    page(as_(w.stranger), "duty-detail", w.duty.pk, status=404)


def test_duty_detail_costs_the_same_with_many_rows(w, as_):
    client = as_(w.staff)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(client, "duty-detail", w.duty.pk)
        return len(queries)

    def add(number):
        for _ in range(number):
            w.duty.reports.create(organisation=w.unit, text="x", reported_by=w.liaison)
            w.duty.flow_backs.create(organisation=w.unit, to=w.street, reason="x", handed_back_by=w.liaison)
            w.duty.appeals.create(
                kind="help",
                organisation=w.unit,
                addressee=w.other,
                reason="x",
                state=AppealState.WITHDRAWN,
                answer_by=timezone.localdate(),
                asked_by=w.liaison,
            )

    add(2)
    few = cost()
    add(20)
    assert cost() == few


def test_duty_add_form(w, as_):
    page(as_(w.liaison), "duty-add", w.decision.pk, status=403)
    page(as_(w.stranger), "duty-add", w.decision.pk, status=404)
    client = as_(w.staff)
    text = page(client, "duty-add", w.decision.pk)
    assert str(w.street) in text
    due = timezone.localdate() + dt.timedelta(days=30)
    data = {
        "title": "夜间安保方案",
        "lead": w.other.pk,
        "done_means": "方案通过",
        "due_on": due.isoformat(),
    }
    assert "请填写" in post(client, "duty-add", w.decision.pk, 400, **{**data, "title": ""})
    assert "时限已经过了" in post(
        client, "duty-add", w.decision.pk, 400, **{**data, "due_on": "2020-01-01"}
    )
    post(client, "duty-add", w.decision.pk, **data, partner_2=w.unit.pk)
    duty = Duty.objects.get(title="夜间安保方案")
    assert (duty.lead, [one.organisation for one in duty.partners.all()]) == (w.other, [w.unit])


def test_duty_report_then_tick(w, as_):
    client = as_(w.liaison)
    data = {"organisation": w.unit.pk}
    assert "请填写" in post(client, "duty-report", w.duty.pk, 400, **data)
    post(client, "duty-report", w.duty.pk, **data, text="已开工")
    post(client, "duty-report", w.duty.pk, **data, text="好了", is_final="on")
    text = page(client, "duty-detail", w.duty.pk)
    assert "报告办结" in text
    assert 'id="report_text"' not in text
    post(client, "duty-finish", w.duty.pk, 403)
    client = as_(w.staff)
    assert 'id="finish_note"' in page(client, "duty-detail", w.duty.pk)
    post(client, "duty-reopen", w.duty.pk, reason="还差两个")
    assert "还没有报告办结" in post(client, "duty-finish", w.duty.pk, 400)
    Duty.objects.filter(pk=w.duty.pk).update(state=DutyState.REPORTED)
    post(client, "duty-finish", w.duty.pk, note="现场看过")
    assert "现场看过" in page(client, "duty-detail", w.duty.pk)


def test_duty_report_from_a_page_of_before_says_that_it_is_too_late(w, as_):
    Duty.objects.filter(pk=w.duty.pk).update(lead=w.street)
    text = post(as_(w.liaison), "duty-report", w.duty.pk, 400, organisation=w.unit.pk, text="已开工")
    assert "现在不用报告进展" in text
    assert "没有办成" in text


def test_duty_acts_of_who_runs_it(w, as_):
    client = as_(w.staff)
    later = w.duty.due_on + dt.timedelta(days=5)
    post(client, "duty-extend", w.duty.pk, due_on=later.isoformat(), **REASON)
    text = post(client, "duty-extend", w.duty.pk, 400, due_on=later.isoformat(), **REASON)
    assert "要晚于现在的" in text
    post(client, "duty-reassign", w.duty.pk, lead=w.other.pk, **REASON)
    post(client, "duty-drop", w.duty.pk, **REASON)
    w.duty.refresh_from_db()
    assert (w.duty.due_on, w.duty.lead, w.duty.state) == (later, w.other, DutyState.DROPPED)


def test_duty_handback_offers_host_and_communities_only(w, as_):
    client = as_(w.liaison)
    assert "里没有这一项" in post(client, "duty-handback", w.duty.pk, 400, to=w.other.pk, **REASON)
    post(client, "duty-handback", w.duty.pk, to=w.community.pk, **REASON)
    text = page(client, "flowback-list")
    assert "没有场地" in text
    quarter = (timezone.localdate().month + 2) // 3
    rows = page(client, "flowback-list", query=f"?quarter={timezone.localdate().year}Q{quarter}")
    assert "车库夜间开放" in rows
    assert "没有退回的事项" in page(client, "flowback-list", query="?quarter=2001Q1")
    assert "没有场地" not in page(as_(w.stranger), "flowback-list")


def test_duty_appeal_answer_and_withdraw(w, as_):
    client = as_(w.liaison)
    post(client, "duty-appeal", w.duty.pk, 404, kind="lost")
    assert "请选择" in post(client, "duty-appeal", w.duty.pk, 400, kind="help", **REASON)
    post(client, "duty-appeal", w.duty.pk, kind="help", addressee=w.other.pk, **REASON)
    post(client, "duty-appeal", w.duty.pk, kind="transfer", new_lead=w.other.pk, **REASON)
    post(client, "duty-appeal", w.duty.pk, kind="escalation", **REASON)
    appeal = Appeal.objects.get(kind="help")
    post(client, "appeal-answer", appeal.pk, 403, granted="yes", answer="好")
    client = as_(w.liaison2)
    assert "提交答复" in page(client, "duty-detail", w.duty.pk)
    assert "请填写" in post(client, "appeal-answer", appeal.pk, 400, granted="yes")
    post(client, "appeal-answer", appeal.pk, granted="yes", answer="周一派人")
    assert "周一派人" in page(client, "duty-detail", w.duty.pk)
    assert w.duty.partners.get().organisation == w.other
    again = post(client, "appeal-answer", appeal.pk, 400, granted="no", answer="反悔")
    assert "已经是" in again
    escalation = Appeal.objects.get(kind="escalation")
    post(as_(w.district_admin), "appeal-answer", escalation.pk, granted="no", answer="街道可以办")
    transfer = Appeal.objects.get(kind="transfer")
    post(as_(w.stranger), "appeal-withdraw", transfer.pk, 404)
    post(as_(w.liaison2), "appeal-withdraw", transfer.pk, 403)
    post(as_(w.liaison), "appeal-withdraw", transfer.pk)
    transfer.refresh_from_db()
    assert transfer.state == AppealState.WITHDRAWN


@pytest.mark.parametrize(
    "name",
    [
        "duty-report",
        "duty-finish",
        "duty-reopen",
        "duty-drop",
        "duty-extend",
        "duty-reassign",
        "duty-handback",
    ],
)
def test_acts_by_strangers_and_readers(w, as_, name):
    post(as_(w.stranger), name, w.duty.pk, 404)
    due = (timezone.localdate() + dt.timedelta(days=90)).isoformat()
    data = {"text": "x", "organisation": w.unit.pk, "due_on": due, "lead": w.other.pk, "to": w.street.pk}
    # A form that offers nothing to a reader refuses its input, the others refuse the person.
    status = 400 if name == "duty-report" else 403
    post(as_(w.auditor), name, w.duty.pk, status, **data, **REASON)
    w.duty.refresh_from_db()
    assert (w.duty.state, w.duty.lead) == (DutyState.ONGOING, w.unit)
