"""The API of duties, requests and flow-backs: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.api.serializers import duties as s
from alliances.filters.duties import AppealFilter, DutyFilter, FlowBackFilter
from alliances.models import Appeal, Duty, FlowBack
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=s.DutyRowSerializer(many=True)),
    retrieve=extend_schema(responses=s.DutySerializer),
)
class DutyViewSet(ScopedViewSet):
    """议定事项：责任单位、办结标准、时限，连同配合单位和进展。"""

    model = Duty
    queryset = Duty.objects.none()
    serializer_class = s.DutySerializer
    filterset_class = DutyFilter
    columns = {
        "id": "id",
        "alliance": "decision__alliance",
        "decision": "decision",
        "title": "title",
        "done_means": "done_means",
        "lead": "lead",
        "lead_name": "lead__name",
        "due_on": "due_on",
        "review_on": "review_on",
        "state": "state",
        "reported_on": "reported_on",
        "closed_on": "closed_on",
        "close_note": "close_note",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.with_parties().prefetch_related("partners", "reports__organisation")

    @extend_schema(request=s.DutyInput, responses={201: s.DutySerializer})
    def create(self, request):
        """在一项决议下设立事项。"""
        return self._fresh(actions.add_duty(by=request.user, **self.read(s.DutyInput)), status=201)

    @extend_schema(request=s.ReportProgressInput, responses={201: s.DutySerializer})
    @action(detail=True, methods=["post"], url_path="report-progress")
    def report_progress(self, request, pk=None):
        """责任单位或配合单位报告进展；责任单位可以报告办结。"""
        return self._act(actions.report_progress, s.ReportProgressInput, status=201)

    @extend_schema(request=s.FinishInput, responses=s.DutySerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        """核对后销号。"""
        return self._act(actions.finish_duty, s.FinishInput)

    @extend_schema(request=s.DutyReasonInput, responses=s.DutySerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None):
        return self._act(actions.reopen_duty, s.DutyReasonInput)

    @extend_schema(request=s.DutyReasonInput, responses=s.DutySerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request, pk=None):
        return self._act(actions.drop_duty, s.DutyReasonInput)

    @extend_schema(request=s.ExtendInput, responses=s.DutySerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request, pk=None):
        return self._act(actions.extend_duty, s.ExtendInput)

    @extend_schema(request=s.ReassignInput, responses=s.DutySerializer)
    @action(detail=True, methods=["post"])
    def reassign(self, request, pk=None):
        return self._act(actions.reassign_duty, s.ReassignInput)

    @extend_schema(request=s.HandBackInput, responses=s.DutySerializer)
    @action(detail=True, methods=["post"], url_path="hand-back")
    def hand_back(self, request, pk=None):
        """退回给主办组织或社区，记为一次责任回流。"""
        return self._act(actions.hand_back_duty, s.HandBackInput)

    @extend_schema(request=s.HelpInput, responses={201: s.AppealSerializer})
    @action(detail=True, methods=["post"], url_path="ask-help")
    def ask_help(self, request, pk=None):
        return self._ask(actions.ask_help, s.HelpInput)

    @extend_schema(request=s.TransferInput, responses={201: s.AppealSerializer})
    @action(detail=True, methods=["post"], url_path="ask-transfer")
    def ask_transfer(self, request, pk=None):
        return self._ask(actions.ask_transfer, s.TransferInput)

    @extend_schema(request=s.EscalateInput, responses={201: s.AppealSerializer})
    @action(detail=True, methods=["post"])
    def escalate(self, request, pk=None):
        """提请区里协调。"""
        return self._ask(actions.escalate_duty, s.EscalateInput)

    def _fresh(self, duty: Duty, status: int = 200) -> Response:
        """The answer to an act: the row as a read of it would show it."""
        return self.answer(self.get_queryset().get(pk=duty.pk), status=status)

    def _act(self, act, serializer, status: int = 200) -> Response:
        duty, values = self.get_object(), self.read(serializer)
        act(duty=duty, by=self.request.user, **values)
        return self._fresh(duty, status)

    def _ask(self, act, serializer) -> Response:
        duty, values = self.get_object(), self.read(serializer)
        appeal = act(duty=duty, by=self.request.user, **values)
        self.serializer_class = s.AppealSerializer
        return self.answer(appeal, status=201)


@extend_schema_view(
    list=extend_schema(responses=s.AppealSerializer(many=True)),
    retrieve=extend_schema(responses=s.AppealSerializer),
)
class AppealViewSet(ScopedViewSet):
    """办理请求：请求协助、请求转交、提请区里协调。"""

    model = Appeal
    queryset = Appeal.objects.none()
    serializer_class = s.AppealSerializer
    filterset_class = AppealFilter
    columns = {
        "id": "id",
        "duty": "duty",
        "kind": "kind",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "addressee": "addressee",
        "addressee_name": "addressee__name",
        "new_lead": "new_lead",
        "reason": "reason",
        "state": "state",
        "answer_by": "answer_by",
        "answer": "answer",
        "asked_at": "asked_at",
        "answered_at": "answered_at",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("duty", "organisation", "addressee")

    @extend_schema(request=s.AppealAnswerInput, responses=s.AppealSerializer)
    @action(detail=True, methods=["post"], url_path="answer")
    def give_answer(self, request, pk=None):
        """同意或不同意，都要写明答复。"""
        appeal, values = self.get_object(), self.read(s.AppealAnswerInput)
        return self.answer(actions.answer_appeal(appeal=appeal, by=request.user, **values))

    @extend_schema(request=None, responses=s.AppealSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        return self.answer(actions.withdraw_appeal(appeal=self.get_object(), by=request.user))


@extend_schema_view(
    list=extend_schema(responses=s.FlowBackSerializer(many=True)),
    retrieve=extend_schema(responses=s.FlowBackSerializer),
)
class FlowBackViewSet(ScopedViewSet):
    """责任回流：退回街道或社区的事项和原因。"""

    model = FlowBack
    queryset = FlowBack.objects.none()
    serializer_class = s.FlowBackSerializer
    filterset_class = FlowBackFilter
    columns = {
        "id": "id",
        "alliance": "duty__decision__alliance",
        "duty": "duty",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "to": "to",
        "to_name": "to__name",
        "reason": "reason",
        "handed_back_on": "handed_back_on",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.select_related("duty__decision", "organisation", "to")
