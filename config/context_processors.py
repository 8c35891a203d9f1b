"""What the shell around every page shows: whose page it is, where one can go, and how many messages wait."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Notification
from members.states import Role

STAFF = (Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF)
READERS = (
    Role.DISTRICT_ADMIN,
    Role.DISTRICT_READER,
    Role.STREET_ADMIN,
    Role.STAFF,
    Role.AUDITOR,
    Role.EXPERT,
)
#: Nouns whose pages lie under the entry of another one: a vote is part of its meeting.
BENEATH = {
    "meeting-list": {"item", "motion", "opinion", "decision", "minutes", "meetingkind"},
    "duty-list": {"duty", "appeal", "flowback"},
    "alliance-list": {"membership", "procedure", "term", "dutyterm"},
}


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; `primary` ones also stand in the phone's tab bar."""

    label: str
    url: str
    icon: str
    current: bool
    primary: bool = False
    short: str = ""
    count: int | None = None


def shell(request) -> dict:
    """`place`, `nav` and `unread` for a signed-in person; nothing for anybody else."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"place": _("区域化党建联盟平台")}
    return {
        "place": str(user.organisation or _("区域化党建联盟平台")),
        "nav": _entries(user, request),
        "unread": Notification.objects.visible_to(user).unread().count(),
    }


def _entries(user, request) -> list[Entry]:
    direction = request.GET.get("direction", "need")
    # A page that is missing has no name.
    noun = (request.resolver_match and request.resolver_match.url_name or "").partition("-")[0]
    above = next((name for name, nouns in BENEATH.items() if noun in nouns), None)

    def entry(label, name, icon, *, query="", **more):
        url = reverse(name)
        if above:
            is_current = name == above
        else:
            is_current = request.path.startswith(url) if url != "/" else request.path == "/"
        if query:
            # The address of a single listing does not say which list it is on.
            is_current = request.path == url and direction in query
        return Entry(label, url + query, icon, is_current, **more)

    is_reader = user.has_role(*READERS)
    is_unit = user.has_role(Role.LIAISON)
    entries = [
        entry(_("今天要办"), "home", "tasks", primary=True, short=_("今天")),
        entry(
            _("需求清单"), "listing-list", "flag", query="?direction=need", primary=True, short=_("需求")
        ),
        # Four tabs and the whole navigation fit on a phone; what comes is answered from 今天要办 anyway.
        entry(_("资源清单"), "listing-list", "box", query="?direction=resource"),
        entry(_("项目清单"), "project-list", "target"),
        entry(_("认领"), "claim-list", "link", primary=True),
        entry(_("会议"), "meeting-list", "calendar", primary=True),
        entry(_("共建协议书"), "agreement-list", "document"),
        entry(_("议定事项"), "duty-list", "check"),
        entry(_("联盟"), "alliance-list", "people"),
    ]
    if is_reader:
        entries.append(entry(_("满意度测评"), "survey-list", "survey"))
        entries.append(entry(_("考核计分"), "scorerun-list", "chart"))
        entries.append(entry(_("考核报告"), "report-list", "print"))
        entries.append(entry(_("考核方案"), "scheme-list", "target"))
        entries.append(entry(_("组织与单位"), "organisation-list", "tree"))
    if is_unit:
        entries.append(entry(_("本单位得分"), "score-list", "chart"))
    if user.has_role(*STAFF):
        entries.append(entry(_("人员"), "person-list", "person"))
        entries.append(entry(_("组织架构模板"), "structure-list", "gear"))
    return entries
