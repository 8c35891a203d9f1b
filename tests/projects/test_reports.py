from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects import actions
from projects.models import Agreement, Claim, Slot
from projects.reports import figures_for, ledger_faults, work_for
from projects.reports.claims import on_page
from projects.reports.stages import claim_stages, next_step
from projects.states import Cause
from tests.factories.projects import (
    make_accepted_claim,
    make_agreed_claim,
    make_claim,
    make_delivery,
    make_listing,
)

pytestmark = pytest.mark.django_db


def acts(user):
    return [(work.act, work.waits) for work in work_for(user)]


def test_work_for_follows_the_line(circle):
    listing = make_listing(circle, is_published=False)
    assert acts(circle.staff) == [("去发布", False)]
    actions.publish_listing(listing=listing, by=circle.staff)
    claim = make_claim(circle, listing)
    assert acts(circle.staff) == [("答复认领", False)]
    assert acts(circle.liaison) == [("看进度", True)]
    agreement = actions.accept_claim(claim=claim, by=circle.staff).agreements.get()
    assert acts(circle.staff) == acts(circle.liaison) == [("去签署", False)]
    actions.sign_agreement(agreement=agreement, by=circle.staff, text_hash=agreement.text_hash)
    assert acts(circle.staff) == [("看协议", True)]
    actions.sign_agreement(agreement=agreement, by=circle.liaison, text_hash=agreement.text_hash)
    assert (acts(circle.staff), acts(circle.liaison)) == ([], [("报告交付", False)])
    delivery = actions.report_delivery(
        claim=claim, by=circle.liaison, quantity=2, done_on=claim.claimed_at.date()
    )
    assert (acts(circle.staff), acts(circle.liaison)) == ([("确认和评议", False)], [("看进度", True)])
    actions.accept_delivery(delivery=delivery, by=circle.staff, rating="good")
    for person in (circle.staff, circle.liaison, circle.street_staff, circle.stranger):
        assert acts(person) == []


def test_work_for_a_stranger_is_empty(circle):
    make_claim(circle)
    assert acts(circle.stranger) == acts(circle.other_liaison) == []


def test_work_for_number_of_queries_is_constant(
    circle, django_assert_num_queries, django_assert_max_num_queries
):
    def fill():
        make_claim(circle, make_listing(circle))
        make_accepted_claim(circle, make_listing(circle))
        make_agreed_claim(circle, make_listing(circle))
        make_delivery(circle, listing=make_listing(circle))
        make_listing(circle, is_published=False)

    fill()
    with django_assert_max_num_queries(16) as few:
        work_for(circle.staff)
    for _ in range(3):
        fill()
    with django_assert_num_queries(len(few)):
        assert len(work_for(circle.staff)) >= 12


def test_figures_for(circle):
    make_listing(circle)
    make_listing(circle, organisation=circle.unit, by=circle.liaison, direction="resource")
    assert [figure.value for figure in figures_for(circle.liaison)] == [1, 1]
    assert [figure.value for figure in figures_for(circle.stranger)] == [0, 0]


@pytest.mark.parametrize(
    ("make", "labels", "states"),
    [
        (make_claim, ["认领", "对接", "签约", "交付", "评议"], ["done", "now", "todo", "todo", "todo"]),
        (
            make_accepted_claim,
            ["认领", "对接", "签约", "交付", "评议"],
            ["done", "done", "now", "todo", "todo"],
        ),
        (
            make_agreed_claim,
            ["认领", "对接", "签约", "交付", "评议"],
            ["done", "done", "done", "now", "todo"],
        ),
    ],
)
def test_claim_stages(circle, make, labels, states):
    claim = Claim.objects.with_parties().get(pk=make(circle).pk)
    row = on_page([claim])[0]
    step = next_step(claim, row.agreement, row.waiting)
    stages = claim_stages(claim, row.agreement, row.deliveries, step)
    assert [stage.label for stage in stages] == labels
    assert [stage.state for stage in stages] == states


def test_claim_stages_end_with_the_exit(circle):
    claim = actions.withdraw_claim(claim=make_accepted_claim(circle), by=circle.liaison, cause=Cause.BUDGET)
    row = on_page([claim])[0]
    stages = claim_stages(claim, row.agreement, row.deliveries, None)
    assert (stages[-1].label, stages[-1].note) == ("已撤回", "经费")


def test_ledger_faults_names_each_fault(circle):
    claim = make_agreed_claim(circle)
    assert ledger_faults() == []
    Slot.objects.update(taken=1)
    Agreement.objects.update(state="cancelled")
    faults = ledger_faults()
    assert len(faults) == 2
    assert str(claim.slot_id) in faults[0]
    Claim.objects.update(state="delivered", expires_at=None)
    assert len(ledger_faults()) == 3


def test_check_ledger(circle):
    make_claim(circle)
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert "账目一致" in out.getvalue()
    Slot.objects.update(taken=1)
    with pytest.raises(CommandError, match="1 处"):
        call_command("check_ledger", stdout=out)
