"""The web admin: the staff's second door, with the day's work on its first page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config import home


class StreetAdminSite(admin.AdminSite):
    """The stock admin in the product's look; its index opens on 今天要办."""

    site_header = _("区域化党建联盟")
    site_title = _("管理后台")
    index_title = _("登记簿")

    def index(self, request, extra_context=None):
        return super().index(
            request, {**(extra_context or {}), "work": home.work_for(request.user)}
        )
