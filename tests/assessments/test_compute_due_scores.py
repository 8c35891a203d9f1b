import threading

import pytest
import time_machine
from django.db import connection

from assessments.actions.scores import compute_score
from assessments.models import Adoption, ScoreRun
from assessments.tasks import compute_due_scores
from tests.factories.scores import ENDS, STARTS, make_scored_street

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-21T10:00:00+08:00", tick=True):
        yield


def test_compute_due_scores_computes_the_quarter_that_ended_last():
    w = make_scored_street()
    compute_due_scores()
    run = ScoreRun.objects.get()
    assert (run.alliance, run.starts_on, run.ends_on, run.computed_by) == (w.alliance, STARTS, ENDS, None)
    assert run.scores.count() == 3


def test_compute_due_scores_again_adds_nothing():
    make_scored_street()
    for _ in range(3):
        compute_due_scores()
    assert ScoreRun.objects.count() == 1


def test_compute_due_scores_leaves_a_run_by_hand_alone():
    w = make_scored_street()
    compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    compute_due_scores()
    assert ScoreRun.objects.count() == 1


def test_compute_due_scores_needs_an_adoption_members_and_an_open_alliance():
    without_scheme, ended = make_scored_street(), make_scored_street()
    make_scored_street(units=0)
    Adoption.objects.filter(alliance=without_scheme.alliance).delete()
    ended.alliance.ended_on = ENDS
    ended.alliance.save()
    compute_due_scores()
    assert not ScoreRun.objects.exists()


def test_compute_due_scores_goes_on_after_a_refusal(monkeypatch):
    from assessments import tasks
    from workflow.exceptions import Conflict

    streets = [make_scored_street() for _ in range(2)]

    def compute(*, alliance, **rest):
        if alliance == streets[0].alliance:
            raise Conflict("busy")
        return compute_score(alliance=alliance, **rest)

    monkeypatch.setattr(tasks, "compute_score", compute)
    compute_due_scores()
    assert ScoreRun.objects.get().alliance == streets[1].alliance


@pytest.mark.django_db(transaction=True)
def test_compute_due_scores_four_at_once_is_once():
    for _ in range(2):
        make_scored_street()
    start = threading.Barrier(4, timeout=10)
    errors: list = []

    def run():
        try:
            start.wait()
            compute_due_scores()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not errors
    assert sorted(ScoreRun.objects.values_list("number", flat=True)) == [1, 1]
    assert ScoreRun.objects.values("alliance").distinct().count() == 2
