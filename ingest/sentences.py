"""Cut running text into sentences without breaking what belongs together.

Full stops stand inside quotation marks and responsibility brackets (``〔市水务局负责。〕``), and a bracket printed
after the full stop governs the text before it: it becomes a sentence of its own rather than the head of the next one.
A bracket that is never closed on its line is read as plain text, so that a misprint cannot swallow a paragraph. Line
ends always end a sentence: joining wrapped lines is the cleaner's work, not ours. In a row of a table (cells parted by
tabs) a cell with full stops is cut by itself and the cells around it stay together: a record is read whole. Western
full stops do not end sentences here (they stand in numbers and labels far more often).
"""

from __future__ import annotations

import re
from collections import deque
from functools import lru_cache

from ingest.document import Span

FULL_STOPS = "。！？"
SEMICOLON = "；"
_STOPS = {ends: re.compile(f"[{ends}]+") for ends in (FULL_STOPS, FULL_STOPS + SEMICOLON)}

_PAIRS = {"（": "）", "(": ")", "〔": "〕", "﹝": "﹞", "[": "]", "［": "］", "【": "】",
          "“": "”", "‘": "’", "《": "》", "〈": "〉", "「": "」", "『": "』"}  # fmt: skip
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()}
_MARK = re.compile(f"[{re.escape(''.join((*_PAIRS, *_OPENERS)))}]")
_QUOTES = "”’」』"
_BLANK = re.compile(r"\s*")
_LINE = re.compile(r"[^\n]+")
_CELL = re.compile(r"[^\t\n]+")
# What may follow a quotation that ends in a full stop without a new sentence beginning: “稳字当头。”的要求
_GOES_ON = "，、；：,;:的等之"
# A bracket that opens a sentence as its number, not as a remark on the text before: （一） （12） (3)
_ENUMERATOR = re.compile(r"[（(〔]\s*[0-9０-９一二三四五六七八九十百]{1,4}\s*[）)〕]")


@lru_cache(maxsize=1024)
def sentence_spans(text: str, span: Span, *, semicolons: bool = False) -> tuple[Span, ...]:
    """Return the sentences inside ``span`` in printed order, each without surrounding blanks.

    Together they hold every character of the span that is not a blank between sentences. With ``semicolons`` a
    ``；`` ends a sentence as well. Takes time linear in the span.

    >>> text = "落实责任（县住建局负责。）。开展“回头看。”活动；长期坚持。"
    >>> [text[s.start:s.end] for s in sentence_spans(text, Span(0, len(text)), semicolons=True)]
    ['落实责任（县住建局负责。）。', '开展“回头看。”', '活动；', '长期坚持。']
    """
    ends = FULL_STOPS + SEMICOLON if semicolons else FULL_STOPS
    found: list[Span] = []
    for line in _LINE.finditer(text, span.start, span.end):
        start = line.start()
        for cell in _CELL.finditer(text, line.start(), line.end()):
            cuts = _cuts(text, cell.start(), cell.end(), ends)
            if cuts and start < cell.start():
                cuts.insert(0, cell.start())
            if cuts and cuts[-1] < cell.end() < line.end():
                cuts.append(cell.end())
            for cut in cuts:
                _append_stripped(found, text, start, cut)
                start = cut
        _append_stripped(found, text, start, line.end())
    return tuple(found)


def bracket_partners(text: str, start: int, end: int) -> dict[int, int]:
    """Map the offset of each opening bracket or quotation mark in ``[start, end)`` to that of its closing one.

    Marks without a partner are left out; where brackets cross, the outer one wins.

    >>> bracket_partners("甲（乙《丙》）丁”（", 0, 9)
    {3: 5, 1: 6}
    """
    partners: dict[int, int] = {}
    stack: list[int] = []
    open_of_kind = dict.fromkeys(_PAIRS, 0)
    for mark in _MARK.finditer(text, start, end):
        at, char = mark.start(), mark[0]
        if char in _PAIRS:
            stack.append(at)
            open_of_kind[char] += 1
        elif open_of_kind[_OPENERS[char]]:
            while True:
                opened = stack.pop()
                open_of_kind[text[opened]] -= 1
                if text[opened] == _OPENERS[char]:
                    break
            partners[opened] = at
    return partners


def stripped(text: str, start: int, end: int) -> Span:
    """Return the stretch without the blanks around it; empty where it holds nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _append_stripped(found: list[Span], text: str, start: int, end: int) -> None:
    span = stripped(text, start, end)
    if span.start < span.end:
        found.append(span)


def _cuts(text: str, start: int, end: int, ends: str) -> list[int]:
    """Return the offsets behind each sentence end of one line, the line's own end left out."""
    partners = bracket_partners(text, start, end)
    stops = _STOPS[ends]
    if not partners:
        return [stop.end() for stop in stops.finditer(text, start, end)]
    opened = deque(sorted(partners))
    cuts: list[int] = []
    at, after_stop = start, False
    while at < end:
        while opened and opened[0] < at:
            opened.popleft()
        stop = stops.search(text, at, opened[0] if opened else end)
        if stop:
            at = stop.end()
            cuts.append(at)
            after_stop = True
            continue
        if not opened:
            break
        after_stop = after_stop and _blank(text, at, opened[0])
        at = opened[0]
        closer = partners[at]
        is_remark = after_stop and text[at] in "（(〔﹝[［" and not _ENUMERATOR.match(text, at)
        stopped = text[closer - 1] in ends and text[closer] in _QUOTES
        at = closer + 1
        goes_on = at < end and text[at] in _GOES_ON + ends
        after_stop = (is_remark or stopped) and not goes_on
        if after_stop:
            cuts.append(at)
    return cuts


def _blank(text: str, start: int, end: int) -> bool:
    return _BLANK.fullmatch(text, start, end) is not None
