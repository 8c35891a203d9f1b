"""What stands in a co-building agreement (共建协议书): written from the claim, nothing is typed twice.

The text is Chinese in every interface language: it is the document that both sides sign, and its hash
must not depend on who looks at it. So its words are not in the catalogue.
"""

import hashlib
from datetime import date

from django.utils import timezone, translation

from projects.models import Claim
from projects.states import Direction
from workflow.templatetags.workflow import cn_date, cn_period

SILENT = "另行商定"


def agreement_text(claim: Claim, *, sign_due: date, deliver_by: date | None) -> str:
    """The text for one accepted claim, paragraphs apart by an empty line."""
    listing = claim.listing
    is_need = listing.direction == Direction.NEED
    with translation.override("zh-hans"):
        items = [
            ("共建事项", f"{listing.title}（{listing.category.name}）"),
            ("数量", f"{claim.quantity}{listing.measure}"),
            ("时间", cn_period(claim.slot.starts_at, claim.slot.ends_at)),
            ("地点", listing.place or SILENT),
            ("服务对象", listing.audience or "双方及其服务的居民"),
            ("实施办法", claim.plan or SILENT),
            ("办结标准", listing.done_means or "乙方确认交付数量并作出评议"),
            ("完成期限", cn_date(deliver_by) if deliver_by else SILENT),
        ]
        signed_by = cn_date(sign_due)
        published, claimed = cn_date(listing.published_at), cn_date(claim.claimed_at)
        drafted = cn_date(timezone.localdate())
    number = "一二三四五六七八"
    source = (
        f"乙方于{published}发布需求，甲方于{claimed}认领"
        if is_need
        else f"甲方于{published}发布资源，乙方于{claimed}认领"
    )
    paragraphs = [
        "共建协议书",
        f"甲方（提供方）：{claim.provider}\n乙方（需求方）：{claim.requester}",
        f"在{listing.alliance}内，{source}。双方经协商一致，订立本协议。",
        "\n".join(f"{number[n]}、{label}：{_in_line(text)}。" for n, (label, text) in enumerate(items)),
        "九、甲方完成后报告交付数量；乙方据实确认，可以分次确认，并作出评议。",
        "十、任何一方不能履行的，应当说明原因并及时告知对方。",
        f"十一、双方应在{signed_by}前签署。签署后不再修改正文；需要变更的，另订新版本。",
        f"起草日期：{drafted}",
    ]
    return "\n\n".join(paragraphs)


def _in_line(text: str) -> str:
    """Free words as part of one sentence: no breaks that could pass for paragraphs, no stop of their own."""
    return " ".join(text.split()).rstrip("。.；;")


def text_hash(text: str) -> str:
    """SHA-256 of the exact text, in hexadecimal: what each side sees beside its signature."""
    return hashlib.sha256(text.encode()).hexdigest()
