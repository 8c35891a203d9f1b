"""How a resident's answer enters without a trace of who gave it.

No session, user, time or network address reaches this file; it does not run through
`workflow.actions.action`, since that would sign a history; and what it writes can be read by nobody
who lacks the survey's private key.
"""

import json
from collections.abc import Sequence

from django.db import IntegrityError, OperationalError, connection
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from assessments import rules
from assessments.actions.surveys import digest_of
from assessments.exceptions import BadSurveyCode, SurveyClosed
from assessments.models import Code
from assessments.reports.residents import Face
from assessments.states import Scale
from workflow.exceptions import BadInput, Conflict
from workflow.sealing import BadCode, read_code, seal


@sensitive_variables()
def check_code(*, face: Face, code: str) -> str:
    """The digest of the code that a person typed for this survey; raises `BadSurveyCode` with what to do."""
    try:
        digest = digest_of(read_code(code))
    except BadCode as error:
        raise BadSurveyCode(
            _("这个码不对，可能有一位输错了。请对照纸条再输一遍，一共 13 位，不分大小写。"), field="code"
        ) from error
    if not Code.objects.filter(pk=digest, survey_id=face.pk).exists():
        raise _unknown()
    return digest


@sensitive_variables()
def answer_survey(
    *, face: Face, code: str, choices: Sequence[Scale | None], remark: str = "", is_assisted: bool = False
) -> None:
    """Put the answer, sealed, into the envelope of the code; the same code again replaces what lay there.

    One statement, so that a repeated post does no harm and forty at once leave one envelope. Raises
    `BadInput` for answers that do not fit the questions, `BadSurveyCode`, `SurveyClosed`, and `Conflict`
    when the database cannot take it now.
    """
    if len(choices) != len(face.questions) or choices[0] is None:
        raise BadInput(_("第 1 题还没有选。请选一项；不清楚可以选“不了解”。"), field="q1")
    if len(remark) > rules.MAX_REMARK:
        raise BadInput(
            _("意见超过 %(most)s 个字。请写短一些。") % {"most": rules.MAX_REMARK}, field="remark"
        )
    try:
        digest = digest_of(read_code(code))
    except BadCode:
        check_code(face=face, code=code)
        raise
    content = {"choices": list(choices), "remark": rules.mask(remark.strip()), "is_assisted": is_assisted}
    sealed = seal(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), public=face.public_key
    )
    # What is refused is left out here rather than by an error: the server's log would quote the statement.
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO assessments_envelope (digest, sealed)"
                " SELECT c.digest, %s FROM assessments_code c JOIN assessments_survey s ON s.id = c.survey_id"
                "  WHERE c.digest = %s AND s.id = %s AND s.state = 'open'"
                "    AND s.closes_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date"
                " ON CONFLICT (digest) DO UPDATE SET sealed = EXCLUDED.sealed",
                [sealed, digest, face.pk],
            )
            is_kept = cursor.rowcount == 1
    except IntegrityError as error:
        # The survey was closed between the two looks of one statement: the trigger saw it.
        raise _closed() from error
    except OperationalError as error:
        # Somebody is closing a large survey early, and its row is locked for longer than a post may wait.
        raise Conflict(_("系统正忙，还没有提交。请过几秒再点一次“提交”。")) from error
    if not is_kept:
        check_code(face=face, code=code)
        raise _closed()


def _unknown() -> BadSurveyCode:
    return BadSurveyCode(
        _("这份测评里没有这个码。请核对纸条上的网址和码；还是不行，就到居委会换一张。"), field="code"
    )


def _closed() -> SurveyClosed:
    return SurveyClosed(_("测评已经截止，这份答案没有提交。"))
