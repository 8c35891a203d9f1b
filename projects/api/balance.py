"""The balance of an alliance for other systems: the same sums as on the page, with the same sight."""

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from alliances.models import Alliance
from projects.forms import PeriodForm
from projects.reports.balance import balance_of
from workflow.views import find, read_id


class PartSerializer(serializers.Serializer):
    category = serializers.CharField()
    measure = serializers.CharField()
    count = serializers.IntegerField()
    quantity = serializers.IntegerField()


class BalanceLineSerializer(serializers.Serializer):
    organisation = serializers.IntegerField(source="organisation.pk")
    organisation_name = serializers.CharField(source="organisation.name")
    given = PartSerializer(many=True, source="given.parts")
    got = PartSerializer(many=True, source="got.parts")
    promised = serializers.IntegerField()


class SideSerializer(serializers.Serializer):
    side = serializers.CharField(source="code")
    needs = serializers.IntegerField()
    resources = serializers.IntegerField()
    claims = serializers.IntegerField()
    done = serializers.IntegerField()


class WaitsSerializer(serializers.Serializer):
    n = serializers.IntegerField()
    median = serializers.FloatField(allow_null=True)
    longest = serializers.IntegerField(allow_null=True)


# One balance, not a list of them.
@extend_schema_serializer(many=False)
class BalanceSerializer(serializers.Serializer):
    lines = BalanceLineSerializer(many=True)
    sides = SideSerializer(many=True)
    waits = WaitsSerializer()
    waiting = serializers.IntegerField(source="waiting_count")


class BalanceViewSet(viewsets.ViewSet):
    """付出与所得：一个联盟一年或一季度的合计。"""

    @extend_schema(
        parameters=[
            OpenApiParameter("alliance", int, required=True),
            OpenApiParameter("year", int),
            OpenApiParameter("quarter", int, enum=[1, 2, 3, 4]),
        ],
        responses=BalanceSerializer,
    )
    def list(self, request):
        rows = Alliance.objects.select_related("host")
        alliance = find(rows, request.user, pk=read_id(request.query_params.get("alliance")))
        form = PeriodForm(request.query_params, since=alliance.started_on.year)
        if not form.is_valid():
            return Response(form.errors, status=400)
        balance = balance_of(alliance, form.period(), request.user)
        return Response(BalanceSerializer(balance).data)
