"""The pages and the API of projects: who sees and does what, wrong input, what a list costs, what the clock tells."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import Notification
from projects import actions
from projects.models import Listing, Project
from projects.reports.projects import project_totals
from projects.reports.work import work_for
from projects.states import ListingState, ProjectState
from projects.tasks import remind_due
from tests.factories.duties import make_case
from tests.factories.projects import make_agreed_claim, make_listing, make_project

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def page(client, name, *args, query="", status=200):
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status
    return response.content.decode()


def post(client, name, *args, status=302, **data):
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def form(**data):
    today = timezone.localdate()
    return {
        "title": "暑期托管",
        "starts_on": today.isoformat(),
        "ends_on": (today + 60 * DAY).isoformat(),
        "stages-TOTAL_FORMS": 3,
        "stages-INITIAL_FORMS": 0,
        "stages-0-title": "报名",
        "stages-2-title": "开班",
        **data,
    }


# --- Lists ----------------------------------------------------------------------------------------
def test_project_list_filters(circle, as_):
    today = timezone.localdate()
    make_project(circle, title="儿童友好社区")
    make_project(circle, title="还是草稿", state="draft")
    old = make_project(circle, title="前年的事")
    year_before_last = today.replace(year=today.year - 2, day=1)
    Project.objects.filter(pk=old.pk).update(
        starts_on=year_before_last, ends_on=year_before_last + dt.timedelta(days=1)
    )
    client = as_(circle.other_liaison)
    assert "儿童友好社区" in page(client, "project-list")
    assert "还是草稿" not in page(client, "project-list")
    assert "前年的事" not in page(client, "project-list", query=f"?year={today.year}")
    assert "前年的事" in page(client, "project-list", query=f"?year={today.year - 2}")
    assert "儿童友好社区" in page(client, "project-list", query="?q=儿童&view=running&state=running")
    assert "儿童友好社区" not in page(client, "project-list", query="?view=own")
    assert "儿童友好社区" in page(client, "project-list", query=f"?owner={circle.unit.pk}")
    assert "没有符合条件" in page(client, "project-list", query=f"?owner={circle.community.pk}")
    page(client, "project-list", query="?year=20x6", status=400)
    assert "儿童友好社区" not in page(as_(circle.stranger), "project-list")


def test_project_list_bears_the_alliances_own_name(circle, as_):
    circle.alliance.projects_name = "共建项目单"
    circle.alliance.save()
    assert "共建项目单" in page(as_(circle.liaison), "project-list")


def test_project_list_costs_the_same_at_3_and_20_rows(circle, as_):
    client = as_(circle.liaison)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(client, "project-list")
        return len(queries)

    def add(number):
        for _ in range(number):
            make_project(circle, stages=[("摸底", None)])

    add(3)
    three = cost()
    add(17)
    assert cost() == three <= 8


# --- Writing --------------------------------------------------------------------------------------
def test_project_new_then_change(circle, as_):
    client = as_(circle.liaison)
    post(client, "project-new", **form())
    project = Project.objects.get()
    assert [one.title for one in project.stages.all()] == ["报名", "开班"]
    assert "提交立项" in page(client, "project-detail", project.pk)
    post(client, "project-change", project.pk, **form(title="暑期托管班", **{"stages-0-title": ""}))
    project.refresh_from_db()
    assert (project.title, project.stages.get().title) == ("暑期托管班", "开班")


def test_project_new_names_what_is_wrong(circle, as_):
    client = as_(circle.liaison)
    assert "请填写“项目名称”" in post(client, "project-new", status=400, **form(title=""))
    wrong = form(**{"stages-1-due_on": timezone.localdate().isoformat()})
    assert "阶段 2" in post(client, "project-new", status=400, **wrong)
    late = form(**{"stages-0-due_on": "2099-01-01"})
    assert "不在项目起止日期之内" in post(client, "project-new", status=400, **late)
    assert not Project.objects.exists()


def test_project_pages_of_others_are_missing(circle, as_):
    draft = make_project(circle, state="draft")
    page(as_(circle.other_liaison), "project-detail", draft.pk, status=404)
    running = make_project(circle)
    page(as_(circle.stranger), "project-detail", running.pk, status=404)
    page(as_(circle.other_liaison), "project-change", running.pk, status=403)
    post(as_(circle.other_liaison), "project-set-up", running.pk, status=403)


# --- One project from its draft to its end --------------------------------------------------------
def test_project_from_draft_to_done_on_its_page(circle, as_):
    project = make_project(circle, state="draft", stages=[("摸底", None)])
    client = as_(circle.liaison)
    post(client, "project-add-partner", project.pk, organisation=circle.community.pk, part="出场地")
    post(client, "project-propose", project.pk)
    assert "梧桐街道</b> 决定是否立项" in page(client, "project-detail", project.pk)
    host = as_(circle.street_staff)
    assert "不予立项" in page(host, "project-detail", project.pk)
    post(host, "project-set-up", project.pk)
    listing = make_agreed_claim(circle).listing
    client = as_(circle.liaison)
    post(client, "project-group", project.pk, listing=listing.pk)
    seen = page(client, "project-detail", project.pk)
    assert "出场地" in seen
    assert listing.title in seen
    assert "项下的协议" in seen
    stage = project.stages.get()
    today = timezone.localdate().isoformat()
    post(client, "project-complete-stage", project.pk, stage=stage.pk, done_on=today, note="走访 60 户")
    assert "走访 60 户" in page(client, "project-detail", project.pk)
    post(client, "project-reopen-stage", project.pk, stage=stage.pk, reason="填错了")
    post(client, "project-complete-stage", project.pk, stage=stage.pk, done_on=today)
    refused = post(client, "project-finish", project.pk, status=400, result="办了三场")
    assert "还有未办结的认领" in refused
    post(client, "project-ungroup", project.pk, listing=listing.pk)
    post(client, "project-remove-partner", project.pk, organisation=circle.community.pk)
    post(client, "project-finish", project.pk, result="办了三场")
    assert "办了三场" in page(client, "project-detail", project.pk)
    response = client.post(reverse("project-copy", args=[project.pk]))
    copy = Project.objects.get(copied_from=project)
    assert response.url == reverse("project-change", args=[copy.pk])


def test_project_exits_ask_for_a_reason(circle, as_):
    project = make_project(circle, state="proposed")
    client = as_(circle.street_staff)
    assert "请填写“原因”" in post(client, "project-refuse", project.pk, status=400, reason="")
    post(client, "project-refuse", project.pk, reason="经费没有落实")
    assert "经费没有落实" in page(as_(circle.liaison), "project-detail", project.pk)
    running = make_project(circle)
    post(as_(circle.liaison), "project-stop", running.pk, reason="场地拆迁")
    running.refresh_from_db()
    assert running.state == ProjectState.STOPPED


def test_project_stage_of_another_project_is_missing(circle, as_):
    mine, other = (make_project(circle, stages=[("摸底", None)]) for _turn in range(2))
    stage, today = other.stages.get(), timezone.localdate().isoformat()
    client = as_(circle.liaison)
    post(client, "project-complete-stage", mine.pk, stage=stage.pk, done_on=today, status=404)
    post(client, "project-complete-stage", mine.pk, stage="x", done_on=today, status=404)
    post(client, "project-ungroup", mine.pk, listing="x", status=404)
    post(client, "project-remove-partner", mine.pk, organisation="", status=404)


def test_listing_turned_into_a_project_on_its_page(circle, as_):
    listing = make_listing(circle)
    client = as_(circle.staff)
    assert "转为项目" in page(client, "listing-detail", listing.pk)
    post(client, "listing-turn-into-project", listing.pk, reason="几家一起办")
    assert Listing.objects.get().state == ListingState.PROJECT
    address = Project.objects.get().get_absolute_url()
    assert address in page(client, "listing-detail", listing.pk)
    # The draft of the project is still its own side's.
    assert address not in page(as_(circle.liaison), "listing-detail", listing.pk)


def test_duty_page_leads_to_its_projects(as_):
    w = make_case()
    client = as_(w.liaison)
    assert reverse("duty-projects", args=[w.duty.pk]) in page(client, "duty-detail", w.duty.pk)
    assert "由这件事项拟项目" in page(client, "duty-projects", w.duty.pk)
    post(client, "duty-draft-project", w.duty.pk)
    project = Project.objects.get()
    seen = page(client, "duty-projects", w.duty.pk)
    assert project.get_absolute_url() in seen
    assert "请直接修改那一个" in seen
    assert w.duty.get_absolute_url() in page(client, "project-detail", project.pk)
    assert "由这件事项拟项目" not in page(as_(w.liaison2), "duty-projects", w.duty.pk)


# --- Numbers, the day's work, the clock -----------------------------------------------------------
def test_project_totals_count_what_lies_under_it(circle):
    project = make_project(circle)
    actions.add_partner(project=project, organisation=circle.community, by=circle.liaison)
    for claim in (make_agreed_claim(circle), make_agreed_claim(circle)):
        actions.group_listing(project=project, listing=claim.listing, by=circle.staff)
    with CaptureQueriesContext(connection) as queries:
        totals = project_totals(project)
    assert len(queries) == 2
    assert (totals.needs, totals.resources, totals.claims, totals.open_claims) == (2, 0, 2, 2)
    assert (totals.agreements, totals.deliveries) == (2, 0)


def titles(user) -> list[str]:
    return [work.title for work in work_for(user) if "项目" in work.title or "立项" in work.title]


def test_projects_are_work_of_owner_and_host(circle):
    draft = make_project(circle, state="draft", title="甲")
    assert titles(circle.liaison) == ["提交立项：甲"]
    actions.propose_project(project=draft, by=circle.liaison)
    assert titles(circle.street_staff) == ["待立项：甲"]
    assert titles(circle.liaison) == ["等 梧桐街道 立项：甲"]
    actions.set_up_project(project=draft, by=circle.street_staff)
    assert titles(circle.liaison) == []
    soon = timezone.localdate() + 5 * DAY
    make_project(circle, title="乙", stages=[("摸底", soon)])
    assert titles(circle.liaison) == ["项目阶段到期：乙"]
    assert titles(circle.other_liaison) == []


def test_remind_due_calls_the_next_stage_to_mind(circle):
    today = timezone.localdate()
    make_project(circle, stages=[("摸底", today), ("开放", today)])
    make_project(circle, state="proposed", stages=[("摸底", today)])
    remind_due()
    remind_due()
    message = Notification.objects.get(kind="project_stage_due")
    assert (message.recipient, message.due) == (circle.liaison, today)


# --- The API --------------------------------------------------------------------------------------
def test_api_projects_from_draft_to_done(circle, as_):
    client = as_(circle.liaison)
    today = timezone.localdate().isoformat()

    def call(address, status=200, **data):
        response = client.post(f"/api/projects/{address}", data, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    made = call(
        "", 201, alliance=circle.alliance.pk, owner=circle.unit.pk, title="托管", starts_on=today,
        ends_on=today, stages=[{"title": "报名"}],
    )  # fmt: skip
    pk = made["id"]
    assert made["stages"][0]["title"] == "报名"
    assert call(f"{pk}/change/", title="托管班")["title"] == "托管班"
    partners = call(f"{pk}/add-partner/", organisation=circle.community.pk, part="出场地")["partners"]
    assert partners[0]["part"] == "出场地"
    assert call(f"{pk}/propose/")["state"] == "proposed"
    call(f"{pk}/set-up/", 403)
    client = as_(circle.street_staff)
    assert call(f"{pk}/set-up/")["state"] == "running"
    client = as_(circle.liaison)
    listing = make_listing(circle)
    call(f"{pk}/group/", listing=listing.pk)
    call(f"{pk}/ungroup/", listing=listing.pk)
    call(f"{pk}/ungroup/", 400, listing=listing.pk)
    stage = made["stages"][0]["id"]
    assert call(f"{pk}/complete-stage/", stage=stage, done_on=today)["stages"][0]["done_on"] == today
    call(f"{pk}/reopen-stage/", stage=stage, reason="填错了")
    call(f"{pk}/complete-stage/", 404, stage=stage + 999, done_on=today)
    assert not call(f"{pk}/remove-partner/", organisation=circle.community.pk)["partners"]
    call(f"{pk}/finish/", 400, result="办了三场")
    done = call(f"{pk}/finish/", result="办了三场", reason="提前办完")
    assert (done["state"], done["result"]) == ("done", "办了三场")
    assert call(f"{pk}/copy/", 201)["copied_from"] == pk
    call(f"{pk}/stop/", 409, reason="不办了")
    row = client.get("/api/projects/?state=done").json()["results"][0]
    assert (row["id"], row["owner_name"]) == (pk, "梧桐医院")
    assert set(row) <= set(client.get(f"/api/projects/{pk}/").json())


def test_api_listing_turned_into_a_project_and_project_of_a_duty(circle, as_):
    listing = make_listing(circle)
    client = as_(circle.staff)
    address = f"/api/listings/{listing.pk}/turn-into-project/"
    made = client.post(address, {"reason": "一起办"}, content_type="application/json")
    assert (made.status_code, made.json()["title"]) == (201, listing.title)
    w = make_case()
    client = as_(w.liaison)
    made = client.post(
        "/api/projects/draft-from-duty/", {"duty": w.duty.pk}, content_type="application/json"
    )
    assert (made.status_code, made.json()["duty"]) == (201, w.duty.pk)
