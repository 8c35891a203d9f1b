"""What happens to every request before its view: an id, replay of repeated posts, and sentences for refusals."""

import hashlib
import uuid
from urllib.parse import urlsplit

from django.apps import apps
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from workflow.actions import paying, request_id
from workflow.exceptions import Conflict, NotPermitted, Refusal
from workflow.once import Once

#: Only answers of a done act are kept; a refusal may be tried again with the same key.
REPLAYED_BELOW = 400


class RequestIdMiddleware:
    """Give every request an id that its history rows carry, and return it as `X-Request-ID`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
        finally:
            request_id.reset(token)
        return response


class ReplayMiddleware:
    """Do a post once: the same key with the same body gets the first answer again, with another body 422.

    The key is the header `Idempotency-Key` or the form field `form_token`. Key and work share one
    transaction, so a process killed half-way leaves neither; a second request with the key waits for
    the first (three seconds at most, the database's lock limit, then 409 with Retry-After). A view whose
    work may be done twice and whose moment nobody is to know sets `request.leaves_no_trace`: nothing is kept.
    The plain case of a view may be done `at_once`, before the transaction.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.once = _once(request)
        if request.once is None:
            return self.get_response(request)
        try:
            with request.once.work:
                response = self.get_response(request)
                if request.once.replay:
                    _keep_or_undo(request, response)
                return response
        except OperationalError:
            return _busy(request)

    def process_view(self, request, view, args, kwargs):
        """Do the plain case at once; else open the transaction and take the key, now that the view is known."""
        once = request.once
        if once is None:
            return None
        try:
            plain = getattr(view, "at_once", None)
            if plain and (response := plain(request, *args, **kwargs)):
                return response
            once.work.enter_context(paying())
            once.work.enter_context(transaction.atomic())
            once.replay = _replays().take(once)
        except OperationalError:
            # The page that says so asks the database: not in a transaction that has failed.
            if transaction.get_connection().in_atomic_block:
                transaction.set_rollback(True)
            once.work.close()
            return _busy(request)
        return None if once.replay else _again(request)


class RefusalMiddleware:
    """A refusal that reaches the door of a page becomes its sentence: 403, or the page it came from.

    An address that only takes forms, opened by hand, after sign-in or by a reload, says so and leads on.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405 or response.content or request.path.startswith("/api/"):
            return response
        page = render(request, "405.html", {"up": _page_above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, NotPermitted):
            return render(request, "403.html", {"sentence": exception.sentence}, status=403)
        back = request.POST.get("back") or request.headers.get("Referer", "")
        # A page that refuses to open is no way back: it would send the reader to itself for ever.
        is_loop = request.method != "POST" or urlsplit(back).path == request.path
        if is_loop or not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
            status = 409 if isinstance(exception, Conflict) else 400
            return render(request, "400.html", {"sentence": exception.sentence}, status=status)
        messages.error(request, exception.sentence)
        # The redirect looks like that of a done act, but ReplayMiddleware must not keep it.
        request.is_refused = True
        return redirect(back)


def _replays():
    return apps.get_model("members", "Replay").objects


def _once(request) -> Once | None:
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    asked = request.headers.get("Idempotency-Key") or request.POST.get("form_token", "")
    if not asked:
        return None
    # Whatever the client sent, of any length and with any character, 64 plain ones stand for it.
    return Once(request.user.pk, _keyed(asked.encode(errors="replace")).hex(), _digest(request))


def _keep_or_undo(request, response) -> None:
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    if response.status_code >= REPLAYED_BELOW or getattr(request, "is_refused", False):
        transaction.set_rollback(True)
    elif getattr(request, "leaves_no_trace", False):
        request.once.replay.delete()
    else:
        request.once.replay.keep(response)


def _again(request) -> HttpResponse:
    """The first answer, once more; 422 when it answered another body."""
    replay = _replays().get(user=request.once.user_id, key=request.once.key)
    if bytes(replay.digest) != request.once.digest:
        return _answer(request, 422, _("这张表单已提交过，内容却不同。请刷新页面，重新填写后再提交。"))
    return replay.response()


def _busy(request) -> HttpResponse:
    return _answer(request, 409, _("同一请求正在处理。请等待几秒后刷新页面查看结果。"), retry_after="3")


def _page_above(path: str) -> str:
    """The nearest address above `path` that leads to a view; the first page at last."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            resolve(f"{path}/")
        except Resolver404:
            continue
        return f"{path}/"
    return "/"


def _digest(request) -> bytes:
    """What path and body come to; the tokens are left out, since a reloaded page carries new ones."""
    if request.content_type == "application/json":
        body = request.body
    else:
        pairs = sorted(
            (name, value)
            for name, values in request.POST.lists()
            if name not in {"csrfmiddlewaretoken", "form_token"}
            for value in values
        )
        files = sorted((name, _hash_file(file)) for name, sent in request.FILES.lists() for file in sent)
        body = repr(pairs + files).encode()
    return _keyed(request.path.encode() + b"\0" + body)


def _hash_file(file: UploadedFile) -> str:
    """What an uploaded file comes to; it can be read from its beginning afterwards."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _keyed(value: bytes) -> bytes:
    """A digest that says nothing without the secret key: a posted form may hold a password."""
    return salted_hmac("workflow.replay", value, algorithm="sha256").digest()


def _answer(request, status: int, sentence: str, *, retry_after: str = "") -> HttpResponse:
    headers = {"Retry-After": retry_after} if retry_after else {}
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status, headers=headers)
    response = render(request, "400.html", {"sentence": sentence, "code": status}, status=status)
    for name, value in headers.items():
        response[name] = value
    return response
