"""Every state and legal move of listings, claims, agreements and deliveries."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    NEED = "need", _("需求")
    RESOURCE = "resource", _("资源")


class ListingState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已过期")
    SETTLED = "settled", _("直接办结")
    INFEASIBLE = "infeasible", _("暂不具备条件")
    PROJECT = "project", _("转为项目")


LISTING_MOVES = {
    ListingState.DRAFT: {ListingState.PUBLISHED, ListingState.WITHDRAWN},
    ListingState.PUBLISHED: {
        ListingState.WITHDRAWN,
        ListingState.EXPIRED,
        ListingState.SETTLED,
        ListingState.INFEASIBLE,
        ListingState.PROJECT,
    },
    ListingState.WITHDRAWN: {ListingState.PUBLISHED},
    ListingState.EXPIRED: {ListingState.PUBLISHED},
    ListingState.SETTLED: set(),
    ListingState.INFEASIBLE: {ListingState.PUBLISHED},
    ListingState.PROJECT: set(),
}
#: Written or on the list: of these a duty has one per organisation.
LIVE_LISTING_STATES = (ListingState.DRAFT, ListingState.PUBLISHED)


#: The owner took it off the list by an act of his own, and says why.
REASONED_EXITS = (
    ListingState.WITHDRAWN,
    ListingState.SETTLED,
    ListingState.INFEASIBLE,
    ListingState.PROJECT,
)


class ClaimMode(models.TextChoices):
    """认领方式: whether the owner answers each claim."""

    REQUESTED = "requested", _("由发布方答复")
    INSTANT = "instant", _("认领即对接")


class Overlap(models.TextChoices):
    """What happens when a venue or a team would be claimed twice at the same time."""

    ALLOW = "allow", _("不检查")
    WARN = "warn", _("提醒")
    FORBID = "forbid", _("不允许")


class Pattern(models.TextChoices):
    """How the slots of a listing come again."""

    WEEKLY = "weekly", _("每周")
    MONTHLY = "monthly", _("每月")


class OnHoliday(models.TextChoices):
    """What happens to a day of the rule that is a public holiday; a worked weekend day never counts as weekend."""

    SKIP = "skip", _("停一次")
    KEEP = "keep", _("照常")
    MOVE = "move", _("顺延到下一个工作日")


class ClaimState(models.TextChoices):
    WAITING = "waiting", _("候补")
    HELD = "held", _("暂留")
    REQUESTED = "requested", _("待答复")
    ACCEPTED = "accepted", _("已对接")
    AGREED = "agreed", _("已签约")
    DELIVERED = "delivered", _("已办结")
    DECLINED = "declined", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
    REVOKED = "revoked", _("已撤销")
    LAPSED = "lapsed", _("认领失效")


CLAIM_MOVES = {
    ClaimState.WAITING: {ClaimState.HELD, ClaimState.WITHDRAWN, ClaimState.LAPSED},
    ClaimState.HELD: {
        ClaimState.REQUESTED,
        ClaimState.ACCEPTED,
        ClaimState.WITHDRAWN,
        ClaimState.LAPSED,
    },
    ClaimState.REQUESTED: {
        ClaimState.ACCEPTED,
        ClaimState.DECLINED,
        ClaimState.WITHDRAWN,
        ClaimState.REVOKED,
        ClaimState.LAPSED,
    },
    ClaimState.ACCEPTED: {ClaimState.AGREED, ClaimState.WITHDRAWN, ClaimState.REVOKED},
    ClaimState.AGREED: {ClaimState.DELIVERED, ClaimState.REVOKED},
    ClaimState.DELIVERED: set(),
    ClaimState.DECLINED: set(),
    ClaimState.WITHDRAWN: set(),
    ClaimState.REVOKED: set(),
    ClaimState.LAPSED: set(),
}
#: A claim in one of these holds its quantity; in every other state the quantity is back in the slot.
LIVE_CLAIM_STATES = (
    ClaimState.HELD,
    ClaimState.REQUESTED,
    ClaimState.ACCEPTED,
    ClaimState.AGREED,
    ClaimState.DELIVERED,
)
#: A claim in one of these still asks something of somebody.
OPEN_CLAIM_STATES = (
    ClaimState.HELD,
    ClaimState.REQUESTED,
    ClaimState.ACCEPTED,
    ClaimState.AGREED,
)
#: Came to an understanding that still stands: what counts as won when others wait.
WON_CLAIM_STATES = (ClaimState.ACCEPTED, ClaimState.AGREED, ClaimState.DELIVERED)
#: Holds its quantity until a moment; past it the quantity belongs to the first who waits.
EXPIRING_CLAIM_STATES = (ClaimState.HELD, ClaimState.REQUESTED)
#: Not yet answered: an organisation has one of these per slot.
UNANSWERED_CLAIM_STATES = (ClaimState.WAITING, ClaimState.HELD, ClaimState.REQUESTED)


class Cause(models.TextChoices):
    """Why a claim ended before anything was agreed: the six that a claimant may name, and the clock's three."""

    BUDGET = "budget", _("经费")
    STAFF = "staff", _("人员")
    VENUE = "venue", _("场地")
    CHANGED = "changed", _("需求变化")
    UNREACHABLE = "unreachable", _("联系不上")
    FORCE_MAJEURE = "force_majeure", _("不可抗力")
    UNANSWERED = "unanswered", _("逾期未答复")
    UNCONFIRMED = "unconfirmed", _("暂留到期未确认")
    LISTING_GONE = "listing_gone", _("条目已下架或时段已结束")


#: What the form for withdrawing offers.
NAMED_CAUSES = (
    Cause.BUDGET,
    Cause.STAFF,
    Cause.VENUE,
    Cause.CHANGED,
    Cause.UNREACHABLE,
    Cause.FORCE_MAJEURE,
)


NAMED_CAUSE_CHOICES = [(one.value, one.label) for one in NAMED_CAUSES]


class ShareState(models.TextChoices):
    INVITED = "invited", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    DECLINED = "declined", _("不参加")


SHARE_MOVES = {
    ShareState.INVITED: {ShareState.CONFIRMED, ShareState.DECLINED},
    ShareState.CONFIRMED: set(),
    ShareState.DECLINED: set(),
}


class TurnOutcome(models.TextChoices):
    OFFERED = "offered", _("已轮到")
    SKIPPED = "skipped", _("已跳过")


class SkipReason(models.TextChoices):
    """Why a waiting claim was passed over."""

    SHORT = "short", _("剩余数量不够")
    OVERLAP = "overlap", _("场地或队伍时间冲突")
    LEFT = "left", _("单位已不在联盟中")


class ProjectState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PROPOSED = "proposed", _("待立项")
    RUNNING = "running", _("实施中")
    DONE = "done", _("已办结")
    REFUSED = "refused", _("不予立项")
    STOPPED = "stopped", _("已终止")


PROJECT_MOVES = {
    ProjectState.DRAFT: {ProjectState.PROPOSED, ProjectState.STOPPED},
    ProjectState.PROPOSED: {ProjectState.RUNNING, ProjectState.REFUSED, ProjectState.STOPPED},
    ProjectState.RUNNING: {ProjectState.DONE, ProjectState.STOPPED},
    ProjectState.DONE: set(),
    ProjectState.REFUSED: set(),
    ProjectState.STOPPED: set(),
}
#: Neither refused nor over: listings may enter it, and a duty has one of these per organisation.
LIVE_PROJECT_STATES = (ProjectState.DRAFT, ProjectState.PROPOSED, ProjectState.RUNNING)
#: The owner and its partners may still be changed by the owner: not while the host looks at it.
OPEN_PROJECT_STATES = (ProjectState.DRAFT, ProjectState.RUNNING)


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("待签约")
    SIGNED = "signed", _("已签约")
    REPLACED = "replaced", _("已被新版本替代")
    CANCELLED = "cancelled", _("已终止")


AGREEMENT_MOVES = {
    AgreementState.DRAFT: {AgreementState.SIGNED, AgreementState.CANCELLED},
    AgreementState.SIGNED: {AgreementState.REPLACED, AgreementState.CANCELLED},
    AgreementState.REPLACED: set(),
    AgreementState.CANCELLED: set(),
}
#: No longer binds anybody.
PAST_AGREEMENT_STATES = (AgreementState.REPLACED, AgreementState.CANCELLED)


class DeliveryState(models.TextChoices):
    REPORTED = "reported", _("待确认")
    DISPUTED = "disputed", _("有异议")
    ACCEPTED = "accepted", _("已确认")
    RETURNED = "returned", _("已退回")


DELIVERY_MOVES = {
    DeliveryState.REPORTED: {
        DeliveryState.ACCEPTED,
        DeliveryState.RETURNED,
        DeliveryState.DISPUTED,
    },
    DeliveryState.DISPUTED: {DeliveryState.ACCEPTED, DeliveryState.RETURNED},
    DeliveryState.ACCEPTED: set(),
    DeliveryState.RETURNED: set(),
}


#: The requester's last word is still missing.
OPEN_DELIVERY_STATES = (DeliveryState.REPORTED, DeliveryState.DISPUTED)


class Outcome(models.TextChoices):
    """How a dispute over a quantity ended."""

    PROVIDER_AGREED = "provider_agreed", _("提供方同意需求方的数量")
    REQUESTER_AGREED = "requester_agreed", _("需求方同意提供方的数量")
    DECIDED = "decided", _("由联盟召集方认定")


class Rating(models.TextChoices):
    """评议: the requester's word on the doer, in four words; of work, never of a person."""

    EXCELLENT = "excellent", _("很好")
    GOOD = "good", _("较好")
    FAIR = "fair", pgettext_lazy("评议", "一般")
    POOR = "poor", _("较差")
