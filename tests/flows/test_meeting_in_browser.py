"""A joint meeting in a real browser, from the call to the filing; the unit on a phone without JavaScript."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from alliances import actions, tasks
from alliances.models import Attendance, Decision, Meeting, Motion
from alliances.states import MeetingState, MinutesVerdict, MotionForm, Presence
from tests.factories import meetings as make

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 375, "height": 812}, "java_script_enabled": False}
MEETING = "第四季度党建联席会议"
PARKING, CANOPY = "停车场夜间开放", "南门雨棚加固"


@pytest.fixture
def clock():
    """Days go by when the test says so; the browser keeps its own clock, so nobody stays signed in."""
    now = timezone.localtime().replace(hour=10, minute=0)
    with time_machine.travel(now, tick=True) as traveller:
        yield traveller


@pytest.mark.django_db(transaction=True)
def test_meeting_from_call_to_filing_in_the_browser(enter, clock):
    t = make.make_table(units=1)
    t.unit, t.day = t.members[0], timezone.localdate() + dt.timedelta(days=20)
    t.liaison = t.liaisons[t.unit.pk]

    _call_and_propose(t, enter)
    meeting = Meeting.objects.get()
    clock.move_to(_at(meeting.closes_on + dt.timedelta(days=1)))
    tasks.plan_due_agendas()
    _announce(enter(t.staff))

    clock.move_to(_at(t.day))
    staff, unit = enter(t.staff), enter(t.liaison, **PHONE)
    _begin(t, meeting, staff, unit)
    _vote(meeting, staff, unit)
    _count_paper(meeting, staff, enter(t.staff2))
    _write_and_file(t, meeting, staff, unit)


def _at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(10)))


def _call_and_propose(t: SimpleNamespace, enter) -> None:
    """Staff call; the unit proposes from its first page; staff propose their own item and accept both."""
    staff, unit = enter(t.staff), enter(t.liaison, **PHONE)
    staff.goto("/meetings/")
    staff.click("main a:has-text('召集会议')")
    staff.fill("[name=title]", MEETING)
    staff.fill("[name=day]", f"{t.day.year}年{t.day.month}月{t.day.day}日")
    staff.fill("[name=begins]", "14点半")
    staff.fill("[name=ends]", "16:30")
    staff.fill("[name=place]", "党群服务中心 301")
    staff.fill("[name=chair]", "周主任")
    staff.fill("[name=recorder]", "王敏")
    staff.click("main form button.primary")
    staff.wait_for_selector(f"h1:has-text('{MEETING}')")

    unit.goto("/")
    unit.click("a.btn:has-text('提议题')")
    unit.fill("[name=title]", PARKING)
    unit.fill("[name=body]", "工作日 19:00 至次日 7:00 向居民开放。")
    unit.click("button:has-text('提出议题')")
    unit.wait_for_selector(f"h1:has-text('{PARKING}')")

    actions.propose_item(
        alliance=t.alliance, proposer=t.street, by=t.staff, title=CANOPY, meeting=Meeting.objects.get()
    )
    for title in (PARKING, CANOPY):
        staff.goto("/")
        staff.click("main a.btn:has-text('看议题')")
        staff.click(f"main a:has-text('{title}')")
        staff.click("main button:has-text('受理')")


def _announce(staff) -> None:
    staff.goto("/")
    staff.click("main a.btn:has-text('看议程')")
    staff.click("a:has-text('预览并发通知')")
    staff.click("button:has-text('发给 4 个单位')")
    staff.wait_for_selector(f"h1:has-text('{MEETING}')")
    assert Meeting.objects.get().state == MeetingState.NOTICED


def _begin(t: SimpleNamespace, meeting: Meeting, staff, unit) -> None:
    """The unit checks in by the code on the screen, after a wrong one; the others by hand."""
    staff.goto(meeting.get_absolute_url())
    staff.click("main a.primary:has-text('开会')")
    staff.check("#by-code")
    staff.click("main button.primary")
    staff.goto(f"{meeting.get_absolute_url()}room/")
    meeting.refresh_from_db()
    shown = "".join(staff.text_content("main").split())
    assert meeting.room_code in shown

    unit.goto("/")
    unit.click("main a.btn[href$='/check-in/']")
    unit.fill("[name=code]", f"{(int(meeting.room_code) + 1) % 10**6:06}")
    unit.click("main button:has-text('签到')")
    assert "到会码不对" in unit.text_content("main")
    unit.fill("[name=code]", meeting.room_code)
    unit.click("main button:has-text('签到')")
    unit.wait_for_selector(f"h1:has-text('{MEETING}')")

    staff.goto(f"{meeting.get_absolute_url()}attendance/")
    for one in (t.street, *t.members[1:]):
        staff.check(f"[name=presence-{one.pk}][value=present]")
    staff.click("button[name=then]")
    staff.wait_for_selector(f"h1:has-text('{MEETING}')")
    assert set(Attendance.objects.values_list("presence", flat=True)) == {Presence.PRESENT}


def _vote(meeting: Meeting, staff, unit) -> None:
    """The unit votes against, on its phone; the others raise their hands."""
    item = meeting.items.get(title=PARKING)
    staff.click(f"#item-{item.pk} a:has-text('发起表决')")
    staff.fill("[name=text]", "是否同意停车场夜间开放")
    staff.click("button:has-text('开始表决')")
    staff.wait_for_selector("h1:has-text('是否同意停车场夜间开放')")

    unit.goto("/")
    unit.click("main a.btn:has-text('投票')")
    unit.check("input[name=value][value=against]")
    unit.click("button:has-text('核对')")
    unit.click("button:has-text('确认投出：反对')")
    assert "反对" in unit.text_content("section:has-text('已记录')")

    staff.reload()
    staff.click("a:has-text('登记举手')")
    staff.select_option("[name=rest]", label="赞成")
    staff.click("button:has-text('核对')")
    staff.click("button:has-text('确认登记')")
    staff.click("button:has-text('结束表决并计票')")
    staff.click("a.primary:has-text('作结论')")
    _conclude(staff, "停车场夜间开放，先试三个月。")
    _write_duty(staff)
    assert (item.motions.get().tally.favour, item.motions.get().tally.against) == (3, 1)

    unit.goto(f"{item.get_absolute_url()}opinion/")
    unit.fill("[name=text]", "夜间安保费用没有着落。")
    unit.click("main form button.primary")


def _count_paper(meeting: Meeting, staff, second) -> None:
    """One types the totals, and is not offered to confirm them; the other one does."""
    item = meeting.items.get(title=CANOPY)
    staff.goto(meeting.get_absolute_url())
    staff.click(f"#item-{item.pk} a:has-text('发起表决')")
    staff.fill("[name=text]", "是否同意加固方案")
    staff.check(f"[name=form][value={MotionForm.PAPER}]")
    staff.click("button:has-text('开始表决')")
    staff.click("a:has-text('录入票数')")
    for name, votes in {"favour": "４", "against": "0", "abstain": "0", "not_voting": "0"}.items():
        staff.fill(f"[name={name}]", votes)
    staff.click("button:has-text('录入票数')")
    assert not staff.locator("a:has-text('复核票数')").count()

    second.goto("/")
    second.click("main a.btn:has-text('复核票数')")
    assert "4" in second.text_content(".tiles")
    second.click("button:has-text('票数无误，确认结果')")
    second.wait_for_selector("h2:has-text('表决结果')")
    motion = Motion.objects.get(form=MotionForm.PAPER)
    assert motion.tally.is_passed
    assert motion.counted_by != motion.closed_by

    staff.goto(motion.get_absolute_url())
    staff.click("a.primary:has-text('作结论')")
    _conclude(staff, "按加固方案实施。")
    assert Decision.objects.count() == 2


def _conclude(staff, text: str) -> None:
    staff.check("[name=outcome][value=carried]")
    staff.fill("[name=resolution]", text)
    staff.click("button:has-text('记入会议')")
    staff.wait_for_url("**/decisions/*/")


def _write_duty(staff) -> None:
    """Who does what until when, straight from the new decision."""
    staff.click("a.primary:has-text('写明议定事项')")
    staff.fill("[name=title]", "车库夜间开放")
    staff.select_option("[name=lead]", index=1)
    staff.fill("[name=done_means]", "居民夜间可以进出")
    staff.fill("[name=due_on]", f"{timezone.localdate() + dt.timedelta(days=60):%Y-%m-%d}")
    staff.click("main form button.primary")
    staff.wait_for_selector("text=车库夜间开放")


def _write_and_file(t: SimpleNamespace, meeting: Meeting, staff, unit) -> None:
    staff.goto(meeting.get_absolute_url())
    staff.click("button:has-text('散会')")
    staff.click("a:has-text('拟写会议纪要')")
    sheet = staff.text_content("main")
    assert "夜间安保费用没有着落。" in sheet
    staff.click("button:has-text('印发征求确认')")

    unit.goto("/")
    unit.click("main a.btn:has-text('去确认')")
    unit.check(f"[name=verdict][value={MinutesVerdict.CONFIRMED}]")
    unit.click("button:has-text('提交答复')")
    unit.wait_for_selector("#confirm", state="detached")
    minutes = meeting.minutes.get()
    assert minutes.confirmations.get().organisation == t.unit
    for other in t.members[1:]:
        actions.confirm_minutes(
            minutes=minutes, organisation=other, by=t.liaisons[other.pk], verdict=MinutesVerdict.CONFIRMED
        )

    staff.goto(minutes.get_absolute_url())
    staff.click("button:has-text('归档会议')")
    staff.wait_for_selector(".chip:has-text('归档')")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED
    with staff.expect_download() as download:
        staff.click("a:has-text('下载 Word') >> nth=0")
    assert download.value.path().read_bytes().startswith(b"PK")
