"""Which clock and queue run the tasks of every room."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("street_alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
