"""How lists of listings, claims, agreements and deliveries are narrowed, on pages and in the API alike."""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance
from members.models.organisation import named
from members.states import Level
from projects.models import (
    Agreement,
    Category,
    Claim,
    Delivery,
    Dispute,
    Listing,
    Project,
    ProjectPartner,
    Share,
)
from projects.reports.balance import STREET, UNITS, delivered_in, of_provider, of_requester
from projects.reports.periods import Period
from projects.reports.shares import of_partner
from projects.reports.sides import of_claimant, of_owner
from projects.reports.work import claims_to_act_on, to_sign
from projects.states import (
    OPEN_CLAIM_STATES,
    AgreementState,
    ClaimState,
    DeliveryState,
    Direction,
    ListingState,
    Outcome,
    ProjectState,
    ShareState,
)
from workflow.search import check_query, shows, words_of


def alliances(request):
    """The alliances that the reader may choose from; none outside a request."""
    return Alliance.objects.visible_to(request.user) if request else Alliance.objects.none()


def started_by(rows, _name, side):
    """Rows that member units began, or that the street and its communities did."""
    is_unit = Q(organisation__kind__level=Level.UNIT)
    return rows.filter(is_unit if side == UNITS else ~is_unit)


def in_period(field: str):
    """A filter method: rows whose `field` lies in `2026` or `2026Q4`; a period that does not exist has none."""

    def narrow(rows, _name, text):
        period = Period.read(text)
        return rows.filter(period.holds(field)) if period else rows.none()

    return narrow


#: Not over: whoever waits has begun as well.
BEGUN = (ClaimState.WAITING, *OPEN_CLAIM_STATES)
#: The two sides of a balance: member units, and those who look after them.
SIDES = [(UNITS, _("成员单位")), (STREET, _("街道和社区"))]


class PublicFilter(django_filters.FilterSet):
    """What a visitor without an account may narrow by; no search, so that nobody fishes for names."""

    direction = django_filters.ChoiceFilter(
        choices=Direction.choices, label=_("清单"), empty_label=_("全部清单")
    )
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(),
        method="by_category",
        label=_("类别"),
        empty_label=_("全部类别"),
    )

    class Meta:
        model = Listing
        fields: list[str] = []

    def by_category(self, rows, _name, category):
        """Of the type, or of any type of the group."""
        return rows.filter(Q(category=category) | Q(category__parent=category))


class ListingFilter(PublicFilter):
    ALL, OPEN, OWN = "all", "open", "own"
    VIEWS = [(ALL, _("全部")), (OPEN, _("待认领")), (OWN, _("我方"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"), validators=[check_query])
    alliance = django_filters.ModelChoiceFilter(
        queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    state = django_filters.ChoiceFilter(
        choices=ListingState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    starter = django_filters.ChoiceFilter(choices=SIDES, method=started_by, label=_("由谁发起"))
    published = django_filters.CharFilter(method=in_period("published_at"), label=_("发布时间"))

    def by_view(self, rows, _name, view):
        if view == self.OPEN:
            return rows.claimable()
        if view == self.OWN:
            return rows.filter(self.request.user.acting("organisation__path", "organisation__kind__level"))
        return rows

    def search(self, rows, _name, text):
        """By any part of the words, or of the owner's name, its pinyin or its initials."""
        return rows.search(text)


class ClaimFilter(django_filters.FilterSet):
    ALL, MINE, THEIRS, DONE = "all", "mine", "theirs", "done"
    VIEWS = [(MINE, _("等我方办理")), (THEIRS, _("等对方")), (DONE, _("已办结")), (ALL, _("全部"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"), validators=[check_query])
    state = django_filters.ChoiceFilter(
        choices=ClaimState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    alliance = django_filters.ModelChoiceFilter(
        field_name="slot__listing__alliance", queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    listing = django_filters.NumberFilter(field_name="slot__listing", label=_("清单条目"))
    provider = django_filters.NumberFilter(method="by_provider", label=_("提供方"))
    requester = django_filters.NumberFilter(method="by_requester", label=_("需求方"))
    starter = django_filters.ChoiceFilter(choices=SIDES, method=started_by, label=_("由谁发起"))
    doer = django_filters.ChoiceFilter(choices=SIDES, method="by_doer", label=_("由谁办理"))
    claimed = django_filters.CharFilter(method=in_period("claimed_at"), label=_("认领时间"))
    delivered = django_filters.CharFilter(method="by_delivered", label=_("确认时间"))

    class Meta:
        model = Claim
        fields: list[str] = []

    def by_view(self, rows, _name, view):
        """Open claims on which one's own side, or the other one, must act; and those that are over."""
        user = self.request.user
        if view == self.MINE:
            return rows.open().filter(claims_to_act_on(user))
        if view == self.THEIRS:
            own = of_owner(user) | of_claimant(user) | of_partner(user)
            return rows.filter(own, state__in=BEGUN).exclude(claims_to_act_on(user))
        return rows.exclude(state__in=BEGUN) if view == self.DONE else rows

    def by_provider(self, rows, _name, pk):
        return rows.filter(of_provider(pk=pk))

    def by_requester(self, rows, _name, pk):
        return rows.filter(of_requester(pk=pk))

    def by_doer(self, rows, _name, side):
        """Claims that member units carry out, or that the street and its communities do."""
        by_unit = of_provider(kind__level=Level.UNIT)
        return rows.filter(by_unit if side == UNITS else ~by_unit)

    def by_delivered(self, rows, _name, text):
        """Claims of which something was confirmed in `2026` or `2026Q4`."""
        period = Period.read(text)
        return delivered_in(rows, period) if period else rows.none()

    def search(self, rows, _name, text):
        """By any part of the listing's title, or of either party's name, pinyin or initials."""
        return rows.filter(
            *(
                shows(word, "slot__listing__title")
                | named(word, "organisation")
                | named(word, "slot__listing__organisation")
                for word in words_of(text)
            )
        )


class ShareFilter(django_filters.FilterSet):
    claim = django_filters.NumberFilter(field_name="claim", label=_("认领"))
    state = django_filters.ChoiceFilter(choices=ShareState.choices, label=_("状态"))

    class Meta:
        model = Share
        fields: list[str] = []


class AgreementFilter(django_filters.FilterSet):
    ALL, MINE = "all", "mine"
    VIEWS = [(ALL, _("全部")), (MINE, _("等我方签署"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"), validators=[check_query])
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

        def titled(word):
            return Exists(
                Claim.objects.filter(shows(word, "slot__listing__title"), agreements=OuterRef("pk"))
            )

        return rows.filter(
            *(Q(titled(word)) | named(word, "party_a") | named(word, "party_b") for word in words_of(text))
        )


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=DeliveryState.choices, label=_("状态"))
    claim = django_filters.NumberFilter(field_name="claim", label=_("认领"))

    class Meta:
        model = Delivery
        fields: list[str] = []


class DisputeFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label=_("处理结果"))
    is_open = django_filters.BooleanFilter(method="by_open", label=_("未处理"))

    class Meta:
        model = Dispute
        fields: list[str] = []

    def by_open(self, rows, _name, is_open):
        return rows.open() if is_open else rows.exclude(outcome="")


class ProjectFilter(django_filters.FilterSet):
    ALL, RUNNING, OWN = "all", "running", "own"
    VIEWS = [(ALL, _("全部")), (RUNNING, _("实施中")), (OWN, _("我方"))]

    view = django_filters.ChoiceFilter(choices=VIEWS, method="by_view", label=_("视图"), empty_label=None)
    q = django_filters.CharFilter(method="search", label=_("关键词"), validators=[check_query])
    state = django_filters.ChoiceFilter(
        choices=ProjectState.choices, label=_("状态"), empty_label=_("全部状态")
    )
    alliance = django_filters.ModelChoiceFilter(
        queryset=alliances, label=_("联盟"), empty_label=_("全部联盟")
    )
    owner = django_filters.NumberFilter(field_name="owner", label=_("牵头单位"))
    year = django_filters.NumberFilter(
        method="by_year", label=_("年份"), min_value=2000, max_value=2999, decimal_places=0
    )

    class Meta:
        model = Project
        fields: list[str] = []

    def by_view(self, rows, _name, view):
        """What runs; what an organisation that the reader speaks for leads or takes part in."""
        if view == self.RUNNING:
            return rows.filter(state=ProjectState.RUNNING)
        if view == self.OWN:
            user = self.request.user
            partners = ProjectPartner.objects.filter(
                user.acting("organisation__path", "organisation__kind__level"), project=OuterRef("pk")
            )
            return rows.filter(user.acting("owner__path", "owner__kind__level") | Exists(partners))
        return rows

    def by_year(self, rows, _name, year):
        return rows.in_year(int(year))

    def search(self, rows, _name, text):
        """By any part of the words, or of the owner's name, its pinyin or its initials."""
        return rows.search(text)
