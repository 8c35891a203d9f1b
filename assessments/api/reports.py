"""The API of reports: reads within sight, the canonical bytes, and the correction as a named post."""

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action

from assessments import documents
from assessments.actions.reports import publish_report
from assessments.filters.reports import ReportFilter
from assessments.models import Report, ScoreRun
from workflow.api import ScopedViewSet, Visible


class ReportSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)

    class Meta:
        model = Report
        fields = (
            "id", "organisation", "organisation_name", "alliance", "run", "year", "serial", "version", "replaces",
            "reason", "title", "check_value", "published_at",
        )  # fmt: skip
        read_only_fields = fields


class CorrectInput(serializers.Serializer):
    run = Visible(queryset=ScoreRun.objects.all(), help_text="Of the same alliance and period.")
    reason = serializers.CharField(max_length=200)


def download(chunks) -> StreamingHttpResponse:
    """The bytes as they are: a renderer would write them anew, and the check value would not hold."""
    return StreamingHttpResponse(chunks, content_type="application/json")


@extend_schema_view(
    list=extend_schema(responses=ReportSerializer(many=True)),
    retrieve=extend_schema(responses=ReportSerializer),
)
class ReportViewSet(ScopedViewSet):
    """考核报告"""

    model = Report
    queryset = Report.objects.none()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    columns = {
        **{name: name for name in ReportSerializer.Meta.fields},
        "organisation_name": "organisation__name",
    }

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"])
    def data(self, request, pk=None):
        """The frozen content as canonical JSON, whose SHA-256 is the check value."""
        return download(documents.canonical_chunks(self.get_object().data))

    @extend_schema(request=CorrectInput, responses={201: ReportSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request, pk=None):
        """A new version with its reason; this one stays."""
        report, values = self.get_object(), self.read(CorrectInput)
        return self.answer(publish_report(by=request.user, replaces=report, **values), status=201)
