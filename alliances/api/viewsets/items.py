"""The API of agenda items: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.api.serializers import items as serializers
from alliances.api.viewsets.votes import ItemVoteActs
from alliances.filters import ItemFilter
from alliances.models import AgendaItem
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=serializers.ItemSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.ItemSerializer),
)
class ItemViewSet(ItemVoteActs, ScopedViewSet):
    """议题"""

    model = AgendaItem
    queryset = AgendaItem.objects.none()
    serializer_class = serializers.ItemSerializer
    filterset_class = ItemFilter
    columns = {
        "id": "id",
        "alliance": "alliance",
        "alliance_name": "alliance__name",
        "meeting": "meeting",
        "proposer": "proposer",
        "proposer_name": "proposer__name",
        "title": "title",
        "source": "source",
        "state": "state",
        "position": "position",
        "duration": "duration",
        "outcome": "outcome",
        "version": "version",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.select_related("alliance__host__kind", "proposer__kind", "meeting__convener__kind")

    @extend_schema(request=serializers.ProposeInput, responses={201: serializers.ItemSerializer})
    def create(self, request):
        values = self.read(serializers.ProposeInput)
        return self.answer(actions.propose_item(by=request.user, **values), status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        return self._act(actions.accept_item)

    # `return` is a word of the language.
    @extend_schema(request=serializers.ReturnItemInput)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request, pk=None):
        return self._act(actions.return_item, serializers.ReturnItemInput)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        return self._act(actions.withdraw_item)

    @extend_schema(request=serializers.ReviseItemInput)
    @action(detail=True, methods=["post"])
    def revise(self, request, pk=None):
        return self._act(actions.revise_item, serializers.ReviseItemInput)

    @extend_schema(request=serializers.NoteInput)
    @action(detail=True, methods=["post"], url_path="note-discussion")
    def note_discussion(self, request, pk=None):
        return self._act(actions.note_discussion, serializers.NoteInput)

    @extend_schema(request=serializers.ScheduleInput)
    @action(detail=True, methods=["post"], url_path="add-to-agenda")
    def add_to_agenda(self, request, pk=None):
        return self._act(actions.add_to_agenda, serializers.ScheduleInput)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="take-off-agenda")
    def take_off_agenda(self, request, pk=None):
        return self._act(actions.take_off_agenda)

    @extend_schema(request=serializers.StepOutInput, responses={201: serializers.StepOutSerializer})
    @action(detail=True, methods=["post"], url_path="step-out")
    def step_out(self, request, pk=None):
        item, values = self.get_object(), self.read(serializers.StepOutInput)
        row = actions.step_out(item=item, by=request.user, **values)
        return Response(serializers.StepOutSerializer(row).data, status=201)

    @extend_schema(request=serializers.StepInInput, responses={204: None})
    @action(detail=True, methods=["post"], url_path="step-in")
    def step_in(self, request, pk=None):
        item, values = self.get_object(), self.read(serializers.StepInInput)
        actions.step_in(item=item, by=request.user, **values)
        return Response(status=204)

    def _act(self, act, serializer_class=None) -> Response:
        item = self.get_object()
        values = self.read(serializer_class) if serializer_class else {}
        return self.answer(act(item=item, by=self.request.user, **values))
