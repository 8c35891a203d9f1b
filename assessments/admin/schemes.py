"""The staff's registers of schemes and of who uses which."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.actions.schemes import adopt_scheme, draft_scheme, publish_scheme
from assessments.models import Adoption, Indicator, Scheme
from assessments.reports.reach import alliances_for, owners_for
from assessments.reports.receipts import category_names, note_words, rule_words
from members.admin import ScopedAdmin, ScopedInline, works_here
from workflow.forms import DateField


class IndicatorInline(ScopedInline):
    model = Indicator
    fields = readonly_fields = ("position", "line", "points", "rule")

    @admin.display(description=_("指标"))
    def line(self, line):
        return str(line)

    @admin.display(description=_("算法"))
    def rule(self, line):
        return rule_words(line.measure, line.points, line.params, self.categories)

    def get_queryset(self, request):
        self.categories = category_names()
        return super().get_queryset(request)


@admin.register(Scheme)
class SchemeAdmin(ScopedAdmin):
    """A new draft is begun here; its lines, with their words, are written on its page."""

    list_display = ("__str__", "state", "owner")
    list_select_related = ("owner",)
    list_filter = ("state",)
    search_fields = ("name", "name_en", "note")
    fields = ("page", "owner", "state", "words")
    readonly_fields = ("page", "words")
    inlines = [IndicatorInline]
    actions = ["publish_chosen"]

    def has_add_permission(self, request):
        return works_here(request) and owners_for(request.user).exists()

    def get_fields(self, request, obj=None):
        return self.fields if obj else ("owner", "name", "note")

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else ()

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "owner":
            owners = owners_for(request.user)
            kwargs |= {"queryset": owners, "initial": owners.first(), "required": True}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        self.take_over(obj, draft_scheme(scheme=None, by=request.user, **form.cleaned_data))

    def history_of(self, obj):
        # What the product shipped was written by nobody here.
        return [obj, *obj.indicators.all()] if obj.owner_id else []

    @admin.display(description=_("说明"))
    def words(self, scheme):
        return note_words(scheme)

    @admin.display(description=_("方案页"))
    def page(self, scheme):
        return format_html('<a href="{}">{}</a>', scheme.get_absolute_url(), gettext("看算法，改各行"))

    @admin.action(description=_("发布所选方案"))
    def publish_chosen(self, request, rows):
        self.act_on_each(request, rows, lambda row: publish_scheme(scheme=row, by=request.user))


class AdoptionForm(forms.ModelForm):
    starts_on = DateField(label=_("从哪天起采用"))

    class Meta:
        model = Adoption
        fields = ("alliance", "scheme", "starts_on")

    def _post_clean(self):
        """The action ends the adoption before this one; the constraint speaks only after that."""


@admin.register(Adoption)
class AdoptionAdmin(ScopedAdmin):
    list_display = ("alliance", "scheme", "starts_on", "ends_on")
    list_select_related = ("alliance", "scheme")
    search_fields = ("alliance__name", "scheme__name")
    fields = ("alliance", "scheme", "starts_on", "ends_on")
    form = AdoptionForm

    def has_add_permission(self, request):
        return works_here(request) and alliances_for(request.user).exists()

    def get_fields(self, request, obj=None):
        return self.fields if obj else AdoptionForm.Meta.fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "alliance":
            kwargs["queryset"] = alliances_for(request.user)
        if db_field.name == "scheme":
            kwargs["queryset"] = Scheme.objects.visible_to(request.user).published()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        self.take_over(obj, adopt_scheme(by=request.user, **form.cleaned_data))
