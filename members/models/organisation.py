"""Which organisations there are, in one tree, and who may see them."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from members.models.change import recorded
from members.models.structure import Kind, StructureTemplate
from members.states import MANAGING_ROLES, Level, Role, UnitType
from workflow import pinyin, search

#: Sorts after every character of a path, so that [path, path + END) is the subtree in one index range.
END = "~"
#: So many organisations of one name are asked for by their ids; of a more general word each row's owner is read.
FEW = 100


def subtree(field: str, path: str) -> models.Q:
    """The condition that `field` holds `path` or a path beneath it."""
    return models.Q(**{f"{field}__gte": path, f"{field}__lt": path + END})


def named(query: str, relation: str) -> models.Q:
    """The condition that the organisation behind `relation` is one that `Organisation.objects.search(query)` finds."""
    words = search.words_of(query)
    return models.Q(*(search.shows(word, f"{relation}__search_key") for word in words))


def shown_or_owned(query: str, *columns: str, owner: str) -> list[models.Q]:
    """For each word of `query` the condition that it is part of `columns` or of the name of the `owner`.

    One short statement asks who is called so. Few owners enter by their ids, beside the index on `columns`. So
    general a word that many are called by it finds its rows among the newest, where each owner's name is read.
    """
    words = search.words_of(query)
    few = Organisation.objects.few_named(words)
    return [
        search.holds(word, *columns) | models.Q(**{f"{owner}__in": few[word]})
        if word in few
        else search.shows(word, *columns) | search.shows(word, f"{owner}__search_key")
        for word in words
    ]


class OrganisationQuerySet(MP_NodeQuerySet):
    def select_for_update(self, *args, of=("self",), **kwargs):
        # Treebeard locks parents without `of`; with our join that would lock the shared row of the kind.
        return super().select_for_update(*args, of=of, **kwargs)

    def visible_to(self, user):
        """Name, kind and place of every organisation within the user's districts."""
        return self.filter(user.within("path", districts=True))

    def open(self):
        return self.filter(closed_on=None)

    def search(self, query: str):
        """Rows with every word of `query` in their name, its pinyin or its initials."""
        return self.filter(*(search.holds(word, "search_key") for word in search.words_of(query)))

    def few_named(self, words: list[str]) -> dict[str, list[int]]:
        """The ids of those with one of `words` in their name, by word, in one statement.

        A word that more than `FEW` bear is left out.
        """
        if not words:
            return {}
        first, *others = (
            self.filter(search.holds(word, "search_key"))
            .order_by()
            .annotate(word=models.Value(word))
            .values_list("word", "pk")[: FEW + 1]
            for word in words
        )
        found: dict[str, list[int]] = {word: [] for word in words}
        for word, pk in first.union(*others, all=True) if others else first:
            found[word].append(pk)
        return {word: ids for word, ids in found.items() if len(ids) <= FEW}

    def under(self, organisation):
        """The organisation and everything beneath it."""
        return self.filter(subtree("path", organisation.path))

    def units(self):
        return self.filter(kind__level=Level.UNIT)

    def administered_by(self, user):
        """Organisations that the user looks after as an administrator."""
        return self.filter(user.within("path", *MANAGING_ROLES))

    def districts_of(self, user):
        """The districts that the user administers."""
        return self.filter(user.within("path", Role.DISTRICT_ADMIN), depth=1)

    def acted_for_by(self, user):
        """Open organisations in whose name the user may act."""
        return self.open().filter(user.acting("path", "kind__level"))


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):
    def get_queryset(self):
        return OrganisationQuerySet(self.model, using=self._db).select_related("kind").order_by("path")


@recorded
class Organisation(MP_Node):
    """A node of the one tree: district, street, the three, community, grid, member unit."""

    path = models.CharField(_("路径"), max_length=255, unique=True, db_collation="C")
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="organisations", verbose_name=_("类型"))
    name = models.CharField(_("名称"), max_length=100)
    unit_type = models.CharField(_("单位类别"), max_length=12, choices=UnitType, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    opened_on = models.DateField(_("成立日期"), default=timezone.localdate)
    closed_on = models.DateField(_("终止日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("继承组织"),
    )
    structure = models.ForeignKey(
        StructureTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("架构模板"),
    )
    sort_key = models.CharField(max_length=255, editable=False, db_collation="C")
    search_key = models.CharField(max_length=1000, editable=False)

    objects = OrganisationManager()

    class Meta:
        verbose_name = verbose_name_plural = _("组织")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")),
                name="organisation_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(successor=None) | models.Q(closed_on__isnull=False),
                name="organisation_successor_only_when_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(unit_type="") | models.Q(unit_type__in=UnitType.values),
                name="organisation_unit_type_known",
            ),
        ]
        # Not gathered for later: a search would have to read what is waiting, row by row.
        indexes = [GinIndex(search.grams("search_key"), name="organisation_words", fastupdate=False)]
        triggers = [
            pgtrigger.Trigger(
                name="fits_structure",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("kind_id", "path", "closed_on"),
                declare=[
                    ("above", "record"),
                    ("template", "bigint"),
                    ("rule", "record"),
                    ("others", "int"),
                ],
                # The nearest node above (or the parent itself) that names a structure gives the rules.
                func="""
                    IF NEW.closed_on IS NOT NULL OR NEW.depth = 1 THEN RETURN NULL; END IF;
                    SELECT id, kind_id INTO above FROM members_organisation
                     WHERE path = left(NEW.path, length(NEW.path) - 4) FOR NO KEY UPDATE;
                    SELECT structure_id INTO template FROM members_organisation
                     WHERE path IN (SELECT left(NEW.path, n) FROM generate_series(4, length(NEW.path) - 4, 4) n)
                       AND structure_id IS NOT NULL
                     ORDER BY depth DESC LIMIT 1;
                    IF template IS NULL THEN RETURN NULL; END IF;
                    SELECT at_most INTO rule FROM members_structurerule
                     WHERE template_id = template AND parent_kind_id = above.kind_id AND kind_id = NEW.kind_id;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'this kind may not stand here'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_fits_structure';
                    END IF;
                    IF rule.at_most IS NOT NULL THEN
                        SELECT count(*) INTO others FROM members_organisation
                         WHERE path > left(NEW.path, length(NEW.path) - 4)
                           AND path < left(NEW.path, length(NEW.path) - 4) || '~'
                           AND depth = NEW.depth AND kind_id = NEW.kind_id AND closed_on IS NULL;
                        IF others > rule.at_most THEN
                            RAISE EXCEPTION 'too many of this kind'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_within_at_most';
                        END IF;
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        # Derived from the name alone, so that no caller can forget it.
        self.sort_key, self.search_key = pinyin.sort_key(self.name), pinyin.search_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("organisation-detail", args=[self.pk])

    @property
    def level(self) -> str:
        return self.kind.level

    @property
    def district_path(self) -> str:
        """The path of the root above: districts are the roots of the tree."""
        return self.path[: self.steplen]

    def structure_beneath(self) -> StructureTemplate | None:
        """The structure that rules the children of this node: its own, or the nearest one above."""
        paths = [self.path[:length] for length in range(self.steplen, len(self.path) + 1, self.steplen)]
        holders = Organisation.objects.filter(path__in=paths).exclude(structure=None)
        nearest = holders.select_related("structure").order_by("-depth").first()
        return nearest and nearest.structure

    def ancestor_at(self, level: Level) -> "Organisation | None":
        """This node or the nearest one above it at `level`."""
        if self.level == level:
            return self
        above = Organisation.objects.get_ancestors(self)
        return above.filter(kind__level=level).order_by("-depth").first()
