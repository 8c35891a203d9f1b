"""The pages behind the code on a slip: no sign-in, no cookie, no session, nothing written but the envelope.

One address for all screens. A post carries every answer given so far in hidden fields, `at` says from
which screen it comes and `go` where to; so going back loses nothing and a repeated post does no harm.
Templates are rendered without the request: nothing of the visitor can reach them, and no CSRF cookie
is set on the way.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from assessments.actions.answers import answer_survey, check_code
from assessments.exceptions import SurveyClosed
from assessments.forms.residents import AnswerForm
from assessments.models import Survey
from assessments.reports import residents
from assessments.reports.residents import Face
from assessments.reports.surveys import result
from workflow.exceptions import Conflict, Refusal

START = 0


@login_not_required
# No cookie carries any authority here: whoever forges this post must know a code, and could then post it himself.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def survey(request: HttpRequest, public_id: str, elder: bool = False) -> HttpResponse:
    """Every screen of one survey; `elder` in large type. Unknown: 404; closed: the result."""
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        screen = Screen(public_id, elder=elder, language=asked and language)
        return screen.answer(request) if request.method == "POST" else screen.start()


class Screen:
    """Renders the screens of the survey `public_id`. `language` is set when the address names one."""

    def __init__(self, public_id: str, *, elder: bool, language: str):
        self.public_id, self.elder, self.language = public_id, elder, language

    def start(self) -> HttpResponse:
        """The first screen, or the result, out of the cache: the same bytes for everybody."""
        key = residents.page_key(
            self.public_id, translation.get_language(), elder=self.elder, named=bool(self.language)
        )
        body = residents.recall(key)
        if body is None:
            face = residents.face(self.public_id)
            if face is None:
                return self.page("residents/unknown.html", None, status=404)
            body = self.start_page(face).content if face.is_open else self.closed_page(face).content
            residents.remember(key, body)
        response = HttpResponse(body)
        response["Cache-Control"] = "private, max-age=60"
        response["Referrer-Policy"] = "no-referrer"
        return response

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The screen that the pressed button asks for; `submit` seals."""
        if request.headers.get("Idempotency-Key") or "form_token" in request.POST:
            # A kept key would stand beside the answer, under the name of whoever is signed in.
            return self.page("residents/unknown.html", None, status=400)
        face = residents.face(self.public_id)
        if face is None:
            return self.page("residents/unknown.html", None, status=404)
        if not face.is_open:
            return self.closed_page(face, late=True, status=409)
        form = AnswerForm(request.POST, questions=face.questions)
        last = len(face.questions) + 2
        at, go = _step(request.POST.get("at"), last), request.POST.get("go", "")
        if not form.is_valid():
            return self.step(face, form, _screen_of(form), status=400)
        try:
            if at == START and go != str(START):
                check_code(face=face, code=form.cleaned_data["code"])
            is_forward = go == "submit" or _step(go, last) > at
            if is_forward and at != START and form.choices[0] is None:
                form.add_error("q1", _("请选一项再往下。不清楚可以选“不了解”。"))
                return self.step(face, form, 1, status=400)
            if go != "submit":
                return self.step(face, form, _step(go, last))
            answer_survey(
                face=face,
                code=form.cleaned_data["code"],
                choices=form.choices,
                remark=form.cleaned_data["remark"],
                is_assisted=form.cleaned_data["is_assisted"],
            )
        except SurveyClosed:
            residents.forget(self.public_id)
            return self.closed_page(face, late=True, status=409)
        except Refusal as refusal:
            form.add_error(refusal.field or None, str(refusal.sentence))
            status = 409 if isinstance(refusal, Conflict) else 400
            return self.step(face, form, _screen_of(form), status=status)
        return self.page("residents/thanks.html", face)

    # --- Screens --------------------------------------------------------------------------------------
    def step(self, face: Face, form: AnswerForm, number: int, *, status: int = 200) -> HttpResponse:
        """Screen `number`: 0 the code, then one for each question, the remark, the review."""
        questions = len(face.questions)
        if number == START:
            return self.start_page(face, form, status=status)
        context = {"form": form, "at": number, "back": number - 1, "next": number + 1, "total": questions}
        if number <= questions:
            name, field = "residents/question.html", form[f"q{number}"]
            context |= {
                "field": field,
                "question": face.questions[number - 1],
                "options": [
                    (value, label, str(value) == field.value()) for value, label in field.field.choices
                ],
                "percent": round(100 * number / questions),
            }
            shown = {f"q{number}"}
        elif number == questions + 1:
            name, shown = "residents/remark.html", {"remark", "is_assisted"}
        else:
            name, shown = "residents/review.html", set()
            context["lines"] = [
                (position, question, choice.label if choice is not None else _("没有选"))
                for position, (question, choice) in enumerate(
                    zip(face.questions, form.choices, strict=True), start=1
                )
            ]
        return self.page(name, face, status=status, hidden=_carried(form, leave_out=shown), **context)

    def start_page(self, face: Face, form: AnswerForm | None = None, *, status: int = 200) -> HttpResponse:
        hidden = _carried(form, leave_out={"code"}) if form else []
        return self.page("residents/start.html", face, status=status, form=form, hidden=hidden, at=START)

    def closed_page(self, face: Face, *, late: bool = False, status: int = 200) -> HttpResponse:
        survey = Survey.objects.get(pk=face.pk)
        return self.page(
            "residents/closed.html", face, status=status, late=late, survey=survey, result=result(survey)
        )

    def page(self, name: str, face: Face | None, *, status: int = 200, **context) -> HttpResponse:
        query = f"?lang={self.language}" if self.language else ""
        names = ("resident-elder", "resident-start") if self.elder else ("resident-start", "resident-elder")
        here, other = (reverse(name, args=[self.public_id]) + query for name in names)
        body = render_to_string(
            name,
            {
                **context,
                "face": face,
                "place": face.place if face else "",
                "area": face.office if face and not self.elder else "",
                "elder": self.elder,
                "here": here if face else "",
                "other": other,
                "languages": settings.LANGUAGES,
                "language": translation.get_language(),
            },
        )
        response = HttpResponse(body, status=status)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


def _step(text: str | None, last: int) -> int:
    """The screen that a field names; the first for anything else."""
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else START
    return min(number, last)


def _screen_of(form: AnswerForm) -> int:
    """The first screen with an error; one of no field is said on the review."""
    if "code" in form.errors:
        return START
    for number in range(1, len(form.questions) + 1):
        if f"q{number}" in form.errors:
            return number
    return len(form.questions) + (1 if "remark" in form.errors else 2)


def _carried(form: AnswerForm, *, leave_out: set[str]) -> list[tuple[str, str]]:
    """The fields of the other screens, as they were posted."""
    return [
        (name, form.data[name]) for name in form.fields if name not in leave_out and form.data.get(name)
    ]
