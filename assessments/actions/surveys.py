"""A survey's life for the staff and the clock: opened with a fresh key, its codes dealt, closed and counted.

How a resident's answer enters, and why nothing leads back to it, is in `actions/answers.py`.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import notifications, rules
from assessments.actions import keys
from assessments.models import Answer, Code, Envelope, Remark, Survey
from assessments.permissions import surveys as permissions
from assessments.reports import residents
from assessments.states import SURVEY_MOVES, Scale, SurveyGrade, SurveyState
from members.models import Organisation
from projects.models import Delivery
from projects.states import DeliveryState
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict
from workflow.moves import move
from workflow.sealing import code_digest, make_code, make_keys, show_code, unseal

_shuffle = secrets.SystemRandom().shuffle


@action
def open_survey(
    *,
    title: str,
    questions: Sequence[str],
    closes_on: date,
    by,
    delivery: Delivery | None = None,
    organisation: Organisation | None = None,
    about: str = "",
    grade: SurveyGrade = SurveyGrade.CODED,
) -> Survey:
    """Nothing → open. Staff of the asking community or street, or the clock; tells them to deal the codes.

    About `delivery`, asked by its requester, once; or about `organisation` itself. Raises `BadInput`
    with the field, `Conflict` when the delivery has its survey already.
    """
    if delivery is not None:
        delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        organisation = delivery.claim.requester
    if organisation is None:
        raise BadInput(_("请选择由哪个社区或街道发起。"), field="organisation")
    permissions.check_can_open_survey(by, organisation)
    if delivery is not None:
        _check_delivery(delivery)
    if not title.strip():
        raise BadInput(_("请填写测评标题。"), field="title")
    today = timezone.localdate()
    if not today <= closes_on <= today + timedelta(days=rules.MAX_DAYS_OPEN):
        raise BadInput(
            _("截止日期要在今天到 %(days)s 天以内。请改填截止日期。") % {"days": rules.MAX_DAYS_OPEN},
            field="closes_on",
        )
    private, public = make_keys()
    survey = Survey(
        organisation=organisation,
        delivery=delivery,
        title=title.strip(),
        about=about.strip(),
        questions=_read_questions(questions),
        closes_on=closes_on,
        grade=grade,
        public_key=public,
    )
    # On disk before anybody can see the survey. A commit that fails later leaves a key without a survey,
    # which `sweep_keys` removes; the other way round answers could never be opened.
    keys.keep_key(survey.public_id, private)
    try:
        survey.save()
        notifications.survey_opened(survey)
    except Exception:
        keys.destroy_key(survey.public_id)
        raise
    return survey


def _check_delivery(delivery: Delivery) -> None:
    if delivery.state != DeliveryState.ACCEPTED:
        raise BadInput(_("这次交付还没有确认，不能发起测评。请先确认交付。"), field="delivery")
    if Survey.objects.filter(delivery=delivery).exists():
        raise Conflict(_("这次交付已经有测评了。请到“满意度测评”里查看。"), field="delivery")


def _read_questions(questions: Sequence[str]) -> list[str]:
    found = [question.strip() for question in questions if question.strip()]
    if not 1 <= len(found) <= rules.MAX_QUESTIONS:
        raise BadInput(
            _("请填写 1 到 %(most)s 个问题，每行一个。") % {"most": rules.MAX_QUESTIONS}, field="questions"
        )
    for number, question in enumerate(found, start=1):
        if len(question) > rules.MAX_QUESTION:
            raise BadInput(
                _("第 %(number)s 个问题超过 %(most)s 个字。请改短一些。")
                % {"number": number, "most": rules.MAX_QUESTION},
                field="questions",
            )
    return found


@action
def issue_codes(*, survey: Survey, count: int, by, dealt_before: int | None = None) -> list[str]:
    """`count` fresh codes in print form, returned this once: the database keeps their keyed digests alone.

    Staff, while the survey is open. `dealt_before`: how many codes the caller believes were dealt so
    far; a second press of the same button then raises `Conflict` instead of dealing twice.
    """
    survey = (
        Survey.objects.select_for_update(of=("self",))
        .select_related("organisation__kind")
        .get(pk=survey.pk)
    )
    permissions.check_can_issue_codes(by, survey)
    if not 1 <= count <= rules.MAX_CODES_AT_ONCE:
        raise BadInput(
            _("一次可以发 1 到 %(most)s 个码。请改填份数。") % {"most": rules.MAX_CODES_AT_ONCE},
            field="count",
        )
    if survey.codes_issued + count > rules.MAX_CODES:
        raise BadInput(
            _("一次测评最多发 %(most)s 个码，已发 %(dealt)s 个。请减少份数。")
            % {"most": rules.MAX_CODES, "dealt": survey.codes_issued},
            field="count",
        )
    if dealt_before is not None and dealt_before != survey.codes_issued:
        raise Conflict(
            _("刚才已经发过码，现在共 %(dealt)s 个。还要再发，请核对份数后再提交一次。")
            % {"dealt": survey.codes_issued},
            field="count",
        )
    codes = [make_code() for _each in range(count)]
    # One statement, in digest order: neither row order nor transaction tells which code lay where on the sheet.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessments_code (digest, survey_id)"
            " SELECT digest, %s FROM unnest(%s::text[]) AS digest ORDER BY digest",
            [survey.pk, [digest_of(code) for code in codes]],
        )
    survey.codes_issued += count
    survey.save(update_fields=["codes_issued"])
    return [show_code(code) for code in codes]


def digest_of(code: str) -> str:
    """What the database knows of a code."""
    return code_digest(code, pepper=settings.SURVEY_CODE_PEPPER).hex()


@action
def close_survey(*, survey: Survey, by, reason: str = "") -> Survey:
    """Open → closed. The clock after the last day; staff at any time, before the end with a reason.

    From `OPENING_FLOOR` envelopes on, they are opened without their digests, and answers and remarks are
    stored in two independent random orders; below it nothing is opened. Either way the envelopes go, and
    the codes with them (their row headers would still tell which were used), and the key after the
    commit. All or nothing: a killed attempt is simply repeated.
    Raises `KeyMissing`.
    """
    survey = (
        Survey.objects.select_for_update(of=("self",))
        .select_related("organisation__kind")
        .get(pk=survey.pk)
    )
    permissions.check_can_close_survey(by, survey)
    if by is not None and survey.closes_on >= timezone.localdate() and not reason.strip():
        raise BadInput(_("还没到截止日期，提前结束要写明原因。"), field="reason")
    # The lock on the survey keeps further envelopes out: their trigger shares it.
    envelopes = Envelope.objects.filter(code__survey=survey)
    sealed = list(envelopes.values_list("sealed", flat=True))
    opened = _open_envelopes(survey, sealed) if len(sealed) >= rules.OPENING_FLOOR else []
    if len(opened) >= rules.OPENING_FLOOR:
        _store(survey, opened)
        survey.answers_opened = len(opened)
    else:
        survey.answers_opened = 0
    survey.state = move(SURVEY_MOVES, survey.state, SurveyState.CLOSED)
    survey.envelopes_counted = len(sealed)
    survey.closed_at = timezone.now()
    survey.save(update_fields=["state", "envelopes_counted", "answers_opened", "closed_at"])
    envelopes.delete()
    Code.objects.filter(survey=survey).delete()
    notifications.survey_closed(survey)
    transaction.on_commit(lambda: _after_closing(survey.public_id), robust=True)
    return survey


def _after_closing(public_id: str) -> None:
    keys.destroy_key(public_id)
    residents.forget(public_id)


def _open_envelopes(survey: Survey, sealed: list[bytes]) -> list[dict]:
    private = keys.read_key(survey.public_id)
    opened = (_open_envelope(bytes(one), private, len(survey.questions)) for one in sealed)
    return [content for content in opened if content is not None]


def _open_envelope(sealed: bytes, private: bytes, questions: int) -> dict | None:
    """The content, or None for an envelope that was altered or sealed to another key."""
    try:
        content = json.loads(unseal(sealed, private=private))
        choices = [None if choice is None else Scale(choice) for choice in content["choices"]]
        if len(choices) != questions:
            return None
        return {
            "choices": choices,
            "remark": str(content["remark"]),
            "is_assisted": bool(content["is_assisted"]),
        }
    except (ValueError, KeyError, TypeError):
        return None


def _store(survey: Survey, opened: list[dict]) -> None:
    answers = [
        Answer(survey=survey, choices=content["choices"], is_assisted=content["is_assisted"])
        for content in opened
    ]
    remarks = [Remark(survey=survey, text=content["remark"]) for content in opened if content["remark"]]
    for rows in (answers, remarks):
        _shuffle(rows)
    Answer.objects.bulk_create(answers)
    Remark.objects.bulk_create(remarks)


def sweep_keys(*, written_before: float) -> None:
    """Destroy keys whose survey is closed, or never came to be and whose file is older than `written_before`.

    What a process left behind that was killed between its commit and its last step.
    """
    kept = keys.kept_keys()
    states = dict(Survey.objects.filter(public_id__in=kept).values_list("public_id", "state"))
    for public_id, written in kept.items():
        state = states.get(public_id)
        if state == SurveyState.CLOSED or (state is None and written < written_before):
            keys.destroy_key(public_id)
