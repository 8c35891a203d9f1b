"""The one search for other systems: the same rows as on the page, with the same sight."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from projects.search import search
from workflow.exceptions import BadInput
from workflow.forms import QueryForm
from workflow.search import words_of


class PiecesField(serializers.CharField):
    """Marked text as it was written."""

    def to_representation(self, value):
        return "".join(piece.text for piece in value)


class HitSerializer(serializers.Serializer):
    """`passage` quotes a longer text when a word does not stand in the title."""

    id = serializers.IntegerField(source="row.pk")
    title = PiecesField()
    about = PiecesField()
    passage = PiecesField()


class GroupSerializer(serializers.Serializer):
    """The first hits of one noun; `has_more` says that the list of the noun, asked with the same `q`, has others."""

    noun = serializers.ChoiceField(choices=["listings", "projects", "organisations"])
    hits = HitSerializer(many=True)
    has_more = serializers.BooleanField()


# One answer, not a list of them.
@extend_schema_serializer(many=False)
class SearchSerializer(serializers.Serializer):
    words = serializers.ListField(child=serializers.CharField())
    groups = GroupSerializer(many=True)


class SearchViewSet(viewsets.ViewSet):
    """搜索"""

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses=SearchSerializer)
    def list(self, request):
        """在看得到的需求与资源、项目、组织与单位中，找含有每个词的记录。"""
        form = QueryForm(request.query_params)
        if not form.is_valid():
            return Response(form.errors, status=400)
        query = form.cleaned_data["q"]
        if not query:
            raise BadInput(_("请写出要找的字词，一个字也可以。"), field="q")
        answer = {"words": words_of(query), "groups": search(request.user, query)}
        return Response(SearchSerializer(answer).data)
