"""The API of merges: two posts, each of which can be rehearsed."""

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.actions.merge import Merger
from alliances.api.serializers import merge as serializers
from members.models import Organisation
from workflow.actions import rehearse
from workflow.api import ScopedViewSet


class MergeViewSet(viewsets.GenericViewSet):
    """合并组织：没有自己的记录，结果写在组织、成员关系和联盟上。"""

    queryset = Organisation.objects.none()
    serializer_class = serializers.MergerSerializer
    http_method_names = ["post", "options"]
    read = ScopedViewSet.read

    @extend_schema(request=serializers.MergeInput, responses=serializers.MergerSerializer(many=True))
    def create(self, request):
        values = self.read(serializers.MergeInput)
        is_rehearsal = values.pop("rehearse")
        return self._answer(
            lambda: actions.merge_organisations(by=request.user, **values), is_rehearsal=is_rehearsal
        )

    @extend_schema(request=serializers.ReorganiseInput, responses=serializers.MergerSerializer(many=True))
    @action(detail=False, methods=["post"])
    def reorganise(self, request):
        values = self.read(serializers.ReorganiseInput)
        is_rehearsal = values.pop("rehearse")
        return self._answer(
            lambda: actions.reorganise(by=request.user, **values), is_rehearsal=is_rehearsal
        )

    def _answer(self, act: Callable[[], list[Merger]], *, is_rehearsal: bool) -> Response:
        mergers = rehearse(act) if is_rehearsal else act()
        return Response(self.get_serializer(mergers, many=True).data)
