"""Pictures beside listings: what stands where, and taking one off a draft."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from projects import actions
from projects.api.serializers import AttachmentSerializer
from projects.models import Attachment
from workflow.api import ScopedViewSet


@extend_schema_view(retrieve=extend_schema(responses=AttachmentSerializer))
class AttachmentViewSet(ScopedViewSet):
    """附件：清单条目的图片。"""

    model = Attachment
    queryset = Attachment.objects.none()
    serializer_class = AttachmentSerializer

    def get_queryset(self):
        return super().get_queryset().defer("content").select_related("listing__organisation")

    @extend_schema(responses=AttachmentSerializer(many=True))
    def list(self, request):
        """按编号倒序。"""
        page = self.paginate_queryset(self.get_queryset().order_by("-pk"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request, pk=None):
        """从草稿上删去这张图片。"""
        actions.remove_attachment(attachment=self.get_object(), by=request.user)
        return Response(status=204)
