"""Outline labels at the start of a paragraph.

Policy texts number their parts by one ladder (一、（一）1.（1）①), regulations by another (第X编, 章, 节, 条, then
（一）), guidelines in decimals (4.1.2), and all of them carry 附件 and 专栏. This module reads the label of one
paragraph and tells mentions, counts and quantities (``第三条第二款``, ``1.5万吨``, ``一、二类``) from labels. Whether
the number fits the outline is judged in ``numbering``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from ingest.numerals import parse_integer, to_chinese


class Rank(IntEnum):
    """The ladder, highest first; a label opens below the nearest open label of a smaller rank."""

    ATTACHMENT = 0  # 附件1
    PART = 1  # 第一编
    SUBPART = 2  # 第一分编
    CHAPTER = 3  # 第一章
    SECTION = 4  # 第一节
    ARTICLE = 5  # 第一条
    DECIMAL = 6  # 4.1.2
    FIRST = 7  # 一、
    SECOND = 8  # （一）
    BOX = 9  # 专栏1
    THIRD = 10  # 1.
    FOURTH = 11  # （1）
    FIFTH = 12  # 1）
    SIXTH = 13  # ①


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed, its place in the ladder, its number, and its share of a clause's address.

    ``end`` is the offset in the paragraph at which the words begin; ``extra`` the 一 of 第十条之一; ``above`` the
    4.1 of 4.1.2.
    """

    rank: Rank
    number: int
    printed: str
    address: str
    end: int
    extra: int = 0
    above: str = ""


NUMERAL = "[〇零一二三四五六七八九十百千]{1,7}"
UNITS = {
    "编": Rank.PART,
    "篇": Rank.PART,
    "分编": Rank.SUBPART,
    "章": Rank.CHAPTER,
    "节": Rank.SECTION,
    "条": Rank.ARTICLE,
}
MAX_HEADING = 60
"""Longest line, in characters after the label, that is still taken for a heading."""

# 附件 · 附件1 · 附 件 2-1： · 附录A · 附表三
ATTACHMENT = re.compile(
    rf"附\s?([件录表])(?:\s?(\d{{1,2}}(?:\s?[-—－]\s?\d{{1,2}})?|{NUMERAL}|[A-Z](?![A-Za-z])))?(?!\d)\s?[:：.．、]?\s*"
)
# 第二章 · 第 12 条 · 第一百二十条之一
UNIT = re.compile(rf"第\s?({NUMERAL}|\d{{1,4}})\s?(分编|[编篇章节条])(?:之({NUMERAL}))?")
# 总则 第一条 为了: an article glued to what stands before it
GLUED_ARTICLE = re.compile(rf"(?<=\S)\s(?=第(?:{NUMERAL})条\s)")
# 第三条第二款 · 第八条规定的 · 第四条、第五条 · 附件2所列: mentions, not labels
MENTION = re.compile(
    r"第|规定|所[称列述指附示]|中[的“]|[、，；。和或及与至到]|的|以[外下]|情形|列举"
    r"|[（(]?[一二三四五六七八九十]+[）)]项|填写|提供|要求|明确"
)
# 专栏 3： · 专栏三
BOX = re.compile(rf"专\s?栏\s?(\d{{1,2}}|{NUMERAL})?\s?[:：.．、]?\s*")
# 4.1 · 2.3.1: decimals; a unit or a range after them makes a quantity (2.6万吨, 1.5-3倍)
DECIMAL = re.compile(
    r"(\d{1,2}(?:[.．]\d{1,2}){0,4})[.．](\d{1,2})(?![\d.．%％‰])[.．、]?\s*(?=[一-鿿“《A-Z])"
    r"(?![万亿千百个吨倍元米克升亩年月日分秒以至到家户座项人次台]|公[顷里斤]|平方|立方|兆|小时|摄氏)"
)
# 一、 · 十二． · （三） · (三) · 1. · 12． · 3、 · （1） · 1） · ① · ㈠ · ⑴ · ⒈
LADDER = re.compile(
    rf"""(?P<first>{NUMERAL})\s?[、．.]
    | [（(]\s?(?P<second>{NUMERAL})\s?[）)]
    | (?P<third>\d{{1,3}})\s?[.．、](?!\d)
    | [（(]\s?(?P<fourth>\d{{1,3}})\s?[）)]
    | (?P<fifth>\d{{1,2}})\s?[）)]
    | (?P<sixth>[①-⑳])
    | (?P<second_sign>[㈠-㈩]) | (?P<fourth_sign>[⑴-⒇]) | (?P<third_sign>[⒈-⒛])""",
    re.VERBOSE,
)
# signs that hold a whole label in one character: the sign of 1
SIGNS = {"sixth": "①", "second_sign": "㈠", "fourth_sign": "⑴", "third_sign": "⒈"}
RANKS = {
    "first": Rank.FIRST,
    "second": Rank.SECOND,
    "third": Rank.THIRD,
    "fourth": Rank.FOURTH,
    "fifth": Rank.FIFTH,
    "sixth": Rank.SIXTH,
}
# 一、二类地区 · （一）至（三）项 · 1、2号机组: the label is part of a phrase
PHRASE = re.compile(
    r"[一二三四五六七八九十]{1,2}[、，级类等期批年次产]|[（(]?[二三四五六七八九十]+[）)]|[至、，。；：）)款]|项(?!目)|\d+号|$"
)
SENTENCE_END = re.compile(r"[。！？；;]")


def read_label(text: str) -> Label | None:
    """Return the outline label with which the paragraph ``text`` begins, None where it begins with none.

    >>> [read_label(t).address for t in ("（九）治理。加强", "3．推进改造", "附件 1：清单", "4.1.2 核算")]
    ['（九）', '3', '附件1', '4.1.2']
    >>> [read_label(t) for t in ("第三条第二款规定", "1.5万吨", "一、二类地区", "附件2所列企业应当报送材料。")]
    [None, None, None, None]
    """
    first = text[:1]
    if first == "附":
        return _attachment(text)
    if first == "第":
        return _unit(text)
    if first == "专":
        return _box(text)
    return _decimal(text) or _ladder(text)


def _is_heading(rest: str) -> bool:
    """Tell whether what follows 附件, 章 or 专栏 can be a heading: short, no sentence, not the rest of a mention."""
    return len(rest) <= MAX_HEADING and not SENTENCE_END.search(rest) and not MENTION.match(rest)


def _attachment(text: str) -> Label | None:
    found = ATTACHMENT.match(text)
    if not found or not _is_heading(text[found.end() :]):
        return None
    number = found[2] or ""
    if not number and found.end() < len(text) and found[0][-1] not in ":：\t 　":
        return None
    address = f"附{found[1]}" + re.sub(r"\s?[—－-]\s?", "-", number)
    return Label(Rank.ATTACHMENT, _integer(number), found[0].strip(), address, found.end())


def _unit(text: str) -> Label | None:
    found = UNIT.match(text)
    if not found or MENTION.match(text, found.end()):
        return None
    rank, number = UNITS[found[2]], _integer(found[1])
    heading = GLUED_ARTICLE.split(text[found.end() :], maxsplit=1)[0]
    if not number or (rank < Rank.ARTICLE and not _is_heading(heading)):
        return None
    printed = re.sub(r"\s", "", found[0])
    return Label(rank, number, found[0], printed, found.end(), extra=_integer(found[3] or ""))


def _box(text: str) -> Label | None:
    found = BOX.match(text)
    if not found or not _is_heading(text[found.end() :]):
        return None
    number = found[1] or ""
    return Label(Rank.BOX, _integer(number), found[0].strip(), f"专栏{number}", found.end())


def _decimal(text: str) -> Label | None:
    found = DECIMAL.match(text)
    if not found:
        return None
    above = ".".join(str(int(part)) for part in re.split("[.．]", found[1]))
    number = int(found[2])
    return Label(Rank.DECIMAL, number, found[0].strip(), f"{above}.{number}", found.end(), above=above)


def _ladder(text: str) -> Label | None:
    found = LADDER.match(text)
    if not found or PHRASE.match(text, found.end()):
        return None
    kind = str(found.lastgroup)
    sign = found[kind]
    number = ord(sign) - ord(SIGNS[kind]) + 1 if kind in SIGNS else _integer(sign)
    rank = RANKS[kind.removesuffix("_sign")]
    return Label(rank, number, found[0].strip(), _address(rank, number, sign), found.end()) if number else None


def _address(rank: Rank, number: int, sign: str) -> str:
    """Return the label's share of an address: full-width brackets, Arabic numbers without their dot."""
    match rank:
        case Rank.FIRST | Rank.SIXTH:
            return sign
        case Rank.SECOND:
            return f"（{to_chinese(number)}）"
        case Rank.FOURTH:
            return f"（{number}）"
        case Rank.FIFTH:
            return f"{number}）"
        case _:
            return str(number)


def _integer(text: str) -> int:
    """Return the number, 0 where the signs do not make one."""
    try:
        return parse_integer(text)
    except ValueError:
        return 0
