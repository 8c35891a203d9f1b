"""A move that the table does not draw is refused with both states named."""

import pytest
from django.db import models

from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import allowed, move


class Light(models.TextChoices):
    RED = "red", "红"
    GREEN = "green", "绿"


MOVES = {Light.RED: {Light.GREEN}, Light.GREEN: set()}


def test_move_along_an_arrow():
    assert move(MOVES, "red", Light.GREEN) is Light.GREEN


def test_move_without_an_arrow_names_both_states():
    with pytest.raises(InvalidTransition) as error:
        move(MOVES, "green", Light.RED)
    assert "绿" in error.value.sentence
    assert "红" in error.value.sentence


def test_move_to_where_it_stands_says_so():
    with pytest.raises(InvalidTransition) as error:
        move(MOVES, "red", Light.RED)
    assert error.value.sentence == "已经是“红”，不用再办。请看页面上的下一步。"


def test_allowed_gives_the_reason_of_the_check():
    def check(by, obj):
        raise NotPermitted("只有发布单位可以撤回。")

    verdict = allowed(check, None, object())
    assert not verdict
    assert verdict.reason == "只有发布单位可以撤回。"
    assert allowed(lambda by, obj: None, None, object())
