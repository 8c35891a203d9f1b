"""The projects of a demo street, after published ones: last year's, its copy that runs now with listings under it,
and one that waits to be set up.

儿童友好建设 is a hospital's with six talks a year, 幸福邻里坊 a community's with a firm that pays for it.
"""

import datetime as dt
from dataclasses import dataclass

from assessments.management.demo import clock
from assessments.management.demo.streets import Street
from members.models import Organisation
from members.states import UnitType
from projects import actions
from projects.actions.projects import later
from projects.models import Listing, Project
from projects.states import Direction, ListingState

DAY = dt.timedelta(days=1)
#: Stages of 儿童友好城市建设: what is done, and so many days after the beginning.
CHILDREN = (("走访摸底", 20), ("六一义诊和科普", 92), ("暑期托管班", 165), ("总结评议", 330))


@dataclass
class Ventures:
    """`founded` is the day on which the alliance began, `today` the one up to which the demo has lived."""

    street: Street
    founded: dt.date
    today: dt.date

    def play(self) -> None:
        """Last year's project, its copy that runs now, and one that was proposed the other day."""
        self._group(self._run_again(self._last_year()))
        self._propose()

    def _last_year(self) -> Project:
        hospital = self._unit(UnitType.HOSPITAL)
        starts_on = dt.date(self.founded.year, 3, 1)
        project = self._draft(
            hospital,
            title=f"{starts_on.year}年亲子友好街道建设",
            aim="服务对象：辖区有孩子的家庭。每年六一义诊和科普，暑期办托管班。",
            starts_on=starts_on,
            stages=[(title, starts_on + days * DAY) for title, days in CHILDREN],
            partners=[
                (self.street.communities[0], "出场地、报名"),
                (self._unit(UnitType.SCHOOL), "出志愿者"),
            ],
        )
        self._set_up(project, starts_on - 12 * DAY)
        self._complete(project, 4, "参加家庭 120 户次。")
        with clock.on(starts_on + 340 * DAY):
            return actions.finish_project(
                project=project,
                by=self.street.speaker(hospital),
                result="全年办了 6 场义诊、2 期托管班，家长评议良好。",
            )

    def _run_again(self, last: Project) -> Project:
        starts_on = later(last.starts_on, 1)
        owner = self.street.speaker(last.owner)
        with clock.on(starts_on - 18 * DAY):
            project = actions.copy_project(project=last, by=owner)
        self._set_up(project, starts_on - 12 * DAY)
        done = sum(1 for _title, days in CHILDREN if starts_on + days * DAY < self.today)
        self._complete(project, done, "按计划完成。")
        return project

    def _group(self, project: Project) -> None:
        """What the first community asks for and what the hospital offers enter its project."""
        sides = [project.owner_id, *project.partners.values_list("organisation", flat=True)]
        for direction in Direction.values:
            listing = Listing.objects.filter(
                organisation__in=sides,
                alliance=self.street.alliance,
                direction=direction,
                state=ListingState.PUBLISHED,
            ).first()
            if listing:
                owner = listing.organisation
                actions.group_listing(project=project, listing=listing, by=self.street.speaker(owner))

    def _propose(self) -> None:
        community = self.street.communities[1]
        day = self.today - 3 * DAY
        project = self._draft(
            community,
            title="幸福邻里坊（一老一小活动空间）",
            aim="社区提出、爱心企业认领，把闲置门面改成老人和孩子都能用的地方。",
            starts_on=self.today + 10 * DAY,
            stages=[
                ("腾出场地", self.today + 40 * DAY),
                ("改造布置", self.today + 90 * DAY),
                ("试开放", self.today + 120 * DAY),
            ],
            partners=[(self._unit(UnitType.ENTERPRISE), "出改造费用")],
            day=day,
        )
        with clock.on(day, hour=15):
            actions.propose_project(project=project, by=self.street.speaker(community))

    def _draft(
        self, owner: Organisation, *, partners: list, day: dt.date | None = None, **terms
    ) -> Project:
        by = self.street.speaker(owner)
        with clock.on(day or terms["starts_on"] - 20 * DAY):
            project = actions.draft_project(
                alliance=self.street.alliance,
                owner=owner,
                by=by,
                ends_on=terms["starts_on"] + 350 * DAY,
                **terms,
            )
            for organisation, part in partners:
                actions.add_partner(project=project, organisation=organisation, by=by, part=part)
        return project

    def _set_up(self, project: Project, day: dt.date) -> None:
        with clock.on(day):
            actions.propose_project(project=project, by=self.street.speaker(project.owner))
        with clock.on(day + 3 * DAY):
            actions.set_up_project(project=project, by=self.street.admin)

    def _complete(self, project: Project, number: int, note: str) -> None:
        for stage in project.stages.all()[:number]:
            with clock.on(stage.due_on):
                actions.complete_stage(
                    stage=stage, by=self.street.speaker(project.owner), done_on=stage.due_on, note=note
                )

    def _unit(self, trade: UnitType) -> Organisation:
        return next(one for one in self.street.units if one.unit_type == trade)
