"""A post with one key is done once, however often and however simultaneously it arrives."""

import hashlib
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import Organisation, Replay, StructureTemplate
from members.models.replay import KEPT
from members.states import Role, TemplateState
from members.tasks import forget_replays
from tests.factories.members import (
    make_community,
    make_district,
    make_person,
    make_street,
    shipped_kind,
)
from workflow import middleware

RACERS = 10


@pytest.fixture
def scene():
    """A community and the administrator of its street."""
    street = make_street(make_district())
    return make_community(street), make_person(Role.STREET_ADMIN, street)


def form(community, name="梧桐中学", token="one-key"):
    return {
        "kind": shipped_kind("unit").pk,
        "name": name,
        "opened_on": "2026-11-21",
        "form_token": token,
    }


def address(community):
    return reverse("organisation-new") + f"?parent={community.pk}"


def race(user, url, values):
    """The answers to the same post sent `RACERS` times at once, each by a browser of its own."""
    clients = [Client() for _number in range(RACERS)]
    for client in clients:
        client.force_login(user)
    start, answers = threading.Barrier(RACERS), []

    def send(client):
        try:
            start.wait()
            answers.append(client.post(url, values))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_replay_ten_at_once_have_one_effect_and_the_same_answer(scene):
    community, user = scene
    answers = race(user, address(community), form(community))
    unit = Organisation.objects.get(name="梧桐中学")
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {unit.get_absolute_url()}
    assert len(answers) == RACERS
    assert Replay.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_replay_broken_twin_without_the_middleware(scene, monkeypatch):
    """The race above is real: without the middleware not everybody hears of the one effect."""
    monkeypatch.setattr(middleware, "_once", lambda request: None)
    community, user = scene
    answers = race(user, address(community), form(community))
    assert {answer.status_code for answer in answers} != {302}


@pytest.mark.django_db
def test_replay_same_key_other_body(scene, client):
    community, user = scene
    client.force_login(user)
    assert client.post(address(community), form(community)).status_code == 302
    other = client.post(address(community), form(community, name="清河医院"))
    assert other.status_code == 422
    assert "内容却不同" in other.content.decode()
    assert not Organisation.objects.filter(name="清河医院").exists()
    again = client.post(address(community), form(community))
    assert again.status_code == 302
    assert Organisation.objects.filter(name="梧桐中学").count() == 1


@pytest.mark.django_db
def test_replay_keys_belong_to_their_user(scene, client):
    community, user = scene
    colleague = make_person(Role.STREET_ADMIN, user.organisation)
    client.force_login(user)
    client.post(address(community), form(community))
    client.force_login(colleague)
    assert client.post(address(community), form(community, name="清河医院")).status_code == 302


@pytest.mark.django_db
def test_replay_a_refusal_may_be_tried_again_with_the_same_key(scene, client):
    community, user = scene
    client.force_login(user)
    wrong = {**form(community), "opened_on": "2026年2月30日"}
    assert client.post(address(community), wrong).status_code == 400
    assert not Replay.objects.exists()
    assert client.post(address(community), form(community)).status_code == 302


@pytest.mark.django_db
def test_replay_api_by_header(scene, client):
    community, user = scene
    client.force_login(user)
    body = {"parent": community.pk, "kind": shipped_kind("unit").pk, "name": "梧桐中学"}

    def post(**values):
        return client.post(
            reverse("api-organisations-list"),
            {**body, **values},
            content_type="application/json",
            headers={"Idempotency-Key": "one-key"},
        )

    first, second = post(), post()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    other = post(name="清河医院")
    assert other.status_code == 422
    assert "detail" in other.json()


@pytest.mark.django_db
def test_replay_a_refusal_that_leads_back_may_be_tried_again_with_the_same_key(client):
    district = make_district()
    client.force_login(make_person(Role.DISTRICT_ADMIN, district))
    draft = StructureTemplate.objects.create(owner=district, name="1+9")
    page = f"http://testserver{draft.get_absolute_url()}"

    def publish():
        return client.post(
            reverse("structure-publish", args=[draft.pk]),
            {"form_token": "one-key"},
            headers={"Referer": page},
        )

    assert publish().status_code == 302  # there is no rule yet
    assert not Replay.objects.exists()
    draft.rules.create(parent_kind=shipped_kind("street"), kind=shipped_kind("unit"))
    assert publish().status_code == 302
    draft.refresh_from_db()
    assert draft.state == TemplateState.PUBLISHED


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["a\0b", "\x1b[0m", "one\nkey", "长" * 5000])
def test_replay_takes_any_key(scene, client, token):
    community, user = scene
    client.force_login(user)
    for _attempt in range(2):
        assert client.post(address(community), form(community, token=token)).status_code == 302
    assert Organisation.objects.filter(name="梧桐中学").count() == 1


@pytest.mark.django_db
def test_replay_keeps_no_digest_that_a_password_could_be_guessed_from(client):
    client.force_login(make_person(Role.DISTRICT_ADMIN, make_district()))
    url, values = reverse("set_language"), {"language": "en"}
    assert client.post(url, {**values, "form_token": "one-key"}).status_code == 302
    plain = hashlib.sha256(url.encode() + b"\0" + repr(sorted(values.items())).encode()).digest()
    assert bytes(Replay.objects.get().digest) != plain


@pytest.mark.django_db
def test_forget_replays_after_their_day(scene, client):
    community, user = scene
    client.force_login(user)
    client.post(address(community), form(community))
    forget_replays()
    assert Replay.objects.count() == 1
    Replay.objects.update(at=timezone.now() - KEPT - timedelta(seconds=1))
    forget_replays()
    assert not Replay.objects.exists()
