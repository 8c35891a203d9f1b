"""What every register of the admin shares: only rows within the visitor's sight, and acts through actions."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.admin import FieldListFilter, RelatedFieldListFilter
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members import reports
from members.states import ACTING_ROLES
from workflow.exceptions import NotPermitted, Refusal
from workflow.views import read_id


def works_here(request: HttpRequest) -> bool:
    """Whether the visitor is staff with a role that acts; readers and liaisons have the pages."""
    user = request.user
    return bool(user.is_active and user.is_staff and user.has_role(*ACTING_ROLES))


def in_sight(model: type[models.Model], user) -> models.QuerySet:
    """The rows of `model` that `user` may see; every row where the model has no gate (Django's own tables)."""
    rows = model._default_manager.all()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A list filter by a related object that offers only what the visitor may see."""

    def field_choices(self, field, request, model_admin):
        seen = in_sight(field.related_model, request.user)
        return field.get_choices(
            include_blank=False,
            limit_choices_to={"pk__in": seen.order_by().values("pk")},
            ordering=self.field_admin_ordering(field, request, model_admin),
        )


# First in the list: a plain field name in `list_filter` then gets the scoped filter as well.
FieldListFilter.register(lambda field: bool(field.remote_field), ScopedRelatedFilter, take_priority=True)


class RowSelect(AutocompleteSelect):
    """Django's box with suggestions; posted words that can be no row's id are shown as an empty box, not as a crash."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [one for one in value if read_id(str(one)) is not None], attrs)


class ScopedAdmin(admin.ModelAdmin):
    """A register that shows the visitor's rows and nothing else, read-only until a subclass calls an action.

    A foreign or missing object answers with Django's own redirect to the index. Rows, drop-downs,
    autocompletes, filters and counts come from `visible_to`. A subclass allows adding or changing by
    `has_add_permission` / `has_change_permission`, and then overrides `save_model` to call the action
    with `by=request.user`; a refusal becomes a message above the form. Nothing is deleted here.
    """

    #: No link through django.contrib.contenttypes' shortcut, which knows no scope.
    view_on_site = False
    list_per_page = 50
    object_history_template = "members/admin_history.html"

    def get_queryset(self, request):
        rows = in_sight(self.model, request.user)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    # --- Who -----------------------------------------------------------------------------------------
    def has_module_permission(self, request):
        return works_here(request)

    def has_view_permission(self, request, obj=None):
        return works_here(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # --- What a form may point to ----------------------------------------------------------------------
    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if "queryset" not in kwargs:
            kwargs["queryset"] = in_sight(db_field.related_model, request.user)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # --- Acts ------------------------------------------------------------------------------------------
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except NotPermitted:
            raise
        except Refusal as refusal:
            self.message_user(request, str(refusal.sentence), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def take_over(self, obj: models.Model, made: models.Model) -> None:
        """For `save_model`: the form's object becomes the one that the action made."""
        obj.__dict__.update(made.__dict__)

    def act_on_each(self, request, rows: models.QuerySet, act: Callable[[models.Model], object]) -> None:
        """For a bulk action: call `act(obj)` for each row, each in its own savepoint, and report both outcomes."""
        done = 0
        for obj in rows:
            try:
                with transaction.atomic():
                    act(obj)
                done += 1
            except Refusal as refusal:
                self.message_user(request, f"{obj}：{refusal.sentence}", messages.WARNING)
        if done:
            words = ngettext("已办理 %(count)s 项。", "已办理 %(count)s 项。", done) % {"count": done}
            self.message_user(request, words, messages.SUCCESS)

    # --- History: our own rows are the only one -----------------------------------------------------------
    def log_addition(self, request, obj, message):
        """The triggers keep the history; Django's second log would only repeat it."""

    log_change = log_addition

    def history_of(self, obj) -> list[models.Model]:
        """The objects whose changes the history page of `obj` shows."""
        return [obj]

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return TemplateResponse(
            request,
            self.object_history_template,
            {
                **self.admin_site.each_context(request),
                "title": _("变更记录：%(object)s") % {"object": obj},
                "history": reports.history(*self.history_of(obj)),
                "opts": self.opts,
                "object": obj,
                **(extra_context or {}),
            },
        )


class LinkedAdmin(ScopedAdmin):
    """A register whose rows lead to the page where they are worked on."""

    @admin.display(description=gettext_lazy("办理"))
    def page(self, obj):
        return format_html('<a href="{}">{}</a>', obj.get_absolute_url(), _("到页面办理"))


class ScopedInline(admin.TabularInline):
    """Rows beneath an object that is itself within sight; read-only."""

    view_on_site = False

    extra = 0
    can_delete = False

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if "queryset" not in kwargs:
            kwargs["queryset"] = in_sight(db_field.related_model, request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request, obj=None):
        return works_here(request)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
