"""How a project is written, set up, led through its stages and ended; who may do what; last year's copied."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Change, Notification
from projects import actions
from projects.actions.projects import later
from projects.exceptions import AlreadyListed, ListingHasClaims, ProjectHasClaims
from projects.models import Listing, Project, ProjectPartner, ProjectStage
from projects.states import ListingState, ProjectState
from tests.factories.alliances import make_alliance
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty
from tests.factories.projects import (
    make_accepted_claim,
    make_circle,
    make_claim,
    make_listing,
    make_project,
)
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def stage(project: Project, number: int) -> ProjectStage:
    return project.stages.get(position=number)


# --- Drafts ---------------------------------------------------------------------------------------
def test_draft_project_keeps_words_days_and_stages(circle):
    project = make_project(
        circle, state="draft", title=" 儿童友好社区 ", stages=[("摸底", None), ("开放", None)]
    )
    assert (project.state, project.owner, project.created_by) == ("draft", circle.unit, circle.liaison)
    assert project.title == "儿童友好社区"
    assert [(one.position, one.title) for one in project.stages.all()] == [(1, "摸底"), (2, "开放")]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "字" * 81}, "title"),
        ({"aim": "字" * 1001}, "aim"),
        ({"ends_on": timezone.localdate() - DAY}, "ends_on"),
        ({"ends_on": timezone.localdate() + 4000 * DAY}, "ends_on"),
        ({"stages": [("", None)]}, "stages"),
        ({"stages": [("字" * 41, None)]}, "stages"),
        ({"stages": [("摸底", timezone.localdate() - DAY)]}, "stages"),
        ({"stages": [("摸底", None)] * 13}, "stages"),
    ],
)
def test_draft_project_bad_input_names_the_field(circle, terms, field):
    with pytest.raises(BadInput) as refusal:
        make_project(circle, state="draft", **terms)
    assert refusal.value.field == field
    assert not Project.objects.exists()


def test_draft_project_for_others_is_refused(circle):
    for by in (circle.staff, circle.street_staff, circle.other_liaison, circle.stranger):
        with pytest.raises(NotPermitted):
            make_project(circle, state="draft", by=by)


def test_draft_project_outside_the_alliance_is_refused(circle):
    elsewhere = make_alliance(host=circle.stranger.organisation)
    with pytest.raises(NotPermitted, match="目前不是"):
        make_project(circle, state="draft", alliance=elsewhere)


def test_change_project_draft(circle):
    project = make_project(circle, state="draft", stages=[("摸底", None), ("开放", None), ("总结", None)])
    first = stage(project, 1).pk
    project = actions.change_project(
        project=project,
        by=circle.liaison,
        title="新名称",
        aim="目标",
        stages=[("调查", None), ("开放", None)],
    )
    assert (project.title, project.aim) == ("新名称", "目标")
    assert [one.title for one in project.stages.all()] == ["调查", "开放"]
    assert stage(project, 1).pk == first
    assert actions.change_project(project=project, by=circle.liaison, aim="").title == "新名称"


def test_change_project_running_has_other_stages_and_a_later_end_only(circle):
    project = make_project(circle, stages=[("摸底", None), ("开放", None)])
    actions.complete_stage(stage=stage(project, 1), by=circle.liaison, done_on=timezone.localdate())
    later_end = project.ends_on + 30 * DAY
    actions.change_project(
        project=project,
        by=circle.liaison,
        ends_on=later_end,
        stages=[("试开放", None), ("全面开放", later_end)],
    )
    assert [one.title for one in project.stages.all()] == ["摸底", "试开放", "全面开放"]
    assert stage(project, 1).done_on == timezone.localdate()
    with pytest.raises(InvalidTransition, match="只有草稿可以改"):
        actions.change_project(project=project, by=circle.liaison, title="别的")
    with pytest.raises(BadInput, match="不在项目起止日期之内"):
        actions.change_project(project=project, by=circle.liaison, ends_on=later_end - DAY)


@pytest.mark.parametrize("state", ["proposed", "refused", "stopped", "done"])
def test_change_project_out_of_the_owners_hands_is_refused(circle, state):
    project = make_project(circle, state=state)
    with pytest.raises(InvalidTransition):
        actions.change_project(project=project, by=circle.liaison, stages=[])
    with pytest.raises(InvalidTransition):
        actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)


# --- Proposing and setting up ---------------------------------------------------------------------
def test_propose_and_set_up_project(circle):
    project = make_project(circle, state="draft")
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison, part="出场地")
    assert not told("project_partnered")
    project = actions.propose_project(project=project, by=circle.liaison)
    assert project.state == ProjectState.PROPOSED
    assert told("project_proposed") == {"王敏"}
    project = actions.set_up_project(project=project, by=circle.street_staff)
    assert (project.state, project.decided_by) == (ProjectState.RUNNING, circle.street_staff)
    assert told("project_set_up") == {"陈嘉", "周洁"}
    actions.add_partner(project=project, organisation=circle.other_unit, by=circle.liaison)
    assert told("project_partnered") == {"林放"}


def test_propose_project_by_others_or_twice_is_refused(circle):
    project = make_project(circle, state="draft")
    with pytest.raises(NotPermitted):
        actions.propose_project(project=project, by=circle.street_staff)
    actions.propose_project(project=project, by=circle.liaison)
    with pytest.raises(InvalidTransition, match="已经是"):
        actions.propose_project(project=project, by=circle.liaison)


def test_propose_project_that_is_over_is_refused(circle):
    today = timezone.localdate()
    project = make_project(circle, state="draft", starts_on=today - 9 * DAY, ends_on=today - DAY)
    with pytest.raises(InvalidTransition, match="结束日期已过") as caught:
        actions.propose_project(project=project, by=circle.liaison)
    assert caught.value.field == "ends_on"


def test_set_up_and_refuse_are_the_hosts(circle):
    project = make_project(circle, state="proposed")
    for by in (circle.liaison, circle.staff, circle.other_liaison, circle.stranger):
        with pytest.raises(NotPermitted, match="主办组织"):
            actions.set_up_project(project=project, by=by)
        with pytest.raises(NotPermitted, match="主办组织"):
            actions.refuse_project(project=project, by=by, reason="经费没有落实")
    with pytest.raises(BadInput):
        actions.refuse_project(project=project, by=circle.street_staff, reason=" ")
    project = actions.refuse_project(project=project, by=circle.street_staff, reason="经费没有落实")
    assert (project.state, project.reason) == (ProjectState.REFUSED, "经费没有落实")
    assert told("project_refused") == {"陈嘉"}
    with pytest.raises(InvalidTransition):
        actions.set_up_project(project=project, by=circle.street_staff)


def test_stop_project_by_owner_or_host(circle):
    draft = make_project(circle, state="draft")
    with pytest.raises(NotPermitted):
        actions.stop_project(project=draft, by=circle.other_liaison, reason="不办了")
    actions.stop_project(project=draft, by=circle.liaison, reason="不办了")
    assert not told("project_stopped")
    proposed = make_project(circle, state="proposed")
    with pytest.raises(InvalidTransition, match="不予立项"):
        actions.stop_project(project=proposed, by=circle.street_staff, reason="不办了")
    running = make_project(circle)
    running = actions.stop_project(project=running, by=circle.street_staff, reason="场地拆迁")
    assert (running.state, running.reason) == (ProjectState.STOPPED, "场地拆迁")
    assert running.ended_at
    assert told("project_stopped") == {"陈嘉"}


# --- Stages ---------------------------------------------------------------------------------------
def test_complete_stage_one_after_the_other(circle):
    today = timezone.localdate()
    project = make_project(circle, starts_on=today - DAY, stages=[("摸底", None), ("开放", None)])
    with pytest.raises(InvalidTransition, match="请先办那一个"):
        actions.complete_stage(stage=stage(project, 2), by=circle.liaison, done_on=today)
    with pytest.raises(BadInput, match="还没有到"):
        actions.complete_stage(stage=stage(project, 1), by=circle.liaison, done_on=today + DAY)
    done = actions.complete_stage(
        stage=stage(project, 1), by=circle.liaison, done_on=today, note="走访 60 户"
    )
    assert (done.done_on, done.done_by, done.note) == (today, circle.liaison, "走访 60 户")
    with pytest.raises(InvalidTransition, match="已经完成"):
        actions.complete_stage(stage=stage(project, 1), by=circle.liaison, done_on=today)
    with pytest.raises(BadInput, match="早于上一阶段"):
        actions.complete_stage(stage=stage(project, 2), by=circle.liaison, done_on=today - DAY)
    with pytest.raises(NotPermitted):
        actions.complete_stage(stage=stage(project, 2), by=circle.street_staff, done_on=today)
    actions.complete_stage(stage=stage(project, 2), by=circle.liaison, done_on=today)


def test_complete_stage_not_before_the_project(circle):
    today = timezone.localdate()
    project = make_project(circle, starts_on=today + 9 * DAY, stages=[("摸底", None), ("开放", None)])
    with pytest.raises(BadInput, match="早于项目开始") as refused:
        actions.complete_stage(stage=stage(project, 1), by=circle.liaison, done_on=today - DAY)
    assert refused.value.field == "done_on"
    actions.complete_stage(stage=stage(project, 1), by=circle.liaison, done_on=today)


def test_reopen_stage_the_last_one_with_a_reason(circle):
    project = make_project(circle, stages=[("摸底", None), ("开放", None)])
    for number in (1, 2):
        actions.complete_stage(
            stage=stage(project, number), by=circle.liaison, done_on=timezone.localdate()
        )
    with pytest.raises(InvalidTransition, match="先重开那一个"):
        actions.reopen_stage(stage=stage(project, 1), by=circle.liaison, reason="填错了")
    with pytest.raises(BadInput):
        actions.reopen_stage(stage=stage(project, 2), by=circle.liaison, reason="")
    open_again = actions.reopen_stage(stage=stage(project, 2), by=circle.liaison, reason="填错了")
    assert open_again.done_on is None
    assert Change.objects.about(open_again).first().reason == "填错了"
    with pytest.raises(InvalidTransition, match="不用重开"):
        actions.reopen_stage(stage=stage(project, 2), by=circle.liaison, reason="填错了")


@pytest.mark.parametrize("state", ["draft", "proposed", "done", "stopped"])
def test_complete_stage_of_what_does_not_run_is_refused(circle, state):
    project = make_project(circle, state=state, stages=[("摸底", None)])
    with pytest.raises(InvalidTransition, match="不能填报阶段"):
        actions.complete_stage(stage=stage(project, 1), by=circle.liaison, done_on=timezone.localdate())


# --- The end --------------------------------------------------------------------------------------
def test_finish_project_with_all_stages_done(circle):
    project = make_project(circle, stages=[("摸底", None)])
    with pytest.raises(BadInput, match="没完成的阶段：摸底"):
        actions.finish_project(project=project, by=circle.liaison, result="办了三场")
    actions.complete_stage(stage=stage(project, 1), by=circle.liaison, done_on=timezone.localdate())
    with pytest.raises(NotPermitted):
        actions.finish_project(project=project, by=circle.street_staff, result="办了三场")
    with pytest.raises(BadInput, match="办结情况"):
        actions.finish_project(project=project, by=circle.liaison, result="")
    project = actions.finish_project(project=project, by=circle.liaison, result="办了三场")
    assert (project.state, project.result, project.reason) == (ProjectState.DONE, "办了三场", "")
    assert told("project_finished") == {"王敏"}


def test_finish_project_with_a_reason_for_what_is_left(circle):
    project = make_project(circle, stages=[("摸底", None)])
    project = actions.finish_project(project=project, by=circle.liaison, result="没办成", reason="没有场地")
    assert (project.state, project.reason) == (ProjectState.DONE, "没有场地")


def test_finish_project_names_the_open_claims(circle):
    project = make_project(circle)
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)
    claim = make_claim(circle, make_listing(circle))
    actions.group_listing(project=project, listing=claim.listing, by=circle.liaison)
    with pytest.raises(ProjectHasClaims, match="梧桐医院 认领的“夜间停车位”（待答复）"):
        actions.finish_project(project=project, by=circle.liaison, result="办了三场")
    actions.decline_claim(claim=claim, by=circle.staff, reason="换人")
    actions.finish_project(project=project, by=circle.liaison, result="办了三场")


# --- Partners -------------------------------------------------------------------------------------
def test_add_partner_once_and_of_the_alliance(circle):
    project = make_project(circle)
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)
    with pytest.raises(Conflict, match="已经是参与单位"):
        actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)
    with pytest.raises(BadInput, match="牵头单位"):
        actions.add_partner(project=project, organisation=circle.unit, by=circle.liaison)
    with pytest.raises(NotPermitted, match="目前不是"):
        actions.add_partner(project=project, organisation=circle.stranger.organisation, by=circle.liaison)
    with pytest.raises(NotPermitted):
        actions.add_partner(project=project, organisation=circle.other_unit, by=circle.staff)
    with pytest.raises(BadInput) as refusal:
        actions.add_partner(
            project=project, organisation=circle.other_unit, by=circle.liaison, part="字" * 101
        )
    assert refusal.value.field == "part"


def test_remove_partner_not_while_its_listing_is_in(circle):
    project = make_project(circle)
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)
    listing = make_listing(circle)
    actions.group_listing(project=project, listing=listing, by=circle.liaison)
    with pytest.raises(Conflict, match="请先移出"):
        actions.remove_partner(project=project, organisation=circle.community, by=circle.liaison)
    actions.ungroup_listing(listing=Listing.objects.get(pk=listing.pk), by=circle.staff)
    actions.remove_partner(project=project, organisation=circle.community, by=circle.liaison)
    assert not project.partners.exists()
    with pytest.raises(Conflict, match="不是这个项目的参与单位"):
        actions.remove_partner(project=project, organisation=circle.community, by=circle.liaison)


# --- Grouping -------------------------------------------------------------------------------------
def test_group_listing_of_owner_or_partner_only(circle):
    project = make_project(circle)
    listing = make_listing(circle)
    with pytest.raises(NotPermitted, match="先把它加为参与单位"):
        actions.group_listing(project=project, listing=listing, by=circle.liaison)
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)
    with pytest.raises(NotPermitted):
        actions.group_listing(project=project, listing=listing, by=circle.other_liaison)
    grouped = actions.group_listing(project=project, listing=listing, by=circle.staff)
    assert grouped.project == project
    with pytest.raises(InvalidTransition, match="请先从那里移出"):
        actions.group_listing(project=make_project(circle), listing=grouped, by=circle.liaison)


def test_group_listing_a_draft_is_put_in_by_its_own_side(circle):
    project = make_project(circle)
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)
    draft = make_listing(circle, is_published=False)
    with pytest.raises(NotPermitted):
        actions.group_listing(project=project, listing=draft, by=circle.liaison)
    assert actions.group_listing(project=project, listing=draft, by=circle.staff).project == project


def test_group_listing_that_came_to_nothing_or_into_what_is_over_is_refused(circle):
    own = make_listing(circle, organisation=circle.unit, by=circle.liaison)
    for state in ("done", "stopped", "refused"):
        with pytest.raises(InvalidTransition, match="还没结束的项目"):
            actions.group_listing(project=make_project(circle, state=state), listing=own, by=circle.liaison)
    actions.shelve_listing(listing=own, by=circle.liaison, reason="没有场地")
    with pytest.raises(InvalidTransition, match="请选择已发布的条目"):
        actions.group_listing(project=make_project(circle), listing=own, by=circle.liaison)


def test_ungroup_listing_needs_a_project_that_lives(circle):
    own = make_listing(circle, organisation=circle.unit, by=circle.liaison)
    with pytest.raises(InvalidTransition, match="不用移出"):
        actions.ungroup_listing(listing=own, by=circle.liaison)
    project = make_project(circle)
    actions.group_listing(project=project, listing=own, by=circle.liaison)
    actions.stop_project(project=project, by=circle.liaison, reason="不办了")
    with pytest.raises(InvalidTransition):
        actions.ungroup_listing(listing=Listing.objects.get(pk=own.pk), by=circle.liaison)


def test_listing_project_stands_in_the_same_alliance(circle):
    """The database by itself."""
    listing = make_listing(circle)
    elsewhere = make_project(make_circle_beside())
    for project in (make_project(circle, state="done"), make_project(circle, state="refused"), elsewhere):
        with pytest.raises(IntegrityError, match="same alliance"), transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(project=project)


# --- Turned into a project ------------------------------------------------------------------------
def test_turn_into_project_takes_the_listings_words(circle):
    until = timezone.localdate() + 20 * DAY
    listing = make_listing(
        circle, title="老人助餐", note="六十位老人", done_means="开餐满一月", valid_until=until
    )
    project = actions.turn_into_project(listing=listing, by=circle.staff, reason="几家单位一起办")
    listing.refresh_from_db()
    assert (listing.state, listing.exit_reason) == (ListingState.PROJECT, "几家单位一起办")
    assert listing.project == project
    assert (project.state, project.owner, project.title) == ("draft", circle.community, "老人助餐")
    assert project.aim == "六十位老人\n办结标准：开餐满一月"
    assert (project.starts_on, project.ends_on) == (timezone.localdate(), until)
    with pytest.raises(InvalidTransition, match="不能移出"):
        actions.ungroup_listing(listing=listing, by=circle.staff)


def test_turn_into_project_refused_while_claims_bind(circle):
    claim = make_accepted_claim(circle, make_listing(circle))
    with pytest.raises(ListingHasClaims, match="梧桐医院"):
        actions.turn_into_project(listing=claim.listing, by=circle.staff, reason="一起办")
    assert not Project.objects.exists()


def test_turn_into_project_refusals(circle):
    listing = make_listing(circle)
    with pytest.raises(NotPermitted):
        actions.turn_into_project(listing=listing, by=circle.liaison, reason="一起办")
    with pytest.raises(BadInput):
        actions.turn_into_project(listing=listing, by=circle.staff, reason="")
    draft = make_listing(circle, is_published=False)
    with pytest.raises(InvalidTransition):
        actions.turn_into_project(listing=draft, by=circle.staff, reason="一起办")
    own = make_listing(circle, organisation=circle.unit, by=circle.liaison)
    actions.group_listing(project=make_project(circle), listing=own, by=circle.liaison)
    with pytest.raises(InvalidTransition, match="已归入项目"):
        actions.turn_into_project(listing=own, by=circle.liaison, reason="一起办")


# --- From a duty ----------------------------------------------------------------------------------
def test_draft_project_from_duty_takes_every_word_from_it():
    w = make_case()
    duty = make_duty(
        w.alliance, lead=w.unit, decision=w.decision, title="夜间停车", done_means="开放 60 个车位"
    )
    duty.partners.create(organisation=w.other)
    project = actions.draft_project_from_duty(duty=duty, by=w.liaison)
    assert (project.alliance, project.owner, project.duty) == (w.alliance, w.unit, duty)
    assert (project.title, project.ends_on) == ("夜间停车", duty.due_on)
    assert project.aim == f"办结标准：开放 60 个车位\n来自{w.decision}：同意。"
    assert [one.organisation for one in project.partners.all()] == [w.other]
    with pytest.raises(AlreadyListed, match="请直接修改那一个"):
        actions.draft_project_from_duty(duty=duty, by=w.liaison)
    assert actions.draft_project_from_duty(duty=duty, by=w.staff).owner == w.street
    actions.stop_project(project=project, by=w.liaison, reason="重写")
    actions.draft_project_from_duty(duty=duty, by=w.liaison)


def test_draft_project_from_duty_by_others_is_refused():
    w = make_case()
    for person in (w.liaison2, w.district_admin, w.auditor, w.stranger):
        with pytest.raises(NotPermitted):
            actions.draft_project_from_duty(duty=w.duty, by=person)


# --- Last year's ----------------------------------------------------------------------------------
def test_copy_project_a_year_later_with_stages_and_partners(circle):
    today = timezone.localdate()
    last = later(today.replace(day=1), -1)
    project = make_project(
        circle,
        state="draft",
        title=f"{last.year}年暑期托管",
        aim="目标",
        starts_on=last,
        ends_on=last + 60 * DAY,
        stages=[("报名", last + 10 * DAY), ("开班", None)],
    )
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison, part="出场地")
    actions.add_partner(project=project, organisation=circle.other_unit, by=circle.liaison)
    circle.alliance.memberships.filter(organisation=circle.other_unit).update(
        starts_on=today - 9 * DAY, ends_on=today - DAY
    )
    copy = actions.copy_project(project=project, by=circle.liaison)
    assert (copy.state, copy.copied_from, copy.title) == ("draft", project, f"{today.year}年暑期托管")
    assert (copy.starts_on, copy.aim) == (later(last, 1), "目标")
    assert [(one.title, one.due_on) for one in copy.stages.all()] == [
        ("报名", later(last + 10 * DAY, 1)),
        ("开班", None),
    ]
    assert [(one.organisation, one.part) for one in copy.partners.all()] == [(circle.community, "出场地")]
    with pytest.raises(NotPermitted):
        actions.copy_project(project=project, by=circle.staff)


def test_copy_project_without_a_year_in_its_title_gets_one(circle):
    project = make_project(circle, title="暑期托管")
    year = project.starts_on.year + 1
    assert actions.copy_project(project=project, by=circle.liaison).title == f"{year}年暑期托管"


def test_later_knows_leap_years():
    assert later(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert later(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


# --- Walls ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "lost"}, "project_state_known"),
        ({"title": ""}, "project_has_title"),
        ({"ends_on": dt.date(2020, 1, 1)}, "project_days_in_order"),
        ({"state": "refused"}, "project_exit_has_reason"),
        ({"proposed_at": None}, "project_proposed_has_moment"),
        ({"decided_by": None}, "project_decided_paired"),
        ({"decided_by": None, "decided_at": None}, "project_running_was_decided"),
        ({"ended_at": timezone.now()}, "project_end_has_moment"),
        ({"state": "done", "ended_at": timezone.now()}, "project_done_has_result"),
    ],
)
def test_project_constraints(circle, values, name):
    project = make_project(circle)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"position": 13}, "project_stage_at_most_12"),
        ({"title": ""}, "project_stage_has_title"),
        ({"done_on": dt.date(2026, 1, 1)}, "project_stage_done_paired"),
    ],
)
def test_project_stage_constraints(circle, values, name):
    project = make_project(circle, stages=[("摸底", None)])
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        project.stages.update(**values)


def test_project_partner_once_and_one_live_project_per_duty(circle):
    project = make_project(circle)
    ProjectPartner.objects.create(project=project, organisation=circle.community)
    with pytest.raises(IntegrityError, match="project_partner_once"), transaction.atomic():
        ProjectPartner.objects.create(project=project, organisation=circle.community)
    w = make_case()
    first = actions.draft_project_from_duty(duty=w.duty, by=w.liaison)
    first.pk = None
    with pytest.raises(IntegrityError, match="project_live_once_per_duty"), transaction.atomic():
        first.save(force_insert=True)


def make_circle_beside():
    """Another street's circle with a project of its own."""
    return make_circle(name="另一个联盟")
