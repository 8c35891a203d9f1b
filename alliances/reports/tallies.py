"""A frozen count as people read it: bars with the line that had to be passed, and the rule in words."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Motion, Tally
from alliances.reports.seats import kind_names
from alliances.rules.votes import recount
from alliances.states import BallotValue, MotionState, Presence
from members.models import Organisation
from workflow.stages import Chip

_LOOKS = {
    MotionState.OPEN: ("warn", "clock"),
    MotionState.COUNTED: ("warn", "eye"),
    MotionState.CLOSED: ("ok", "check"),
    MotionState.WITHDRAWN: ("", "cross"),
}
_SHARES = {"simple": Fraction(1, 2), "two_thirds": Fraction(2, 3), "three_quarters": Fraction(3, 4)}


@dataclass(frozen=True)
class Bar:
    """One line of the tally; `width` and `line` are percentages of the drawing, `line` only on the first."""

    label: str
    votes: int
    width: str
    line: str = ""
    read_aloud: str = ""


@dataclass(frozen=True)
class UnitVote:
    """One line of the inputs: a unit entitled to vote, whether it was there, what it said."""

    name: str
    is_present: bool
    word: str


def motion_chip(motion: Motion, tally: Tally | None = None) -> Chip:
    """The state of a vote; once it is counted, whether it passed."""
    if tally:
        return Chip("ok", "check", _("表决通过")) if tally.is_passed else Chip("bad", "cross", _("未通过"))
    return Chip(*_LOOKS[MotionState(motion.state)], motion.get_state_display())


def bars_of(tally: Tally) -> list[Bar]:
    """赞成, 反对, 弃权 as shares of what the majority is counted of; the line stands where it is reached."""
    base = tally.result["base"]
    share = _SHARES[tally.inputs["terms"]["majority"]]
    rows = [
        (BallotValue.FOR.label, tally.favour),
        (BallotValue.AGAINST.label, tally.against),
        (BallotValue.ABSTAIN.label, tally.abstain),
    ]
    bars = []
    for number, (label, votes) in enumerate(rows):
        words = _("%(label)s %(votes)s 票") % {"label": label, "votes": votes}
        if number == 0:
            words = _("%(votes)s，红线为须达到的 %(needed)s 票") % {"votes": words, "needed": tally.needed}
        bars.append(
            Bar(
                label=str(label),
                votes=votes,
                width=_percent(Fraction(votes, base) if base else Fraction(0)),
                line=_percent(share) if number == 0 else "",
                read_aloud=words,
            )
        )
    return bars


def rule_words(tally: Tally) -> str:
    """须过实到半数，即 19 票."""
    terms = tally.inputs["terms"]
    sentences = {
        ("simple", "cast"): _("须过投票数半数，即 %(needed)s 票"),
        ("simple", "present"): _("须过实到半数，即 %(needed)s 票"),
        ("simple", "entitled"): _("须过应到半数，即 %(needed)s 票"),
        ("two_thirds", "cast"): _("须达投票数的三分之二，即 %(needed)s 票"),
        ("two_thirds", "present"): _("须达实到的三分之二，即 %(needed)s 票"),
        ("two_thirds", "entitled"): _("须达应到的三分之二，即 %(needed)s 票"),
        ("three_quarters", "cast"): _("须达投票数的四分之三，即 %(needed)s 票"),
        ("three_quarters", "present"): _("须达实到的四分之三，即 %(needed)s 票"),
        ("three_quarters", "entitled"): _("须达应到的四分之三，即 %(needed)s 票"),
    }
    return sentences[terms["majority"], terms["base"]] % {"needed": tally.needed}


def turnout_words(tally: Tally) -> str:
    """到会 36 个单位都投了票, or how many of them did not."""
    if not tally.present:
        return _("没有单位到会")
    numbers = {"present": tally.present, "cast": tally.present - tally.not_voting, "not": tally.not_voting}
    if not tally.not_voting:
        return (
            ngettext("到会 %(present)s 个单位都投了票", "到会 %(present)s 个单位都投了票", tally.present)
            % numbers
        )
    return (
        ngettext(
            "到会 %(present)s 个单位，%(cast)s 个投了票，%(not)s 个到会未表决",
            "到会 %(present)s 个单位，%(cast)s 个投了票，%(not)s 个到会未表决",
            tally.present,
        )
        % numbers
    )


def quorum_words(tally: Tally, names: dict[str, str]) -> str:
    """Whether enough units were there, and what was missing; `names`: kinds by code, see `kinds_missing`."""
    quorum = tally.result["quorum"]
    numbers = {"needed": quorum["needed"], "present": quorum["present"], "entitled": quorum["entitled"]}
    if quorum["is_met"]:
        return _("达到法定人数：应到 %(entitled)s，须到 %(needed)s，实到 %(present)s") % numbers
    parts = []
    if quorum["short"]:
        parts.append(
            _("应到 %(entitled)s，须到 %(needed)s，实到 %(present)s，还差 %(short)s 家单位")
            % {**numbers, "short": quorum["short"]}
        )
    parts += [
        _("还差 %(kind)s %(count)s 家单位")
        % {"kind": names.get(part["kind"], part["kind"]), "count": part["least"] - part["present"]}
        for part in quorum["missing"]
    ]
    return _("没有达到法定人数：%(parts)s") % {"parts": _("；").join(parts)}


def kinds_missing(tallies) -> dict[str, str]:
    """Names of all kinds that the quorums of these tallies lacked; at most one query."""
    return kind_names(part["kind"] for one in tallies for part in one.result["quorum"]["missing"])


def units_of(tally: Tally) -> list[UnitVote]:
    """What each unit said, from the stored inputs; empty for a vote on paper. One query for the names."""
    seats = tally.inputs.get("seats", [])
    if not seats:
        return []
    names = dict(
        Organisation.objects.filter(pk__in=[seat["unit"] for seat in seats]).values_list("pk", "name")
    )
    order = {pk: place for place, pk in enumerate(names)}
    rows = sorted(seats, key=lambda seat: order.get(seat["unit"], len(order)))
    return [
        UnitVote(
            name=names.get(seat["unit"], _("编号 %(pk)s") % {"pk": seat["unit"]}),
            is_present=seat["is_present"],
            word=_said(seat),
        )
        for seat in rows
    ]


def is_reproducible(tally: Tally) -> bool:
    """Whether the stored inputs, counted once more, give the stored result."""
    return recount(tally.inputs).as_json() == tally.result


def _said(seat: dict) -> str:
    if seat["value"]:
        return str(BallotValue(seat["value"]).label)
    return str(BallotValue.NOT_VOTING.label if seat["is_present"] else Presence.ABSENT.label)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.1f}%"
