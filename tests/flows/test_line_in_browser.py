"""The straight line in a real browser, as the people who do it; the unit on a phone without JavaScript."""

import pytest
from django.utils import timezone

from assessments.actions.schemes import adopt_scheme
from assessments.models import Envelope, Report, Scheme, Survey
from projects.models import Claim, Listing
from projects.states import ClaimState
from tests.flows.line import answer_all, make_people

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 375, "height": 812}}


@pytest.mark.django_db(transaction=True)
def test_line_from_need_to_report_in_the_browser(enter):
    people = make_people()
    community = enter(people.community_staff)
    unit = enter(people.liaison, java_script_enabled=False, **PHONE)

    # The community publishes a need.
    community.click("main >> text=登记需求")
    community.fill("[name=title]", "周末义诊")
    community.select_option("[name=category]", label="健康")
    community.fill("[name$='0-quantity']", "１０")
    community.click("button[value=publish]")
    community.wait_for_selector("h1:has-text('周末义诊')")
    need = Listing.objects.get()

    # The unit finds it on the phone and claims a part.
    unit.goto("/listings/?direction=need")
    unit.click("text=周末义诊")
    unit.fill("#id_quantity", "11")
    unit.click("form.claim button[type=submit]")
    assert "10" in unit.text_content(".errors")
    unit.fill("#id_quantity", "4")
    unit.click("form.claim button[type=submit]")
    unit.wait_for_selector("h1:has-text('4')")

    # The community answers from today's work; the agreement is there, nothing retyped.
    community.goto("/")
    community.click("a.btn:has-text('答复认领')")
    community.click("button:has-text('接受认领')")
    for person in (unit, community):
        person.goto("/")
        person.click("a.btn:has-text('签署')")
        if not person.locator("[name=agree]").count():
            person.click("main a.btn.primary")
        person.check("[name=agree]")
        person.click("button:has-text('签署协议')")
    assert Claim.objects.get().state == ClaimState.AGREED

    # Delivered, confirmed, rated.
    unit.goto("/")
    unit.click("main a.btn:has-text('报告')")
    unit.fill("[name=quantity]", "4")
    unit.fill("[name=done_on]", "今天")
    unit.click("button:has-text('报告交付')")
    community.goto("/")
    community.click("main a.btn:has-text('确认')")
    community.check("[name=rating][value=excellent]")
    community.click("button:has-text('确认交付')")
    claim = Claim.objects.get()
    assert claim.state == ClaimState.DELIVERED
    need.slots.get()

    # Residents are asked; one answers on a phone by the code on the slip.
    community.click("a:has-text('居民满意度测评')")
    community.click("main form button[type=submit]")
    community.wait_for_url("**/surveys/*/")
    survey = Survey.objects.get()
    community.fill("[name=count]", "20")
    community.click("button:has-text('发码')")
    codes = [text.strip() for text in community.locator(".slip-code").all_text_contents()]
    assert len(codes) == 20
    _answer_as_resident(enter(None, **PHONE), survey, codes[0])
    assert Envelope.objects.count() == 1
    answer_all(survey, codes[1:], satisfied=15)
    community.goto(survey.get_absolute_url())
    if community.locator("[name=reason]").count():
        community.fill("[name=reason]", "已全部收回")
    community.click("button:has-text('启封')")
    survey.refresh_from_db()
    assert survey.answers_opened == 20

    # The street scores and reports; the district reads.
    year = timezone.localdate().replace(month=1, day=1)
    scheme = Scheme.objects.published().filter(owner=None).first()
    adopt_scheme(alliance=people.alliance, scheme=scheme, starts_on=year, by=people.staff)
    street = enter(people.staff)
    street.goto("/score-runs/new/")
    if street.locator("[name=starts_on]").count():
        street.fill("[name=starts_on]", f"{year.year}年1月1日")
        street.fill("[name=ends_on]", "今天")
    street.click("main form button[type=submit]:has-text('计')")
    street.wait_for_url("**/score-runs/*/")
    street.click("button:has-text('发布')")
    report = Report.objects.get()
    district = enter(people.reader)
    district.goto("/reports/")
    district.click(f"text={report.title}")
    assert report.number in district.text_content("main")
    assert report.check_value in district.text_content("main")
    with district.expect_download() as download:
        district.click("a:has-text('CSV')")
    assert people.unit.name in download.value.path().read_text(encoding="utf-8-sig")


def _answer_as_resident(page, survey, code: str) -> None:
    page.goto(f"/s/{survey.public_id}/#{code}")
    assert page.input_value("#id_code").replace("-", "") == code.replace("-", "")
    page.click("button:has-text('开始填写')")
    for _question in survey.questions:
        page.click("label.opt:has-text('非常满意') >> nth=0")
        page.click(".nav2 .primary")
    page.fill("#id_remark", "希望常来")
    page.click(".nav2 .primary")
    page.click("button:has-text('提交') >> nth=-1")
    page.wait_for_selector("h1")
    assert page.context.cookies() == []
