"""The fictional district with its streets, units, people and alliances, built through the rooms' actions."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from alliances.actions import admit_member, found_alliance
from alliances.models import Alliance
from alliances.states import MemberRole
from assessments.management.demo import clock, names
from assessments.management.demo.people import make_first_admin, make_person
from members.actions.organisations import add_organisation
from members.actions.structures import adopt_structure
from members.models import Kind, Organisation, StructureTemplate, User
from members.states import Role, TemplateState, UnitType

DISTRICT = "云栖区委组织部"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a street is to be: `slug` begins its usernames, `named` are units of the sample lists."""

    slug: str
    name: str
    communities: str
    units: int
    named: tuple[tuple[str, UnitType, str], ...] = ()


SMALL = Plan(
    slug="tingsong",
    name="听松街道",
    communities="南园 北苑 望河 锦安 学府 松涛 竹影 银杏 丹枫 白鹭",
    units=45,
    named=(
        ("enterprise_committee", UnitType.ENTERPRISE, "听松控股有限公司"),
        ("enterprise_committee", UnitType.ENTERPRISE, "映月大酒店"),
        ("enterprise_committee", UnitType.ENTERPRISE, "云岫机械制造有限公司"),
        ("community", UnitType.SOCIAL, "亲邻缝纫服务队"),
    ),
)
LARGE = Plan(
    slug="lanyue",
    name="揽月街道",
    communities="桂香 梅坞 榆林 槐荫 桐花 枫桥 柏岭 杏林 桃源 李园 "
    "松间 莲池 菊篱 芦滩 苇岸 藕花 麦陇 稻香 茶亭 药圃",
    units=242,
)
COMMITTEES = (
    ("administrative_group", "行政党组"),
    ("residential_committee", "居民区综合党委"),
    ("enterprise_committee", "非公企业联合党委"),
)


@dataclass
class Street:
    """A street as the line needs it; `speaker` says who acts for an organisation."""

    plan: Plan
    node: Organisation
    admin: User
    alliance: Alliance
    communities: list[Organisation] = field(default_factory=list)
    units: list[Organisation] = field(default_factory=list)
    people: dict[int, User] = field(default_factory=dict)

    def speaker(self, organisation: Organisation) -> User:
        return self.people[organisation.pk]

    def named(self, *candidates: str) -> Organisation:
        """The first organisation that bears one of these names; the street itself otherwise."""
        known = {one.name: one for one in [*self.communities, *self.units]}
        return next((known[name] for name in candidates if name in known), self.node)


def build_district(founded: dt.date) -> tuple[Organisation, User]:
    """The district and its administrator, with a reader beside."""
    district = Organisation.objects.add_root(
        {"kind": _kind("district"), "name": DISTRICT, "address": "云栖区", "opened_on": founded}
    )
    admin = make_first_admin("yunqi", "沈知秋", district, founded)
    with clock.on(founded):
        make_person("yunqi-reader", "顾长宁", Role.DISTRICT_READER, district, by=admin)
    return district, admin


def build_street(district: Organisation, by: User, plan: Plan, founded: dt.date, say: Say) -> Street:
    """A street "1+3" with communities, grids, units, people, and its alliance with all of them as members."""
    with clock.on(founded):
        node = _add(district, "street", f"{plan.name}党工委", by, founded)
        structure = StructureTemplate.objects.get(owner=None, name="1+3", state=TemplateState.PUBLISHED)
        node = adopt_structure(organisation=node, template=structure, by=by)
        parents = {code: _add(node, code, f"{plan.name}{name}", by, founded) for code, name in COMMITTEES}
        admin = make_person(plan.slug, names.person(plan.units), Role.STREET_ADMIN, node, by=by)
        staff = make_person(f"{plan.slug}-staff", names.person(plan.units + 7), Role.STAFF, node, by=admin)
        alliance = found_alliance(
            host=node,
            by=admin,
            name=f"{plan.name}区域化党建联盟",
            purpose="组织共建、资源共享、实事共办：社区提需求，单位亮资源，双向认领，居民评议。",
            started_on=founded,
        )
        street = Street(plan=plan, node=node, admin=admin, alliance=alliance, people={node.pk: staff})
        for number, parent in enumerate(parents.values(), start=1):
            street.people[parent.pk] = make_person(
                f"{plan.slug}-k{number}", names.person(60 + number), Role.STAFF, parent, by=by
            )
        _add_communities(street, parents["residential_committee"], founded)
        say(f"{plan.name}: {len(street.communities)} communities with their grids")
        _add_units(street, parents, founded)
        say(f"{plan.name}: {len(street.units)} units with their liaisons")
    _admit(street, [*parents.values(), *street.communities, *street.units], founded)
    say(f"{plan.name}: alliance with {street.alliance.memberships.count()} members")
    return street


def _add_communities(street: Street, parent: Organisation, founded: dt.date) -> None:
    for number, name in enumerate(street.plan.communities.split(), start=1):
        community = _add(parent, "community", f"{name}社区", street.admin, founded)
        for grid in "一二":
            _add(community, "grid", f"{name}第{grid}网格", street.admin, founded)
        username = f"{street.plan.slug}-c{number:02}"
        street.people[community.pk] = make_person(
            username, names.person(number * 5), Role.STAFF, community, by=street.admin
        )
        street.communities.append(community)


def _add_units(street: Street, parents: dict[str, Organisation], founded: dt.date) -> None:
    numbers = range(street.plan.units - len(street.plan.named))
    for number, (kind, trade, name) in enumerate([*street.plan.named, *map(names.unit, numbers)]):
        parent = parents.get(kind) or street.communities[number % len(street.communities)]
        unit = add_organisation(
            parent=parent,
            kind=_kind("unit"),
            name=name,
            unit_type=trade,
            address=f"{street.plan.name}{names.PLACES[number % len(names.PLACES)]}路{number + 1}号",
            opened_on=founded,
            by=street.admin,
        )
        username = f"{street.plan.slug}-u{number + 1:02}"
        street.people[unit.pk] = make_person(
            username, names.person(100 + number), Role.LIAISON, unit, by=street.admin
        )
        street.units.append(unit)


def _admit(street: Street, organisations: list[Organisation], founded: dt.date) -> None:
    """Everybody on the first day, one unit in turn on duty; the last two units still owe their contact."""
    owing = {one.pk for one in street.units[-2:]}
    with clock.on(founded):
        for number, organisation in enumerate(organisations):
            contact = {}
            if organisation.pk not in owing:
                speaker = street.speaker(organisation)
                number_of = street.plan.units * 10 + number
                contact = {"contact_name": speaker.name, "contact_phone": names.phone(number_of)}
            admit_member(
                alliance=street.alliance,
                organisation=organisation,
                role=MemberRole.MEMBER,
                by=street.admin,
                **contact,
            )


def _add(parent: Organisation, kind: str, name: str, by: User, opened_on: dt.date) -> Organisation:
    return add_organisation(parent=parent, kind=_kind(kind), name=name, opened_on=opened_on, by=by)


def _kind(code: str) -> Kind:
    return Kind.objects.get(code=code)
