"""Listings and categories: reads within sight, acts as named posts."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from projects import actions
from projects.api import serializers as s
from projects.api.viewsets.matching import MatchActions
from projects.filters import ListingFilter
from projects.models import Attachment, Category, Listing
from workflow.api import ScopedViewSet
from workflow.exceptions import BadInput


def _claim_alone_or_together(*, organisation, quantity, by, shares=(), **terms):
    """What other units take on makes it a joint claim, in which `quantity` is the claimant's own share."""
    if shares:
        return actions.claim_together(
            organisation=organisation, shares=[(organisation, quantity), *shares], by=by, **terms
        )
    return actions.claim_listing(organisation=organisation, quantity=quantity, by=by, **terms)


@extend_schema_view(
    list=extend_schema(responses=s.ListingRowSerializer(many=True)),
    retrieve=extend_schema(responses=s.ListingSerializer),
)
class ListingViewSet(MatchActions, ScopedViewSet):
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
        if self.action == "list":
            return rows
        pictures = Prefetch("attachments", Attachment.objects.defer("content"))
        return (
            rows.with_parties()
            .select_related("recurrence", "continued_by")
            .prefetch_related("slots", pictures)
        )

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
        if "rule" not in values:
            values.setdefault("valid_until", listing.valid_until)
        return self.read_fresh(actions.change_listing(listing=listing, by=request.user, **values))

    @extend_schema(request=None, responses=s.ListingSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        return self.read_fresh(actions.publish_listing(listing=self.get_object(), by=request.user))

    @extend_schema(request=None, responses={201: s.ListingSerializer})
    @action(detail=True, methods=["post"], url_path="roll-over")
    def roll_over(self, request, pk=None):
        """确认长期资源的下一期：照原样发布，再确认一次得到同一条。"""
        later = actions.roll_over_listing(listing=self.get_object(), by=request.user)
        return self.read_fresh(later, status=201)

    @extend_schema(request=s.AttachmentInput, responses={201: s.AttachmentSerializer})
    @action(detail=True, methods=["post"], url_path="attachments", parser_classes=[MultiPartParser])
    def add_attachment(self, request, pk=None):
        """给草稿添加一张图片，最多三张。"""
        listing, values = self.get_object(), self.read(s.AttachmentInput)
        upload = values.pop("picture")
        made = actions.add_attachment(
            listing=listing, upload=upload, name=upload.name, by=request.user, **values
        )
        return Response(s.AttachmentSerializer(made).data, status=201)

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

    @extend_schema(request=s.ReasonInput, responses={201: s.ProjectSerializer})
    @action(detail=True, methods=["post"], url_path="turn-into-project")
    def turn_into_project(self, request, pk=None):
        """转为项目：拟出项目草稿，文字都从条目带过去。"""
        listing, values = self.get_object(), self.read(s.ReasonInput)
        project = actions.turn_into_project(listing=listing, by=request.user, **values)
        self.serializer_class = s.ProjectSerializer
        return self.answer(project, status=201)

    @extend_schema(request=s.ClaimInput, responses={201: s.ClaimSerializer})
    @action(detail=True, methods=["post"])
    def claim(self, request, pk=None):
        """认领其中一个时段的数量。"""
        return self._claim(_claim_alone_or_together, s.ClaimInput)

    @extend_schema(request=s.WaitInput, responses={201: s.ClaimSerializer})
    @action(detail=True, methods=["post"])
    def wait(self, request, pk=None):
        """数量不够时加入一个时段的候补。"""
        return self._claim(actions.join_queue, s.WaitInput)

    def read_fresh(self, listing: Listing, *, status: int = 200) -> Response:
        """The answer to an act: the row with its sums, as a read of it would show it."""
        return self.answer(self.get_queryset().get(pk=listing.pk), status=status)

    def _claim(self, act, serializer):
        listing, values = self.get_object(), self.read(serializer)
        if values["slot"].listing_id != listing.pk:
            raise BadInput(_("该时段不属于这个条目。请选择这个条目的时段。"), field="slot")
        self.serializer_class = s.ClaimSerializer
        return self.answer(act(by=self.request.user, **values), status=201)

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

    @extend_schema(request=s.CategoryInput, responses={201: s.CategorySerializer})
    def create(self, request):
        """增加一个大类，或者大类下的一个类别。"""
        return self.answer(actions.add_category(by=request.user, **self.read(s.CategoryInput)), status=201)
