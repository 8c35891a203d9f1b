"""Every state and legal move of meetings, agenda items, motions and duties, and the words that go with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberRole(models.TextChoices):
    LEAD = "lead", _("牵头单位")
    MEMBER = "member", _("成员单位")


class MeetingState(models.TextChoices):
    CALLED = "called", _("征集议题")
    PLANNED = "planned", _("排定议程")
    NOTICED = "noticed", _("已发通知")
    IN_SESSION = "in_session", _("开会中")
    HELD = "held", _("整理纪要")
    CONFIRMING = "confirming", _("纪要待确认")
    CLOSED = "closed", _("已归档")
    CANCELLED = "cancelled", _("已取消")


MEETING_MOVES = {
    MeetingState.CALLED: {MeetingState.PLANNED, MeetingState.CANCELLED},
    MeetingState.PLANNED: {MeetingState.NOTICED, MeetingState.CANCELLED},
    MeetingState.NOTICED: {MeetingState.IN_SESSION, MeetingState.CANCELLED},
    MeetingState.IN_SESSION: {MeetingState.HELD},
    MeetingState.HELD: {MeetingState.CONFIRMING},
    # A unit's objection is answered by a new version of the minutes.
    MeetingState.CONFIRMING: {MeetingState.HELD, MeetingState.CLOSED},
    MeetingState.CLOSED: set(),
    MeetingState.CANCELLED: set(),
}
#: Its agenda may still be put in order.
OPEN_AGENDA_STATES = (
    MeetingState.CALLED,
    MeetingState.PLANNED,
    MeetingState.NOTICED,
    MeetingState.IN_SESSION,
)
#: It is still to come or goes on; not more than one of a kind and alliance is expected at a time.
COMING_STATES = (MeetingState.CALLED, MeetingState.PLANNED, MeetingState.NOTICED)


class Presence(models.TextChoices):
    """到会情况, of an organisation, never of a person."""

    DUE = "due", _("应到")
    PRESENT = "present", _("实到")
    EXCUSED = "excused", _("请假")
    ABSENT = "absent", _("缺席")
    REPRESENTED = "represented", _("委托")


class StepOutKind(models.TextChoices):
    """Why a unit that came takes no part in one item."""

    RECUSED = "recused", _("回避")
    LEFT = "left", _("离席")


class ItemSource(models.TextChoices):
    """Where an agenda item comes from; kept for good."""

    MEMBER = "member", _("成员单位提出")
    STREET = "street", _("主办组织提出")
    LAST_RESULTS = "last_results", _("上次议定事项通报")
    OVERDUE_DUTY = "overdue_duty", _("逾期议定事项")
    DEFERRED = "deferred", _("上次会议暂缓")
    RECORD = "record", _("办理记录提出")


class ItemState(models.TextChoices):
    PROPOSED = "proposed", _("待受理")
    ACCEPTED = "accepted", _("已受理")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
    SCHEDULED = "scheduled", _("列入议程")
    CONCLUDED = "concluded", _("已审议")


ITEM_MOVES = {
    ItemState.PROPOSED: {ItemState.ACCEPTED, ItemState.RETURNED, ItemState.WITHDRAWN},
    ItemState.ACCEPTED: {ItemState.SCHEDULED, ItemState.RETURNED, ItemState.WITHDRAWN},
    # Taken off the agenda again, or its meeting is cancelled: back to the items that wait.
    ItemState.SCHEDULED: {ItemState.ACCEPTED, ItemState.CONCLUDED},
    ItemState.RETURNED: set(),
    ItemState.WITHDRAWN: set(),
    ItemState.CONCLUDED: set(),
}


class ItemOutcome(models.TextChoices):
    CONSENSUS = "consensus", _("协商一致")
    CARRIED = "carried", _("表决通过")
    REJECTED = "rejected", _("未通过")
    DEFERRED = "deferred", _("暂缓")
    REFERRED = "referred", _("转交")
    NOTED = "noted", _("已通报")


#: An item with one of these becomes a numbered decision, which may hold duties.
DECIDING_OUTCOMES = (ItemOutcome.CONSENSUS, ItemOutcome.CARRIED)
#: An item with one of these was put to the vote.
VOTED_OUTCOMES = (ItemOutcome.CARRIED, ItemOutcome.REJECTED)


class MotionForm(models.TextChoices):
    """How a vote is taken."""

    OPEN = "open", _("记名表决")
    PAPER = "paper", _("无记名票决")


class MotionState(models.TextChoices):
    OPEN = "open", _("表决中")
    COUNTED = "counted", _("待复核")
    CLOSED = "closed", _("已计票")
    WITHDRAWN = "withdrawn", _("已撤销")


MOTION_MOVES = {
    # A paper vote is typed by one person and confirmed by another; an open one is counted when it closes.
    MotionState.OPEN: {MotionState.COUNTED, MotionState.CLOSED, MotionState.WITHDRAWN},
    # The second person finds other numbers: counted anew.
    MotionState.COUNTED: {MotionState.OPEN, MotionState.CLOSED},
    MotionState.CLOSED: set(),
    MotionState.WITHDRAWN: set(),
}


class BallotValue(models.TextChoices):
    FOR = "for", _("赞成")
    AGAINST = "against", _("反对")
    ABSTAIN = "abstain", _("弃权")
    NOT_VOTING = "not_voting", _("到会未表决")


class MinutesVerdict(models.TextChoices):
    """A unit's word on the minutes."""

    CONFIRMED = "confirmed", _("无异议")
    OBJECTED = "objected", _("有异议")


class DutyState(models.TextChoices):
    ONGOING = "ongoing", _("办理中")
    REPORTED = "reported", _("待销号")
    DONE = "done", _("已销号")
    DROPPED = "dropped", _("已终止")


DUTY_MOVES = {
    DutyState.ONGOING: {DutyState.REPORTED, DutyState.DROPPED},
    DutyState.REPORTED: {DutyState.DONE, DutyState.ONGOING},
    DutyState.DONE: set(),
    DutyState.DROPPED: set(),
}
#: A duty in one of these still asks something of somebody.
OPEN_DUTY_STATES = (DutyState.ONGOING, DutyState.REPORTED)


class AppealKind(models.TextChoices):
    """What the lead unit of a duty asks of others."""

    HELP = "help", _("请求协助")
    TRANSFER = "transfer", _("请求转交")
    ESCALATION = "escalation", _("提请区里协调")


class AppealState(models.TextChoices):
    WAITING = "waiting", _("待答复")
    GRANTED = "granted", _("已同意")
    DECLINED = "declined", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


APPEAL_MOVES = {
    AppealState.WAITING: {AppealState.GRANTED, AppealState.DECLINED, AppealState.WITHDRAWN},
    AppealState.GRANTED: set(),
    AppealState.DECLINED: set(),
    AppealState.WITHDRAWN: set(),
}
