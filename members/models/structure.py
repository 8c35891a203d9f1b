"""Which kinds of organisation exist, and which may stand under which: structure as data, in versions."""

import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.models.change import recorded
from members.states import Level, TemplateState


class OwnedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Shipped rows, and those of the user's own districts."""
        return self.filter(models.Q(owner=None) | user.within("owner__path", districts=True))


class KindQuerySet(OwnedQuerySet):
    def usable_in(self, district):
        """Shipped kinds and those of `district`."""
        return self.filter(models.Q(owner=None) | models.Q(owner=district))

    def under(self, kind, template):
        """What may stand under a node of `kind`: the rules of `template`, or every kind without one."""
        if template is None:
            return self.exclude(level=Level.DISTRICT)
        rules = template.rules.filter(parent_kind=kind)
        return self.filter(pk__in=rules.order_by().values("kind_id"))


class TemplateQuerySet(OwnedQuerySet):
    def published(self):
        return self.filter(state=TemplateState.PUBLISHED)


@recorded
class Kind(models.Model):
    """A local name for a level: 街道党工委, 行政党组, 片区党委. `owner` None: shipped with the product."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    owner = models.ForeignKey(
        "members.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所属区"),
    )

    objects = KindQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("组织类型")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="kind_level_known")
        ]

    def __str__(self):
        return self.name_en if self.name_en and get_language() == "en" else self.name


@recorded
class StructureTemplate(models.Model):
    """One version of a structure such as "1+3". A published version never changes; a new one follows it."""

    name = models.CharField(_("名称"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=TemplateState, default=TemplateState.DRAFT)
    owner = models.ForeignKey(
        "members.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所属区"),
    )

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("组织架构模板")
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name", "version"], name="template_version_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=TemplateState.values), name="template_state_known"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=TemplateState.PUBLISHED),
                func="RAISE EXCEPTION 'a published structure template stays as it is'"
                " USING ERRCODE = 'restrict_violation';",
            )
        ]

    def __str__(self):
        return f"{self.name} v{self.version}"

    def get_absolute_url(self):
        return reverse("structure-detail", args=[self.pk])


@recorded
class StructureRule(models.Model):
    """Under `parent_kind` may stand `kind`, at most `at_most` open nodes of it under one parent."""

    template = models.ForeignKey(
        StructureTemplate, models.CASCADE, related_name="rules", verbose_name=_("模板")
    )
    parent_kind = models.ForeignKey(Kind, models.PROTECT, related_name="+", verbose_name=_("上级类型"))
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="+", verbose_name=_("下级类型"))
    at_most = models.PositiveSmallIntegerField(_("最多个数"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("架构规则")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["template", "parent_kind", "kind"], name="rule_once"),
            models.CheckConstraint(
                condition=models.Q(at_most=None) | models.Q(at_most__gte=1), name="rule_at_most_positive"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                # Both ends of an update: a rule may not be carried out of a published template either.
                func="""
                    IF EXISTS (SELECT 1 FROM members_structuretemplate
                                WHERE id IN (NEW.template_id, OLD.template_id) AND state = 'published') THEN
                        RAISE EXCEPTION 'rules of a published structure template are frozen'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return f"{self.parent_kind} → {self.kind}"
