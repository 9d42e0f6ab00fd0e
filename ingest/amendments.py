"""What a notice changes in another document: 将《…》三（二）中的“X”修改为“Y”, …目标由A调整为B, 第×条修改为：“…”.

A change is read only where a document is named that it changes: in the sentence itself, in the clause or a clause
above, or alone in the front (关于调整《…》的通知). Plans that raise a share 由60%提高到65% change no document. Words
are kept as spans; whether they stand in the other document is not asked here. A quotation does not end with a
sentence, because a new wording may hold several; what stands inside it changes nothing by itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.addresses import find_address, without_addresses
from ingest.changes import Amendment
from ingest.document import Clause, Reference, Span
from ingest.mentions import find_bodies

MAX_QUOTE = 6000  # characters of a new wording
_ADVERB = "(?:统一|相应|一并|均|分别|全部)*"
_CHANGE = f"{_ADVERB}(?:修改|调整|变更|更改|修正|修订|更名|改)(?:为|成|至|到)"
_MOVE = f"(?:{_CHANGE}|(?:提高|降低|上调|下调|提升|压减|增加|减少|扩大|延长|提前|推迟|延期)(?:为|到|至))"
_QUOTED = "＂[^＂]*＂"  # in the masked text a quotation is one stretch between these marks
_PLAIN, _SHORT, _VALUE = r"[^＂。；\n]", r"[^＂。；，\n]", r"[^＂。；，：:\n]"
_SUBJECT = rf"(?P<subject>{_PLAIN}{{2,80}}?)"
_CN = "[一二两三四五六七八九十0-9]+"
# Kinds of change, tried at each place in this order; samples above each.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        # “X”后增加“Y”
        ("insert", rf"(?P<old>{_QUOTED})[之以]?后面?，?(?:增加|添加|加上|补充)[：:]?(?P<new>{_QUOTED})"),
        # “X”修改为“Y” · “X”一句修改为：“Y”
        ("words", rf"(?P<old>{_QUOTED}){_PLAIN}{{0,12}}?{_CHANGE}[：:]?(?P<new>{_QUOTED})"),
        # 将“X”删去
        ("delete", rf"(?P<old>{_QUOTED}){_PLAIN}{{0,6}}?(?:予以|一并|均)*删[去除]"),
        # 删去第×条中的“X”
        ("delete", rf"删[去除]{_PLAIN}{{0,40}}?(?P<old>{_QUOTED})"),
        # 删去第×条 · 第×条删去
        ("delete", rf"删[去除](?:第|附件|{_CN}[（、]){_SHORT}{{1,30}}|第{_SHORT}{{1,30}}?(?:予以|一并|均)*删[去除]"),
        # 增加一条，作为第×条：“…”
        ("add", rf"(?:增加|新增|增补){_CN}?[条款项段句]{_PLAIN}{{0,24}}?[：:]?\n?(?P<new>{_QUOTED})"),
        # 氮氧化物排放总量下降目标由12%调整为15%
        ("value", rf"{_SUBJECT}，?[由从](?P<old>{_SHORT}{{1,40}}?)，?{_MOVE}由?(?P<new>{_VALUE}{{1,40}})"),
        # 第×条修改为：“…”
        ("clause", rf"{_CHANGE}[：:]?\n?(?P<new>{_QUOTED})"),
        # 氮氧化物下降目标调整为15%
        ("value", rf"{_SUBJECT}{_CHANGE}由?(?P<new>{_VALUE}{{1,40}})"),
    )
)  # fmt: skip
_SPEAKS = re.compile(rf"{_MOVE}|删[去除]|增加|新增|增补|添加|补充")
_ROLE = re.compile(r"(?:牵头|责任|配合|负责|主管|主责|协办|承办|实施)(?:单位|部门|主体)?")
_FIGURE = re.compile(r"[0-9０-９]|百分之|[一二两三四五六七八九十百]+(?:个|家|座|项|万|吨)")
# What opens and closes the words that say what is changed: 将…中的…的
_OPEN = re.compile(r"^.*(?:　|中的?|关于|提出的|确定的|明确的|规定的|里的|[将把对，、：:])的?(?=[^　的])")
_CLOSE = re.compile(r"(?:的|值|数值|内容|表述|一句|统一|相应|分别)+$")
_GOAL = re.compile(r"目标|指标|任务|总量|数量|期限|时限|单位|部门|比例|规模|率$")
_TAKEN = re.compile(r"[将把对][^，。；《》]{0,10}$")
_PART = re.compile(r"(?:[（(][^）)]*[）)])?(?:中|第|附件|确定|提出|明确|规定|[一二三四五六七八九十]+[、（])")
_BASIS = re.compile(r"(?:根据|依据|按照|依照|贯彻|落实|执行)[^，]*$")
_SET = re.compile(r"目标|指标|任务|期限|时限")
_BREAK = re.compile("[。；\n]")
_MARKS = str.maketrans({"「": "“", "」": "”"})


@dataclass(frozen=True, slots=True)
class _Target:
    """The document that a sentence changes; ``named`` tells that the sentence itself names it."""

    number: str
    title: str
    named: bool


def extract_amendments(text: str, clauses: Sequence[Clause], references: Sequence[Reference]) -> tuple[Amendment, ...]:
    """Return what the document changes in others, in printed order.

    >>> from ingest.outline import build_outline
    >>> from ingest.references import extract_references
    >>> text = "一、将《云岭县节水方案》二（一）中的“下降12%”修改为“下降15%”。"
    >>> clauses = build_outline(text)
    >>> [(a.kind, a.title, a.target_path, text[a.old.start:a.old.end], text[a.new.start:a.new.end])
    ...  for a in extract_amendments(text, clauses, extract_references(text, clauses))]
    [('words', '云岭县节水方案', '二（一）', '下降12%', '下降15%')]
    """
    if not references or not _SPEAKS.search(text):
        return ()
    masked = _masked(text)
    starts = [clause.span.start for clause in clauses]
    found: list[Amendment] = []
    for unit in _units(masked):
        clause = clauses[bisect_right(starts, unit.start) - 1]
        target = _target(text, unit, clause, clauses, references)
        if target:
            found += _changes(text, masked, unit, target, _holder(unit, clause, clauses), clauses)
    return tuple(found)


def mark_amended(references: Sequence[Reference], amendments: Sequence[Amendment]) -> tuple[Reference, ...]:
    """Return the references, with those that an amendment names as what it changes marked as amended."""
    named = {(a.number, a.title, a.path) for a in amendments}
    return tuple(
        replace(r, kind="amends") if r.kind == "cites" and (r.number, r.title, r.path) in named else r
        for r in references
    )


def _masked(text: str) -> str:
    """Return the text with each quotation made one stretch: ＂ at its ends, nothing but ＿ inside."""
    plain, out, at = text.translate(_MARKS).replace("＂", "'"), [], 0
    while (opened := plain.find("“", at)) >= 0:
        depth, closed = 0, -1
        for i in range(opened, min(len(plain), opened + MAX_QUOTE)):
            depth += (plain[i] == "“") - (plain[i] == "”")
            if depth == 0:
                closed = i
                break
        end = closed + 1 or opened + 1
        out.append(plain[at:opened] + ("＂" + "＿" * (closed - opened - 1) + "＂" if closed > 0 else "“"))
        at = end
    return "".join(out) + plain[at:]


def _units(masked: str) -> Iterator[Span]:
    """Yield the stretches between sentence ends, semicolons and line ends that speak of a change."""
    start = 0
    for end in [*(mark.end() for mark in _BREAK.finditer(masked)), len(masked)]:
        piece = masked[start:end]
        if piece.endswith(("：\n", ":\n")) and masked[end : end + 1] == "＂":
            continue  # 修改为： and the new wording on the next line
        if _SPEAKS.search(piece):
            yield Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))
        start = end


def _target(
    text: str, unit: Span, clause: Clause, clauses: Sequence[Clause], references: Sequence[Reference]
) -> _Target | None:
    """Return the document changed: named in the unit, else before it in its clause or above, else alone in front."""
    for r in references:
        if unit.start <= r.span.start < unit.end and _is_object(text, r, unit):
            return _Target(r.number, r.title, named=True)
    paths = {c.path: c for c in clauses}
    above: Clause | None = clause
    while above is not None:
        held = [
            r
            for r in references
            if r.kind == "amends" and above.span.start <= r.span.start < min(unit.start, above.span.end)
        ]
        if held and above.level:
            return _Target(held[-1].number, held[-1].title, named=False)
        above = paths.get(above.parent) if above.parent else None
    front = [r for r in references if r.kind == "amends" and r.path == clauses[0].path]
    numbers, titles = {r.number for r in front if r.number}, {r.title for r in front if r.title}
    if len(numbers) > 1 or len(titles) > 1 or not front:
        return None
    return _Target(next(iter(numbers), ""), next(iter(titles), ""), named=False)


def _is_object(text: str, reference: Reference, unit: Span) -> bool:
    """Tell whether a document is what the unit changes: 将《…》, 《…》第三条, not 根据《…》."""
    before, after = text[unit.start : reference.span.start], text[reference.span.end : unit.end]
    if reference.kind == "amends":
        return True
    return bool(_TAKEN.search(before) or (_PART.match(after) and not _BASIS.search(before)))


def _holder(unit: Span, clause: Clause, clauses: Sequence[Clause]) -> Clause:
    """Return the smallest clause that holds the whole unit, for a new wording that looks like clauses of its own."""
    holding = [c for c in clauses if c.extent.holds(unit)]
    return min(holding, key=lambda c: c.extent.end - c.extent.start, default=clause)


def _changes(
    text: str, masked: str, unit: Span, target: _Target, holder: Clause, clauses: Sequence[Clause]
) -> Iterator[Amendment]:
    """Yield the changes of one unit; an address said once holds for those behind it."""
    span = Span(unit.start, min(unit.end, holder.extent.end))
    address = _address_above(holder, clauses)
    at = unit.start
    if text.startswith(holder.label, at) and unit.start == holder.span.start:
        at += len(holder.label)
    while found := _next(masked, at, unit.end):
        kind, match = found
        said = text[at : match.start()] + (match[0] if kind in ("delete", "add", "value") else "")
        address = find_address(said) or address
        made = _read(text, kind, match, at, target=target)
        if made and (made.old or made.new) is not None and (kind != "clause" or address):
            yield Amendment(
                holder.path, span, made.kind, target.number, target.title, address, made.subject, made.old, made.new
            )
        elif kind == "delete" and address and find_address(match[0]):
            yield Amendment(holder.path, span, kind, target.number, target.title, address)
        at = match.end()


def _next(masked: str, at: int, end: int) -> tuple[str, re.Match[str]] | None:
    """Return the first change from ``at`` on: the one whose verb comes first."""
    found = [(kind, m) for kind, pattern in _PATTERNS if (m := pattern.search(masked, at, end))]
    return min(found, key=lambda item: item[1].end(), default=None)


@dataclass(frozen=True, slots=True)
class _Read:
    kind: str
    subject: Span | None
    old: Span | None
    new: Span | None


def _read(text: str, kind: str, match: re.Match[str], at: int, *, target: _Target) -> _Read | None:
    """Return the words of one change; None where they make none."""
    groups = match.groupdict()
    if kind != "value":
        old, new = (_inside(match, name) if groups.get(name) else None for name in ("old", "new"))
        subject = _subject(text, at, match.start()) if kind == "words" else None
        return _Read(kind, subject, old, new)
    subject = _subject(text, at, match.end("subject"))
    old = Span(*match.span("old")) if groups.get("old") else None
    new = Span(*match.span("new"))
    said = text[subject.start : subject.end] if subject else ""
    if not (target.named or _SET.search(said) or re.search(_CHANGE, match[0])):
        return None
    if _FIGURE.search(text, new.start, new.end) and (old is None or _FIGURE.search(text, old.start, old.end)):
        return _Read("value", subject, old, new) if old or _GOAL.search(said) else None
    if find_bodies(text[new.start : new.end]) and (_ROLE.search(said) or _ROLE.search(match[0])):
        return _Read("body", subject, old, new)
    return None


def _inside(match: re.Match[str], name: str) -> Span:
    return Span(match.start(name) + 1, match.end(name) - 1)


def _subject(text: str, start: int, end: int) -> Span | None:
    """Return the words that say what is changed, without the document, the address and 将…中的…的 around them."""
    plain = without_addresses(text[start:end])
    opened = _OPEN.match(plain)
    begin = opened.end() if opened else 0
    words = _CLOSE.sub("", plain[begin:].rstrip("“「，由从 "))
    words = words.rstrip("　")
    return Span(start + begin, start + begin + len(words)) if len(words.strip()) > 1 else None


def _address_above(clause: Clause, clauses: Sequence[Clause]) -> str:
    """Return the address that a heading above announces: 二、关于第三（二）条."""
    paths = {c.path: c for c in clauses}
    above: Clause | None = clause
    while above is not None and above.level:
        if address := find_address(above.heading):
            return address
        above = paths.get(above.parent) if above.parent else None
    return ""
