"""What two people do to one project at once: one of them is told so; each race with a careless twin that fails."""

import threading
from functools import partial

import pgtrigger
import pytest
from django.db import IntegrityError, connection

from members.models import Notification
from projects import actions
from projects.actions import grouping, projects
from projects.exceptions import AlreadyListed
from projects.models import Listing, Project
from projects.states import ProjectState
from tests.factories.duties import make_case
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_circle,
    make_claim,
    make_listing,
    make_project,
)
from tests.together import at_once
from workflow.exceptions import InvalidTransition

pytestmark = pytest.mark.django_db(transaction=True)


def test_set_up_against_refuse_one_wins():
    circle = make_circle()
    for _turn in range(5):
        project = make_project(circle, state="proposed")
        results = at_once(
            partial(actions.set_up_project, project=project, by=circle.street_staff),
            partial(actions.refuse_project, project=project, by=circle.street_staff, reason="经费"),
        )
        assert sum(isinstance(one, InvalidTransition) for one in results) == 1
        project.refresh_from_db()
        assert (project.state == ProjectState.REFUSED) == bool(project.reason)
        assert Notification.objects.filter(
            row_id=project.pk, kind__in=("project_set_up", "project_refused")
        ).exists()
    assert_ledger_adds_up()


def without_lock(monkeypatch, meet):
    """The careless twin: reads without the lock, and both have read before either writes."""

    def read(project):
        found = Project.objects.with_parties().get(pk=project.pk)
        meet()
        return found

    monkeypatch.setattr(projects, "lock_project", read)
    monkeypatch.setattr(grouping, "lock_project", read)


def test_set_up_against_refuse_broken_twin_does_both(monkeypatch):
    circle = make_circle()
    project = make_project(circle, state="proposed")
    without_lock(monkeypatch, threading.Barrier(2).wait)
    results = at_once(
        partial(actions.set_up_project, project=project, by=circle.street_staff),
        partial(actions.refuse_project, project=project, by=circle.street_staff, reason="经费"),
    )
    assert not any(isinstance(one, Exception) for one in results)
    assert_ledger_adds_up()


def claimed_listing(circle):
    """A need of the owner with an open claim, and a running project."""
    listing = make_listing(circle, organisation=circle.unit, by=circle.liaison)
    make_claim(circle, listing, organisation=circle.other_unit, by=circle.other_liaison)
    return make_project(circle), listing


def has_open_claims(project: Project) -> bool:
    project.refresh_from_db()
    return project.state == ProjectState.DONE and project.listings.exists()


def test_finish_against_group_never_ends_with_open_claims():
    circle = make_circle()
    for _turn in range(5):
        project, listing = claimed_listing(circle)
        results = at_once(
            partial(actions.finish_project, project=project, by=circle.liaison, result="办完"),
            partial(actions.group_listing, project=project, listing=listing, by=circle.liaison),
        )
        assert sum(isinstance(one, InvalidTransition) for one in results) == 1
        assert not has_open_claims(project)
    assert_ledger_adds_up()


@pytest.mark.parametrize(("has_trigger", "is_broken"), [(True, False), (False, True)])
def test_finish_against_group_without_the_lock(monkeypatch, has_trigger, is_broken):
    """The trigger keeps the rule alone where finish comes first; without both a done project has open claims."""
    circle = make_circle()
    project, listing = claimed_listing(circle)
    finished = threading.Event()
    without_lock(monkeypatch, threading.Barrier(2).wait)
    real = grouping.lock_listing
    monkeypatch.setattr(grouping, "lock_listing", lambda row: finished.wait(30) and real(row))

    def finish():
        try:
            return actions.finish_project(project=project, by=circle.liaison, result="办完")
        finally:
            finished.set()

    group = partial(actions.group_listing, project=project, listing=listing, by=circle.liaison)
    if not has_trigger:
        _set_trigger("DISABLE")
    try:
        results = at_once(finish, group, refusals=(IntegrityError,))
    finally:
        if not has_trigger:
            _set_trigger("ENABLE")
    assert isinstance(results[1], IntegrityError) is has_trigger
    assert has_open_claims(project) is is_broken
    assert_ledger_adds_up()


def _set_trigger(verb: str) -> None:
    trigger = next(one for _model, one in pgtrigger.registered("projects.Listing:project_stands"))
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE projects_listing {verb} TRIGGER {trigger.get_pgid(Listing)}")


def test_draft_project_from_duty_eight_at_once_is_one():
    w = make_case()
    results = at_once(*[partial(actions.draft_project_from_duty, duty=w.duty, by=w.liaison)] * 8)
    assert sum(isinstance(one, Project) for one in results) == 1
    assert sum(isinstance(one, AlreadyListed) for one in results) == 7
