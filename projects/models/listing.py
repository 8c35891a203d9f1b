"""What organisations need and offer, how much of it, and when."""

from dataclasses import dataclass
from datetime import date, timedelta

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Duty
from members.models import Organisation
from members.models.change import recorded
from members.models.organisation import shown_or_owned, subtree
from projects import recurrence
from projects.states import (
    LIVE_LISTING_STATES,
    REASONED_EXITS,
    ClaimMode,
    Direction,
    ListingState,
    Overlap,
)
from workflow.search import grams

#: Columns in which a search looks; `listing_words` indexes them in this order.
WORDS = ("title", "place", "audience", "note", "done_means")


class CategoryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All: the words are the product's own and belong to no organisation."""
        return self.all() if user.is_authenticated else self.none()

    def groups(self):
        return self.filter(parent=None)

    def leaves(self):
        """The types that a listing may have, group by group."""
        return self.exclude(parent=None).select_related("parent").order_by("parent_id", "id")

    def grouped(self) -> list[tuple["Category", list["Category"]]]:
        """Every group with its types, for a choice in two levels. One query."""
        rows = list(self.order_by("id"))
        return [
            (group, [row for row in rows if row.parent_id == group.pk])
            for group in rows
            if group.parent_id is None
        ]


@recorded
class Category(models.Model):
    """A group of types of needs and resources, or a type in a group; the shipped ones follow practice."""

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=20)
    name_en = models.CharField(_("英文名称"), max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级类别")
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("类别")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="category_has_name")]
        triggers = [
            pgtrigger.Trigger(
                name="two_levels",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                func="""
                    IF NEW.parent_id IS NOT NULL AND (
                        EXISTS (SELECT FROM projects_category WHERE id = NEW.parent_id AND parent_id IS NOT NULL)
                        OR EXISTS (SELECT FROM projects_category WHERE parent_id = NEW.id)
                    ) THEN
                        RAISE EXCEPTION 'categories have two levels'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'category_two_levels';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return self.name_en if self.name_en and get_language() == "en" else self.name


#: The owner of a standing resource is asked so long before its end: a fortnight outlasts any week of holidays
#: (Spring Festival has nine days) and leaves the alliance's days for an answer before the next period begins.
ROLL_OVER_AHEAD = timedelta(days=14)
#: Exits whose reason is an answer to the public; why somebody took a row back stays within the alliance.
PUBLIC_EXITS = (ListingState.SETTLED, ListingState.INFEASIBLE, ListingState.PROJECT)


@dataclass(frozen=True)
class NextPeriod:
    """From `first_on` up to and including `last_on`; without a `rule` at any time between them."""

    first_on: date
    last_on: date
    rule: recurrence.Rule | None = None


class ListingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the user's own reach in every state, and what is or was published in the user's alliances."""
        return self.filter(
            user.within("organisation__path")
            | (~Q(state=ListingState.DRAFT) & Q(alliance__in=Alliance.objects.visible_to(user)))
        )

    def search(self, query: str):
        """Rows with every word of `query` in their own words or in the owner's name, pinyin or initials."""
        return self.filter(*shown_or_owned(query, *WORDS, owner="organisation"))

    def needs(self):
        return self.filter(direction=Direction.NEED)

    def resources(self):
        return self.filter(direction=Direction.RESOURCE)

    def published(self):
        return self.filter(state=ListingState.PUBLISHED)

    def claimable(self, now=None):
        """Published, in force, with something left in a slot that is not over."""
        now = now or timezone.now()
        slots = Slot.objects.ahead(now).filter(listing=OuterRef("pk"), taken__lt=F("quantity"))
        in_force = Q(valid_until=None) | Q(valid_until__gte=timezone.localdate(now))
        return self.published().filter(in_force, models.Exists(slots))

    def public(self, now=None):
        """What everybody may read without an account: claimable rows of bodies that still stand."""
        return self.claimable(now).filter(alliance__ended_on=None, organisation__closed_on=None)

    def hosted_under(self, organisation):
        """Rows of alliances whose host is `organisation` or lies beneath it."""
        return self.filter(subtree("alliance__host__path", organisation.path))

    def answered(self):
        """What left the list with a reason that everybody may read: the owner's answer to who waits for it."""
        return self.exclude(published_at=None).filter(
            state__in=PUBLIC_EXITS, alliance__ended_on=None, organisation__closed_on=None
        )

    def to_roll_over(self, today):
        """Standing resources, published and soon at their end, for whose next period the owner is to be asked."""
        due = self.published().filter(is_standing=True, continued_by=None)
        # Not while the period before still runs: short ones would pile up.
        due = due.filter(Q(continues=None) | ~Q(continues__state=ListingState.PUBLISHED))
        return due.filter(valid_until__lte=today + ROLL_OVER_AHEAD)

    def due_to_expire(self, today):
        """Published rows whose last day is over."""
        return self.published().filter(valid_until__lt=today)

    def with_parties(self):
        """Loaded with what a row of a list names."""
        return self.select_related("organisation__kind", "alliance", "category")

    def with_amounts(self):
        """Each row with the sums over its slots: `total`, `taken`, `slot_count`, `first_at`, `last_at`."""

        def over(aggregate):
            rows = Slot.objects.filter(listing=OuterRef("pk")).order_by().values("listing")
            return Subquery(rows.annotate(found=aggregate).values("found"))

        return self.annotate(
            total=over(Sum("quantity")),
            taken=over(Sum("taken")),
            slot_count=over(Count("pk")),
            first_at=over(Min("starts_at")),
            last_at=over(Max("ends_at")),
        )


@recorded
class Listing(models.Model):
    """A need or a resource of one organisation in one alliance."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="listings", verbose_name=_("联盟"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="listings", verbose_name=_("发布单位")
    )
    # The duty that this need serves; its words were taken from there.
    duty = models.ForeignKey(
        Duty,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="listings",
        verbose_name=_("议定事项"),
    )
    # The project that groups it, or that it was turned into.
    project = models.ForeignKey(
        "projects.Project",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="listings",
        verbose_name=_("项目"),
    )
    # The listing of the period before: a standing resource rolls over once.
    continues = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="continued_by",
        verbose_name=_("上一期"),
    )
    direction = models.CharField(_("清单"), max_length=8, choices=Direction)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("类别"))
    title = models.CharField(_("标题"), max_length=80)
    audience = models.CharField(_("服务对象"), max_length=60, blank=True)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    measure = models.CharField(_("计量单位"), max_length=10, default="项")
    done_means = models.CharField(_("办结标准"), max_length=200, blank=True)
    note = models.TextField(_("补充说明"), blank=True, max_length=1000)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    claim_mode = models.CharField(
        _("认领方式"),
        max_length=10,
        choices=ClaimMode,
        default=ClaimMode.REQUESTED,
        db_default=ClaimMode.REQUESTED,
    )
    is_divisible = models.BooleanField(_("可以认领一部分"), default=True, db_default=True)
    is_standing = models.BooleanField(_("长期提供"), default=False, db_default=False)
    occupies = models.CharField(_("占用的场地或队伍"), max_length=60, blank=True, default="", db_default="")
    overlap = models.CharField(
        _("时间重叠时"), max_length=6, choices=Overlap, default=Overlap.ALLOW, db_default=Overlap.ALLOW
    )
    state = models.CharField(_("状态"), max_length=10, choices=ListingState, default=ListingState.DRAFT)
    exit_reason = models.CharField(
        _("下架原因"), max_length=200, blank=True, editable=False, default="", db_default=""
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, editable=False)
    published_by = models.ForeignKey(
        "members.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("发布人"),
    )
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("清单条目")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="listing_direction_known"
            ),
            models.CheckConstraint(condition=Q(state__in=ListingState.values), name="listing_state_known"),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="listing_published_paired",
            ),
            models.CheckConstraint(
                condition=~Q(state=ListingState.PUBLISHED) | Q(published_at__isnull=False),
                name="listing_published_has_moment",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="listing_has_title"),
            models.CheckConstraint(
                condition=Q(claim_mode__in=ClaimMode.values), name="listing_claim_mode_known"
            ),
            models.CheckConstraint(condition=Q(overlap__in=Overlap.values), name="listing_overlap_known"),
            # What is compared must be named.
            models.CheckConstraint(
                condition=Q(overlap=Overlap.ALLOW) | ~Q(occupies=""), name="listing_overlap_of_something"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=REASONED_EXITS) | ~Q(exit_reason=""),
                name="listing_exit_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=ListingState.PROJECT) | Q(project__isnull=False),
                name="listing_turned_into_project",
            ),
            # Only what has an end can go on after it.
            models.CheckConstraint(
                condition=Q(is_standing=False) | Q(direction=Direction.RESOURCE, valid_until__isnull=False),
                name="listing_standing_is_dated_resource",
            ),
            models.UniqueConstraint(
                fields=["duty", "organisation"],
                condition=Q(state__in=LIVE_LISTING_STATES),
                name="listing_live_once_per_duty",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="category_is_type",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("category_id"),
                func="""
                    IF EXISTS (SELECT FROM projects_category WHERE id = NEW.category_id AND parent_id IS NULL) THEN
                        RAISE EXCEPTION 'a listing has a type, not a group of types'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'listing_category_is_type';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "direction", "state", "-id"], name="listing_of_alliance"),
            models.Index(fields=["organisation", "-id"], name="listing_of_organisation"),
            GinIndex(grams(*WORDS), name="listing_words", fastupdate=False),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("listing-detail", args=[self.pk])

    def next_period(self) -> NextPeriod:
        """When the listing that continues this one begins and ends, and by which rule its time comes again.

        With a rule it lies as much later as the rule's next period does, otherwise as the validity is long.
        """
        first_on = self.valid_until + timedelta(days=1)
        if found := getattr(self, "recurrence", None):
            rule = recurrence.next_period(found.rule)
            return NextPeriod(first_on, self.valid_until + (rule.last_on - found.last_on), rule)
        began = self.continues.valid_until + timedelta(days=1) if self.continues_id else None
        began = began or timezone.localdate(self.published_at)
        return NextPeriod(first_on, recurrence.shifted_end(began, self.valid_until))


class SlotQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(listing__in=Listing.objects.visible_to(user))

    def ahead(self, now=None):
        """Slots whose end has not passed; "any time" never does."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now or timezone.now()))


@recorded
class Slot(models.Model):
    """A quantity at one half-open interval [starts_at, ends_at), or at any time when both are null.

    `taken` is the sum of its live claims; the database keeps it between nothing and `quantity`.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="slots", verbose_name=_("清单条目"))
    starts_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    taken = models.PositiveIntegerField(_("已认领"), default=0, editable=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("时段")
        ordering = ["listing", F("starts_at").asc(nulls_first=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__range=(1, 100_000)), name="slot_quantity_sensible"
            ),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("quantity")), name="slot_taken_within_quantity"
            ),
            models.CheckConstraint(
                # Said in full: a comparison with nothing is unknown, and a CHECK lets the unknown pass.
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, starts_at__lt=F("ends_at")),
                name="slot_interval_in_order",
            ),
            models.UniqueConstraint(
                fields=["listing", "starts_at", "ends_at"], name="slot_interval_once", nulls_distinct=False
            ),
        ]

    def __str__(self):
        return f"{self.listing_id}: {self.left}/{self.quantity}"

    @property
    def left(self) -> int:
        return self.quantity - self.taken

    def is_over(self, now=None) -> bool:
        """Whether the interval has passed; "any time" never does."""
        return self.ends_at is not None and self.ends_at <= (now or timezone.now())
