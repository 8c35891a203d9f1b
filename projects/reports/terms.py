"""Which agreements a person has to look back on, and which are near the end of their term."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Agreement
from projects.models.agreement import ENDS_AHEAD
from projects.states import AgreementState
from workflow.work import Work

#: Lines on the first page; the list behind them holds all.
MOST = 30
#: A review stands among the day's work a few days ahead, so that both find an hour for it.
REVIEW_AHEAD = timedelta(days=3)


def work_of_terms(user) -> list[Work]:
    """Look back, or go on with a new version: signed agreements of a side that `user` speaks for. Two queries."""
    today = timezone.localdate()
    own = user.acting("party_a__path", "party_a__kind__level") | user.acting(
        "party_b__path", "party_b__kind__level"
    )
    signed = Agreement.objects.filter(own, state=AgreementState.SIGNED).with_parties().with_title()
    due = signed.filter(review_on__lte=today + REVIEW_AHEAD).order_by("review_on", "pk")
    ending = signed.without_next_version().filter(term_until__range=(today, today + ENDS_AHEAD))
    return [
        *(_to_review(user, row) for row in due[:MOST]),
        *(_ending(user, row) for row in ending.order_by("term_until", "pk")[:MOST]),
    ]


def _to_review(user, row: Agreement) -> Work:
    words = {"title": row.title, "who": _other(user, row)}
    return Work(
        title=_("协议到回顾日期：%(title)s") % words,
        why=_("和 %(who)s 一起看看履行得怎么样，写一句情况，定下次日期。") % words,
        url=f"{row.get_absolute_url()}#review",
        act=_("去回顾"),
        due=row.review_on,
    )


def _ending(user, row: Agreement) -> Work:
    words = {"title": row.title, "who": _other(user, row)}
    return Work(
        title=_("协议快期满：%(title)s") % words,
        why=_("与 %(who)s 的协议期限快到了。还要继续的，请另订新版本。") % words,
        url=row.get_absolute_url(),
        act=_("看协议"),
        due=row.term_until,
    )


def _other(user, row: Agreement):
    return row.party_b if user.acts_for(row.party_a) else row.party_a
