"""The acts on an agreement over the API: refused, wrong, done."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.factories.projects import make_agreed_claim, make_agreement
from tests.projects.actions.test_agreements import make_way_back
from workflow.official import CONTENT_TYPE

pytestmark = pytest.mark.django_db


def post(user, agreement, verb, status, **data):
    client = APIClient()
    client.force_authenticate(user)
    answer = client.post(f"/api/agreements/{agreement.pk}/{verb}/", data, format="json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_change(circle):
    agreement = make_agreement(circle)
    today = timezone.localdate()
    days = {"term_from": today.isoformat(), "term_until": (today + timedelta(days=9)).isoformat()}
    post(circle.other_liaison, agreement, "change", 404, **days)
    assert "term_until" in post(circle.staff, agreement, "change", 400, term_from=days["term_from"])
    changed = post(circle.staff, agreement, "change", 200, extra="自带工具", **days)
    assert "自带工具" in changed["text"]
    assert changed["text_hash"] != agreement.text_hash
    post(circle.staff, agreement, "sign", 200, text_hash=changed["text_hash"])
    post(circle.liaison, agreement, "change", 409, **days)
    assert post(circle.staff, agreement, "withdraw-signature", 200)["party_b_signed_at"] is None


def test_add_claim_and_take_it_out(circle):
    agreement, claim = make_agreement(circle), make_way_back(circle)
    post(circle.staff, agreement, "add-claim", 400, claim=0)
    added = post(circle.staff, agreement, "add-claim", 200, claim=claim.pk)
    assert claim.pk in added["claims"]
    alone = post(circle.liaison, agreement, "take-claim-out", 201, claim=claim.pk)
    assert alone["claims"] == [claim.pk]
    post(circle.liaison, agreement, "take-claim-out", 409, claim=claim.pk)


def test_new_version_drop_and_review(circle):
    agreement = make_agreed_claim(circle).agreements.get()
    assert "reason" in post(circle.staff, agreement, "new-version", 400)
    version = post(circle.staff, agreement, "new-version", 201, reason="期限改了")
    assert (version["version"], version["replaces"]) == (2, agreement.pk)
    post(circle.staff, agreement, "new-version", 409, reason="再改")
    post(circle.staff, agreement, "drop", 409, reason="不办")
    assert "note" in post(circle.staff, agreement, "review", 400)
    assert post(circle.staff, agreement, "review", 200, note="好")["review_note"] == "好"
    draft = type(agreement).objects.get(pk=version["id"])
    assert post(circle.liaison, draft, "drop", 200, reason="不改了")["state"] == "cancelled"


def test_word(circle):
    agreement = make_agreement(circle)
    client = APIClient()
    client.force_authenticate(circle.liaison)
    answer = client.get(f"/api/agreements/{agreement.pk}/word/")
    assert (answer.status_code, answer["Content-Type"]) == (200, CONTENT_TYPE)
    client.force_authenticate(circle.stranger)
    assert client.get(f"/api/agreements/{agreement.pk}/word/").status_code == 404
