"""The clock opens one survey about each finished claim and closes what is over, however often it runs."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from assessments.actions import keys
from assessments.actions.surveys import close_survey
from assessments.models import Answer, Survey
from assessments.states import SurveyState
from assessments.tasks import close_due_surveys, open_due_surveys
from members.models import Change, Notification
from projects.models import Claim, Delivery
from tests.factories import assessments as make
from tests.factories.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    """The world's own street; nobody was asked about any delivery yet."""
    home = make_world().home
    Survey.objects.all().delete()
    # The other streets' deliveries are of no interest here.
    Delivery.objects.exclude(pk=home.delivery.pk).update(
        acknowledged_at=timezone.now() - dt.timedelta(days=61)
    )
    return home


def test_open_due_surveys_asks_about_a_finished_claim_once(home):
    open_due_surveys()
    open_due_surveys()
    survey = Survey.objects.get()
    assert (survey.delivery, survey.organisation) == (home.delivery, home.community)
    assert survey.closes_on == timezone.localdate() + dt.timedelta(days=10)
    assert Change.objects.about(survey).get().user_id is None
    assert Notification.objects.filter(kind="survey_opened", recipient=home.community_staff).count() == 1


@pytest.mark.django_db(transaction=True)
def test_open_due_surveys_four_runs_at_once_open_one(home):
    before = set(keys.kept_keys())
    start = threading.Barrier(4)
    failures = []

    def run():
        try:
            start.wait(timeout=20)
            open_due_surveys()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    survey = Survey.objects.get()
    assert set(keys.kept_keys()) - before == {survey.public_id}


def test_open_due_surveys_asks_by_the_last_delivery_of_a_claim(home):
    first = home.delivery
    last = Delivery.objects.create(
        claim=first.claim, quantity=1, accepted_quantity=1, done_on=first.done_on, state=first.state,
        acknowledge_due=first.acknowledge_due, reported_by=first.reported_by,
        acknowledged_at=first.acknowledged_at, acknowledged_by=first.acknowledged_by,
    )  # fmt: skip
    open_due_surveys()
    assert Survey.objects.get().delivery == last


def test_open_due_surveys_leaves_old_unfinished_and_unit_deliveries_alone(home):
    Claim.objects.filter(pk=home.done_claim.pk).update(state="agreed")
    open_due_surveys()
    Claim.objects.filter(pk=home.done_claim.pk).update(state="delivered")
    Delivery.objects.update(acknowledged_at=timezone.now() - dt.timedelta(days=61))
    open_due_surveys()
    Delivery.objects.filter(pk=home.delivery.pk).update(acknowledged_at=timezone.now())
    listing = home.need
    listing.organisation = home.unit
    listing.save()
    open_due_surveys()
    assert not Survey.objects.exists()


def test_close_due_surveys_closes_what_is_over_and_nothing_else():
    over, running = make.make_survey(), make.make_survey()
    make.make_answers(over, 12)
    make.end(over)
    close_due_surveys()
    close_due_surveys()
    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.state, running.state) == (SurveyState.CLOSED, SurveyState.OPEN)
    assert Answer.objects.filter(survey=over).count() == 12


def test_close_due_surveys_goes_on_after_a_missing_key():
    stuck, other = make.make_survey(), make.make_survey()
    for survey in (stuck, other):
        make.make_answers(survey, 10)
        make.end(survey)
    (Path(settings.SURVEY_KEY_DIR) / f"{stuck.public_id}.key").unlink()
    close_due_surveys()
    other.refresh_from_db()
    assert other.state == SurveyState.CLOSED


def test_close_due_surveys_removes_a_key_left_by_a_killed_closing():
    survey = make.end(make.make_survey())
    # Killed between the commit and the step after it, which here never comes.
    close_survey(survey=survey, by=None)
    assert survey.public_id in keys.kept_keys()
    close_due_surveys()
    assert survey.public_id not in keys.kept_keys()
