"""The web admin's own site, so that its index can show the day's work."""

from django.contrib.admin.apps import AdminConfig


class StreetAdminConfig(AdminConfig):
    default_site = "config.admin.StreetAdminSite"
