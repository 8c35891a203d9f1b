"""How an object moves from state to state, and which acts it offers to a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Choices
from django.utils.translation import gettext as _

from workflow.exceptions import InvalidTransition, Refusal

S = TypeVar("S", bound=Choices)


def move(moves: Mapping[S, set[S]], state: Any, target: S) -> S:
    """`target`, when the table `moves` has an arrow to it from `state`; raises `InvalidTransition` otherwise."""
    check_move(moves, state, target)
    return target


def check_move(moves: Mapping[S, set[S]], state: Any, target: S) -> None:
    """Raise `InvalidTransition` unless `moves` has an arrow from `state` to `target`."""
    current = type(target)(state)
    if target not in moves.get(current, set()):
        if current == target:
            raise InvalidTransition(
                _("已经是“%(state)s”，不用再办。请看页面上的下一步。") % {"state": current.label}
            )
        raise InvalidTransition(
            _("当前状态为“%(state)s”，不能变为“%(target)s”。请刷新页面后查看最新状态。")
            % {"state": current.label, "target": target.label}
        )


@dataclass(frozen=True)
class Verdict:
    """Whether an act is open to a person now; `reason` says why not."""

    ok: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.ok


def allowed(check: Callable[..., None], by, *objects) -> Verdict:
    """The verdict of `check(by, *objects)`: the same rule that the action applies, asked by a button."""
    try:
        check(by, *objects)
    except Refusal as refusal:
        return Verdict(False, str(refusal.sentence))
    return Verdict(True)
