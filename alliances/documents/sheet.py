"""How the content of minutes becomes an official document: one list of blocks for the Word file and for the page."""

import hashlib
from typing import Any

from alliances.documents.frozen import frozen, thawed
from workflow.official import (
    Block,
    Document,
    Heading,
    Paragraph,
    People,
    Quote,
    Table,
    body_xml,
    write,
)
from workflow.official.text import heading_number, paragraphs

#: What a draft says where minutes have their number.
DRAFT = "（草稿）"


def word_file(content: dict[str, Any], *, is_draft: bool = False) -> bytes:
    """The minutes as a Word file; equal content gives equal bytes."""
    return write(document_of(content, is_draft=is_draft))


def with_words(content: dict[str, Any]) -> dict[str, Any]:
    """`content` together with its words, `sheet`: from here on the minutes say this and nothing else."""
    return {**content, "sheet": frozen(document_of(content))}


def without_words(content: dict[str, Any]) -> dict[str, Any]:
    """What of circulated `content` comes from the records, to be compared with them."""
    return {name: value for name, value in content.items() if name != "sheet"}


def check_value(content: dict[str, Any]) -> str:
    """SHA-256 of word/document.xml in the Word file, in hexadecimal."""
    return hashlib.sha256(body_xml(document_of(content))).hexdigest()


def document_of(content: dict[str, Any], *, is_draft: bool = False) -> Document:
    """`content` as an official document: the text, then, as the standard has it, who was there.

    Circulated content brings its own words, and is not put into words anew.
    """
    if "sheet" in content:
        return thawed(content["sheet"])
    return Document(
        header=content["header"] + (DRAFT if is_draft else ""),
        number=content["number"],
        issuer=content["issuer"],
        date_words=content["date"],
        title=content["title"],
        blocks=[
            *_introduction(content),
            *_last_results(content),
            *(block for item in content["items"] for block in _item(item, content["last_results"])),
            *_people(content),
        ],
    )


def page_of(content: dict[str, Any]) -> dict[str, Any]:
    """The same document for a template: blocks with their `kind`, headings with their numbers, people apart."""
    document = document_of(content)
    count, blocks, people = 0, [], []
    for block in document.blocks:
        match block:
            case Heading():
                count += 1
                blocks.append({"kind": "heading", "text": heading_number(1, count) + block.text})
            case Paragraph():
                blocks.append({"kind": "paragraph", "lines": paragraphs(block.text)})
            case Quote():
                blocks.append({"kind": "quote", "title": block.title, "lines": paragraphs(block.text)})
            case Table():
                rows = [list(zip(block.columns, row, strict=True)) for row in block.rows]
                blocks.append(
                    {"kind": "table", "title": block.title, "columns": block.columns, "rows": rows}
                )
            case People(label=""):
                people[-1]["lines"].extend(block.names)
            case People():
                people.append({"label": block.label, "lines": ["、".join(block.names) or "无"]})
    return {
        "header": document.header,
        "number": document.number,
        "issuer": document.issuer,
        "date": document.date_words,
        "title": document.title,
        "blocks": blocks,
        "people": people,
    }


def _introduction(content: dict[str, Any]) -> list[Block]:
    words = [f"{content['time']}，{content['convener']}在{content['place']}召集召开{content['meeting']}。"]
    if content["chair"]:
        words.append(f"{content['chair']}主持会议。")
    words.append(_roll(content))
    return [Paragraph("".join(words)), *_text("", content["opening"])]


def _roll(content: dict[str, Any]) -> str:
    # Where the rules know proxies, who is represented counts among those that came; the figures add up either way.
    proxies = content["came"] - sum(len(group["units"]) for group in content["present"])
    came = f"实到{content['came']}个" + (f"（其中委托{proxies}个）" if proxies > 0 else "")
    parts = [f"应到单位{content['due']}个", came]
    missing = len(content["absent"]) + len(content["unknown"])
    for count, words in (
        (len(content["represented"]) - max(proxies, 0), "委托"),
        (len(content["excused"]), "请假"),
        (missing, "缺席"),
        (len(content["guests"]), "列席"),
    ):
        if count:
            parts.append(f"{words}{count}个")
    return "，".join(parts) + "。"


def _last_results(content: dict[str, Any]) -> list[Block]:
    """On its own only when the agenda has no item for it."""
    if not content["last_results"] or any(item["is_last_results"] for item in content["items"]):
        return []
    return [Heading(1, "上次会议议定事项办理情况"), *_results(content["last_results"])]


def _results(results: dict[str, Any]) -> list[Block]:
    duties = results["duties"]
    rows = [(duty["title"], duty["lead"], duty["due"], duty["status"]) for duty in duties]
    return [
        Paragraph(
            f"会议通报了{results['meeting']}（{results['date']}）{len(duties)}项议定事项的办理情况。"
        ),
        Table(("事项", "责任单位", "时限", "办理情况"), rows, (32, 25, 27, 16)),
    ]


def _item(item: dict[str, Any], results: dict[str, Any] | None) -> list[Block]:
    blocks: list[Block] = [Heading(1, item["title"])]
    if item["is_last_results"]:
        blocks += _results(results) if results else []
    else:
        note = f"：{item['source_note']}" if item["source_note"] else ""
        blocks.append(Paragraph(f"提出单位：{item['proposer']}（{item['source']}{note}）。"))
    blocks += _text("讨论情况：", item["discussion"])
    blocks += [Paragraph(f"{away['kind']}：{'、'.join(away['units'])}。") for away in item["away"]]
    if item["vote"]:
        blocks += _vote(item["vote"])
    blocks += _outcome(item)
    blocks += [Quote(f"{opinion['unit']}的少数意见", opinion["text"]) for opinion in item["opinions"]]
    blocks += _decision(item)
    if item["duties"]:
        rows = [
            (
                duty["title"],
                duty["lead"],
                "、".join(duty["partners"]) or "无",
                duty["done_means"],
                duty["due"],
            )
            for duty in item["duties"]
        ]
        columns = ("事项", "责任单位", "配合单位", "办结标准", "时限")
        blocks.append(Table(columns, rows, (21, 16, 19, 18, 26), title="议定事项"))
    return blocks


def _vote(vote: dict[str, Any]) -> list[Block]:
    """Tally and rule in words. A ballot is counted for a unit, whoever cast it."""
    counted = (
        f"{vote['form']}（一个单位一票）：应到单位{vote['entitled']}个，实到{vote['present']}个，"
        f"未到会{vote['absent']}个；赞成{vote['favour']}票，反对{vote['against']}票，"
        f"弃权{vote['abstain']}票，到会未表决{vote['not_voting']}个。"
    )
    result = f"赞成{vote['favour']}票，{'达到' if vote['is_passed'] else '没有达到'}规定票数。"
    if not vote["is_quorate"]:
        result = f"到会单位没有达到法定人数（{vote['quorum'].rstrip('。')}），不能通过。"
    rule = f"表决规则：{vote['majority'].rstrip('。')}，即{vote['needed']}票。{result}"
    return [*_text("表决事项：", vote["text"]), Paragraph(counted), Paragraph(rule)]


def _outcome(item: dict[str, Any]) -> list[Block]:
    words = item["outcome_words"] or "尚未审议"
    if item["referred_to"]:
        words += item["referred_to"]
    label = "会议议定：" if item["decision"] else "会议结论："
    return [Paragraph(f"审议结果：{words}。"), *_text(label, item["resolution"])]


def _decision(item: dict[str, Any]) -> list[Block]:
    if not item["decision"]:
        return []
    replaced = f"，取代{item['supersedes']}" if item["supersedes"] else ""
    return [Paragraph(f"决议编号：{item['decision']}{replaced}。")]


def _people(content: dict[str, Any]) -> list[Block]:
    """出席 with a line for each constituency; the other lists only when there is anybody on them."""
    lines = [_group(group) for group in content["present"]]
    lists: list[tuple[str, list[str]]] = [
        ("委托", [f"{row['name']}（委托{row['by']}）" for row in content["represented"]]),
        ("请假", content["excused"]),
        ("缺席", [*content["absent"], *content["unknown"]]),
        ("列席", [_with_attendee(guest) for guest in content["guests"]]),
        ("记录", [content["recorder"]] if content["recorder"] else []),
    ]
    return [
        People("出席", lines[:1]),
        *(People("", [line]) for line in lines[1:]),
        *(People(label, names) for label, names in lists if names),
    ]


def _group(group: dict[str, Any]) -> str:
    units = "、".join(_with_attendee(unit) for unit in group["units"])
    is_itself = [unit["name"] for unit in group["units"]] == [group["group"]]
    return units if is_itself else f"{group['group']}：{units}"


def _with_attendee(row: dict[str, str]) -> str:
    return f"{row['name']}（{row['attendee']}）" if row["attendee"] else row["name"]


def _text(label: str, text: str) -> list[Block]:
    """Free words as paragraphs, the first after its label; they end with a stop, whatever was typed."""
    text = text.strip()
    stop = "" if text.endswith(("。", "！", "？", "；", "：", "”", "）")) else "。"
    return [Paragraph(f"{label}{text}{stop}")] if text else []
