"""What a resident without sign-in may know of a survey, kept in the cache for a minute, by its address alone."""

import logging
from dataclasses import dataclass
from datetime import date
from itertools import product

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from assessments.models import Survey
from assessments.states import SurveyGrade, SurveyState
from members.models import Organisation
from members.states import Level

logger = logging.getLogger(__name__)
SECONDS = 60


@dataclass(frozen=True)
class Face:
    """The public side of a survey. `office` is the street or district above the asking `place`, `area` all of them."""

    pk: int
    public_id: str
    title: str
    about: str
    questions: tuple[str, ...]
    grade: SurveyGrade
    state: SurveyState
    closes_on: date
    place: str
    office: str
    area: str
    address: str
    public_key: bytes

    @property
    def is_open(self) -> bool:
        return self.state == SurveyState.OPEN and self.closes_on >= timezone.localdate()


def face(public_id: str) -> Face | None:
    """The survey behind `public_id`, without a query when it was asked for within the last minute."""
    key = f"survey-face:{public_id}"
    found = recall(key)
    if found is None:
        survey = Survey.objects.select_related("organisation__kind").filter(public_id=public_id).first()
        if survey is None:
            return None
        found = _face(survey)
        remember(key, found)
    return found


def _face(survey: Survey) -> Face:
    place = survey.organisation
    paths = [place.path[:length] for length in range(place.steplen, len(place.path), place.steplen)]
    above = Organisation.objects.filter(path__in=paths, kind__level__in=[Level.DISTRICT, Level.STREET])
    names = [node.name for node in above]
    return Face(
        pk=survey.pk,
        public_id=survey.public_id,
        title=survey.title,
        about=survey.about,
        questions=tuple(survey.questions),
        grade=SurveyGrade(survey.grade),
        state=SurveyState(survey.state),
        closes_on=survey.closes_on,
        place=place.name,
        office=names[-1] if names else "",
        area=" · ".join(names),
        address=place.address,
        public_key=bytes(survey.public_key),
    )


def page_key(public_id: str, language: str, *, elder: bool, named: bool) -> str:
    """Where a rendered start page lies. `named`: its links repeat the language, since its address names it.

    Nothing of the visitor but language and type size is in it.
    """
    return f"survey-page:{public_id}:{language}:{elder:d}{named:d}"


def forget(public_id: str) -> None:
    """Drop what is kept of a survey whose state changed."""
    pages = [
        page_key(public_id, language, elder=elder, named=named)
        for (language, _name), elder, named in product(settings.LANGUAGES, (False, True), (False, True))
    ]
    try:
        cache.delete_many([f"survey-face:{public_id}", *pages])
    except Exception:
        logger.warning("A closed survey stays in the cache for up to a minute: the cache is away.")


def recall(key: str):
    """What the cache holds under `key`; nothing when it is away."""
    try:
        return cache.get(key)
    except Exception:
        return None


def remember(key: str, value) -> None:
    """Keep `value` for a minute; without a cache the next visitor costs a query."""
    try:
        cache.set(key, value, SECONDS)
    except Exception:
        logger.debug("Survey page not cached: the cache is away.")
