"""The clock's door: due rows are found in SQL, each run may be repeated, and several may run at once."""

import logging
import time
from datetime import timedelta

from celery import shared_task
from django.db.models import Case, Exists, F, OuterRef, When
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from assessments import rules
from assessments.actions.surveys import close_survey, open_survey, sweep_keys
from assessments.models import Survey
from members.states import Level
from projects.models import Delivery
from projects.states import ClaimState, DeliveryState, Direction
from workflow.exceptions import Refusal

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
                % {"provider": delivery.claim.provider, "day": delivery.done_on.isoformat()},
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
