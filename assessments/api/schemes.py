"""The API of schemes and adoptions: reads within sight, acts as named posts."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action

from alliances.models import Alliance
from assessments import scoring
from assessments.actions.schemes import (
    add_indicator,
    adopt_scheme,
    change_indicator,
    change_scheme,
    draft_scheme,
    publish_scheme,
    remove_indicator,
)
from assessments.filters.schemes import AdoptionFilter, SchemeFilter
from assessments.models import Adoption, Indicator, Scheme
from assessments.reports.receipts import category_names, rule_words
from members.models import Organisation
from workflow.api import ScopedViewSet, Visible


class IndicatorSerializer(serializers.ModelSerializer):
    rule = serializers.SerializerMethodField(help_text="The formula in words.")

    class Meta:
        model = Indicator
        fields = ("id", "position", "title", "title_en", "measure", "points", "params", "rule")
        read_only_fields = fields

    def get_rule(self, line: Indicator) -> str:
        # One query for all lines of the answer.
        if "categories" not in self.context:
            self.context["categories"] = category_names()
        return rule_words(line.measure, line.points, line.params, self.context["categories"])


class SchemeRow(serializers.ModelSerializer):
    """A row of the list."""

    class Meta:
        model = Scheme
        fields: tuple = ("id", "name", "name_en", "version", "state", "owner")
        read_only_fields = fields


class SchemeSerializer(SchemeRow):
    lines = IndicatorSerializer(source="indicators", many=True, read_only=True)

    class Meta(SchemeRow.Meta):
        fields = read_only_fields = (*SchemeRow.Meta.fields, "note", "grades", "lines")


class SchemeAdoptionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Adoption
        fields = ("id", "alliance", "scheme", "starts_on", "ends_on")
        read_only_fields = fields


class DraftInput(serializers.Serializer):
    scheme = Visible(
        queryset=Scheme.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="To be copied.",
    )
    owner = Visible(queryset=Organisation.objects.all())
    name = serializers.CharField(max_length=60)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class GradeInput(serializers.Serializer):
    """From how many percent of the possible points the word applies."""

    # `from` is a word of the language, so the field is added by name.
    def get_fields(self):
        return {
            **super().get_fields(),
            "from": serializers.IntegerField(min_value=0, max_value=100),
            "name": serializers.CharField(max_length=20),
            "name_en": serializers.CharField(max_length=40, required=False, allow_blank=True),
        }


class SchemeInput(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    name_en = serializers.CharField(max_length=80, required=False, allow_blank=True)
    note = serializers.CharField(max_length=300, allow_blank=True)
    grades = GradeInput(many=True)


class LineInput(serializers.Serializer):
    title = serializers.CharField(max_length=60)
    title_en = serializers.CharField(max_length=80, required=False, allow_blank=True)
    measure = serializers.ChoiceField(choices=sorted(scoring.MEASURES))
    points = serializers.IntegerField(min_value=1, max_value=100)
    params = serializers.DictField(required=False, default=dict)


class ChangeLineInput(LineInput):
    line = serializers.IntegerField(min_value=1)


class RemoveLineInput(serializers.Serializer):
    line = serializers.IntegerField(min_value=1)


class AdoptInput(serializers.Serializer):
    alliance = Visible(queryset=Alliance.objects.all())
    starts_on = serializers.DateField()


@extend_schema_view(
    list=extend_schema(responses=SchemeRow(many=True)), retrieve=extend_schema(responses=SchemeSerializer)
)
class SchemeViewSet(ScopedViewSet):
    """考核方案"""

    model = Scheme
    queryset = Scheme.objects.none()
    serializer_class = SchemeSerializer
    filterset_class = SchemeFilter
    columns = {name: name for name in SchemeRow.Meta.fields}

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("indicators")

    def _fresh(self, scheme: Scheme, status: int = 200):
        return self.answer(self.get_queryset().get(pk=scheme.pk), status=status)

    def _line(self, scheme: Scheme, values: dict) -> Indicator:
        """The named line of `scheme`; one of another scheme is a 404."""
        return get_object_or_404(scheme.indicators, pk=values.pop("line"))

    @extend_schema(request=DraftInput, responses={201: SchemeSerializer})
    @action(detail=False, methods=["post"])
    def draft(self, request):
        return self._fresh(draft_scheme(by=request.user, **self.read(DraftInput)), status=201)

    @extend_schema(request=SchemeInput, responses=SchemeSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request, pk=None):
        scheme, values = self.get_object(), self.read(SchemeInput)
        values["grades"] = [dict(grade) for grade in values["grades"]]
        return self._fresh(change_scheme(scheme=scheme, by=request.user, **values))

    @extend_schema(request=LineInput, responses={201: SchemeSerializer})
    @action(detail=True, methods=["post"], url_path="add-line")
    def add_line(self, request, pk=None):
        scheme, values = self.get_object(), self.read(LineInput)
        add_indicator(scheme=scheme, by=request.user, **values)
        return self._fresh(scheme, status=201)

    @extend_schema(request=ChangeLineInput, responses=SchemeSerializer)
    @action(detail=True, methods=["post"], url_path="change-line")
    def change_line(self, request, pk=None):
        scheme, values = self.get_object(), self.read(ChangeLineInput)
        indicator = self._line(scheme, values)
        change_indicator(indicator=indicator, by=request.user, **values)
        return self._fresh(scheme)

    @extend_schema(request=RemoveLineInput, responses=SchemeSerializer)
    @action(detail=True, methods=["post"], url_path="remove-line")
    def remove_line(self, request, pk=None):
        scheme, values = self.get_object(), self.read(RemoveLineInput)
        indicator = self._line(scheme, values)
        return self._fresh(remove_indicator(indicator=indicator, by=request.user))

    @extend_schema(request=None, responses=SchemeSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        return self._fresh(publish_scheme(scheme=self.get_object(), by=request.user))

    @extend_schema(request=AdoptInput, responses={201: SchemeAdoptionSerializer})
    @action(detail=True, methods=["post"])
    def adopt(self, request, pk=None):
        scheme, values = self.get_object(), self.read(AdoptInput)
        adoption = adopt_scheme(scheme=scheme, by=request.user, **values)
        self.serializer_class = SchemeAdoptionSerializer
        return self.answer(adoption, status=201)


@extend_schema_view(
    list=extend_schema(responses=SchemeAdoptionSerializer(many=True)),
    retrieve=extend_schema(responses=SchemeAdoptionSerializer),
)
class AdoptionViewSet(ScopedViewSet):
    """方案采用"""

    model = Adoption
    queryset = Adoption.objects.none()
    serializer_class = SchemeAdoptionSerializer
    filterset_class = AdoptionFilter
    columns = {name: name for name in SchemeAdoptionSerializer.Meta.fields}
