"""The API of surveys: reads within sight, acts as named posts. Answers leave it only as counts."""

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from assessments.actions.surveys import close_survey, issue_codes, open_survey
from assessments.filters.surveys import SurveyFilter
from assessments.models import Survey
from assessments.permissions import surveys as permissions
from assessments.reports import surveys as reports
from assessments.rules import COMMUNITY_QUESTIONS, DELIVERY_QUESTIONS, MAX_CODES_AT_ONCE
from assessments.states import SurveyGrade
from members.models import Organisation
from projects.models import Delivery
from workflow.api import ScopedViewSet, Visible


class SurveySerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    took_part = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="In whole fives while open; null when too few took part."
    )
    address = serializers.SerializerMethodField(
        help_text="Where residents answer, and read the result later."
    )

    class Meta:
        model = Survey
        fields = (
            "id", "title", "organisation", "organisation_name", "delivery", "state", "grade", "closes_on",
            "codes_issued", "took_part", "about", "questions", "opened_at", "closed_at", "address",
        )  # fmt: skip
        read_only_fields = fields

    def get_address(self, survey: Survey) -> str:
        return self.context["request"].build_absolute_uri(
            reverse("resident-start", args=[survey.public_id])
        )


class SurveyRow(SurveySerializer):
    """A row of the list."""

    class Meta(SurveySerializer.Meta):
        fields = read_only_fields = (
            "id", "title", "organisation", "organisation_name", "delivery", "state", "grade", "closes_on",
            "codes_issued", "took_part",
        )  # fmt: skip

    address = None


class OpenSurveyInput(serializers.Serializer):
    """About a delivery, asked by its requester, or about an organisation: one of the two."""

    delivery = Visible(queryset=Delivery.objects.all(), required=False)
    organisation = Visible(queryset=Organisation.objects.all(), required=False)
    title = serializers.CharField(max_length=80)
    about = serializers.CharField(max_length=300, required=False, allow_blank=True)
    questions = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    grade = serializers.ChoiceField(choices=SurveyGrade.choices, required=False)
    closes_on = serializers.DateField()

    def validate(self, values):
        if ("delivery" in values) == ("organisation" in values):
            raise ValidationError({"organisation": _("请在 delivery 和 organisation 中只填一个。")})
        default = DELIVERY_QUESTIONS if "delivery" in values else COMMUNITY_QUESTIONS
        return {"questions": list(default), **values}


class IssueCodesInput(serializers.Serializer):
    count = serializers.IntegerField(min_value=1, max_value=MAX_CODES_AT_ONCE)
    dealt_before = serializers.IntegerField(min_value=0, required=False)


class IssuedCodes(serializers.Serializer):
    """The codes, shown this once."""

    codes = serializers.ListField(child=serializers.CharField())


class CloseSurveyInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ShareSerializer(serializers.Serializer):
    label = serializers.CharField()
    percent = serializers.IntegerField()
    words = serializers.CharField()
    is_veiled = serializers.BooleanField()


class LineSerializer(serializers.Serializer):
    question = serializers.CharField()
    is_shown = serializers.BooleanField()
    valid = serializers.IntegerField()
    satisfied = ShareSerializer(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    bars = ShareSerializer(many=True)
    unknown = ShareSerializer(allow_null=True)


class ResultSerializer(serializers.Serializer):
    """Below the floor of ten answers `lines` is empty and `returned` and `opened` are null."""

    is_shown = serializers.BooleanField()
    sent = serializers.IntegerField()
    returned = serializers.IntegerField(allow_null=True)
    opened = serializers.IntegerField(allow_null=True)
    response_rate = serializers.IntegerField(allow_null=True)
    is_comparable = serializers.BooleanField()
    assisted = serializers.IntegerField(allow_null=True)
    lines = LineSerializer(many=True)


@extend_schema_view(
    list=extend_schema(responses=SurveyRow(many=True)), retrieve=extend_schema(responses=SurveySerializer)
)
class SurveyViewSet(ScopedViewSet):
    """满意度测评"""

    model = Survey
    queryset = Survey.objects.none()
    serializer_class = SurveySerializer
    filterset_class = SurveyFilter
    columns = {
        "id": "id",
        "title": "title",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "delivery": "delivery",
        "state": "state",
        "grade": "grade",
        "closes_on": "closes_on",
        "codes_issued": "codes_issued",
        "took_part": "took_part",
    }

    def get_queryset(self):
        return reports.with_participation(super().get_queryset())

    @extend_schema(request=OpenSurveyInput, responses={201: SurveySerializer})
    @action(detail=False, methods=["post"])
    def open(self, request):
        survey = open_survey(by=request.user, **self.read(OpenSurveyInput))
        return self.answer(self.get_queryset().get(pk=survey.pk), status=201)

    @extend_schema(request=IssueCodesInput, responses=IssuedCodes)
    @action(detail=True, methods=["post"], url_path="issue-codes")
    def issue_codes(self, request, pk=None):
        """Codes are shown this once; the request must not carry an Idempotency-Key."""
        survey, values = self.get_object(), self.read(IssueCodesInput)
        permissions.check_is_not_kept(request.headers.get("Idempotency-Key"))
        codes = issue_codes(survey=survey, by=request.user, **values)
        return Response({"codes": codes}, headers={"Cache-Control": "no-store"})

    @extend_schema(request=CloseSurveyInput, responses=SurveySerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        survey, values = self.get_object(), self.read(CloseSurveyInput)
        close_survey(survey=survey, by=request.user, **values)
        return self.answer(self.get_queryset().get(pk=survey.pk))

    @extend_schema(responses=ResultSerializer)
    @action(detail=True, methods=["get"])
    def result(self, request, pk=None):
        found = reports.result(self.get_object())
        return Response(ResultSerializer(found).data)
