"""The web admin: the staff's second door, with the day's work on its first page."""

from django.contrib import admin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from config import home


class StreetAdminSite(admin.AdminSite):
    """The stock admin in the product's look; its index opens on 今天要办."""

    site_header = _("区域化党建联盟")
    site_title = _("管理后台")
    index_title = _("登记簿")

    def get_urls(self):
        # The stock shortcut from any content type to any object asks nobody who may see it.
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def password_change(self, request, extra_context=None):
        """The portal's own page: the same rules, in the same words."""
        return redirect("password-change")

    def index(self, request, extra_context=None):
        return super().index(request, {**(extra_context or {}), "work": home.work_for(request.user)})
