import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from members.models import Organisation

GOOD = "梧桐树下的三把旧椅子"
pytestmark = pytest.mark.django_db


def found(monkeypatch, name="清河区委组织部", password=GOOD, username="first"):
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    call_command("found_district", name, username=username, person="周管理", stdout=io.StringIO())


def test_found_district_first_administrator_goes_on_through_the_pages(monkeypatch, client):
    found(monkeypatch)
    district = Organisation.objects.get(depth=1)
    assert client.login(username="first", password=GOOD)
    new = reverse("organisation-new") + f"?parent={district.pk}"
    page = client.get(new).content.decode()
    assert "街道党工委" in page
    assert client.get(reverse("admin:index")).status_code == 200


def test_found_district_refusals_leave_nothing(monkeypatch):
    found(monkeypatch)
    for values, words in (
        ({}, "name: 已有名为"),
        ({"name": "西河区委组织部"}, "username: 登录名"),
        ({"name": "西河区委组织部", "username": "second", "password": "x"}, "password: 密码太短"),
    ):
        with pytest.raises(CommandError, match=words):
            found(monkeypatch, **values)
    assert Organisation.objects.count() == 1
