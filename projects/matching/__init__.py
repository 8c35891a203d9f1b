"""Which need and which resource suit each other, and why, in words. Plain Python: no row is read here."""

from projects.matching.aspects import near_categories
from projects.matching.likeness import words_alike
from projects.matching.listings import Cause, Past, Refusal, Side, Window
from projects.matching.ranking import Match, rank, weigh_past
from projects.matching.reasons import Reason, reasons_for

__all__ = [
    "Cause",
    "Match",
    "Past",
    "Reason",
    "Refusal",
    "Side",
    "Window",
    "near_categories",
    "rank",
    "reasons_for",
    "weigh_past",
    "words_alike",
]
