"""The staff's registers of votes, opinions and decisions; nothing is changed here, and ballots and tallies never are."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from alliances.models import Ballot, Decision, Motion, Opinion, Tally
from members.admin import LinkedAdmin


@admin.register(Motion)
class MotionAdmin(LinkedAdmin):
    list_display = ("item", "form", "state", "opened_at", "closed_at", "page")
    list_select_related = ("item",)
    list_filter = ("state", "form")
    search_fields = ("item__title", "text")
    fields = (
        "item", "text", "form", "state", "opened_at", "opened_by", "counted_by", "closed_at", "closed_by", "page",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(Ballot)
class BallotAdmin(LinkedAdmin):
    list_display = ("organisation", "motion", "value", "cast_at", "page")
    list_select_related = ("organisation", "motion__item")
    list_filter = ("value",)
    search_fields = ("organisation__name", "organisation__search_key", "motion__item__title")
    fields = ("motion", "organisation", "value", "cast_at", "cast_by", "page")
    readonly_fields = fields


@admin.register(Tally)
class TallyAdmin(LinkedAdmin):
    list_display = ("motion", "favour", "against", "abstain", "not_voting", "absent", "is_passed", "page")
    list_select_related = ("motion__item",)
    list_filter = ("is_passed", "is_quorate")
    search_fields = ("motion__item__title",)
    fields = (
        "motion", "entitled", "present", "favour", "against", "abstain", "not_voting", "absent", "needed",
        "is_quorate", "is_passed", "counted_at", "page",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(Opinion)
class OpinionAdmin(LinkedAdmin):
    list_display = ("organisation", "item", "text", "given_at", "page")
    list_select_related = ("organisation", "item")
    search_fields = ("organisation__name", "organisation__search_key", "item__title", "text")
    fields = ("item", "organisation", "text", "given_at", "given_by", "page")
    readonly_fields = fields


@admin.register(Decision)
class DecisionAdmin(LinkedAdmin):
    list_display = ("number", "alliance", "item", "decided_on", "page")
    list_select_related = ("alliance", "item")
    list_filter = ("alliance", "year")
    search_fields = ("item__title", "text")
    fields = ("alliance", "item", "year", "serial", "text", "decided_on", "supersedes", "page")
    readonly_fields = fields

    @admin.display(description=_("编号"), ordering="serial")
    def number(self, obj):
        return obj.number
