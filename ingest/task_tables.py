"""Task tables of annexes: one duty for each row that names bodies.

任务分工表 and 责任清单 print 牵头单位, 配合单位, 责任单位 or 责任部门 as columns; a column says the role, and a cell
may say it more exactly (``市水务局牵头，市财政局配合``, ``市水务局（牵头）``). Names are parted by marks, line ends,
blanks or nothing at all. A merged cell governs every row it covers; a blank one governs none. A row whose cell under
such a head cannot be read as names is kept with the reason, and no body is supplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document import Span, Table, Unread
from ingest.mentions import body_end
from ingest.organ_table import read_name
from ingest.organs import is_body
from ingest.phrases import RESPONSIBLE, ROLES, Phrase, joined, read_phrase
from ingest.sheets import Field, Heads, Row, Sheet, read_sheets

# 牵头单位 · 责任部门（单位） · 市级配合单位 · 主要责任单位 · 责任主体 · 牵头
BODIES = re.compile(
    "(?P<role>牵头|责任|配合|协办|参与|参加|协作|协同|协助|主责|主办|承办|实施|落实|执行|负责|主管|承担)[^人量的]{0,6}?"
    "(?:单位|部门|处室|科室|股室|机构|主体|地区|区域|方)(?:[及和]其?(?:责任人|(?:职责|任务)?分工))?$|^(?P<brief>牵头|配合|协办|责任|主办)方?$|"
    "(?:责任|职责|任务|工作)分工$"
)
# 部门 | 职责: a list by department
NAMED = re.compile("(?:责任|成员|市直|县直|各)?(?:部门|单位|机构)名称|(?:成员单位|部门|责任主体)")
DEADLINE = re.compile(
    "(?:计划|预计|要求|工作|整改|任务|项目|建设|实施|推进|目标)*(?:(?:完成|办结|达标|落实|销号)?"
    "(?:时限|时间|期限|时间节点|节点|时间表|时间进度|年限|日期)(?:要求|安排|节点)?|起止(?:时间|年限|年月)|进度(?:要求|安排|计划))"
)
NUMBER = re.compile("序号?|编号|号|项次|No\\.?")
ASIDE = re.compile("备注|说明|责任人|领导|联系|电话|签|状态|进展|投资|资金|来源|依据")
TASK = re.compile("任务|工作|内容|措施|事项|项目|要求|目标|举措|要点|职责|名称|行动|工程|重点")
BRACKETED = re.compile("[（(〔\\[][^）)〕\\]]*[）)〕\\]]")
# 1.市水务局 2.市财政局
ENUMERATOR = re.compile("(?<![0-9])[0-9]{1,2}[.．、)）]\\s*(?=[一-鿿])|[①-⑳]")
ABSENT = re.compile("同上|同前|如上|见附.*|详见.*|待定|另行.*|按.*")
TASK_COLUMN, DUE_COLUMN, OTHER_COLUMN, MIXED = "task", "due", "other", "mixed"


@dataclass(frozen=True, slots=True)
class RowDuty:
    """A row that names bodies; ``proofs`` are the header and merged cells that stand in other rows."""

    span: Span
    task: Span
    phrase: Phrase
    words: str
    proofs: tuple[Span, ...]


def table_duties(text: str, table: Table, *, place: str = "") -> tuple[tuple[RowDuty, ...], tuple[Unread, ...]]:
    """Return the duties of a table's rows in printed order, and what stands under 责任单位 but cannot be read as names.

    Both are empty for a table whose header names no bodies.
    """
    duties: list[RowDuty] = []
    unread: list[Unread] = []
    for sheet in read_sheets(text, table, is_task_header):
        roles = [_role(head) for head in sheet.heads]
        for row in sheet.rows:
            if row.is_section:
                continue
            duty, left = _read_row(row, sheet, roles, place)
            duties += [duty] if duty else []
            unread += [Unread(table.path, row.span, f"责任单位一栏未能认作机构名称：{'、'.join(left)}")] if left else []
        if sheet.rows and not (duties or unread):
            unread.append(Unread(table.path, table.span, "表头列有责任单位，但各行没有写明机构"))
    return tuple(duties), tuple(unread)


def is_task_header(heads: Heads) -> bool:
    """Tell whether these are the heads of a task table: bodies in one column, what they do in another.

    >>> is_task_header((("序号",), ("重点任务",), ("责任分工", "牵头单位"), ("责任分工", "配合单位")))
    True
    >>> is_task_header((("指标",), ("单位",), ("2025年",))), is_task_header((("责任单位",), ("市水务局",)))
    (False, False)
    """
    roles = [_role(head) for head in heads]
    bodies = sum(role in (*ROLES.values(), RESPONSIBLE, MIXED) for role in roles)
    others = sum(role in (TASK_COLUMN, DUE_COLUMN) for role in roles)
    return bodies > 0 and others > 0 and not any(_looks_filled(head) for head in heads)


def _looks_filled(head: tuple[str, ...]) -> bool:
    """Tell whether a head is the content of a body cell: a row of the table, not its header."""
    return any(read_name(words).organ is not None or "。" in words for words in head)


def _role(head: tuple[str, ...]) -> str:
    """Return what a column holds; the lowest head decides, the ones above where it says nothing."""
    for words in reversed(head):
        plain = BRACKETED.sub("", words) or words
        if DEADLINE.fullmatch(plain):
            return DUE_COLUMN
        if NUMBER.fullmatch(plain):
            return OTHER_COLUMN
        if found := BODIES.search(plain):
            said = {role for word, role in ROLES.items() if word in words}
            named = found["role"] or found["brief"] or ""
            return MIXED if len(said) > 1 else said.pop() if said else ROLES.get(named, RESPONSIBLE)
        if NAMED.fullmatch(plain):
            return MIXED
        if ASIDE.search(plain):
            return OTHER_COLUMN
        if TASK.search(plain):
            return TASK_COLUMN
    return OTHER_COLUMN


def _read_row(row: Row, sheet: Sheet, roles: Sequence[str], place: str) -> tuple[RowDuty | None, list[str]]:
    phrases: list[Phrase] = []
    words: list[str] = []
    proofs: list[Span] = list(sheet.head_spans)
    left: list[str] = []
    deadline = None
    for field, role, column in _fields(row, roles):
        head = sheet.heads[column][-1]
        if role == DUE_COLUMN:
            deadline = field.words
            words.append(f"{head}：{field.words}")
        else:
            phrase = read_cell(field.text, role=RESPONSIBLE if role == MIXED else role, place=place)
            left += phrase.unread
            if not phrase.bodies:
                continue
            phrases.append(phrase)
            words.append(f"{head}：{_listed(field.text)}")
        proofs += [] if field.own else [field.span]
    task = _task(row, roles)
    if not phrases or task is None:
        return None, left
    phrase = replace(joined(phrases), deadline=deadline or joined(phrases).deadline)
    proofs += [] if row.span.holds(task) else [task]
    return RowDuty(row.span, task, phrase, "；".join(words), tuple(dict.fromkeys(proofs))), left


def _fields(row: Row, roles: Sequence[str]) -> Iterator[tuple[Field, str, int]]:
    """Yield what the row says of bodies and time, each cell once; a cell over two roles says neither."""
    seen: set[Span] = set()
    for column, (field, role) in enumerate(zip(row.fields, roles, strict=True)):
        if field and field.words and role not in (TASK_COLUMN, OTHER_COLUMN) and field.span not in seen:
            seen.add(field.span)
            covered = {r for f, r in zip(row.fields, roles, strict=True) if f and f.span == field.span}
            yield field, role if len(covered) == 1 else MIXED, column


def _task(row: Row, roles: Sequence[str]) -> Span | None:
    """Return the row's own words on the task, else the merged cell that states it."""
    for wanted in ((TASK_COLUMN,), (TASK_COLUMN, OTHER_COLUMN)):
        fields = [f if role in wanted and f and f.words else None for f, role in zip(row.fields, roles, strict=True)]
        own: list[Field] = []
        for field in fields:
            if field and field.own:
                own.append(field)
            elif own:
                break
        if own:
            return Span(own[0].span.start, own[-1].span.end)
        if merged := [field for field in fields if field]:
            return merged[-1].span
    return None


def read_cell(text: str, *, role: str = RESPONSIBLE, place: str = "") -> Phrase:
    r"""Read the bodies of one cell; what cannot be a name is left in ``unread``.

    >>> [(b.name, b.role) for b in read_cell("市水务局（牵头）\n市财政局 市住建局市林业局").bodies]
    [('市水务局', 'lead'), ('市财政局', 'responsible'), ('市住建局', 'responsible'), ('市林业局', 'responsible')]
    >>> read_cell("同上").unread
    ('同上',)
    """
    plain = _listed(text)
    if not plain or ABSENT.fullmatch(plain):
        return Phrase((), False, False, None, False, (plain,) if plain else ())
    phrase = read_phrase(plain, place=place, role=role)
    return phrase or Phrase((), False, False, None, False, (plain,))


def _listed(text: str) -> str:
    """Return the cell as one list: names parted by marks, without the numbers before them."""
    return _parted(ENUMERATOR.sub("、", text)).strip("、")


def _parted(text: str) -> str:
    """Put 、 between names that only a blank, a line end or nothing parts; take other blanks out."""
    pieces = text.split()
    out = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        last, first = re.split("[、，,；;：:]", out)[-1], re.split("[、，,；;：:]", piece)[0]
        broken = read_name(last + first).organ and not read_name(last).organ and not read_name(first).prefix
        out += "、" + piece if is_body(last) and is_body(first) and not broken else piece
    return "、".join("".join(_unglued(name)) for name in out.split("、"))


def _unglued(name: str) -> Iterator[str]:
    """Yield a run of names without marks (市住建局市林业局) with 、 between them, else the words as they are."""
    ends, at = [0], 0
    while at < len(name) and (end := body_end(name, at)) > at:
        ends.append(end)
        at = end
    parts = [name[start:end] for start, end in zip(ends, ends[1:], strict=False)]
    whole = at == len(name) and all(read_name(part).prefix or read_name(part).place for part in parts[1:])
    yield "、".join(parts) if whole and len(parts) > 1 else name
