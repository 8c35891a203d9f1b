"""Pages of agreements: what each side is offered, and what becomes of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import Notification
from projects import actions
from projects.models import Agreement
from projects.reports.work import work_for
from projects.states import AgreementState
from projects.tasks import remind_due
from tests.factories.projects import make_agreed_claim, make_agreement
from tests.projects.actions.test_agreements import make_two_way, make_way_back, sign
from workflow.official import CONTENT_TYPE

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def address(name, agreement):
    return reverse(f"agreement-{name}", args=[agreement.pk])


def page(client, agreement) -> str:
    answer = client.get(agreement.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, name, agreement, status=302, **data) -> str:
    answer = client.post(address(name, agreement), data)
    assert answer.status_code == status
    return answer.content.decode()


def test_change_and_sign_and_take_back(circle, as_):
    agreement = make_agreement(circle)
    client = as_(circle.liaison)
    today = timezone.localdate()
    assert "改期限和补充约定" in page(client, agreement)
    wrong = post(client, "change", agreement, status=400, term_from=today.isoformat())
    assert "要么起止都填" in wrong
    days = {"term_from": "今天", "term_until": (today + timedelta(days=9)).isoformat()}
    post(client, "change", agreement, extra="自带工具", **days)
    assert "双方约定：自带工具。" in page(client, agreement)
    agreement.refresh_from_db()
    post(client, "sign", agreement, text_hash=agreement.text_hash, agree="on")
    text = page(client, agreement)
    assert "撤回签署" in text
    assert "改期限和补充约定" not in text
    post(client, "withdraw-signature", agreement)
    agreement.refresh_from_db()
    assert agreement.party_a_signed_at is None


def test_add_claim_and_take_it_out(circle, as_):
    agreement, claim = make_agreement(circle), make_way_back(circle)
    own = claim.agreements.get()
    client = as_(circle.staff)
    assert "并入本协议" in page(client, agreement)
    post(client, "add-claim", agreement, claim=claim.pk)
    text = page(client, agreement)
    assert "二、乙方提供" in text
    assert "移出，单独签约" in text
    assert "在另一份协议里继续" in page(client, own)
    assert "共 2 项" in client.get(reverse("agreement-list")).content.decode()
    post(client, "take-claim-out", agreement, claim=claim.pk)
    assert "二、乙方提供" not in page(client, agreement)
    for bad in ("", "x", 0):
        post(client, "add-claim", agreement, status=404, claim=bad)


def test_new_version_compared_and_dropped(circle, as_):
    agreement = make_agreed_claim(circle).agreements.get()
    client = as_(circle.liaison)
    assert "另订新版本" in page(client, agreement)
    assert "请填写" in post(client, "new-version", agreement, status=400, reason="")
    post(client, "new-version", agreement, reason="期限改了", extra="每月盘点")
    version = Agreement.objects.get(version=2)
    text = page(client, version)
    assert "和第 1 版相比" in text
    assert "<ins>双方约定：每月盘点。</ins>" in text
    assert "新版本已拟好" in page(client, agreement)
    assert client.get(address("new-version", agreement)).status_code == 409
    post(client, "drop", version, status=400)
    post(client, "drop", version, reason="不改了")
    version.refresh_from_db()
    assert version.state == AgreementState.CANCELLED


def test_review_is_written_down(circle, as_):
    agreement = make_agreed_claim(circle).agreements.get()
    client = as_(circle.staff)
    post(client, "review", agreement, status=400)
    post(client, "review", agreement, note="车位够用", review_on="")
    assert "车位够用" in page(client, agreement)


def test_revoked_item_is_said_on_the_page(circle, as_):
    agreement = make_two_way(circle)
    for person in (circle.liaison, circle.staff):
        agreement = sign(agreement, person)
    actions.revoke_claim(claim=agreement.claims.first(), by=circle.staff, reason="场地改建")
    assert "已撤销，不再履行" in page(as_(circle.liaison), agreement)


def test_word_is_a_download_named_in_chinese(circle, as_):
    agreement = make_agreement(circle)
    answer = as_(circle.liaison).get(address("word", agreement))
    assert answer["Content-Type"] == CONTENT_TYPE
    assert "%E5%85%B1%E5%BB%BA%E5%8D%8F%E8%AE%AE%E4%B9%A6" in answer["Content-Disposition"]
    assert as_(circle.other_liaison).get(address("word", agreement)).status_code == 404


def test_acts_of_the_host_are_refused_and_of_others_missing(circle, as_):
    agreement = make_agreement(circle)
    assert as_(circle.stranger).get(address("change", agreement)).status_code == 404
    assert as_(circle.other_liaison).post(address("withdraw-signature", agreement)).status_code == 404


def test_detail_page_has_constant_queries(circle, as_, django_assert_max_num_queries):
    agreement = make_agreement(circle)
    for number in range(4):
        claim = make_way_back(circle, title=f"会议室{number}")
        agreement = actions.add_claim_to_agreement(agreement=agreement, claim=claim, by=circle.staff)
    client = as_(circle.liaison)
    page(client, agreement)
    with django_assert_max_num_queries(32):
        page(client, agreement)


def test_review_and_end_of_term_stand_among_the_work_and_are_called_to_mind(circle):
    agreement = make_agreed_claim(circle).agreements.get()
    today = timezone.localdate()
    Agreement.objects.filter(pk=agreement.pk).update(review_on=today)
    titles = [work.title for work in work_for(circle.staff)]
    assert "协议到回顾日期：夜间停车位" in titles
    remind_due()
    told = Notification.objects.filter(kind="agreement_to_review")
    assert {row.recipient for row in told} == {circle.staff, circle.liaison}
    actions.review_agreement(agreement=agreement, by=circle.staff, note="好")
    assert "协议到回顾日期：夜间停车位" not in [work.title for work in work_for(circle.staff)]
    version = actions.draft_new_version(
        agreement=agreement,
        by=circle.staff,
        reason="定下期限",
        term_from=today,
        term_until=today + timedelta(days=9),
    )
    for person in (circle.liaison, circle.staff):
        version = sign(version, person)
    assert "协议快期满：夜间停车位" in [work.title for work in work_for(circle.liaison)]
    remind_due()
    assert Notification.objects.filter(kind="agreement_ends").count() == 2
