"""The staff's registers of alliances and members; every change goes through the room's actions."""

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances import permissions
from alliances.actions import admit_member, change_alliance, change_contact, end_membership, found_alliance
from alliances.actions.alliances import DAYS, LIST_NAMES
from alliances.models import Alliance, Membership
from alliances.reports.contacts import without_contact
from members.admin import ScopedAdmin, ScopedInline, works_here
from workflow.moves import allowed


class ByDates(admin.SimpleListFilter):
    """Whether a dated row still runs; no foreign row can show in it."""

    title = _("状态")
    parameter_name = "running"
    field = "ends_on"

    def lookups(self, request, model_admin):
        return [("yes", gettext("运行中")), ("no", gettext("已结束"))]

    def queryset(self, request, rows):
        if self.value() == "yes":
            return rows.exclude(**{f"{self.field}__lt": timezone.localdate()})
        return rows.filter(**{f"{self.field}__lt": timezone.localdate()}) if self.value() == "no" else rows


class AllianceByDates(ByDates):
    field = "ended_on"


class MembershipInline(ScopedInline):
    model = Membership
    fields = readonly_fields = (
        "organisation",
        "role",
        "contact_name",
        "contact_phone",
        "starts_on",
        "ends_on",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).current().select_related("organisation", "alliance")


@admin.register(Alliance)
class AllianceAdmin(ScopedAdmin):
    list_display = ("name", "host", "started_on", "ended_on")
    list_select_related = ("host",)
    list_filter = (AllianceByDates,)
    search_fields = ("name", "host__name", "host__search_key")
    fields = ("host", "name", "purpose", "started_on", "ended_on", *LIST_NAMES, *DAYS)
    autocomplete_fields = ("host",)
    inlines = [MembershipInline]

    def has_add_permission(self, request):
        return works_here(request)

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return works_here(request)
        return allowed(permissions.check_can_change_alliance, request.user, obj).ok

    def get_readonly_fields(self, request, obj=None):
        # Names of lists belong to the rules of procedure.
        fixed = ("ended_on", *LIST_NAMES)
        return fixed if obj is None else ("host", "started_on", *fixed)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in ("name", "purpose", *DAYS)}
        if change:
            change_alliance(alliance=obj, by=request.user, **values)
        else:
            days = {"started_on": form.cleaned_data["started_on"]}
            obj.pk = found_alliance(host=form.cleaned_data["host"], by=request.user, **days, **values).pk


class WithoutContact(admin.SimpleListFilter):
    """Units that the rules of their alliance give a fixed contact, and that have none."""

    title = _("固定联系人")
    parameter_name = "contact"

    def lookups(self, request, model_admin):
        return [("missing", gettext("还没有固定联系人"))]

    def queryset(self, request, rows):
        return without_contact(rows.current()) if self.value() == "missing" else rows


class EndForm(forms.Form):
    reason = forms.CharField(label=_("退出原因"), max_length=200)


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    list_display = (
        "organisation",
        "alliance",
        "role",
        "contact_name",
        "contact_phone",
        "starts_on",
        "ends_on",
    )
    list_select_related = ("organisation", "alliance")
    list_filter = (ByDates, "role", WithoutContact, "alliance")
    search_fields = ("organisation__name", "organisation__search_key", "contact_name")
    fields = ("alliance", "organisation", "role", "contact_name", "contact_phone", "starts_on", "ends_on")
    autocomplete_fields = ("alliance", "organisation")
    actions = ["end_selected"]

    def has_add_permission(self, request):
        return works_here(request)

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return works_here(request)
        return allowed(permissions.check_can_change_contact, request.user, obj).ok

    def get_readonly_fields(self, request, obj=None):
        return ("ends_on",) if obj is None else ("alliance", "organisation", "role", "starts_on", "ends_on")

    def save_model(self, request, obj, form, change):
        values = form.cleaned_data
        contact = {"contact_name": values["contact_name"], "contact_phone": values["contact_phone"]}
        if change:
            change_contact(membership=obj, by=request.user, **contact)
        else:
            admitted = {name: values[name] for name in ("alliance", "organisation", "role", "starts_on")}
            obj.pk = admit_member(by=request.user, **admitted, **contact).pk

    @admin.action(description=_("登记所选成员今天退出"))
    def end_selected(self, request, rows):
        """Asks once for the reason, then ends each membership by its action."""
        form = EndForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self.act_on_each(
                request,
                rows.select_related("organisation", "alliance"),
                lambda row: end_membership(
                    membership=row, by=request.user, reason=form.cleaned_data["reason"]
                ),
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("登记所选成员今天退出"),
            "form": form,
            "rows": rows.select_related("organisation", "alliance"),
            "opts": self.opts,
            "action": "end_selected",
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "alliances/admin_end_selected.html", context)
