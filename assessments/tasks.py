"""The clock's door: due rows are found in SQL, each run may be repeated, and several may run at once."""

import logging
import time
from datetime import timedelta

from celery import shared_task
from django.db import DatabaseError
from django.db.models import Case, Exists, F, OuterRef, When
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from alliances.models import Alliance, Membership
from assessments import rules, scoring
from assessments.actions.scores import compute_score
from assessments.actions.surveys import close_survey, open_survey, sweep_keys
from assessments.models import Adoption, ScoreRun, Survey
from members.states import Level
from projects.models import Delivery
from projects.states import ClaimState, DeliveryState, Direction
from workflow.exceptions import Refusal
from workflow.templatetags.workflow import cn_date

logger = logging.getLogger(__name__)
DAY = 24 * 3600


@shared_task
def open_due_surveys() -> None:
    """Open one survey about each finished claim of a community, ten days long, by its last accepted delivery."""
    for delivery in _deliveries_due():
        listing = delivery.claim.listing
        try:
            open_survey(
                delivery=delivery,
                title=_("%(listing)s：办得怎么样") % {"listing": Truncator(listing.title).chars(60)},
                about=_("%(provider)s于%(day)s办完。")
                % {"provider": delivery.claim.provider, "day": cn_date(delivery.done_on)},
                questions=rules.DELIVERY_QUESTIONS,
                closes_on=timezone.localdate() + timedelta(days=rules.DAYS_OPEN),
                by=None,
            )
        except Refusal:
            # Another run was faster, or the delivery changed since it was found.
            logger.info("No survey about delivery %s.", delivery.pk)


def _deliveries_due():
    """The last accepted delivery of each finished claim asked for by a community, not long ago, never surveyed."""
    asked_by = Case(
        When(
            claim__slot__listing__direction=Direction.NEED,
            then=F("claim__slot__listing__organisation__kind__level"),
        ),
        default=F("claim__organisation__kind__level"),
    )
    same_claim = Delivery.objects.filter(claim=OuterRef("claim"))
    return (
        Delivery.objects.accepted()
        .filter(
            ~Exists(Survey.objects.filter(delivery__claim=OuterRef("claim"))),
            ~Exists(same_claim.filter(state=DeliveryState.ACCEPTED, pk__gt=OuterRef("pk"))),
            claim__state=ClaimState.DELIVERED,
            acknowledged_at__gte=timezone.now() - timedelta(days=rules.DAYS_AFTER_DELIVERY),
        )
        .annotate(asked_by=asked_by)
        .filter(asked_by=Level.COMMUNITY)
        .select_related("claim__organisation__kind", "claim__slot__listing__organisation__kind")
        .order_by("pk")
    )


@shared_task
def close_due_surveys() -> None:
    """Close every survey whose last day is over, then remove keys that nobody needs any more."""
    for survey in Survey.objects.due_to_close(timezone.localdate()).order_by("pk"):
        try:
            close_survey(survey=survey, by=None)
        except Refusal as refusal:
            # A missing key is the administrator's to restore; the next run tries again.
            logger.error("Survey %s not closed: %s", survey.public_id, refusal.sentence)
    sweep_keys(written_before=time.time() - DAY)


@shared_task
def compute_due_scores() -> None:
    """Compute the quarter that ended last for each alliance with a scheme in force and no run for it yet.

    A run by hand for the same days counts: the clock never adds a second one.
    """
    starts_on, ends_on = scoring.quarter_before(timezone.localdate())
    for alliance in _alliances_due(starts_on, ends_on):
        try:
            compute_score(alliance=alliance, starts_on=starts_on, ends_on=ends_on, by=None)
        except Refusal as refusal:
            # Another run was faster, or the adoption changed since it was found.
            logger.info("No scores for alliance %s: %s", alliance.pk, refusal.sentence)
        except DatabaseError:
            # One alliance must not keep the others waiting; the next run tries it again.
            logger.exception("Scores of alliance %s failed.", alliance.pk)


def _alliances_due(starts_on, ends_on):
    """Alliances with members and an adopted scheme on the last day, and without a run for the period."""
    members = Membership.objects.current(ends_on).filter(organisation__kind__level=Level.UNIT)
    runs = ScoreRun.objects.filter(starts_on=starts_on, ends_on=ends_on)
    return (
        Alliance.objects.open()
        .filter(
            Exists(Adoption.objects.current(ends_on).filter(alliance=OuterRef("pk"))),
            Exists(members.filter(alliance=OuterRef("pk"))),
            ~Exists(runs.filter(alliance=OuterRef("pk"))),
        )
        .select_related("host__kind")
        .order_by("pk")
    )
