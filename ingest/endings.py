"""Stretches of a file that look like outline or run on after it, but are neither.

A contents list repeats every heading; a notice ends with its list of attachments, its signature and date, contact
lines and the 版记 (抄送, 印发); then an attachment follows in the same file. These stretches are told by their shape,
paragraph by paragraph. A date or a name inside the running text is no signature: the date must stand alone, with the
issuer above it or on its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from ingest.labels import Rank, read_label


class Role(Enum):
    """What a paragraph is: running text, part of a contents list, or part of a notice's ending."""

    TEXT = "text"
    CONTENTS = "contents"
    ENDING = "ending"


DIGIT = r"[\d〇○零一二三四五六七八九十]"
# 2023年8月28日 · 某某市人民政府2023年8月28日, blanks removed
SIGNED = re.compile(rf"(?P<issuer>[一-鿿（）()、·]{{2,60}}?)?{DIGIT}{{4}}年{DIGIT}{{1,3}}月{DIGIT}{{1,3}}日")
# what can stand above the date: 某某市人民政府办公室 · 教育部科技部
ISSUER = re.compile(
    r"[一-鿿（）()、·]{2,80}(?:府|委|局|厅|部|办|室|会|院|署|行|组|社|司|处|中心|中央|公司|总队|政协|联)(?:[（(]代章[）)])?"
)
# what surrounds a signature, blanks removed
CLOSING = re.compile(
    r"附件?[:：]|附件\d+[:：.]?[^。]{2,50}$|特此|抄[送报][:：]?|主送[:：]|主题词|联系(?:人|电话|方式)|电话[:：]|[（(]联系|信息公开(?:选项|类型|形式)"
    r"|[（(]?此件|[（(].{2,30}公开.{0,20}[）)]$|[（(]本文有删减|公开方式|本[一-鿿]{2,6}自.{2,40}(?:施行|执行|实施)|.{2,60}日印发$"
)
# （新华社北京4月26日电）
PRESS_LINE = re.compile(r"[（(]新华社.{2,24}电[）)]")
# ［注1］按公共管网计算。 as readers mark the notes that follow a text
NOTE = re.compile(r"［注\d+］")
PRINTED = re.compile(r".{2,60}日印发。?$")
CONTENTS_HEAD = re.compile("目[录次]")
# 总体目标............ 12
LEADER = re.compile(r"[.．·]{6,}|…{3,}|…… ?\d+$")
PAGE_TAIL = re.compile(r"[.．…·_-]*\d*-*$")
CONTACT = re.compile("联系(?:人|电话|方式)")
# 附件：1.某某清单 · 附件：, the head of a list of attachments
LIST_HEAD = re.compile(r"附件[:：](?:1[.．、].*)?")
# 2.某某名单 · 附件2 某某名单 · 2.2024年名单
LISTED = re.compile(r"(?:附件)?(\d{1,2})(?:[.．、:：](?=\d{4}|\D)|(?=[^\d.%]))")
BLANK = re.compile(r"\s")
MAX_CONTENTS = 600
MAX_LIST_LINE = 80
MAX_CONTACTS = 16
MAX_SENT_TO = 8
"""Paragraphs of 抄送 before the 印发 line."""


def paragraph_roles(paragraphs: Sequence[str]) -> list[Role]:
    """Return the role of every paragraph, in order.

    >>> [role.name for role in paragraph_roles(["三、加强督查。", "某市人民政府", "2024年1月5日", "抄送：市委。"])]
    ['TEXT', 'ENDING', 'ENDING', 'ENDING']
    """
    bare = [BLANK.sub("", text) for text in paragraphs]
    roles = [Role.CONTENTS if LEADER.search(text) else Role.TEXT for text in bare]
    for at in range(len(bare)):
        if CONTENTS_HEAD.fullmatch(bare[at]):
            _mark(roles, (at, _contents_end(bare, at)), Role.CONTENTS)
        elif roles[at] is not Role.TEXT:
            continue
        elif _is_signed(bare, at):
            _mark(roles, (_ending_start(bare, at), _ending_end(bare, at)), Role.ENDING)
        elif PRESS_LINE.fullmatch(bare[at]) or NOTE.match(bare[at]):
            roles[at] = Role.ENDING
        elif bare[at].startswith("抄送"):
            _mark(roles, (at, _sent_to_end(bare, at)), Role.ENDING)
        elif LIST_HEAD.fullmatch(bare[at]):
            end = _list_end(bare, at)
            _mark(roles, (_ending_start(bare, at) if end > at else at, end), Role.ENDING)
    _close_gaps(roles, bare)
    return roles


def _close_gaps(roles: list[Role], bare: Sequence[str]) -> None:
    """Give short unlabelled lines between two endings to them: the rest of a wrapped entry."""
    last = -1
    for at, role in enumerate(roles):
        if role is Role.ENDING:
            gap = range(last + 1, at)
            if last >= 0 and len(gap) <= 2 and all(len(bare[i]) <= 40 and not read_label(bare[i]) for i in gap):
                _mark(roles, (last, at), Role.ENDING)
            last = at


def _mark(roles: list[Role], stretch: tuple[int, int], role: Role) -> None:
    start, end = stretch
    roles[start:end] = [role] * (end - start)


def _contents_end(bare: Sequence[str], at: int) -> int:
    """Return where the first listed heading is printed again, or the end of the lines with leaders."""
    first = PAGE_TAIL.sub("", bare[at + 1]) if at + 1 < len(bare) else ""
    for i in range(at + 2, min(len(bare), at + MAX_CONTENTS)):
        if len(first) > 1 and bare[i].startswith(first) and not LEADER.search(bare[i]):
            return i
    return at + 1


def _is_signed(bare: Sequence[str], at: int) -> bool:
    """Tell whether a signature's date stands here, with the issuer on its line or above it."""
    signed = SIGNED.fullmatch(bare[at])
    return bool(signed and (signed["issuer"] or (at and _is_issuer(bare[at - 1]))))


def _is_issuer(line: str) -> bool:
    return bool(ISSUER.fullmatch(line)) and not read_label(line)


def _ending_start(bare: Sequence[str], at: int) -> int:
    """Go up from a signature's date over issuers and closing lines."""
    while at and _is_issuer(bare[at - 1]):
        at -= 1
    while at and CLOSING.match(bare[at - 1]):
        at -= 1
    for i in range(at - 1, max(-1, at - MAX_CONTACTS), -1):
        if len(bare[i]) > 60 or read_label(bare[i]):
            break
        if CONTACT.match(bare[i]):
            return i
    return at


def _ending_end(bare: Sequence[str], at: int) -> int:
    """Go down from a signature's date over notes; 抄送 and further signatures are found by themselves."""
    at += 1
    while at < len(bare) and (CLOSING.match(bare[at]) and not re.match(r"附件\d", bare[at])):
        at += 1
    return at


def _sent_to_end(bare: Sequence[str], at: int) -> int:
    """Return the paragraph after the 印发 line, or after the lines of 抄送 that end like a list."""
    for i in range(at, min(len(bare), at + MAX_SENT_TO)):
        if PRINTED.match(bare[i]):
            return i + 1
    return at + 1


def _list_end(bare: Sequence[str], at: int) -> int:
    """Return where a list of attachments ends: its numbers run on; ``at`` where no list begins here."""
    expected = 2 if bare[at].rstrip(":：") != "附件" else 1
    first, end, i = expected, at + 1, at + 1
    while i < min(len(bare), end + 2):
        listed = LISTED.match(bare[i])
        if listed and int(listed[1]) == expected and len(bare[i]) <= MAX_LIST_LINE:
            expected, end = expected + 1, i + 1
        i += 1
    if expected == first and first == 1:
        return at
    return end + _is_wrapped_name(bare, end)


def _is_wrapped_name(bare: Sequence[str], at: int) -> bool:
    """Tell whether the last name of a list was broken and goes on here, before an attachment or the end of the file."""
    after = read_label(bare[at + 1]) if at + 1 < len(bare) else None
    alone = at + 1 == len(bare) or (after is not None and after.rank == Rank.ATTACHMENT)
    return alone and len(bare[at]) <= 40 and not read_label(bare[at]) and not _is_issuer(bare[at])
