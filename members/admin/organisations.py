"""Registers of organisations, people, roles and the calendar."""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.actions import calendar, organisations, people
from members.admin.scoped import RowSelect, ScopedAdmin, ScopedInline, works_here
from members.models import Assignment, Organisation, SpecialDay, User
from members.states import Role
from workflow.moves import allowed


class ReasonForm(ActionForm):
    """A bulk action with its reason, which the history keeps."""

    reason = forms.CharField(label=_("原因"), required=False, max_length=200)


class OpenFilter(admin.SimpleListFilter):
    title = _("状态")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("1", _("运行中")), ("0", _("已终止"))]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(closed_on__isnull=self.value() == "1")


def _search(model, name: str) -> RowSelect:
    """A search box instead of a list of thousands; it finds what the field's own register shows."""
    return RowSelect(model._meta.get_field(name), admin.site)


class NewOrganisationForm(forms.ModelForm):
    parent = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("上级组织"), widget=_search(Organisation, "successor")
    )

    class Meta:
        model = Organisation
        fields = ["parent", "kind", "name", "unit_type", "address", "opened_on"]


class AssignmentInline(ScopedInline):
    model = Assignment
    fk_name = "user"
    fields = ["role", "organisation", "is_recursive", "starts_on", "ends_on"]
    readonly_fields = fields


@admin.register(Organisation)
class OrganisationAdmin(ScopedAdmin):
    list_display = ["name", "kind", "unit_type", "opened_on", "closed_on"]
    list_filter = ["kind", "unit_type", OpenFilter]
    list_select_related = ["kind"]
    search_fields = ["search_key"]
    search_help_text = _("名称、拼音或首字母的任意部分")
    ordering = ["path"]
    fields = ["name", "kind", "unit_type", "address", "opened_on", "closed_on", "successor", "structure"]
    readonly_fields = ["kind", "opened_on", "closed_on", "successor", "structure"]
    action_form = ReasonForm
    actions = ["close_chosen"]

    def has_add_permission(self, request):
        return works_here(request) and bool(_administered(request.user).exists())

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return works_here(request)
        return works_here(request) and bool(
            allowed(permissions.check_can_change_organisation, request.user, obj)
        )

    def get_fields(self, request, obj=None):
        return self.fields if obj else NewOrganisationForm.Meta.fields

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, form=NewOrganisationForm, **kwargs)
        form.base_fields["parent"].queryset = _administered(request.user)
        return form

    def save_model(self, request, obj, form, change):
        values = form.cleaned_data
        if change:
            made = organisations.change_organisation(
                organisation=obj,
                name=values["name"],
                unit_type=values["unit_type"],
                address=values["address"],
                by=request.user,
            )
        else:
            made = organisations.add_organisation(**values, by=request.user)
        self.take_over(obj, made)

    @admin.action(description=_("终止所选组织（今天起）"))
    def close_chosen(self, request, rows):
        self.act_on_each(
            request,
            rows,
            lambda one: organisations.close_organisation(
                organisation=one,
                closed_on=timezone.localdate(),
                reason=request.POST.get("reason", ""),
                by=request.user,
            ),
        )


class NewUserForm(forms.ModelForm):
    password = forms.CharField(
        label=_("初始密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    role = forms.ChoiceField(label=_("角色"), choices=Role)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("组织"), widget=_search(Assignment, "organisation")
    )
    is_recursive = forms.BooleanField(label=_("含下级"), required=False, initial=True)

    class Meta:
        model = User
        fields = ["username", "name", "password", "role", "organisation", "is_recursive"]


@admin.register(User)
class UserAdmin(ScopedAdmin):
    list_display = ["name", "username", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "username"]
    ordering = ["name"]
    fields = ["username", "name", "is_active", "is_staff", "date_joined"]
    inlines = [AssignmentInline]

    def lookup_allowed(self, lookup, value, request):
        # A filter by part of the hash would tell it letter by letter.
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request):
        return works_here(request) and bool(_administered(request.user).exists())

    def get_fields(self, request, obj=None):
        return self.fields if obj else NewUserForm.Meta.fields

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, form=NewUserForm, **kwargs)
        form.base_fields["organisation"].queryset = _administered(request.user)
        return form

    def save_model(self, request, obj, form, change):
        self.take_over(obj, people.add_user(**form.cleaned_data, by=request.user))

    def history_of(self, obj):
        return [obj, *obj.assignments.all()]


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    list_display = ["user", "role", "organisation", "is_recursive", "starts_on", "ends_on"]
    list_filter = ["role", "is_recursive"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__name", "user__username", "organisation__search_key"]
    fields = ["user", "role", "organisation", "is_recursive", "starts_on", "ends_on"]
    autocomplete_fields = ["user", "organisation"]
    action_form = ReasonForm
    actions = ["end_chosen"]

    def has_add_permission(self, request):
        return works_here(request) and bool(_administered(request.user).exists())

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organisation":
            kwargs["queryset"] = _administered(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        self.take_over(obj, people.assign_role(**form.cleaned_data, by=request.user))

    @admin.action(description=_("结束所选任职（今天为最后一天）"))
    def end_chosen(self, request, rows):
        self.act_on_each(
            request,
            rows,
            lambda one: people.end_assignment(
                assignment=one,
                ends_on=timezone.localdate(),
                reason=request.POST.get("reason", ""),
                by=request.user,
            ),
        )


@admin.register(SpecialDay)
class SpecialDayAdmin(ScopedAdmin):
    list_display = ["day", "is_workday", "note"]
    list_filter = ["is_workday"]
    search_fields = ["note"]
    date_hierarchy = "day"

    def has_add_permission(self, request):
        return works_here(request) and bool(allowed(permissions.check_can_set_special_day, request.user))

    def has_change_permission(self, request, obj=None):
        return self.has_add_permission(request)

    def get_readonly_fields(self, request, obj=None):
        return ["day"] if obj else []

    def save_model(self, request, obj, form, change):
        values = {"day": obj.day, "is_workday": obj.is_workday, "note": obj.note}
        self.take_over(obj, calendar.set_special_day(**values, by=request.user))


def _administered(user):
    """Open organisations that `user` administers."""
    return Organisation.objects.open().administered_by(user)
