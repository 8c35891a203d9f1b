"""A district of any size for benchmarks: its tree, its people, its alliances.

Ids are counted here, so that rows can point to each other before they are stored.
"""

import itertools
from dataclasses import dataclass, field

from django.utils import timezone

from alliances.models import Alliance, Membership
from alliances.states import MemberRole
from assessments.management.demo import names
from assessments.management.demo.bulk import copy, last_id
from assessments.management.demo.people import hashed_password
from members.models import Assignment, Kind, Organisation, StructureTemplate, User
from members.states import Role, TemplateState
from workflow import pinyin

TABLES = (Organisation, User, Assignment, Alliance, Membership)


@dataclass(frozen=True)
class Sizes:
    """Units, listings and claims of the whole district; communities of each street."""

    streets: int
    communities: int
    units: int
    listings: int
    claims: int


@dataclass
class Street:
    """Ids alone: who is in the street, and who speaks for whom."""

    alliance: int
    node: int
    communities: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)


class Crowd:
    """Fills the tables of who; `counts` says how many rows each got."""

    def __init__(self, sizes: Sizes):
        self.sizes = sizes
        self.counts: dict[str, int] = {}
        self.streets: list[Street] = []
        self.speaker: dict[int, int] = {}
        today = timezone.localdate()
        self.opened_on = today.replace(year=today.year - 3, month=1, day=1)

    def fill(self) -> None:
        """`TABLES`, in the order of their foreign keys. Runs inside `bulk.load`."""
        self._fill_tree()
        self._fill_people()
        self._fill_alliances()

    def _copy(self, model, columns: str, rows) -> None:
        self.counts[model._meta.db_table] = copy(model, columns.split(), rows)

    def _fill_tree(self) -> None:
        kinds = dict(Kind.objects.filter(owner=None).values_list("code", "pk"))
        structure = StructureTemplate.objects.get(owner=None, name="1+3", state=TemplateState.PUBLISHED).pk
        ids = itertools.count(last_id(Organisation) + 1)
        rows: dict[int, list] = {}
        beneath: dict[int, int] = {}

        def add(parent: int | None, kind: str, name: str, trade: str = "", rules: int | None = None) -> int:
            node = next(ids)
            beneath[node] = 0
            if parent is None:
                depth, path = 1, Organisation._get_path("", 1, self.first_root)
            else:
                beneath[parent] += 1
                depth = rows[parent][2] + 1
                path = Organisation._get_path(rows[parent][1], depth, beneath[parent])
            rows[node] = [node, path, depth, kinds[kind], name, trade, rules]
            return node

        self.first_root = Organisation.objects.filter(depth=1).count() + 1
        self.district = add(None, "district", f"性能测试第{self.first_root}区")
        for number in range(self.sizes.streets):
            node = add(self.district, "street", f"第{number + 1}街道", rules=structure)
            parents = {
                code: add(node, code, f"第{number + 1}街道{code}")
                for code in ("administrative_group", "residential_committee", "enterprise_committee")
            }
            street = Street(alliance=last_id(Alliance) + number + 1, node=node)
            street.communities = [
                add(parents["residential_committee"], "community", f"第{number + 1}街道第{one + 1}社区")
                for one in range(self.sizes.communities)
            ]
            for one in range(number, self.sizes.units, self.sizes.streets):
                parent, trade, name = names.unit(one)
                place = parents.get(parent) or street.communities[one % len(street.communities)]
                street.units.append(add(place, "unit", name, trade))
            self.streets.append(street)
        self._copy(
            Organisation,
            "id path depth kind_id name unit_type structure_id numchild sort_key search_key opened_on",
            (
                (*row, beneath[row[0]], pinyin.sort_key(row[4]), pinyin.search_key(row[4]), self.opened_on)
                for row in rows.values()
            ),
        )

    def _fill_people(self) -> None:
        """The district's administrator, one of each street, one person for each community and unit."""
        posts = [(self.district, "d", Role.DISTRICT_ADMIN)]
        for street in self.streets:
            posts.append((street.node, "s", Role.STREET_ADMIN))
            posts += [(community, "c", Role.STAFF) for community in street.communities]
            posts += [(unit, "u", Role.LIAISON) for unit in street.units]
        first, password = last_id(User) + 1, hashed_password()
        self.speaker = {
            organisation: first + turn for turn, (organisation, _mark, _role) in enumerate(posts)
        }
        self._copy(
            User,
            "id username name password is_staff",
            (
                (first + turn, f"bench-{mark}{organisation}", names.person(turn), password, mark in "ds")
                for turn, (organisation, mark, _role) in enumerate(posts)
            ),
        )
        post = last_id(Assignment) + 1
        self._copy(
            Assignment,
            "id user_id role organisation_id is_recursive starts_on",
            (
                (post + turn, first + turn, role, organisation, role != Role.LIAISON, self.opened_on)
                for turn, (organisation, _mark, role) in enumerate(posts)
            ),
        )

    def _fill_alliances(self) -> None:
        self._copy(
            Alliance,
            "id name host_id started_on",
            (
                (street.alliance, f"第{number + 1}街道党建联盟", street.node, self.opened_on)
                for number, street in enumerate(self.streets)
            ),
        )
        ids = itertools.count(last_id(Membership) + 1)
        self._copy(
            Membership,
            "id alliance_id organisation_id role contact_phone starts_on",
            (
                (
                    next(ids),
                    street.alliance,
                    organisation,
                    MemberRole.LEAD if organisation == street.node else MemberRole.MEMBER,
                    names.phone(organisation),
                    self.opened_on,
                )
                for street in self.streets
                for organisation in (street.node, *street.communities, *street.units)
            ),
        )
