"""The API of this room: reads within sight, acts as named posts."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from projects import actions
from projects.api import serializers as s
from projects.filters import AgreementFilter, ClaimFilter, DeliveryFilter, ListingFilter
from projects.models import Agreement, Category, Claim, Delivery, Listing
from workflow.api import ScopedViewSet
from workflow.exceptions import BadInput


@extend_schema_view(
    list=extend_schema(responses=s.ListingRowSerializer(many=True)),
    retrieve=extend_schema(responses=s.ListingSerializer),
)
class ListingViewSet(ScopedViewSet):
    """清单条目：需求与资源，连同时段。"""

    model = Listing
    queryset = Listing.objects.none()
    serializer_class = s.ListingSerializer
    filterset_class = ListingFilter
    columns = {
        "id": "id",
        "direction": "direction",
        "title": "title",
        "alliance": "alliance",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "category": "category",
        "category_name": "category__name",
        "measure": "measure",
        "state": "state",
        "published_at": "published_at",
        "valid_until": "valid_until",
        "total": "total",
        "taken": "taken",
    }

    def get_queryset(self):
        rows = super().get_queryset().with_amounts()
        return rows if self.action == "list" else rows.with_parties().prefetch_related("slots")

    @extend_schema(request=s.ListingInput, responses={201: s.ListingSerializer})
    def create(self, request):
        listing = actions.draft_listing(by=request.user, **self.read(s.ListingInput))
        return self.read_fresh(listing, status=201)

    @extend_schema(request=s.FromDutyInput, responses={201: s.ListingSerializer})
    @action(detail=False, methods=["post"], url_path="draft-from-duty")
    def draft_from_duty(self, request):
        """由议定事项拟出需求草稿，不用重填。"""
        values = self.read(s.FromDutyInput)
        return self.read_fresh(actions.draft_listing_from_duty(by=request.user, **values), status=201)

    @extend_schema(request=s.ListingChangeInput, responses=s.ListingSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request, pk=None):
        listing, values = self.get_object(), self.read(s.ListingChangeInput)
        values.setdefault("valid_until", listing.valid_until)
        return self.read_fresh(actions.change_listing(listing=listing, by=request.user, **values))

    @extend_schema(request=None, responses=s.ListingSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        return self.read_fresh(actions.publish_listing(listing=self.get_object(), by=request.user))

    @extend_schema(request=s.ReasonInput, responses=s.ListingSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        return self._take_off(actions.withdraw_listing)

    @extend_schema(request=s.ReasonInput, responses=s.ListingSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request, pk=None):
        return self._take_off(actions.settle_listing)

    @extend_schema(request=s.ReasonInput, responses=s.ListingSerializer)
    @action(detail=True, methods=["post"])
    def shelve(self, request, pk=None):
        return self._take_off(actions.shelve_listing)

    @extend_schema(request=s.ClaimInput, responses={201: s.ClaimSerializer})
    @action(detail=True, methods=["post"])
    def claim(self, request, pk=None):
        """认领其中一个时段的数量。"""
        listing, values = self.get_object(), self.read(s.ClaimInput)
        if values["slot"].listing_id != listing.pk:
            raise BadInput(_("该时段不属于这个条目。请选择这个条目的时段。"), field="slot")
        claim = actions.claim_listing(by=self.request.user, **values)
        self.serializer_class = s.ClaimSerializer
        return self.answer(claim, status=201)

    def read_fresh(self, listing: Listing, *, status: int = 200) -> Response:
        """The answer to an act: the row with its sums, as a read of it would show it."""
        return self.answer(self.get_queryset().get(pk=listing.pk), status=status)

    def _take_off(self, act):
        listing, values = self.get_object(), self.read(s.ReasonInput)
        return self.read_fresh(act(listing=listing, by=self.request.user, **values))


@extend_schema_view(
    list=extend_schema(responses=s.CategorySerializer(many=True)),
    retrieve=extend_schema(responses=s.CategorySerializer),
)
class CategoryViewSet(ScopedViewSet):
    """类别"""

    model = Category
    queryset = Category.objects.none()
    serializer_class = s.CategorySerializer
    columns = {"id": "id", "code": "code", "name": "name", "name_en": "name_en", "parent": "parent"}


@extend_schema_view(
    list=extend_schema(responses=s.ClaimSerializer(many=True)),
    retrieve=extend_schema(responses=s.ClaimSerializer),
)
class ClaimViewSet(ScopedViewSet):
    """认领"""

    model = Claim
    queryset = Claim.objects.none()
    serializer_class = s.ClaimSerializer
    filterset_class = ClaimFilter
    columns = {
        "id": "id",
        "listing": "slot__listing",
        "listing_title": "slot__listing__title",
        "slot": "slot",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "quantity": "quantity",
        "plan": "plan",
        "state": "state",
        "claimed_at": "claimed_at",
        "answer_due": "answer_due",
        "answered_at": "answered_at",
        "sign_due": "sign_due",
        "reason": "reason",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.with_parties()

    @extend_schema(request=None, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """接受认领，同时拟好共建协议书。"""
        return self.answer(actions.accept_claim(claim=self.get_object(), by=request.user))

    @extend_schema(request=s.ReasonInput, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        """退回"""
        return self._leave(actions.decline_claim)

    @extend_schema(request=s.WithdrawInput, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """撤回，写明原因。"""
        claim, values = self.get_object(), self.read(s.WithdrawInput)
        return self.answer(actions.withdraw_claim(claim=claim, by=request.user, **values))

    @extend_schema(request=s.ReasonInput, responses=s.ClaimSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request, pk=None):
        """撤销"""
        return self._leave(actions.revoke_claim)

    @extend_schema(request=s.ReportInput, responses={201: s.DeliverySerializer})
    @action(detail=True, methods=["post"])
    def report(self, request, pk=None):
        """报告交付"""
        claim, values = self.get_object(), self.read(s.ReportInput)
        delivery = actions.report_delivery(claim=claim, by=request.user, **values)
        self.serializer_class = s.DeliverySerializer
        return self.answer(delivery, status=201)

    def _leave(self, act):
        claim, values = self.get_object(), self.read(s.ReasonInput)
        return self.answer(act(claim=claim, by=self.request.user, **values))


@extend_schema_view(
    list=extend_schema(responses=s.AgreementRowSerializer(many=True)),
    retrieve=extend_schema(responses=s.AgreementSerializer),
)
class AgreementViewSet(ScopedViewSet):
    """共建协议书"""

    model = Agreement
    queryset = Agreement.objects.none()
    serializer_class = s.AgreementSerializer
    filterset_class = AgreementFilter
    columns = {
        "id": "id",
        "alliance": "alliance",
        "party_a": "party_a",
        "party_a_name": "party_a__name",
        "party_b": "party_b",
        "party_b_name": "party_b__name",
        "version": "version",
        "state": "state",
        "text_hash": "text_hash",
        "sign_due": "sign_due",
        "deliver_by": "deliver_by",
        "created_at": "created_at",
        "party_a_signed_at": "party_a_signed_at",
        "party_b_signed_at": "party_b_signed_at",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.with_parties()

    @extend_schema(request=s.SignInput, responses=s.AgreementSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request, pk=None):
        """签署读到的正文：校验值要与现在的正文一致。"""
        agreement, values = self.get_object(), self.read(s.SignInput)
        return self.answer(actions.sign_agreement(agreement=agreement, by=request.user, **values))


@extend_schema_view(
    list=extend_schema(responses=s.DeliverySerializer(many=True)),
    retrieve=extend_schema(responses=s.DeliverySerializer),
)
class DeliveryViewSet(ScopedViewSet):
    """交付"""

    model = Delivery
    queryset = Delivery.objects.none()
    serializer_class = s.DeliverySerializer
    filterset_class = DeliveryFilter
    columns = {name: name for name in s.DeliverySerializer.Meta.fields}

    @extend_schema(request=s.AcceptInput, responses=s.DeliverySerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """确认并评议"""
        delivery, values = self.get_object(), self.read(s.AcceptInput)
        return self.answer(actions.accept_delivery(delivery=delivery, by=request.user, **values))

    # `return` is a word of the language, so the method bears the noun's name too.
    @extend_schema(request=s.RemarkInput, responses=s.DeliverySerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_delivery(self, request, pk=None):
        """退回"""
        delivery, values = self.get_object(), self.read(s.RemarkInput)
        return self.answer(actions.return_delivery(delivery=delivery, by=request.user, **values))
