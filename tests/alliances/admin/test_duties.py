import pytest
from django.urls import reverse

from alliances.models import FlowBack
from alliances.states import DutyState
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    w = make_case()
    w.report = w.duty.reports.create(organisation=w.unit, text="已开工", reported_by=w.liaison)
    w.appeal = w.duty.appeals.create(
        kind="help",
        organisation=w.unit,
        addressee=w.other,
        reason="缺人手",
        answer_by=w.duty.due_on,
        asked_by=w.liaison,
    )
    w.flow_back = FlowBack.objects.create(
        duty=w.duty, organisation=w.unit, to=w.street, reason="没有场地", handed_back_by=w.liaison
    )
    w.duty.partners.create(organisation=w.other)
    return w


@pytest.mark.parametrize(
    ("name", "row"),
    [("duty", "duty"), ("dutyreport", "report"), ("appeal", "appeal"), ("flowback", "flow_back")],
)
def test_registers_show_own_rows_read_only(client, w, name, row):
    row = getattr(w, row)
    changelist = reverse(f"admin:alliances_{name}_changelist")
    change = reverse(f"admin:alliances_{name}_change", args=[row.pk])
    client.force_login(w.staff)
    assert "车库夜间开放" in client.get(changelist).content.decode()
    text = client.get(change).content.decode()
    assert w.duty.get_absolute_url() in text
    assert 'name="_save"' not in text
    assert client.get(reverse(f"admin:alliances_{name}_history", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"admin:alliances_{name}_add")).status_code == 403
    client.force_login(w.stranger)
    assert "车库夜间开放" not in client.get(changelist).content.decode()
    assert client.get(change).status_code == 302


def test_finish_chosen_ticks_off_what_was_reported(client, w):
    reported = make_duty(w.alliance, lead=w.unit, state=DutyState.REPORTED, title="雨棚加固")
    client.force_login(w.staff)
    response = client.post(
        reverse("admin:alliances_duty_changelist"),
        {"action": "finish_chosen", "_selected_action": [reported.pk, w.duty.pk]},
        follow=True,
    )
    text = response.content.decode()
    assert "已办理 1 项" in text
    assert "责任单位还没有报告办结" in text
    reported.refresh_from_db()
    assert reported.state == DutyState.DONE
