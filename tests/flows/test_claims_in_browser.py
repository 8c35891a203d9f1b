"""A resource claimed by a community and by a unit in a real browser, and who comes next when one lets go."""

import pytest

from alliances.actions.memberships import admit_member
from members.states import Role
from projects.actions import draft_listing, publish_listing
from projects.models import Category, Claim
from projects.states import ClaimState, Direction
from tests.factories import members as make
from tests.factories.projects import assert_ledger_adds_up
from tests.flows.line import make_people

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 375, "height": 812}}


def offer(people):
    """One room of the hospital, published."""
    room = draft_listing(
        alliance=people.alliance,
        organisation=people.unit,
        by=people.liaison,
        direction=Direction.RESOURCE,
        category=Category.objects.get(code="venue"),
        title="报告厅借用",
        measure="场",
    )
    return publish_listing(listing=room, by=people.liaison)


@pytest.mark.django_db(transaction=True)
def test_resource_is_claimed_by_a_community_and_goes_on_to_a_unit_that_waits(enter):
    people = make_people()
    school = make.make_organisation(
        parent=make.committee(people.street, "enterprise_committee"), unit_type="school"
    )
    teacher = make.make_person(Role.LIAISON, school)
    start = people.alliance.started_on
    admit_member(alliance=people.alliance, organisation=school, by=people.staff, starts_on=start)
    room = offer(people)

    # The community finds what the hospital offers, and takes it.
    community = enter(people.community_staff)
    community.goto("/listings/?direction=resource")
    community.click("text=报告厅借用")
    community.click("form.claim button[type=submit]")
    community.wait_for_selector(".chip:has-text('待答复')")

    # A unit wants it as well: on its phone, without JavaScript, it waits.
    unit = enter(teacher, java_script_enabled=False, **PHONE)
    unit.goto(room.get_absolute_url())
    assert "已全部认领" in unit.text_content("main")
    unit.click("form.claim button[type=submit]")
    unit.wait_for_selector(".chip:has-text('候补')")
    assert "第 1 位" in unit.text_content("main")

    # The community lets go with a cause of the short list; in that moment the unit's turn has come.
    community.click("summary:has-text('撤回')")
    community.select_option("[name=cause]", label="需求变化")
    community.click("form[action$='/withdraw/'] button[type=submit]")
    community.wait_for_selector(".chip:has-text('已撤回')")
    assert Claim.objects.get(organisation=school).state == ClaimState.HELD
    unit.goto("/")
    assert "报告厅借用" in unit.text_content("main")
    unit.goto(Claim.objects.get(organisation=school).get_absolute_url())
    unit.click("button:has-text('确认认领')")
    unit.wait_for_selector(".chip:has-text('待答复')")

    # The hospital answers from today's work.
    hospital = enter(people.liaison, **PHONE)
    hospital.goto("/")
    hospital.click("a.btn:has-text('答复认领')")
    hospital.click("button:has-text('接受认领')")
    hospital.wait_for_selector(".chip:has-text('已对接')")
    assert_ledger_adds_up()
