"""The clock over the real broker: a worker process takes the bell from Redis and reminds once."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.celery import app
from members.models import Notification
from projects.actions.claims import claim_listing
from projects.models import Claim
from projects.tasks import remind_due
from tests.flows.line import make_people, publish_need

pytestmark = pytest.mark.server
PATIENCE = 60


def _database_url() -> str:
    """The test database's address for another process."""
    d = connection.settings_dict
    host, port = d["HOST"], d["PORT"]
    address = f"postgres://{d['USER']}:{d['PASSWORD']}@" if d["PASSWORD"] else f"postgres://{d['USER']}@"
    if host.startswith("/"):
        return f"{address}/{d['NAME']}?host={host}" + (f"&port={port}" if port else "")
    return f"{address}{host}{f':{port}' if port else ''}/{d['NAME']}"


@pytest.fixture
def worker(transactional_db):
    queue = f"test-{os.getpid()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "2", "-Q", queue],
        env={
            **os.environ,
            "DATABASE_URL": _database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield queue
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _until(condition) -> bool:
    """Whether `condition()` came true within `PATIENCE` seconds; asked ten times a second."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_clock_reminds_once_over_the_broker(worker):
    people = make_people()
    claim = claim_listing(
        slot=publish_need(people).slots.get(), organisation=people.unit, quantity=1, by=people.liaison
    )
    Claim.objects.filter(pk=claim.pk).update(answer_due=timezone.localdate() - dt.timedelta(days=3))

    for _ in range(3):
        remind_due.apply_async(queue=worker)

    reminders = Notification.objects.filter(kind="claim_unanswered", row_id=claim.pk)
    assert _until(reminders.exists)
    # The two other bells find the work done, whenever they ring: the queue runs dry without a second row.
    with app.connection_for_read() as broker:
        assert _until(lambda: broker.default_channel.client.llen(worker) == 0)
    remind_due()
    assert reminders.filter(recipient=people.community_staff).count() == 1


def test_clock_every_beat_entry_names_a_task():
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
