"""Projects: reads within sight, acts as named posts."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from projects import actions
from projects.api import serializers as s
from projects.filters import ProjectFilter
from projects.models import Project, ProjectStage
from workflow.api import ScopedViewSet
from workflow.exceptions import BadInput


@extend_schema_view(
    list=extend_schema(responses=s.ProjectRowSerializer(many=True)),
    retrieve=extend_schema(responses=s.ProjectSerializer),
)
class ProjectViewSet(ScopedViewSet):
    """项目"""

    model = Project
    queryset = Project.objects.none()
    serializer_class = s.ProjectSerializer
    filterset_class = ProjectFilter
    columns = {
        "id": "id",
        "alliance": "alliance",
        "owner": "owner",
        "owner_name": "owner__name",
        "title": "title",
        "starts_on": "starts_on",
        "ends_on": "ends_on",
        "state": "state",
        "duty": "duty",
        "copied_from": "copied_from",
        "created_at": "created_at",
        "proposed_at": "proposed_at",
        "decided_at": "decided_at",
        "ended_at": "ended_at",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.with_parties().prefetch_related("stages", "partners__organisation")

    @extend_schema(request=s.ProjectInput, responses={201: s.ProjectSerializer})
    def create(self, request):
        project = actions.draft_project(by=request.user, **self.read(s.ProjectInput))
        return self.read_fresh(project, status=201)

    @extend_schema(request=s.ProjectFromDutyInput, responses={201: s.ProjectSerializer})
    @action(detail=False, methods=["post"], url_path="draft-from-duty")
    def draft_from_duty(self, request):
        """由议定事项拟出项目草稿，不用重填。"""
        values = self.read(s.ProjectFromDutyInput)
        return self.read_fresh(actions.draft_project_from_duty(by=request.user, **values), status=201)

    @extend_schema(request=s.ProjectChangeInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request, pk=None):
        """草稿可以全改；实施中的项目可以改结束日期和没完成的阶段。"""
        return self._act(actions.change_project, s.ProjectChangeInput)

    @extend_schema(request=None, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"])
    def propose(self, request, pk=None):
        """提交立项"""
        return self._act(actions.propose_project)

    @extend_schema(request=None, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"], url_path="set-up")
    def set_up(self, request, pk=None):
        """立项"""
        return self._act(actions.set_up_project)

    @extend_schema(request=s.ReasonInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request, pk=None):
        """不予立项"""
        return self._act(actions.refuse_project, s.ReasonInput)

    @extend_schema(request=s.ReasonInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request, pk=None):
        """终止"""
        return self._act(actions.stop_project, s.ReasonInput)

    @extend_schema(request=s.FinishProjectInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        """办结；有没完成的阶段时写明原因。"""
        return self._act(actions.finish_project, s.FinishProjectInput)

    @extend_schema(request=None, responses={201: s.ProjectSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request, pk=None):
        """沿用为下一年的草稿。"""
        copy = actions.copy_project(project=self.get_object(), by=request.user)
        return self.read_fresh(copy, status=201)

    @extend_schema(request=s.CompleteStageInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"], url_path="complete-stage")
    def complete_stage(self, request, pk=None):
        """阶段完成"""
        project, values = self.get_object(), self.read(s.CompleteStageInput)
        stage = self._stage(project, values.pop("stage"))
        actions.complete_stage(stage=stage, by=request.user, **values)
        return self.read_fresh(project)

    @extend_schema(request=s.ReopenStageInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"], url_path="reopen-stage")
    def reopen_stage(self, request, pk=None):
        """重开最后完成的阶段。"""
        project, values = self.get_object(), self.read(s.ReopenStageInput)
        stage = self._stage(project, values.pop("stage"))
        actions.reopen_stage(stage=stage, by=request.user, **values)
        return self.read_fresh(project)

    @extend_schema(request=s.AddPartnerInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"], url_path="add-partner")
    def add_partner(self, request, pk=None):
        """加参与单位"""
        return self._act(actions.add_partner, s.AddPartnerInput)

    @extend_schema(request=s.RemovePartnerInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"], url_path="remove-partner")
    def remove_partner(self, request, pk=None):
        """移出参与单位"""
        return self._act(actions.remove_partner, s.RemovePartnerInput)

    @extend_schema(request=s.GroupInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"])
    def group(self, request, pk=None):
        """归入一条需求或资源。"""
        return self._act(actions.group_listing, s.GroupInput)

    @extend_schema(request=s.GroupInput, responses=s.ProjectSerializer)
    @action(detail=True, methods=["post"])
    def ungroup(self, request, pk=None):
        """移出一条需求或资源。"""
        project, values = self.get_object(), self.read(s.GroupInput)
        if values["listing"].project_id != project.pk:
            raise BadInput(_("这一条不在这个项目里。请刷新后再看。"), field="listing")
        actions.ungroup_listing(by=request.user, **values)
        return self.read_fresh(project)

    def read_fresh(self, project: Project, *, status: int = 200) -> Response:
        """The answer to an act: the row with its stages and partners, as a read of it would show it."""
        return self.answer(self.get_queryset().get(pk=project.pk), status=status)

    def _act(self, act, serializer_class=None) -> Response:
        project = self.get_object()
        values = self.read(serializer_class) if serializer_class else {}
        act(project=project, by=self.request.user, **values)
        return self.read_fresh(project)

    def _stage(self, project: Project, pk: int) -> ProjectStage:
        stage = get_object_or_404(project.stages.all(), pk=pk)
        stage.project = project
        return stage
