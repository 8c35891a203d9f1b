"""The API of meetings: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.api.serializers import meetings as serializers
from alliances.api.viewsets.minutes import MinutesActs
from alliances.filters import MeetingFilter
from alliances.models import Meeting
from workflow.api import ScopedViewSet

ATTENDANCE = serializers.AttendanceSerializer(many=True)


@extend_schema_view(
    list=extend_schema(responses=serializers.MeetingSerializer(many=True)),
    retrieve=extend_schema(responses=serializers.MeetingSerializer),
)
class MeetingViewSet(MinutesActs, ScopedViewSet):
    """会议"""

    model = Meeting
    queryset = Meeting.objects.none()
    serializer_class = serializers.MeetingSerializer
    filterset_class = MeetingFilter
    columns = {
        "id": "id",
        "alliance": "alliance",
        "alliance_name": "alliance__name",
        "kind": "kind",
        "kind_name": "kind__name",
        "title": "title",
        "convener": "convener",
        "convener_name": "convener__name",
        "starts_at": "starts_at",
        "ends_at": "ends_at",
        "place": "place",
        "state": "state",
        "closes_on": "closes_on",
        "notice_on": "notice_on",
        "minutes_on": "minutes_on",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.select_related("alliance__host__kind", "convener__kind", "kind")

    @extend_schema(request=serializers.CallInput, responses={201: serializers.MeetingSerializer})
    def create(self, request):
        values = self.read(serializers.CallInput)
        return self.answer(actions.call_meeting(by=request.user, **values), status=201)

    @extend_schema(request=serializers.RescheduleInput)
    @action(detail=True, methods=["post"])
    def reschedule(self, request, pk=None):
        return self._act(actions.reschedule_meeting, serializers.RescheduleInput)

    @extend_schema(request=serializers.PeopleInput)
    @action(detail=True, methods=["post"], url_path="set-people")
    def set_people(self, request, pk=None):
        return self._act(actions.set_people, serializers.PeopleInput)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def plan(self, request, pk=None):
        return self._act(actions.plan_agenda)

    @extend_schema(request=serializers.AgendaInput)
    @action(detail=True, methods=["post"], url_path="save-agenda")
    def save_agenda(self, request, pk=None):
        meeting, values = self.get_object(), self.read(serializers.AgendaInput)
        order = [(line["item"], line["duration"]) for line in values["items"]]
        return self.answer(
            actions.save_agenda(meeting=meeting, by=request.user, version=values["version"], items=order)
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="give-notice")
    def give_notice(self, request, pk=None):
        return self._act(actions.give_notice)

    @extend_schema(request=serializers.OpenInput)
    @action(detail=True, methods=["post"])
    def open(self, request, pk=None):
        return self._act(actions.open_session, serializers.OpenInput)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def end(self, request, pk=None):
        return self._act(actions.end_session)

    @extend_schema(request=serializers.CancelInput)
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        return self._act(actions.cancel_meeting, serializers.CancelInput)

    @extend_schema(request=None, responses=serializers.RoomCodeSerializer)
    @action(detail=True, methods=["post"], url_path="renew-room-code")
    def renew_room_code(self, request, pk=None):
        """Another code; those who run the meeting read it here, and nobody anywhere else."""
        meeting = actions.renew_room_code(meeting=self.get_object(), by=request.user)
        return Response({"room_code": meeting.room_code})

    @extend_schema(responses=ATTENDANCE)
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def attendance(self, request, pk=None):
        """到会，按单位。"""
        return self._attendance(self.get_object())

    @extend_schema(request=serializers.AttendanceInput, responses=ATTENDANCE)
    @action(detail=True, methods=["post"], url_path="set-attendance")
    def set_attendance(self, request, pk=None):
        meeting, values = self.get_object(), self.read(serializers.AttendanceInput)
        rows = [
            (line["organisation"], line["presence"], line.get("represented_by"), line["attendee"])
            for line in values["rows"]
        ]
        actions.set_attendance(meeting=meeting, by=request.user, rows=rows)
        return self._attendance(meeting)

    @extend_schema(request=serializers.OrganisationInput, responses=ATTENDANCE)
    @action(detail=True, methods=["post"], url_path="invite-observer")
    def invite_observer(self, request, pk=None):
        return self._seat(actions.invite_observer, serializers.OrganisationInput)

    @extend_schema(request=serializers.OrganisationInput, responses=ATTENDANCE)
    @action(detail=True, methods=["post"], url_path="drop-observer")
    def drop_observer(self, request, pk=None):
        return self._seat(actions.drop_observer, serializers.OrganisationInput)

    @extend_schema(request=serializers.ExcuseInput, responses=ATTENDANCE)
    @action(detail=True, methods=["post"])
    def excuse(self, request, pk=None):
        return self._seat(actions.excuse_unit, serializers.ExcuseInput)

    @extend_schema(request=serializers.CheckInInput, responses=ATTENDANCE)
    @action(detail=True, methods=["post"], url_path="check-in")
    def check_in(self, request, pk=None):
        # A kept answer would tell when the unit came.
        request._request.leaves_no_trace = True
        return self._seat(actions.check_in, serializers.CheckInInput)

    def _act(self, act, serializer_class=None) -> Response:
        meeting = self.get_object()
        values = self.read(serializer_class) if serializer_class else {}
        return self.answer(act(meeting=meeting, by=self.request.user, **values))

    def _seat(self, act, serializer_class) -> Response:
        meeting, values = self.get_object(), self.read(serializer_class)
        act(meeting=meeting, by=self.request.user, **values)
        return self._attendance(meeting)

    def _attendance(self, meeting: Meeting) -> Response:
        rows = meeting.attendances.select_related("organisation").order_by("organisation__path")
        return Response(serializers.AttendanceSerializer(rows, many=True).data)
