"""How an alliance begins, changes its rules and ends."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances import notifications, permissions, rules
from alliances.exceptions import NameTaken
from alliances.models import Alliance, Duty, Membership, Procedure
from alliances.states import MemberRole
from members.models import Organisation
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict, InvalidTransition
from workflow.templatetags.workflow import cn_date
from workflow.text import read_reason

#: Written by the rules of procedure (actions/procedure.py): here they begin as the district has them.
LIST_NAMES = ("needs_name", "resources_name", "projects_name")
DAYS = ("answer_days", "sign_days", "acknowledge_days")


@action
def found_alliance(
    *,
    host: Organisation,
    by,
    name: str,
    purpose: str = "",
    started_on: date | None = None,
    **days: int,
) -> Alliance:
    """A new alliance of `host`, which joins it as the leading member. Those who look after the host.

    `days` are working days as in `change_alliance`; what is left out keeps its default. The lists bear the
    names of the district's rules. Raises `NameTaken`, `BadInput`, `NotPermitted`.
    """
    # The district first: its defaults, names of lists included, stay as they are until the end.
    district = Organisation.objects.select_for_update(no_key=True).get(path=host.district_path)
    host = Organisation.objects.select_for_update().get(pk=host.pk)
    permissions.check_can_found_alliance(by, host)
    alliance = Alliance(host=host, purpose=purpose.strip(), started_on=started_on or timezone.localdate())
    _rename(alliance, name)
    _set_days(alliance, days)
    terms = Procedure.objects.terms_of_district(district)
    for list_name in LIST_NAMES:
        setattr(alliance, list_name, getattr(terms, list_name))
    alliance.save()
    Membership.objects.create(
        alliance=alliance, organisation=host, role=MemberRole.LEAD, starts_on=alliance.started_on
    )
    return alliance


@action
def change_alliance(
    *,
    alliance: Alliance,
    by,
    name: str | None = None,
    purpose: str | None = None,
    reason: str = "",
    **days: int,
) -> Alliance:
    """New name, purpose or working days; what is left out stays. Those who look after the host.

    Deadlines that are already set keep their day: an act takes the days in force when it happens. Raises
    `NameTaken`, `BadInput`, `InvalidTransition`, `NotPermitted`, `Conflict` when the host changes meanwhile.
    """
    host = _lock_host(alliance)
    alliance = lock_alliance(alliance)
    if alliance.host_id != host.pk:
        raise Conflict(_("联盟的主办组织刚刚变更。请刷新页面，核对后再提交。"))
    permissions.check_can_change_alliance(by, alliance)
    if name is not None:
        _rename(alliance, name)
    if purpose is not None:
        alliance.purpose = purpose.strip()
    _set_days(alliance, days)
    alliance.save()
    return alliance


@action
def end_alliance(*, alliance: Alliance, by, reason: str, ended_on: date | None = None) -> Alliance:
    """Ends the alliance and every membership in it on `ended_on`, today by default. Tells the members.

    Those who look after the host. Raises `BadInput` for a day to come, or before a member joined;
    `InvalidTransition` while a meeting or a duty is unfinished, since nobody could finish it afterwards.
    """
    alliance = lock_alliance(alliance)
    permissions.check_can_end_alliance(by, alliance)
    _check_nothing_unfinished(alliance)
    reason = read_reason(reason)
    day = ended_on or timezone.localdate()
    if day > timezone.localdate():
        raise BadInput(_("终止日期不能晚于今天。请到当天再办理。"), field="ended_on")
    members = list(
        alliance.memberships.select_for_update(of=("self",)).current(day).select_related("organisation")
    )
    newest = alliance.memberships.order_by("-starts_on").first()
    earliest = max(alliance.started_on, newest.starts_on) if newest else alliance.started_on
    if day < earliest:
        raise BadInput(
            _("终止日期不能早于 %(day)s（成立日期或最后一个成员的加入日期）。请改为这一天或之后。")
            % {"day": cn_date(earliest)},
            field="ended_on",
        )
    alliance.ended_on = day
    alliance.save(update_fields=["ended_on"])
    alliance.memberships.current(day).update(ends_on=day)
    notifications.alliance_ended(alliance, members, by=by, reason=reason)
    return alliance


def _check_nothing_unfinished(alliance: Alliance) -> None:
    meetings = alliance.meetings.unfinished().count()
    if meetings:
        raise InvalidTransition(
            ngettext(
                "还有 %(count)s 个会议没有归档或取消。请先办完，再终止联盟。",
                "还有 %(count)s 个会议没有归档或取消。请先办完，再终止联盟。",
                meetings,
            )
            % {"count": meetings}
        )
    duties = Duty.objects.unfinished().filter(decision__alliance=alliance).count()
    if duties:
        raise InvalidTransition(
            ngettext(
                "还有 %(count)s 件议定事项没有销号或终止。请先办完，再终止联盟。",
                "还有 %(count)s 件议定事项没有销号或终止。请先办完，再终止联盟。",
                duties,
            )
            % {"count": duties}
        )


def lock_organisation(organisation: Organisation) -> Organisation:
    """The row, locked, before the alliance that is to name it: whoever ends it meanwhile waits, or is seen."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def lock_alliance(alliance: Alliance) -> Alliance:
    """The row, locked. Lock order in this room: organisation → alliance → membership, or meeting → item → motion.

    Not against foreign keys: whoever holds a meeting may write beneath the alliance without waiting for one
    who holds the alliance and waits for the meeting. Its host is read afterwards: joined, a row whose host a
    merge has just changed would not be found.
    """
    return Alliance.objects.select_for_update(no_key=True).get(pk=alliance.pk)


def _lock_host(alliance: Alliance) -> Organisation:
    """The host, locked: a name is free at it until the end, whoever founds or renames meanwhile."""
    return Organisation.objects.select_for_update().get(hosted_alliances=alliance.pk)


def _rename(alliance: Alliance, name: str) -> None:
    alliance.name = rules.read_name(name, field="name", at_most=100)
    others = Alliance.objects.filter(host=alliance.host, name=alliance.name).exclude(pk=alliance.pk)
    if others.exists():
        raise NameTaken(
            _("%(host)s 已有名为“%(name)s”的联盟。请换一个名称。")
            % {"host": alliance.host, "name": alliance.name},
            field="name",
        )


def _set_days(alliance: Alliance, days: dict[str, int]) -> None:
    for field, value in days.items():
        if field not in DAYS:
            raise TypeError(f"unknown term {field}")
        setattr(alliance, field, rules.check_days(int(value), field=field))
