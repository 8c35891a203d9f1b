"""Who may send minutes round, confirm them, take them back and close a meeting, and in which state of it."""

from django.utils.translation import gettext as _

from alliances.models import Confirmation, Meeting, Minutes
from alliances.permissions.meetings import check_open, check_runs
from alliances.states import MEETING_MOVES, MeetingState, MinutesVerdict
from members.models import Organisation
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move
from workflow.templatetags.workflow import cn_date

#: The draft can be read from the session on.
DRAFT_STATES = (MeetingState.IN_SESSION, MeetingState.HELD)


def check_can_draft_minutes(by, meeting: Meeting) -> None:
    """Those who run the meeting, from its session until the minutes go round."""
    check_runs(by, meeting)
    if meeting.state not in DRAFT_STATES:
        raise InvalidTransition(
            _("会议为“%(state)s”，没有纪要草稿。请看会议页的下一步。")
            % {"state": meeting.get_state_display()}
        )


def check_can_circulate_minutes(by, meeting: Meeting) -> None:
    """Those who run the meeting, once it is held. What the minutes themselves lack, the action says."""
    check_runs(by, meeting)
    check_move(MEETING_MOVES, meeting.state, MeetingState.CONFIRMING)


def check_can_confirm_minutes(by, minutes: Minutes, organisation: Organisation) -> None:
    """Whoever speaks for a unit that was at the meeting or represented; the newest version, once, until it is closed."""
    meeting = minutes.meeting
    if by is None or not by.acts_for(organisation):
        raise NotPermitted(
            _("只有 %(organisation)s 自己的联络员可以确认纪要。请联系他们。")
            % {"organisation": organisation}
        )
    if not meeting.attendances.asked().filter(organisation=organisation).exists():
        raise NotPermitted(
            _(
                "纪要由到会和委托到会的单位确认，召集单位不用确认。%(organisation)s 有意见的，请联系召集单位。"
            )
            % {"organisation": organisation}
        )
    check_open(meeting.alliance)
    if meeting.state != MeetingState.CONFIRMING:
        raise InvalidTransition(
            _("会议为“%(state)s”，现在不能确认纪要。请刷新页面后查看最新情况。")
            % {"state": meeting.get_state_display()}
        )
    if meeting.minutes.filter(version__gt=minutes.version).exists():
        raise InvalidTransition(_("这一稿已被新一稿取代。请打开最新一稿再确认。"))
    given = Confirmation.objects.filter(minutes=minutes, organisation=organisation).first()
    if given:
        raise InvalidTransition(
            _("%(organisation)s 已答复“%(verdict)s”，每个单位答复一次。如需更正，请联系召集单位。")
            % {"organisation": organisation, "verdict": given.get_verdict_display()}
        )


def check_can_revise_minutes(by, meeting: Meeting) -> None:
    """Those who run the meeting, while the units confirm."""
    check_runs(by, meeting)
    check_move(MEETING_MOVES, meeting.state, MeetingState.HELD)


def check_can_close_meeting(by, meeting: Meeting) -> None:
    """Those who run the meeting: no objection to the newest version, and every unit asked has answered or the day is over."""
    check_runs(by, meeting)
    check_move(MEETING_MOVES, meeting.state, MeetingState.CLOSED)
    newest = meeting.minutes.newest()
    answers = list(newest.confirmations.select_related("organisation").order_by("pk"))
    objections = [one for one in answers if one.verdict == MinutesVerdict.OBJECTED]
    if objections:
        texts = _("；").join(f"{one.organisation}：{one.note.rstrip('。')}" for one in objections)
        raise InvalidTransition(
            _("还有异议没有处理（%(texts)s）。请退回修改纪要，重新印发后再归档。") % {"texts": texts}
        )
    if newest.is_due:
        return
    waiting = meeting.attendances.asked().exclude(organisation__in=[one.organisation_id for one in answers])
    if waiting.exists():
        raise InvalidTransition(
            _("还有 %(count)s 个单位没有答复，%(day)s之前不能归档。请等单位答复，或等到期限过后。")
            % {"count": waiting.count(), "day": cn_date(newest.confirm_by)}
        )
