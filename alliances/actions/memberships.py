"""How an organisation joins an alliance, changes its contact and leaves."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import notifications, permissions, rules
from alliances.actions.alliances import lock_alliance, lock_organisation
from alliances.actions.terms import release_duty_terms
from alliances.exceptions import AlreadyMember
from alliances.models import Alliance, Membership
from alliances.states import MemberRole
from members.models import Organisation, User
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.templatetags.workflow import cn_date
from workflow.text import read_line, read_reason


@action
def admit_member(
    *,
    alliance: Alliance,
    organisation: Organisation,
    by,
    role: MemberRole = MemberRole.MEMBER,
    contact_name: str = "",
    contact_phone: str = "",
    starts_on: date | None = None,
) -> Membership:
    """`organisation` in `alliance` from `starts_on`, today by default. Those who look after the host.

    Tells the member's people. Raises `AlreadyMember` when it is in on one of these days, `BadInput`.
    """
    organisation = lock_organisation(organisation)
    alliance = lock_alliance(alliance)
    permissions.check_can_admit_member(by, alliance)
    day = starts_on or timezone.localdate()
    _check_may_join(alliance, organisation, day)
    membership = Membership(
        alliance=alliance,
        organisation=organisation,
        role=MemberRole(role),
        contact_name=contact_name.strip(),
        contact_phone=rules.read_phone(contact_phone),
        starts_on=day,
    )
    membership.save()
    notifications.member_admitted(membership, by=by)
    return membership


@action
def change_contact(*, membership: Membership, by, contact_name: str, contact_phone: str) -> Membership:
    """Another contact. Those who look after the host, and the member's own people."""
    membership = _locked(membership)
    permissions.check_can_change_contact(by, membership)
    membership.contact_name = contact_name.strip()
    membership.contact_phone = rules.read_phone(contact_phone)
    membership.save(update_fields=["contact_name", "contact_phone"])
    return membership


@action
def set_committee_contact(*, membership: Membership, by: User, name: str, phone: str) -> Membership:
    """固定联系人: who on the host's side looks after the member; empty takes it away. Tells the member's people.

    Those who look after the host. Raises `BadInput` for a wrong number, or one without a name.
    """
    membership = _locked(membership)
    permissions.check_can_set_committee_contact(by, membership)
    name, phone = read_line(name, field="name"), rules.read_phone(phone, field="phone")
    if phone and not name:
        raise BadInput(_("写了电话，还没有写姓名。请填写固定联系人的姓名。"), field="name")
    if len(name) > 30:
        raise BadInput(_("姓名最多 30 个字。请写短一些。"), field="name")
    membership.committee_contact, membership.committee_phone = name, phone
    membership.save(update_fields=["committee_contact", "committee_phone"])
    notifications.committee_contact_set(membership, by=by)
    return membership


@action
def end_membership(*, membership: Membership, by, reason: str, ends_on: date | None = None) -> Membership:
    """Makes `ends_on`, today by default, the last day, of a term of duty as well. Tells the member's people.

    Those who look after the host.
    """
    # The alliance first, as when a member is admitted: the days are compared with those of its other terms.
    lock_alliance(membership.alliance)
    membership = _locked(membership)
    permissions.check_can_end_membership(by, membership)
    reason = read_reason(reason)
    day = ends_on or timezone.localdate()
    if day < membership.starts_on:
        raise BadInput(
            _("退出日期不能早于加入日期 %(day)s。请改为这一天或之后。")
            % {"day": cn_date(membership.starts_on)},
            field="ends_on",
        )
    _check_is_free(
        membership.alliance, membership.organisation, membership.starts_on, day, other_than=membership
    )
    membership.ends_on = day
    membership.save(update_fields=["ends_on"])
    release_duty_terms(membership.alliance, membership.organisation, day)
    notifications.membership_ended(membership, by=by, reason=reason)
    return membership


def _locked(membership: Membership) -> Membership:
    return (
        Membership.objects.select_for_update(of=("self",))
        .select_related("alliance__host__kind", "organisation__kind")
        .get(pk=membership.pk)
    )


def _check_may_join(alliance: Alliance, organisation: Organisation, day: date) -> None:
    if organisation.district_path != alliance.host.district_path:
        raise BadInput(_("只能接纳本区的组织。请重新选择。"), field="organisation")
    if organisation.closed_on:
        raise BadInput(
            _("%(organisation)s 已终止，不能加入联盟。请选择仍在运行的组织。")
            % {"organisation": organisation},
            field="organisation",
        )
    if day < alliance.started_on:
        raise BadInput(
            _("加入日期不能早于联盟成立的 %(day)s。请改为这一天或之后。")
            % {"day": cn_date(alliance.started_on)},
            field="starts_on",
        )
    _check_is_free(alliance, organisation, day, None)


def _check_is_free(
    alliance: Alliance,
    organisation: Organisation,
    starts_on: date,
    ends_on: date | None,
    *,
    other_than: Membership | None = None,
) -> None:
    """The rule of the exclusion constraint, said in a sentence; the constraint stands behind it."""
    others = alliance.memberships.filter(organisation=organisation).exclude(pk=other_than and other_than.pk)
    for other in others.order_by("starts_on"):
        starts_before_end = ends_on is None or other.starts_on <= ends_on
        if not starts_before_end or other.is_over(starts_on):
            continue
        names = {
            "organisation": organisation,
            "start": cn_date(other.starts_on),
            "end": cn_date(other.ends_on),
        }
        if other.ends_on is None:
            sentence = _("%(organisation)s 自 %(start)s 起就是本联盟成员，不用重复加入。")
        else:
            sentence = _(
                "%(organisation)s 在 %(start)s 至 %(end)s 已是本联盟成员。请把加入日期改到这段时间之后。"
            )
        raise AlreadyMember(sentence % names, field="organisation")
