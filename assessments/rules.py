"""What a survey asks when nobody words it otherwise, how few answers stay sealed, and what is masked.

The floors: fewer than `OPENING_FLOOR` envelopes are never opened; a question with fewer valid answers
and fewer than `REMARK_FLOOR` remarks are not shown; from `COMPARISON_FLOOR` on, a rate may be compared.
"""

import re
from math import sqrt

OPENING_FLOOR = 10
REMARK_FLOOR = 10
COMPARISON_FLOOR = 30
#: Percent of the codes dealt.
LOW_RESPONSE = 20
#: Participation of an open survey is shown in whole steps: single answers must not be seen to arrive.
COUNT_STEP = 5

MAX_QUESTIONS = 8
MAX_QUESTION = 60
MAX_REMARK = 500
MAX_CODES_AT_ONCE = 1000
MAX_CODES = 20_000
MAX_DAYS_OPEN = 180
#: How long a survey that the clock opens stays open, and how old a delivery may be for it.
DAYS_OPEN = 10
DAYS_AFTER_DELIVERY = 60

# Data, not interface: the questions are frozen in the survey in the language in which they were asked.
# The first one is the headline and the only one that must be answered.
DELIVERY_QUESTIONS = (
    "这件事办成这样，您满意吗？",
    "办之前告诉大家的情况，您满意吗？",
    "说好什么时候办就什么时候办，这一点您满意吗？",
    "办事的人对您的态度，您满意吗？",
    "办完以后，周围的环境和安全，您满意吗？",
)
COMMUNITY_QUESTIONS = (
    "总的来说，社区办的事您满意吗？",
    "社区有哪些服务，告诉大家的情况您满意吗？",
    "答应的事按时来办，这一点您满意吗？",
    "社区的人对您的态度，您满意吗？",
    "您住的地方，环境和安全您满意吗？",
)

_Z = 1.959964  # two-sided 95 %
_LONG_NUMBER = re.compile(r"\d[\d\- ]{5,}[\dXx]")
_DOOR = re.compile(r"\d+(?=\s*(?:栋|幢|号楼|号院|单元|楼|层|室|号|弄))")


def wilson(good: int, valid: int) -> tuple[float, float]:
    """The 95 % interval of the share good/valid, between 0 and 1; `valid` is at least 1.

    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    JASA 22: 209-212. It holds its coverage at small counts, where the textbook interval does not.
    """
    share, z2 = good / valid, _Z * _Z
    centre = (share + z2 / (2 * valid)) / (1 + z2 / valid)
    half = _Z * sqrt(share * (1 - share) / valid + z2 / (4 * valid * valid)) / (1 + z2 / valid)
    return max(0.0, centre - half), min(1.0, centre + half)


def mask(text: str) -> str:
    """`text` without telephone, identity and door numbers: what could name a person is starred before it is kept."""
    text = _LONG_NUMBER.sub(lambda found: "＊" * min(len(found.group()), 8), text)
    return _DOOR.sub("＊", text)
