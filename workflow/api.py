"""What the API of every room shares: rows within sight as plain dictionaries, acts as named posts."""

from django.db.models import F
from rest_framework import serializers, viewsets
from rest_framework.response import Response


class Visible(serializers.PrimaryKeyRelatedField):
    """The id of a row of `queryset` within the caller's sight; a foreign one is as unknown as a missing one."""

    def get_queryset(self):
        return super().get_queryset().visible_to(self.context["request"].user)


class ScopedViewSet(viewsets.GenericViewSet):
    """Reads for a model with `visible_to`; writes are named POST actions of the subclass.

    `columns` maps the names of a list row to ORM paths: a list is one query of plain values, since a
    serializer per object costs more than the query. `serializer_class` describes a single object and
    names the same fields first.
    """

    model: type
    columns: dict[str, str] = {}
    http_method_names = ["get", "post", "head", "options"]

    def get_queryset(self):
        rows = self.model.objects
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.visible_to(self.request.user)

    def filter_queryset(self, rows):
        """Filters narrow lists alone: what an act has moved out of a view is still found by its id."""
        return super().filter_queryset(rows) if self.action == "list" else rows

    def list(self, request):
        own = [name for name, path in self.columns.items() if name == path]
        others = {name: F(path) for name, path in self.columns.items() if name != path}
        rows = self.filter_queryset(self.get_queryset()).values(*own, **others)
        return self.get_paginated_response(self.paginate_queryset(rows))

    def retrieve(self, request, pk=None):
        return Response(self.get_serializer(self.get_object()).data)

    def read(self, serializer_class: type[serializers.Serializer]) -> dict:
        """The request's body as validated values; wrong ones answer 400 with the field."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def answer(self, obj, status: int = 200) -> Response:
        """`obj` after an act."""
        return Response(self.get_serializer(obj).data, status=status)
