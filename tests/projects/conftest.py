"""One circle of people for all tests of a module: its rows are made once and rolled back at the end."""

import copy

import pytest
from django.db import transaction
from django.utils import translation

from tests.factories.projects import make_circle


@pytest.fixture(scope="module")
def _rows(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_circle()
        transaction.set_rollback(True)


@pytest.fixture
def circle(_rows, db):
    """A street's alliance with a community and two units; each test changes its own copy.

    A request in another language leaves it behind in the thread, so each test starts in Chinese.
    """
    with translation.override("zh-hans"):
        yield copy.deepcopy(_rows)


@pytest.fixture
def as_(client):
    """The client, signed in as somebody."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
