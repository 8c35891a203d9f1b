"""The API of votes, minority opinions and decisions: reads within sight, acts as named posts."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from alliances import actions
from alliances.api.serializers import votes as s
from alliances.filters import DecisionFilter, MotionFilter
from alliances.models import Decision, Motion, Opinion
from workflow.api import ScopedViewSet


@extend_schema_view(
    list=extend_schema(responses=s.MotionSerializer(many=True)),
    retrieve=extend_schema(responses=s.MotionSerializer),
)
class MotionViewSet(ScopedViewSet):
    """表决：计票以后连同计票依据；进行中只见自己单位的一票。"""

    model = Motion
    queryset = Motion.objects.none()
    serializer_class = s.MotionSerializer
    filterset_class = MotionFilter
    columns = {
        "id": "id",
        "item": "item",
        "item_title": "item__title",
        "meeting": "item__meeting",
        "form": "form",
        "state": "state",
        "opened_at": "opened_at",
        "closed_at": "closed_at",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.select_related(
            "item__meeting__alliance__host__kind", "item__meeting__convener__kind", "tally"
        )

    @extend_schema(request=s.CastInput, responses={201: s.MotionSerializer})
    @action(detail=True, methods=["post"])
    def cast(self, request, pk=None):
        """一个单位投一票，投出不能再改。"""
        actions.cast_ballot(motion=self.get_object(), by=request.user, **self.read(s.CastInput))
        return self._fresh(status=201)

    @extend_schema(request=s.HandsInput, responses={201: s.MotionSerializer})
    @action(detail=True, methods=["post"])
    def hands(self, request, pk=None):
        """会议记录人按举手一次填写多个单位的票：全部记录，或一票也不记录。"""
        motion, values = self.get_object(), self.read(s.HandsInput)
        actions.cast_ballots(motion=motion, by=request.user, values=values["ballots"])
        return self._fresh(status=201)

    @extend_schema(request=None, responses=s.MotionSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        actions.close_motion(motion=self.get_object(), by=request.user)
        return self._fresh()

    @extend_schema(request=s.VoteReasonInput, responses=s.MotionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        motion, values = self.get_object(), self.read(s.VoteReasonInput)
        actions.withdraw_motion(motion=motion, by=request.user, **values)
        return self._fresh()

    @extend_schema(request=s.CountInput, responses=s.MotionSerializer)
    @action(detail=True, methods=["post"])
    def count(self, request, pk=None):
        """录入无记名票决的总票数。"""
        motion, values = self.get_object(), self.read(s.CountInput)
        actions.count_paper_vote(motion=motion, by=request.user, **values)
        return self._fresh()

    @extend_schema(request=None, responses=s.MotionSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        """另一人复核票数。"""
        actions.confirm_paper_vote(motion=self.get_object(), by=request.user)
        return self._fresh()

    @extend_schema(request=s.VoteReasonInput, responses=s.MotionSerializer)
    @action(detail=True, methods=["post"])
    def recount(self, request, pk=None):
        """票数不对，退回重新计票。"""
        motion, values = self.get_object(), self.read(s.VoteReasonInput)
        actions.return_paper_count(motion=motion, by=request.user, **values)
        return self._fresh()

    def _fresh(self, *, status: int = 200) -> Response:
        return self.answer(self.get_object(), status=status)


@extend_schema_view(
    list=extend_schema(responses=s.OpinionSerializer(many=True)),
    retrieve=extend_schema(responses=s.OpinionSerializer),
)
class OpinionViewSet(ScopedViewSet):
    """少数意见：原文、单位和时间。"""

    model = Opinion
    queryset = Opinion.objects.none()
    serializer_class = s.OpinionSerializer
    columns = {
        "id": "id",
        "item": "item",
        "organisation": "organisation",
        "organisation_name": "organisation__name",
        "given_at": "given_at",
        "text": "text",
    }

    def get_queryset(self):
        rows = super().get_queryset().order_by("-pk")
        return rows if self.action == "list" else rows.select_related("organisation")

    @extend_schema(request=s.ReviseOpinionInput, responses=s.OpinionSerializer)
    @action(detail=True, methods=["post"])
    def revise(self, request, pk=None):
        opinion, values = self.get_object(), self.read(s.ReviseOpinionInput)
        return self.answer(actions.revise_opinion(opinion=opinion, by=request.user, **values))


@extend_schema_view(
    list=extend_schema(responses=s.DecisionSerializer(many=True)),
    retrieve=extend_schema(responses=s.DecisionSerializer),
)
class DecisionViewSet(ScopedViewSet):
    """决议：编号、全文、少数意见、取代关系。"""

    model = Decision
    queryset = Decision.objects.none()
    serializer_class = s.DecisionSerializer
    filterset_class = DecisionFilter
    columns = {
        "id": "id",
        "alliance": "alliance",
        "year": "year",
        "serial": "serial",
        "decided_on": "decided_on",
        "item": "item",
        "item_title": "item__title",
        "meeting": "item__meeting",
        "supersedes": "supersedes",
        "text": "text",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        return rows.select_related("item", "superseded_by").prefetch_related("item__opinions__organisation")


class ItemVoteActs:
    """What is put to the vote, said and concluded on an agenda item; part of its viewset."""

    @extend_schema(request=s.OpenVoteInput, responses={201: s.MotionSerializer})
    @action(detail=True, methods=["post"], url_path="open-vote")
    def open_vote(self, request, pk=None):
        item, values = self.get_object(), self.read(s.OpenVoteInput)
        motion = actions.open_motion(item=item, by=request.user, **values)
        return Response(s.MotionSerializer(motion, context=self.get_serializer_context()).data, status=201)

    @extend_schema(request=s.ConcludeInput)
    @action(detail=True, methods=["post"])
    def conclude(self, request, pk=None):
        item, values = self.get_object(), self.read(s.ConcludeInput)
        return self.answer(actions.conclude_item(item=item, by=request.user, **values))

    @extend_schema(request=s.OpinionInput, responses={201: s.OpinionSerializer})
    @action(detail=True, methods=["post"])
    def opinions(self, request, pk=None):
        item, values = self.get_object(), self.read(s.OpinionInput)
        opinion = actions.record_opinion(item=item, by=request.user, **values)
        return Response(s.OpinionSerializer(opinion).data, status=201)
