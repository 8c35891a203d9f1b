"""The bell: a person's messages, opened one by one or read all at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.actions import notifications
from members.models import Notification
from members.notifications import sentence
from workflow.views import Keyset, find, read_id


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """All messages, newest first; `?unread=1` only those not read yet."""
    rows = Notification.objects.visible_to(request.user)
    only_unread = request.GET.get("unread") == "1"
    page = Keyset(rows.unread() if only_unread else rows, request.GET)
    for message in page:
        message.sentence = sentence(message)
    newest = rows.unread().order_by("-pk").first()
    return render(
        request,
        "members/notification_list.html",
        {"page": page, "only_unread": only_unread, "newest": newest},
    )


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the message as read and leads to what it is about."""
    message = notifications.mark_read(
        notification=find(Notification.objects, request.user, pk=pk), by=request.user
    )
    return redirect(message.url or "notification-list")


@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """Marks what stood on the page as read: everything up to the message `up_to`."""
    up_to = read_id(request.POST.get("up_to"))
    if up_to is None:
        words = _("不知道要标记到哪一条。请回到通知页面，刷新后再点“全部标为已读”。")
        return render(request, "400.html", {"sentence": words}, status=400)
    count = notifications.mark_all_read(up_to=up_to, by=request.user)
    words = ngettext("已将 %(count)s 条通知标为已读。", "已将 %(count)s 条通知标为已读。", count)
    messages.success(request, words % {"count": count})
    return redirect("notification-list")
