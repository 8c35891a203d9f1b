"""What became of last quarter's duties, and the meetings that come next."""

import datetime as dt
from dataclasses import dataclass

from alliances import actions
from alliances.models import Duty, Meeting
from assessments.management.demo import agenda, clock
from assessments.management.demo.agenda import Task
from assessments.management.demo.table import DAY, Table, at, kind_of
from members.models import Organisation
from members.states import UnitType
from projects.actions import change_listing, draft_listing_from_duty, publish_listing


@dataclass
class Duties:
    """The duties of `meeting`."""

    table: Table
    meeting: Meeting

    def play_past(self) -> None:
        """Reports, one duty ticked off, one that became a published need."""
        day = self.meeting.held_on
        self._finish(self._duty(agenda.ROOMS), day)
        self._publish(self._duty(agenda.HELPERS), day)
        hours, canopy = self._duty(agenda.OPENING_HOURS), self._duty(agenda.BRACING)
        self._report(hours, day + 18 * DAY, "道闸改造方案已定，等设备到货。")
        self._report(
            hours,
            day + 26 * DAY,
            "已登记居民车牌 46 个，引导员排班完成。",
            self.table.member(UnitType.PROPERTY),
        )
        self._report(canopy, day + 21 * DAY, "已签施工合同，材料进场；连日下雨，工期顺延。")

    def play_present(self) -> None:
        """One handed back to the street, which asks the district; one whose lead asks another unit for help."""
        self._hand_back(self._duty(agenda.GUARDS))
        hours = self._duty(agenda.OPENING_HOURS)
        with clock.on(self.table.today - 3 * DAY):
            actions.ask_help(
                duty=hours,
                by=self.table.street.speaker(hours.lead),
                addressee=self.table.member("unit"),
                reason="夜间出入口照明不足，请贵单位借用两组移动照明设备，试行期满归还。",
            )

    def _duty(self, task: Task) -> Duty:
        duties = Duty.objects.filter(decision__item__meeting=self.meeting).select_related("lead")
        return duties.get(title=task.title)

    def _finish(self, duty: Duty, day: dt.date) -> None:
        """The school asks for help, gets it, reports the classes as begun, and the street ticks the duty off."""
        helper = self.table.member(UnitType.SOCIAL)
        with clock.on(day + 12 * DAY):
            appeal = actions.ask_help(
                duty=duty,
                by=self.table.street.speaker(duty.lead),
                addressee=helper,
                reason="锦安社区的班缺两名助教，请志愿服务队每周支持三个下午。",
            )
        with clock.on(day + 14 * DAY):
            actions.answer_appeal(
                appeal=appeal,
                by=self.table.street.speaker(helper),
                granted=True,
                answer="可以，周一、三、五下午各派两人，已和社区约好。",
            )
        self._report(duty, day + 20 * DAY, "教室和教具已备好，北苑社区先开班。")
        self._report(duty, day + 26 * DAY, "两个社区都已开班，每周三次，共 38 名学生。", is_final=True)
        with clock.on(day + 29 * DAY):
            actions.finish_duty(duty=duty, by=self.table.staff, note="社区现场核对，两个班均已正常上课。")

    def _hand_back(self, duty: Duty) -> None:
        """The bank hands the duty back to the street, which asks the district."""
        with clock.on(self.table.today - 9 * DAY):
            actions.hand_back_duty(
                duty=duty,
                by=self.table.street.speaker(duty.lead),
                to=self.table.street.node,
                reason="安保费用涉及多家单位分担，本行没有统筹的权限，上级行不同意单独列支。",
            )
        with clock.on(self.table.today - 2 * DAY):
            actions.escalate_duty(
                duty=duty,
                by=self.table.staff,
                reason="分担方案需要明确能否使用区级共建经费补贴夜间安保，街道无权决定，请区里协调。",
            )

    def _publish(self, duty: Duty, day: dt.date) -> None:
        """The community puts the duty on the list of needs, with nothing typed again but how many."""
        by = self.table.street.speaker(duty.lead)
        with clock.on(day + 15 * DAY):
            listing = draft_listing_from_duty(duty=duty, by=by)
            listing = change_listing(
                listing=listing,
                by=by,
                valid_until=listing.valid_until,
                measure="人",
                slots=[(None, None, 10)],
            )
            publish_listing(listing=listing, by=by)

    def _report(
        self,
        duty: Duty,
        day: dt.date,
        text: str,
        organisation: Organisation | None = None,
        *,
        is_final: bool = False,
    ) -> None:
        who = organisation or duty.lead
        with clock.on(day, hour=16):
            actions.report_progress(
                duty=duty, organisation=who, by=self.table.street.speaker(who), text=text, is_final=is_final
            )


@dataclass
class Coming:
    """The meetings that are not held yet."""

    table: Table

    def play(self) -> None:
        """The next meeting with its agenda planned, one at short notice, and one that still calls for items."""
        day = self.table.workday(4)
        meeting = self.table.call("joint", self.table.today, day, before=22)
        self.table.propose(agenda.PRESENT, meeting, day - 18 * DAY)
        with clock.on(day - 8 * DAY):
            self.table.item(agenda.WAITING, meeting)
        with clock.on(day - 6 * DAY, hour=0, minute=20):
            meeting = actions.plan_agenda(meeting=meeting, by=None)
        self.table.set_minutes(meeting, {topic.title: topic.minutes for topic in agenda.PRESENT})
        self._play_short_notice()
        consultation = self.table.call("consultation", self.table.today, self.table.workday(18), before=22)
        with clock.on(self.table.today - 2 * DAY):
            accepted, _proposed = (self.table.item(topic, consultation) for topic in agenda.CONSULTED)
            actions.accept_item(item=accepted, by=self.table.staff)

    def _play_short_notice(self) -> None:
        """A member calls: no items are called for, and the units are asked whether they come."""
        convener = self.table.member(agenda.DETOUR.proposer)
        by, starts_at = self.table.street.speaker(convener), at(self.table.workday(2), 9)
        with clock.on(self.table.today - 2 * DAY, hour=15):
            meeting = actions.call_meeting(
                alliance=self.table.street.alliance,
                kind=kind_of("ad_hoc"),
                by=by,
                title="南门雨棚施工绕行临时会议",
                starts_at=starts_at,
                ends_at=starts_at + dt.timedelta(hours=1),
                place=f"{convener.name}会议室",
                convener=convener,
            )
            item = self.table.item(agenda.DETOUR, meeting)
            item = actions.accept_item(item=item, by=by)
            actions.add_to_agenda(item=item, meeting=meeting, by=by)
            actions.give_notice(meeting=meeting, by=by)
