"""What several registers of this room share: a reason is asked before an act."""

from collections.abc import Callable

from django.contrib.admin import helpers
from django.template.response import TemplateResponse

from members.admin import LinkedAdmin, ScopedInline
from projects.forms import OffForm


class AskingAdmin(LinkedAdmin):
    """A register with acts that ask once for a reason."""

    def ask_reason(
        self, request, rows, *, name: str, title: str, act: Callable[[object, str], object]
    ) -> TemplateResponse | None:
        """Ask once for a reason, then do `act(row, reason)` for each row."""
        form = OffForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self.act_on_each(request, rows, lambda row: act(row, form.cleaned_data["reason"]))
            return None
        return TemplateResponse(
            request,
            "projects/admin_reason.html",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "form": form,
                "rows": rows,
                "opts": self.opts,
                "action": name,
                "checkbox": helpers.ACTION_CHECKBOX_NAME,
            },
        )


class RowsInline(ScopedInline):
    """Rows beneath an object, without a door of their own."""

    view_on_site = False
