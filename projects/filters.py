"""How lists of listings, claims, agreements and deliveries are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from projects.models import Agreement, Category, Claim, Delivery, Listing
from projects.reports.work import claims_to_act_on, of_claimant, of_owner, to_sign
from projects.states import (
    OPEN_CLAIM_STATES,
    AgreementState,
    ClaimState,
    DeliveryState,
    Direction,
    ListingState,
)


def alliances(request):
    """The alliances that the reader may choose from; none outside a request."""
    return Alliance.objects.visible_to(request.user) if request else Alliance.objects.none()


class PublicFilter(django_filters.FilterSet):
    """What a visitor without an account may narrow by; no search, so that nobody fishes for names."""

    direction = django_filters.ChoiceFilter(
        choices=Direction.choices, label=_("清单"), empty_label=_("全部清单")
    )
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label=_("类别"), empty_label=_("全部类别")
    )

    class Meta:
        model = Listing
        fields: list[str] = []


class ListingFilter(PublicFilter):
    ALL, OPEN, OWN = "all", "open", "own"
    VIEWS = [(ALL, _("全部")), (OPEN, _("待认领")), (OWN, _("我方"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"))
    alliance = django_filters.ModelChoiceFilter(
        queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    state = django_filters.ChoiceFilter(
        choices=ListingState.choices, label=_("状态"), empty_label=_("全部状态")
    )

    def by_view(self, rows, _name, view):
        if view == self.OPEN:
            return rows.claimable()
        if view == self.OWN:
            return rows.filter(self.request.user.acting("organisation__path", "organisation__kind__level"))
        return rows

    def search(self, rows, _name, text):
        """By any part of the title, or of the owner's name, its pinyin or its initials."""
        return rows.filter(Q(title__icontains=text) | Q(organisation__search_key__contains=text.lower()))


class ClaimFilter(django_filters.FilterSet):
    ALL, MINE, THEIRS, DONE = "all", "mine", "theirs", "done"
    VIEWS = [(MINE, _("等我方办理")), (THEIRS, _("等对方")), (DONE, _("已办结")), (ALL, _("全部"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"))
    state = django_filters.ChoiceFilter(
        choices=ClaimState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    alliance = django_filters.ModelChoiceFilter(
        field_name="slot__listing__alliance", queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    listing = django_filters.NumberFilter(field_name="slot__listing", label=_("清单条目"))

    class Meta:
        model = Claim
        fields: list[str] = []

    def by_view(self, rows, _name, view):
        """Open claims on which one's own side, or the other one, must act; and those that are over."""
        user = self.request.user
        if view == self.MINE:
            return rows.open().filter(claims_to_act_on(user))
        if view == self.THEIRS:
            return rows.open().filter(of_owner(user) | of_claimant(user)).exclude(claims_to_act_on(user))
        return rows.exclude(state__in=OPEN_CLAIM_STATES) if view == self.DONE else rows

    def search(self, rows, _name, text):
        """By any part of the listing's title, or of either party's name, pinyin or initials."""
        key = text.lower()
        return rows.filter(
            Q(slot__listing__title__icontains=text)
            | Q(organisation__search_key__contains=key)
            | Q(slot__listing__organisation__search_key__contains=key)
        )


class AgreementFilter(django_filters.FilterSet):
    ALL, MINE = "all", "mine"
    VIEWS = [(ALL, _("全部")), (MINE, _("等我方签署"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"))
    state = django_filters.ChoiceFilter(
        choices=AgreementState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    alliance = django_filters.ModelChoiceFilter(
        queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )

    class Meta:
        model = Agreement
        fields: list[str] = []

    def by_view(self, rows, _name, view):
        return rows.unsigned().filter(to_sign(self.request.user)) if view == self.MINE else rows

    def search(self, rows, _name, text):
        """By any part of a listing's title, or of either party's name, pinyin or initials."""
        key = text.lower()
        titled = Claim.objects.filter(agreements=OuterRef("pk"), slot__listing__title__icontains=text)
        return rows.filter(
            Exists(titled) | Q(provider__search_key__contains=key) | Q(requester__search_key__contains=key)
        )


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=DeliveryState.choices, label=_("状态"))
    claim = django_filters.NumberFilter(field_name="claim", label=_("认领"))

    class Meta:
        model = Delivery
        fields: list[str] = []
