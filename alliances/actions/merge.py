"""How organisations merge: their places in the tree, their memberships and the alliances that they host."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.exceptions import NameTaken
from alliances.models import Alliance, DutyTerm, Membership
from alliances.notifications import merge as notifications
from alliances.rules.spans import DAY, Span, uncovered
from alliances.states import MemberRole
from members.actions.merging import absorb_organisation, lock_branches
from members.actions.organisations import add_organisation
from members.actions.structures import adopt_structure
from members.models import Assignment, Kind, Organisation, StructureTemplate, User
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.templatetags.workflow import cn_date

#: What a membership holds about people; it goes over as it stands.
CONTACTS = ("contact_name", "contact_phone", "committee_contact", "committee_phone")


@dataclass(frozen=True)
class NewOrganisation:
    """A successor that comes into being with the merge."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Merger:
    """What one merge did: `moved` children, roles that `ended`, memberships that were `left` and `joined`
    instead, `terms` of duty that the successor serves now, alliances that it now has as `hosted`."""

    organisation: Organisation
    successor: Organisation
    moved: list[Organisation]
    ended: list[Assignment]
    left: list[Membership]
    joined: list[Membership]
    terms: list[DutyTerm]
    hosted: list[Alliance]


@action
def merge_organisations(
    *,
    organisations: Sequence[Organisation],
    into: Organisation,
    by: User,
    reason: str,
    day: date | None = None,
) -> list[Merger]:
    """Open → closed since `day`, today by default, each with `into` as its successor; tells the people of both.

    Whoever may close them and move them beneath `into`. Children still open and the closed node itself go
    beneath the successor. Memberships end on the day before and go on as the successor's, contacts
    included, except where it is a member already; a day has one of both, never two, never none. Terms of duty and
    alliances that the old node hosts go on under the successor. What was listed, claimed and signed keeps its names.
    Raises `BadInput`, `StructureBroken`, `NameTaken`, `InvalidTransition`, `NotPermitted`.
    """
    day = day or timezone.localdate()
    lock_branches(organisations, into)
    return [_merge(organisation, into, by=by, reason=reason, day=day) for organisation in organisations]


@action
def reorganise(
    *,
    organisation: Organisation,
    template: StructureTemplate,
    merges: Iterable[tuple[Organisation, Organisation | NewOrganisation]],
    by: User,
    reason: str,
    day: date | None = None,
) -> list[Merger]:
    """`organisation` follows `template` from now on, and each first of `merges` goes into its second.

    "1+3" becomes "1+2" in one act: the old committees have no place in the new structure, the new one none
    in the old. New successors are added beneath `organisation`, one for each kind and name. District
    administrators only; tells the people of all. Raises what `adopt_structure`, `add_organisation` and
    `merge_organisations` do; then nothing of it has happened.
    """
    day, done = day or timezone.localdate(), []

    def settle() -> None:
        made: dict[NewOrganisation, Organisation] = {}
        for old, into in merges:
            if old.pk == organisation.pk or not old.path.startswith(organisation.path):
                raise BadInput(
                    _("“%(old)s”不在“%(organisation)s”之下。请只选择它的下级组织。")
                    % {"old": old, "organisation": organisation},
                    field="merges",
                )
            if isinstance(into, NewOrganisation):
                made[into] = made.get(into) or add_organisation(
                    parent=organisation, kind=into.kind, name=into.name, opened_on=day, by=by, reason=reason
                )
                into = made[into]
            done.append(_merge(old, into, by=by, reason=reason, day=day))

    adopt_structure(organisation=organisation, template=template, by=by, reason=reason, settle=settle)
    return done


def _merge(organisation: Organisation, into: Organisation, *, by: User, reason: str, day: date) -> Merger:
    absorbed = absorb_organisation(organisation=organisation, into=into, day=day, reason=reason, by=by)
    old, into = absorbed.organisation, Organisation.objects.get(pk=into.pk)
    rows = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), organisation=old)
    touched = Alliance.objects.open().filter(Q(host=old) | Q(pk__in=rows.values("alliance")))
    # Alliance before membership, the lowest first, as everywhere.
    alliances = list(touched.order_by("pk").select_for_update(of=("self",), no_key=True))
    hosted = [alliance for alliance in alliances if alliance.host_id == old.pk]
    for alliance in hosted:
        _rehost(alliance, into)
    left = list(
        rows.filter(alliance__in=alliances).select_related("alliance", "organisation").order_by("pk")
    )
    joined = [made for membership in left for made in _hand_over(membership, into, day)]
    terms = DutyTerm.objects.filter(alliance__in=alliances, organisation=old, ends_on__gte=day)
    served = [_hand_over_term(term, into, day) for term in terms.select_related("alliance").order_by("pk")]
    for alliance in hosted:
        notifications.alliance_rehosted(alliance, old, into, day=day, by=by)
    for membership in left:
        if membership.alliance not in hosted:
            notifications.member_replaced(membership, old, into, day=day, by=by)
    return Merger(old, into, absorbed.moved, absorbed.ended, left, joined, served, hosted)


def _rehost(alliance: Alliance, into: Organisation) -> None:
    if Alliance.objects.filter(host=into, name=alliance.name).exists():
        raise NameTaken(
            _("%(into)s 已有名为“%(name)s”的联盟。请先给其中一个改名，再合并。")
            % {"into": into, "name": alliance.name},
            field="into",
        )
    alliance.host = into
    alliance.save(update_fields=["host"])


def _hand_over(membership: Membership, into: Organisation, day: date) -> list[Membership]:
    """End `membership` before `day`; what of its days `into` is not a member already, as new rows of `into`.

    One that began on `day` keeps that day; one that has not begun is the successor's from its beginning.
    """
    if day < membership.starts_on <= timezone.localdate():
        raise BadInput(
            _("“%(organisation)s”%(start)s才加入%(alliance)s。请把合并日期改为这一天或之后。")
            % {
                "organisation": membership.organisation,
                "start": cn_date(membership.starts_on),
                "alliance": membership.alliance,
            },
            field="day",
        )
    own = list(membership.alliance.memberships.filter(organisation=into))
    if membership.starts_on > day:
        span: Span = (membership.starts_on, membership.ends_on)
        # It held on no day; the history keeps that it was arranged.
        Membership.objects.filter(pk=membership.pk).delete()
    else:
        last = max(day - DAY, membership.starts_on)
        span = (last + DAY, membership.ends_on)
        membership.ends_on = last
        membership.save(update_fields=["ends_on"])
    free = uncovered(span, [(one.starts_on, one.ends_on) for one in own])
    made = [_join(membership, into, membership.role, begin, end) for begin, end in free]
    for one in own:
        if one.starts_on <= span[0] and not one.is_over(span[0]):
            made += _lead(one, span[0]) if membership.role == MemberRole.LEAD else []
    return made


def _join(like: Membership, into: Organisation, role: str, begin: date, end: date | None) -> Membership:
    return Membership.objects.create(
        alliance=like.alliance,
        organisation=into,
        role=role,
        **{name: getattr(like, name) for name in CONTACTS},
        starts_on=begin,
        ends_on=end,
    )


def _lead(own: Membership, begin: date) -> list[Membership]:
    """The successor's own membership goes on as the leading one from `begin`."""
    if own.role == MemberRole.LEAD:
        return []
    if own.starts_on == begin:
        own.role = MemberRole.LEAD
        own.save(update_fields=["role"])
        return []
    end, own.ends_on = own.ends_on, begin - DAY
    own.save(update_fields=["ends_on"])
    return [_join(own, own.organisation, MemberRole.LEAD, begin, end)]


def _hand_over_term(term: DutyTerm, into: Organisation, day: date) -> DutyTerm:
    """From `day` on the successor convenes the meetings."""
    if term.starts_on >= day:
        term.organisation = into
        term.save(update_fields=["organisation"])
        return term
    end, term.ends_on = term.ends_on, day - DAY
    term.save(update_fields=["ends_on"])
    return DutyTerm.objects.create(alliance=term.alliance, organisation=into, starts_on=day, ends_on=end)
