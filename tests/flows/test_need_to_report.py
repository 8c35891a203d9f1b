"""The straight line from a need to the district's report, each stage done by the person whose job it is."""

import hashlib
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.actions.reports import publish_report
from assessments.actions.schemes import adopt_scheme
from assessments.actions.scores import compute_score
from assessments.actions.surveys import close_survey, issue_codes, open_survey
from assessments.models import Scheme
from members.models import Change, Notification
from projects.actions.agreements import sign_agreement
from projects.actions.claims import accept_claim, claim_listing
from projects.actions.deliveries import accept_delivery, report_delivery
from projects.states import ClaimState
from tests.flows.line import answer_all, in_ten_days, make_people, publish_need

pytestmark = pytest.mark.server


@pytest.mark.django_db(transaction=True)
def test_line_from_need_to_report(client):
    people = make_people()

    need = publish_need(people)
    slot = need.slots.get()

    claim = claim_listing(
        slot=slot, organisation=people.unit, quantity=4, by=people.liaison, plan="周六上午两名医生"
    )
    slot.refresh_from_db()
    assert (slot.taken, slot.left) == (4, 6)
    assert Notification.objects.filter(recipient=people.community_staff, kind="listing_claimed").exists()

    claim = accept_claim(claim=claim, by=people.community_staff)
    agreement = claim.agreements.get()
    assert "周末义诊" in agreement.text
    assert "周六上午两名医生" in agreement.text
    for person in (people.liaison, people.community_staff):
        agreement = sign_agreement(agreement=agreement, by=person, text_hash=agreement.text_hash)
    claim.refresh_from_db()
    assert claim.state == ClaimState.AGREED

    delivery = report_delivery(claim=claim, by=people.liaison, quantity=4, done_on=timezone.localdate())
    delivery = accept_delivery(delivery=delivery, by=people.community_staff, rating="excellent")
    claim.refresh_from_db()
    assert claim.state == ClaimState.DELIVERED

    survey = open_survey(
        delivery=delivery,
        title="周末义诊",
        questions=["您对这次义诊满意吗？"],
        closes_on=in_ten_days(),
        by=people.community_staff,
    )
    codes = issue_codes(survey=survey, count=20, by=people.community_staff)
    answer_all(survey, codes, satisfied=16)
    survey = close_survey(survey=survey, by=people.community_staff, reason="已全部收回")
    assert (survey.envelopes_counted, survey.answers_opened) == (20, 20)

    today = timezone.localdate()
    scheme = Scheme.objects.published().filter(owner=None).order_by("id").last()
    adopt_scheme(
        alliance=people.alliance, scheme=scheme, starts_on=today.replace(month=1, day=1), by=people.staff
    )
    run = compute_score(
        alliance=people.alliance, starts_on=today.replace(month=1, day=1), ends_on=today, by=people.staff
    )
    score = run.scores.get(organisation=people.unit)
    computed = [line for line in score.receipt["lines"] if line["points"] is not None]
    assert len(computed) >= 2
    assert score.points > 0

    report = publish_report(run=run, by=people.staff)
    client.force_login(people.reader)
    page = client.get(report.get_absolute_url())
    assert report.number in page.content.decode()
    download = client.get(reverse("report-json", args=[report.pk]))
    body = b"".join(download.streaming_content) if download.streaming else download.content
    assert hashlib.sha256(body).hexdigest() == report.check_value
    assert json.loads(body)["number"] == report.number

    stages = set(Change.objects.values_list("table_name", flat=True))
    assert {"projects_listing", "projects_claim", "projects_agreement", "projects_delivery"} <= stages
    assert not stages & {"assessments_code", "assessments_envelope", "assessments_answer"}
    signed = Change.objects.filter(table_name="projects_claim", row_id=claim.pk).order_by("id").first()
    assert signed.user_id == people.liaison.pk
