"""The web admin: the staff's second door, with the day's work on its first page."""

from django.contrib import admin


class StreetAdminSite(admin.AdminSite):
    pass
