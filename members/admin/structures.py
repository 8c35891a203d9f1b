"""Registers of kinds and structure templates."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.actions import structures
from members.admin.scoped import ScopedAdmin, ScopedInline, works_here
from members.models import Kind, Organisation, StructureRule, StructureTemplate
from workflow.moves import allowed


class OwnedAdmin(ScopedAdmin):
    """Rows that belong to a district: its administrator adds them."""

    def has_add_permission(self, request):
        return works_here(request) and _districts(request.user).exists()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "owner":
            districts = _districts(request.user)
            kwargs |= {"queryset": districts, "initial": districts.first(), "required": True}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Kind)
class KindAdmin(OwnedAdmin):
    list_display = ["name", "name_en", "level", "owner"]
    list_filter = ["level"]
    list_select_related = ["owner"]
    search_fields = ["name", "name_en"]
    fields = ["owner", "name", "name_en", "level"]

    def save_model(self, request, obj, form, change):
        values = dict(form.cleaned_data)
        made = structures.add_kind(district=values.pop("owner"), **values, by=request.user)
        self.take_over(obj, made)


class RuleInline(ScopedInline):
    model = StructureRule
    fields = ["parent_kind", "kind", "at_most"]
    verbose_name_plural = _("架构规则")

    def has_add_permission(self, request, obj=None):
        return bool(obj and allowed(permissions.check_can_change_structure, request.user, obj))

    def get_max_num(self, request, obj=None, **kwargs):
        return None if self.has_add_permission(request, obj) else 0

    def get_extra(self, request, obj=None, **kwargs):
        return 3 if self.has_add_permission(request, obj) else 0


@admin.register(StructureTemplate)
class StructureTemplateAdmin(OwnedAdmin):
    list_display = ["name", "version", "state", "owner", "note"]
    list_filter = ["state"]
    list_select_related = ["owner"]
    search_fields = ["name", "note"]
    fields = ["owner", "name", "note"]
    inlines = [RuleInline]
    actions = ["publish_chosen"]

    def has_change_permission(self, request, obj=None):
        # A draft's rules are added below it; its own fields stay.
        if obj is None:
            return works_here(request)
        return works_here(request) and bool(
            allowed(permissions.check_can_change_structure, request.user, obj)
        )

    def get_fields(self, request, obj=None):
        return [*self.fields, "version", "state"] if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change):
        if change:
            return
        values = form.cleaned_data
        made = structures.draft_structure(
            district=values["owner"], name=values["name"], note=values["note"], by=request.user
        )
        self.take_over(obj, made)

    def save_formset(self, request, form, formset, change):
        for rule in formset.save(commit=False):
            structures.add_rule(
                template=form.instance,
                parent_kind=rule.parent_kind,
                kind=rule.kind,
                at_most=rule.at_most,
                by=request.user,
            )

    def history_of(self, obj):
        return [obj, *obj.rules.all()]

    @admin.action(description=_("发布所选架构"))
    def publish_chosen(self, request, rows):
        self.act_on_each(
            request, rows, lambda one: structures.publish_structure(template=one, by=request.user)
        )


def _districts(user):
    return Organisation.objects.open().districts_of(user)
