"""The API of runs and scores: reads within sight, computing and publishing as named posts."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action

from alliances.models import Alliance
from assessments import documents
from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.api.reports import ReportSerializer, download
from assessments.filters.scores import RunFilter, ScoreFilter
from assessments.models import Scheme, Score, ScoreRun
from workflow.api import ScopedViewSet, Visible


class RunSerializer(serializers.ModelSerializer):
    class Meta:
        model = ScoreRun
        fields = ("id", "alliance", "scheme", "starts_on", "ends_on", "number", "computed_at")
        read_only_fields = fields


class ScoreRow(serializers.ModelSerializer):
    """A row of the list."""

    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    # Numbers here as in the list of plain values; the receipt holds the exact text.
    points = serializers.FloatField(read_only=True)
    possible = serializers.FloatField(read_only=True)

    class Meta:
        model = Score
        fields: tuple = (
            "id",
            "run",
            "organisation",
            "organisation_name",
            "points",
            "possible",
            "check_value",
        )
        read_only_fields = fields


class ScoreSerializer(ScoreRow):
    class Meta(ScoreRow.Meta):
        fields = read_only_fields = (*ScoreRow.Meta.fields, "receipt")


class ComputeInput(serializers.Serializer):
    alliance = Visible(queryset=Alliance.objects.select_related("host__kind"))
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    scheme = Visible(
        queryset=Scheme.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="The one adopted on the last day, when left out.",
    )


@extend_schema_view(
    list=extend_schema(responses=RunSerializer(many=True)), retrieve=extend_schema(responses=RunSerializer)
)
class ScoreRunViewSet(ScopedViewSet):
    """计分"""

    model = ScoreRun
    queryset = ScoreRun.objects.none()
    serializer_class = RunSerializer
    filterset_class = RunFilter
    columns = {name: name for name in RunSerializer.Meta.fields}

    @extend_schema(request=ComputeInput, responses={201: RunSerializer})
    @action(detail=False, methods=["post"])
    def compute(self, request):
        return self.answer(compute_score(by=request.user, **self.read(ComputeInput)), status=201)

    @extend_schema(request=None, responses={201: ReportSerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        """The run becomes the period's report."""
        report = publish_report(run=self.get_object(), by=request.user)
        self.serializer_class = ReportSerializer
        return self.answer(report, status=201)


@extend_schema_view(
    list=extend_schema(responses=ScoreRow(many=True)), retrieve=extend_schema(responses=ScoreSerializer)
)
class ScoreViewSet(ScopedViewSet):
    """得分"""

    model = Score
    queryset = Score.objects.none()
    serializer_class = ScoreSerializer
    filterset_class = ScoreFilter
    columns = {
        "id": "id",
        "run": "run",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "points": "points",
        "possible": "possible",
        "check_value": "check_value",
    }

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"])
    def data(self, request, pk=None):
        """The receipt's canonical JSON, whose SHA-256 is its check value."""
        return download(documents.canonical_chunks(self.get_object().receipt))
