"""What stands in a co-building agreement (共建协议书): written from its claims, nothing is typed twice.

The text is Chinese in every interface language: it is the document that both sides sign, and its hash
must not depend on who looks at it. So its words are not in the catalogue.

Every line begins with words of this file, never with what somebody typed: `sheet` reads the headings and
the annex back from the lines.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone, translation

from alliances.models import Membership
from projects.models import Agreement, Claim, Share
from projects.states import Direction, ShareState
from workflow.official.text import heading_number
from workflow.templatetags.workflow import cn_date, cn_period

TITLE = "共建协议书"
SILENT = "另行商定"
ANNEX = "附件：双向服务清单"
#: Between the cells of a row of the annex.
BAR = "｜"
COLUMNS = ("序号", "提供方", "接受方", "事项", "数量", "时间和地点", "完成期限")


def agreement_text(agreement: Agreement, claims: Iterable[Claim]) -> str:
    """The text of an agreement over `claims`, paragraphs apart by an empty line, the two-way list last.

    `agreement` gives parties, term, extra terms, version and the day by which to sign. Two queries.
    """
    claims = sorted(claims, key=lambda claim: claim.pk)
    shares = _shares(claims)
    with translation.override("zh-hans"):
        sections = [
            *_promises(agreement, claims, shares),
            (
                "交付和评议",
                [
                    "提供方办完后报告交付数量；接受方据实确认，可以分次确认，并作出评议。",
                    "双方对数量说法不一的，各自写明情况，按平台记录的处理结果执行。",
                ],
            ),
            ("协议期限", _term(agreement)),
            ("补充约定", _lines(agreement.extra)),
            (
                "变更和退出",
                [
                    "任何一方不能履行的，应当说明原因并及时告知对方。",
                    "个别事项撤回或者撤销的，其余事项继续履行。",
                    "签署后不再修改正文；需要变更的，另订新版本，双方签署后替代本版本。",
                ],
            ),
            (
                "签署",
                [
                    f"双方应在{cn_date(agreement.sign_due)}前各由一人签署，同一个人不能代表双方；双方签署后生效。"
                ],
            ),
        ]
        paragraphs = [
            TITLE,
            _parties(agreement),
            _opening(agreement),
            *(
                "\n".join([heading_number(1, place) + title, *_numbered(lines)])
                for place, (title, lines) in enumerate((one for one in sections if one[1]), 1)
            ),
            f"起草日期：{cn_date(timezone.localdate())}",
            "\n".join([ANNEX, BAR.join(COLUMNS), *_rows(claims)]),
        ]
    return "\n\n".join(paragraphs)


def finished_by(claim: Claim) -> date | None:
    """The day on which a claim has to be done: the last of its slot, else that of its listing."""
    if claim.slot.ends_at:
        # The end of an interval is not part of it: until midnight means the day before.
        return timezone.localdate(claim.slot.ends_at - timedelta(microseconds=1))
    return claim.listing.valid_until


def text_hash(text: str) -> str:
    """SHA-256 of the exact text, in hexadecimal: what each side sees beside its signature."""
    return hashlib.sha256(text.encode()).hexdigest()


class _Under(str):
    """A line that stands as a heading of the second level and takes no number of its own."""


def _numbered(lines: list[str]) -> list[str]:
    """`lines` with the numbers of an official document: （一） for items, 1. beneath them; a line alone has none."""
    if len(lines) == 1:
        return lines
    items = count = 0
    numbered = []
    for line in lines:
        if isinstance(line, _Under):
            items, count = items + 1, 0
            numbered.append(heading_number(2, items) + line)
        else:
            count += 1
            numbered.append(heading_number(3, count) + line)
    return numbered


def _parties(agreement: Agreement) -> str:
    names = dict(
        Membership.objects.current()
        .filter(
            alliance=agreement.alliance_id, organisation__in=[agreement.party_a_id, agreement.party_b_id]
        )
        .exclude(contact_name="")
        .values_list("organisation", "contact_name")
    )
    lines = []
    for word, party in (("甲方", agreement.party_a), ("乙方", agreement.party_b)):
        lines.append(f"{word}：{party}")
        if party.pk in names:
            lines.append(f"{word}联系人：{_in_line(names[party.pk])}")
    return "\n".join(lines)


def _opening(agreement: Agreement) -> str:
    words = f"在{agreement.alliance}内，甲、乙双方经协商一致，订立本协议。"
    if agreement.replaces is None:
        return words
    signed = max(agreement.replaces.party_a_signed_at, agreement.replaces.party_b_signed_at)
    return (
        f"{words}\n本协议为第{agreement.version}版，自双方签署之日起替代双方于{cn_date(signed)}签署的"
        f"第{agreement.replaces.version}版。变更原因：{_in_line(agreement.change_reason)}。"
    )


def _promises(agreement: Agreement, claims: list[Claim], shares: dict) -> list[tuple[str, list[str]]]:
    """甲方提供 and 乙方提供, each from the claims under which that party is the doer."""
    sections = []
    for word, other, party in (
        ("甲方", "乙方", agreement.party_a_id),
        ("乙方", "甲方", agreement.party_b_id),
    ):
        own = [claim for claim in claims if claim.provider.pk == party]
        sections.append(
            (f"{word}提供", [line for claim in own for line in _item(claim, word, other, shares)])
        )
    return sections


def _item(claim: Claim, doer: str, other: str, shares: dict[int, list[Share]]) -> list[str]:
    listing = claim.listing
    published, claimed = cn_date(listing.published_at), cn_date(claim.claimed_at)
    source = (
        f"{other}于{published}发布需求，{doer}于{claimed}认领"
        if listing.direction == Direction.NEED
        else f"{doer}于{published}发布资源，{other}于{claimed}认领"
    )
    due = finished_by(claim)
    facts = [
        ("来源", source),
        ("数量", f"{claim.quantity}{listing.measure}"),
        ("时间", cn_period(claim.slot.starts_at, claim.slot.ends_at).removeprefix("时间")),
        ("地点", listing.place or SILENT),
        ("服务对象", listing.audience or "双方及其服务的居民"),
        ("实施办法", claim.plan or SILENT),
        ("办结标准", listing.done_means or f"{other}确认交付数量并作出评议"),
        ("完成期限", cn_date(due) if due else SILENT),
    ]
    parts = "、".join(f"{one.organisation}{one.quantity}{listing.measure}" for one in shares[claim.pk])
    if parts:
        facts.append(("共同承担", parts))
    return [
        _Under(f"{_in_line(listing.title)}（{listing.category.name}）"),
        *(f"{label}：{_in_line(words)}。" for label, words in facts),
    ]


def _term(agreement: Agreement) -> list[str]:
    lines = ["本协议自双方签署之日起，至所列事项办结之日止。"]
    if agreement.term_from:
        lines = [f"本协议自{cn_date(agreement.term_from)}起，至{cn_date(agreement.term_until)}止。"]
    if agreement.review_on:
        lines.append(
            f"双方在{cn_date(agreement.review_on)}前共同回顾履行情况，以后各次回顾的日期由双方商定。"
        )
    return lines


def _rows(claims: list[Claim]) -> Iterable[str]:
    for place, claim in enumerate(claims, 1):
        due = finished_by(claim)
        where = [cn_period(claim.slot.starts_at, claim.slot.ends_at), claim.listing.place]
        yield BAR.join(
            _in_line(str(cell)).replace(BAR, "／")
            for cell in (
                place,
                claim.provider,
                claim.requester,
                claim.listing.title,
                f"{claim.quantity}{claim.listing.measure}",
                "，".join(filter(None, where)),
                cn_date(due) if due else SILENT,
            )
        )


def _shares(claims: list[Claim]) -> dict[int, list[Share]]:
    """Of joint claims, who does how much; a claim by one unit alone has nothing to say."""
    found = defaultdict(list)
    rows = Share.objects.filter(claim__in=claims).exclude(state=ShareState.DECLINED)
    for share in rows.select_related("organisation").order_by("pk"):
        found[share.claim_id].append(share)
    return defaultdict(list, {pk: parts for pk, parts in found.items() if len(parts) > 1})


def _lines(text: str) -> list[str]:
    lines = [_in_line(line) + "。" for line in text.splitlines() if _in_line(line)]
    # A line alone gets no number, and must not begin with what was typed.
    return [f"双方约定：{lines[0]}"] if len(lines) == 1 else lines


def _in_line(text: str) -> str:
    """Free words as part of one sentence: no breaks that could pass for paragraphs, no stop of their own."""
    return " ".join(text.split()).rstrip("。.；;")
