"""Who signs in, and how far a person's assignments reach."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import connection, models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from members.models.assignment import CURRENT, Assignment
from members.models.change import recorded
from members.models.organisation import Organisation, subtree
from members.states import ACTING_ROLES, SPEAKING_BENEATH, Level, Role
from workflow.rows import Columns


@dataclass(frozen=True)
class Grant:
    """One current assignment as values."""

    role: Role
    organisation_id: int
    path: str
    level: str
    recursive: bool

    @property
    def speaks_beneath(self) -> bool:
        return self.recursive and self.role in SPEAKING_BENEATH

    def covers(self, path: str) -> bool:
        return path == self.path or (self.recursive and path.startswith(self.path))


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The user's own account, and those of people who hold or held a role in the reach of a manager."""
        held = Assignment.objects.visible_to(user).order_by().values("user_id")
        return self.filter(models.Q(pk=user.pk) | models.Q(pk__in=held))


# A person and today's assignments at once: every click asks for both.
_WITH_GRANTS = f"""
    SELECT {{columns}}, ARRAY(
        SELECT ARRAY[a.role, o.id::text, o.path, k.level, a.is_recursive::text]
          FROM members_assignment a
          JOIN members_organisation o ON o.id = a.organisation_id
          JOIN members_kind k ON k.id = o.kind_id
         WHERE a.user_id = u.id AND {CURRENT.format("a")}
         ORDER BY a.id DESC
    ) FROM members_user u WHERE u.id = %(pk)s
"""  # noqa: S608 - only the constant above is put in


class UserAccounts(UserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False

    @cached_property
    def _columns(self) -> Columns:
        return Columns(self.model, "u")

    def with_grants(self, pk: int) -> "User | None":
        """The person with this id, `grants` loaded; one statement. None when there is nobody."""
        with connection.prepared() as cursor:
            cursor.execute(
                _WITH_GRANTS.format(columns=self._columns.sql), {"pk": pk, "today": timezone.localdate()}
            )
            row = cursor.fetchone()
        if row is None:
            return None
        user = self._columns.read(iter(row))
        user.grants = tuple(
            Grant(Role(role), int(organisation_id), path, level, recursive == "true")
            for role, organisation_id, path, level, recursive in row[-1]
        )
        return user


@recorded
class User(AbstractUser):
    """A person who signs in. No score, rank or trace of a person is kept anywhere."""

    first_name = last_name = None
    name = models.CharField(_("姓名"), max_length=30)

    REQUIRED_FIELDS = ["name"]

    objects = UserAccounts()

    class Meta:
        verbose_name = verbose_name_plural = _("用户")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    get_short_name = get_full_name

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """Today's assignments, loaded once per request."""
        rows = self.assignments.current().values_list(
            "role",
            "organisation_id",
            "organisation__path",
            "organisation__kind__level",
            "is_recursive",
        )
        return tuple(Grant(Role(role), *rest) for role, *rest in rows)

    @cached_property
    def organisation(self) -> Organisation | None:
        """The organisation whose name stands in the header: that of the highest assignment."""
        first = min(self.grants, key=lambda grant: grant.path, default=None)
        return first and Organisation.objects.get(pk=first.organisation_id)

    def has_role(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    @property
    def is_acting(self) -> bool:
        """Whether the user may list and claim for anybody: the district, readers and auditors do not."""
        return self.has_role(*ACTING_ROLES - {Role.DISTRICT_ADMIN})

    def within(self, field: str, *roles: Role, districts: bool = False) -> models.Q:
        """The condition that the organisation path in `field` lies in the reach of the user's roles.

        Without roles every role counts. `districts` widens the reach to the whole districts of it.
        A user without assignments reaches nothing.
        """
        relation, is_related, _path = field.rpartition("__path")
        if is_related:
            # A set of ids, not a join: two joined reaches in an OR make the planner walk every organisation
            # for every row (seconds at 30,000 organisations; docs/how-to/bench.md).
            reach = Organisation.objects.filter(self.within("path", *roles, districts=districts))
            return models.Q(**{f"{relation}__in": reach.order_by().values("pk")})
        condition = models.Q(**{f"{field}__in": []})
        for grant in self.grants:
            if roles and grant.role not in roles:
                continue
            if districts:
                condition |= subtree(field, grant.path[: Organisation.steplen])
            elif grant.recursive:
                condition |= subtree(field, grant.path)
            else:
                condition |= models.Q(**{field: grant.path})
        return condition

    def acting(self, path_field: str, level_field: str) -> models.Q:
        """The condition that the user acts in the name of the organisation; see `acts_for`."""
        condition = models.Q(**{f"{path_field}__in": []})
        for grant in self.grants:
            if grant.role not in ACTING_ROLES:
                continue
            condition |= models.Q(**{path_field: grant.path})
            if grant.speaks_beneath:
                condition |= subtree(path_field, grant.path) & ~models.Q(**{level_field: Level.UNIT})
        return condition

    def acts_for(self, organisation: Organisation) -> bool:
        """Whether the user speaks for `organisation`.

        An acting role speaks for its own organisation. Street administrators and staff, when recursive,
        also speak for everything beneath but the member units: a unit's word is given by its own liaison.
        """
        return any(
            grant.role in ACTING_ROLES
            and (
                grant.path == organisation.path
                or (
                    grant.speaks_beneath
                    and grant.covers(organisation.path)
                    and organisation.level != Level.UNIT
                )
            )
            for grant in self.grants
        )

    def manages(self, organisation: Organisation) -> bool:
        """Whether the user looks after `organisation`: administrator or staff of it or recursively of a node above."""
        return any(
            grant.role in {Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF}
            and grant.covers(organisation.path)
            for grant in self.grants
        )
