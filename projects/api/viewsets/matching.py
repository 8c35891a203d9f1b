"""Proposals for a listing: read within sight, turned down and taken back by its owner."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from projects import actions
from projects.api.serializers import matching as s
from projects.models import Dismissal, Listing
from projects.reports.matching import best_for
from workflow.views import find


class MatchActions:
    """What the viewset of listings says about proposals."""

    @extend_schema(responses=s.MatchSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def matches(self, request, pk=None):
        """合适的资源或需求，连同理由。"""
        listing = self._listing()
        return Response(s.MatchSerializer(best_for(listing, request.user), many=True).data)

    @extend_schema(request=s.DismissInput, responses={201: s.DismissalSerializer})
    @action(detail=True, methods=["post"], url_path="dismiss-match")
    def dismiss_match(self, request, pk=None):
        """不适合我们"""
        listing, values = self._listing(), self.read(s.DismissInput)
        dismissal = actions.dismiss_match(listing=listing, by=request.user, **values)
        return Response(s.DismissalSerializer(dismissal).data, status=201)

    @extend_schema(request=s.RestoreInput, responses={204: None})
    @action(detail=True, methods=["post"], url_path="restore-match")
    def restore_match(self, request, pk=None):
        """撤销“不适合我们”"""
        listing, other = self._listing(), self.read(s.RestoreInput)["other"]
        dismissal = find(
            Dismissal.objects.select_related("listing"), request.user, listing=listing, other=other
        )
        actions.restore_match(dismissal=dismissal, by=request.user)
        return Response(status=204)

    def _listing(self) -> Listing:
        return find(Listing.objects.with_parties(), self.request.user, pk=self.kwargs["pk"])
